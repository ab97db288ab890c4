// A glossy ball: a square that faces the camera, on which each pixel finds out where its ray meets the sphere.

uniform mat4 camera;
uniform vec3 centre;
uniform float radius;
uniform vec3 right;
uniform vec3 up;

#ifdef VERTEX
out vec3 position;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
    position = centre + 1.25 * radius * (corner.x * right + corner.y * up);
    gl_Position = camera * vec4(position, 1.0);
}
#endif

#ifdef FRAGMENT
in vec3 position;
out vec4 colour;

uniform vec3 paint;
uniform vec3 casing;
uniform float pixel;     // its size in the world, at the ball

void main() {
    vec3 ray = normalize(position - eye);
    vec3 towards = centre - eye;
    float along = dot(towards, ray);
    float off = length(towards - along * ray);
    float rim = 1.6 * pixel;
    float cover = clamp((radius + rim - off) / pixel + 0.5, 0.0, 1.0);
    if (cover <= 0.0) discard;

    vec3 place = eye + ray * (along - sqrt(max(radius * radius - off * off, 0.0)));
    vec3 n = normalize(place - centre);
    float lit = max(dot(n, sun), 0.0);
    float gloss = pow(max(dot(n, normalize(sun - ray)), 0.0), 48.0);
    vec3 shaded = paint * (0.58 + 0.18 * n.z + 0.38 * lit) + vec3(0.5 * gloss);
    // A thin dark edge keeps the ball apart from ground of a like colour.
    shaded = mix(casing, shaded, clamp((radius - off) / pixel + 0.5, 0.0, 1.0));
    colour = vec4(shaded, cover);
    vec4 clip = camera * vec4(place, 1.0);
    gl_FragDepth = 0.5 + 0.5 * clip.z / clip.w;
}
#endif
