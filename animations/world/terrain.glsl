#version 330
// The terrain: soft light from a sun and the sky, contour lines, and the shadows that balls cast.

uniform mat4 camera;

#ifdef VERTEX
in vec3 in_position;
in vec3 in_normal;
out vec3 position;
out vec3 normal;

void main() {
    position = in_position;
    normal = in_normal;
    gl_Position = camera * vec4(in_position, 1.0);
}
#endif

#ifdef FRAGMENT
in vec3 position;
in vec3 normal;
out vec4 colour;

uniform sampler2D colormap;
uniform vec3 eye;
uniform vec3 sun;
uniform vec3 line_colour;
uniform vec3 ground;
uniform float height;
uniform float levels;
uniform int ball_count;
uniform vec4 balls[8];  // centre and radius

void main() {
    float h = clamp(position.z / height, 0.0, 1.0);
    vec3 base = texture(colormap, vec2(h, 0.5)).rgb;
    vec3 n = normalize(normal);
    bool wall = n.z < 0.001;

    float lit = max(dot(n, sun), 0.0);
    float sky = 0.5 + 0.5 * n.z;
    vec3 halfway = normalize(sun + normalize(eye - position));
    float gloss = pow(max(dot(n, halfway), 0.0), 24.0);
    // Level ground facing the sky keeps the colour map's own colour.
    float light = 0.34 * sky + 0.66 * lit / sun.z;
    vec3 shaded = base * min(light, 1.12) + vec3(0.03 * gloss);
    if (wall) shaded = mix(base, ground, 0.35) * (0.46 + 0.34 * lit);

    // Lines of equal elevation, one pixel wide at any distance; every fourth is stronger.
    float level = h * levels;
    float width = max(fwidth(level), 1e-5);
    float line = 1.0 - smoothstep(0.4, 1.4, abs(fract(level - 0.5) - 0.5) / width);
    line *= step(0.5, level);  // the lowest point is no line
    float strong = mod(floor(level + 0.5), 4.0) < 0.5 ? 0.50 : 0.24;
    // Where lines would lie closer than a few pixels they fade rather than flicker.
    line *= 1.0 - smoothstep(0.18, 0.5, width);
    if (!wall) shaded = mix(shaded, line_colour, strong * line);

    for (int k = 0; k < ball_count; ++k) {
        vec3 off = position - balls[k].xyz;
        float d = length(off) / balls[k].w;
        shaded *= 1.0 - 0.55 * exp(-0.55 * d * d);
    }
    colour = vec4(shaded, 1.0);
}
#endif
