// What travels: flat triangles in the light of the place where they are.

uniform mat4 camera;
uniform mat4 model;

#ifdef VERTEX
in vec3 in_position;
in vec3 in_normal;
in float in_paint;
out vec3 position;
flat out vec3 normal;
flat out int paint;

void main() {
    vec4 place = model * vec4(in_position, 1.0);
    position = place.xyz;
    normal = normalize(mat3(model) * in_normal);
    paint = int(in_paint + 0.5);
    gl_Position = camera * place;
}
#endif

#ifdef FRAGMENT
in vec3 position;
flat in vec3 normal;
flat in int paint;
out vec4 colour;

uniform vec3 paints[4];
uniform vec3 sunlight;
uniform vec3 skylight;
uniform float shade;     // how much sun shines where it is
uniform float own;       // how much it shines by itself
uniform float relief;    // as in terrain.glsl

void main() {
    vec3 plain = paints[paint];
    float lit = max(dot(normal, sun), 0.0) * shade;
    vec3 shaded = plain * (1.35 * sunlight * lit + 1.25 * skylight * (0.72 + 0.28 * normal.z) + 0.16);
    shaded = mix(plain * (0.72 + 0.28 * normal.z), shaded, relief);
    shaded = mix(shaded, plain, own);
    colour = vec4(shaded, dot(shaded, vec3(0.3, 0.6, 0.1)));
}
#endif
