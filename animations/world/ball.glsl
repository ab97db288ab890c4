#version 330
// A glossy ball.

uniform mat4 camera;
uniform vec3 centre;
uniform float radius;

#ifdef VERTEX
in vec3 in_position;
out vec3 position;
out vec3 normal;

void main() {
    normal = in_position;
    position = centre + radius * in_position;
    gl_Position = camera * vec4(position, 1.0);
}
#endif

#ifdef FRAGMENT
in vec3 position;
in vec3 normal;
out vec4 colour;

uniform vec3 paint;
uniform vec3 eye;
uniform vec3 sun;

void main() {
    vec3 n = normalize(normal);
    vec3 view = normalize(eye - position);
    float lit = max(dot(n, sun), 0.0);
    float gloss = pow(max(dot(n, normalize(sun + view)), 0.0), 48.0);
    float rim = pow(1.0 - max(dot(n, view), 0.0), 3.0);
    vec3 shaded = paint * (0.52 + 0.22 * n.z + 0.42 * lit) + vec3(0.55 * gloss);
    colour = vec4(mix(shaded, vec3(1.0), 0.35 * rim), 1.0);
}
#endif
