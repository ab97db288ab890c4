#version 330
// The terrain: baked light, contour lines, and the contact shadows of balls.

uniform mat4 camera;
uniform float relief;    // how high it stands; at 0 it is a map, without light
uniform vec4 extent;     // x0, y0 and the reciprocals of width and depth, for the textures

#ifdef VERTEX
in vec3 in_position;
in vec3 in_outward;      // horizontal on the side walls, upwards on the top
out vec3 position;
out vec2 place;
flat out vec3 outward;

void main() {
    position = in_position;
    outward = in_outward;
    place = (in_position.xy - extent.xy) * extent.zw;
    gl_Position = camera * vec4(in_position.xy, relief * in_position.z, 1.0);
}
#endif

#ifdef FRAGMENT
in vec3 position;
in vec2 place;
flat in vec3 outward;
out vec4 colour;

uniform sampler2D colormap;
uniform sampler2D ground_at;  // the light, how high the ground is, as a share, and whether there is any
uniform vec3 sun;
uniform vec3 ground;
uniform float height;
uniform float levels;
uniform int ball_count;
uniform vec4 balls[8];   // foot and radius

void main() {
    // From the grid itself where there is one: triangles may be large, and contour lines would show their edges.
    vec3 here = texture(ground_at, place).rgb;
    if (here.b < 0.5) discard;
    float h = outward.z < 0.5 ? clamp(position.z / height, 0.0, 1.0) : here.g;
    vec3 shaded = texture(colormap, vec2(h, 0.5)).rgb;
    float level = h * levels;
    float width = max(fwidth(level), 1e-5);
    // In alpha stands how bright the pixel is, for the smoothing.
    const vec3 brightness = vec3(0.3, 0.6, 0.1);
    if (outward.z < 0.5) {
        // A side wall, darker towards its foot, with the layers that the lines on top continue.
        float line = 1.0 - smoothstep(0.3, 1.2, abs(fract(level - 0.5) - 0.5) / width);
        line *= (1.0 - smoothstep(0.1, 0.4, width)) * step(0.5, level);
        vec3 side = mix(shaded, ground, 0.35) * (0.62 + 0.34 * max(dot(outward, sun), 0.0));
        side = mix(side, ground, 0.25 * line + 0.2 * (1.0 - h));
        colour = vec4(side, dot(side, brightness));
        return;
    }
    shaded *= mix(1.0, here.r, relief);

    // Lines of equal elevation, one pixel wide at any distance; every fourth is stronger.
    float line = 1.0 - smoothstep(0.35, 1.35, abs(fract(level - 0.5) - 0.5) / width);
    line *= step(0.5, level);  // the lowest point is no line
    float strong = mod(floor(level + 0.5), 4.0) < 0.5 ? 0.50 : 0.26;
    // Where lines would lie closer than a few pixels they fade rather than flicker.
    line *= 1.0 - smoothstep(0.18, 0.5, width);
    // Darker than the ground, but on dark ground lighter.
    float bright = dot(shaded, brightness);
    vec3 ink = mix(1.7 * shaded + 0.05, 0.35 * shaded, smoothstep(0.10, 0.26, bright));
    shaded = mix(shaded, ink, strong * line);

    for (int k = 0; k < ball_count; ++k) {
        vec3 off = (position - balls[k].xyz) / balls[k].w;
        float near = max(1.0 - dot(off, off) / 4.5, 0.0);
        shaded *= 1.0 - 0.6 * near * near;
    }
    colour = vec4(shaded, dot(shaded, brightness));
}
#endif
