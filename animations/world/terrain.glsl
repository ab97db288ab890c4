// The ground: baked light, contour lines, grain, haze, and the contact shadows of what stands on it. It is compiled for
// what a frame shows, as software OpenGL computes what is not wanted, too: MAP where it is flattened, RADAR with a beam,
// STANDING with so many vehicles, HOLES where the terrain has some, MORPH where it is becoming another.

uniform mat4 camera;
#if MAP
uniform float relief;    // how high it stands; at 0 it is a map, without light and air
#else
const float relief = 1.0;
#endif

uniform sampler2D height_at;  // as a share of the model's
uniform float texels;         // along a side of height_at
#if MORPH
uniform sampler2D height_to;
uniform sampler2D paint_to;
uniform float become;         // how far it has come on the way to the other
uniform float tall;
#endif

uniform vec2 half_sides;      // of the domain
uniform vec2 growth;          // of the grid's spacing beyond it

// Where the grid has the ground of a place in the world: it is even over the domain, and ever wider beyond.
vec2 texel(vec2 place) {
    vec2 sides = abs(place) / half_sides;
    if (max(sides.x, sides.y) > 1.0)
        sides = min(sides, 1.0) + log(1.0 + growth * max(sides - 1.0, 0.0)) / growth;
    vec2 share = 0.5 + 0.25 * sign(place) * sides;
    return share * ((texels - 1.0) / texels) + 0.5 / texels;
}

#ifdef VERTEX
in vec3 in_position;
out vec3 position;

void main() {
    float z = in_position.z;
#if MORPH
    vec2 at = texel(in_position.xy);
    z = tall * mix(textureLod(height_at, at, 0.0).r, textureLod(height_to, at, 0.0).r, become);
#endif
    position = vec3(in_position.xy, relief * z);
    gl_Position = camera * vec4(position, 1.0);
}
#endif

#ifdef FRAGMENT
in vec3 position;
out vec4 colour;

const vec3 BRIGHTNESS = vec3(0.3, 0.6, 0.1);

uniform sampler2D paint_at;   // the ground in its light; in alpha 0 in a hole, else from 1 to 0.5 the haze on it
uniform sampler2D colormap;
uniform float levels;
uniform float clear;          // how far one sees without haze
uniform float far;            // where the ground ends
uniform vec4 radar;           // a beam: around where, how far it reaches, and how often it has gone round
uniform vec3 beam;
#if STANDING
uniform vec4 feet[STANDING];  // where each vehicle stands, and its radius
#endif

void main() {
    vec2 at = texel(position.xy);
    vec4 here = texture(paint_at, at);
#if HOLES
    if (here.a < 0.25) discard;
#endif
    // From the grid itself: triangles may be large, and contour lines would show their edges.
    float height = texture(height_at, at).r;
#if MORPH
    here = mix(here, texture(paint_to, at), become);
    height = mix(height, texture(height_to, at).r, become);
#endif
    vec3 shaded = here.rgb;
#if MAP
    shaded = mix(texture(colormap, vec2(height, 0.5)).rgb, shaded, relief);
#endif

    // Lines of equal elevation, one pixel wide at any distance; every fourth is stronger.
    float level = height * levels;
    float width = max(fwidth(level), 1e-5);
    float line = 1.0 - smoothstep(0.35, 1.35, abs(fract(level - 0.5) - 0.5) / width);
    line *= step(0.5, abs(level));  // the lowest point is no line
    float strong = mod(floor(level + 0.5), 4.0) < 0.5 ? 0.50 : 0.26;
    // Where lines would lie closer than a few pixels they fade rather than flicker.
    line *= 1.0 - smoothstep(0.18, 0.5, width);
    // Darker than the ground, but on dark ground lighter.
    float dark = smoothstep(0.10, 0.26, dot(shaded, BRIGHTNESS));
    vec3 ink = strong * line * mix(0.7 * shaded + 0.05, -0.65 * shaded, dark);

#if STANDING
    for (int k = 0; k < STANDING; ++k) {
        vec3 off = (position - feet[k].xyz) / feet[k].w;
        float near = max(1.0 - dot(off, off) / 4.5, 0.0);
        shaded *= 1.0 - 0.6 * near * near;
    }
#endif

#if RADAR
    {
        vec2 off = (position.xy - radar.xy) / radar.z;
        float away = length(off);
        float behind = fract(radar.w - atan(off.y, off.x) / 6.2831853);
        float ring = abs(fract(4.0 * away + 0.5) - 0.5) / max(4.0 * fwidth(away), 1e-5);
        float lit = 0.5 * exp(-5.0 * behind) + 0.30 * (1.0 - smoothstep(0.5, 1.5, ring));
        shaded += beam * lit * (1.0 - smoothstep(0.96, 1.0, away)) * step(0.02, away);
    }
#endif

    // Haze, the thicker the farther, and as much as lies on the ground there.
    vec3 away = position - eye;
    float distance = length(away);
    float deep = max(distance - clear, 0.0) / (0.42 * far);
    deep *= deep;
    float haze = max(deep / (1.0 + deep), 2.0 * (1.0 - here.a)) * relief;
    float near = max(dot(away, sun) / distance, 0.0);
    near *= near;
    shaded = mix(shaded, horizon + glow * (near * near), haze);
#if MAP
    // It ends with its domain, once it is nearly flat: before, a part of a landscape would be cut out.
    vec2 outside = step(half_sides, abs(position.xy));
    float ended = smoothstep(0.5, 1.0, 1.0 - relief) * max(outside.x, outside.y);
    shaded = mix(shaded, paper, ended);
    ink *= 1.0 - ended;
#endif
    float veiled = veil(gl_FragCoord.y) * relief;
    shaded = mix(shaded, paper, veiled);
    // Lines are smooth already, so they count for nothing where edges are looked for.
    colour = vec4(shaded + ink * (1.0 - haze) * (1.0 - veiled), dot(shaded, BRIGHTNESS));
}
#endif
