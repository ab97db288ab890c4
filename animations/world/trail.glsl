// A trail: each segment is a capsule of constant width in pixels, so joins are round and edges smooth.

uniform mat4 camera;
uniform vec2 viewport;   // pixels
uniform float width;     // pixels, of the whole capsule
uniform float nearer;    // how far in front of its true depth the trail is tested
uniform float relief;    // as in terrain.glsl

#ifdef VERTEX
in vec3 in_from;
in vec3 in_to;
flat out vec2 a;
flat out vec2 b;
out vec2 here;

void main() {
    vec4 from = camera * vec4(in_from.xy, relief * in_from.z, 1.0);
    vec4 to = camera * vec4(in_to.xy, relief * in_to.z, 1.0);
    a = (0.5 + 0.5 * from.xy / from.w) * viewport;
    b = (0.5 + 0.5 * to.xy / to.w) * viewport;
    vec2 along = b - a;
    float size = length(along);
    along = size > 1e-4 ? along / size : vec2(1.0, 0.0);
    vec2 across = vec2(-along.y, along.x);
    bool at_end = (gl_VertexID & 1) == 1;
    float side = (gl_VertexID & 2) == 2 ? 1.0 : -1.0;
    float reach = 0.5 * width + 1.0;
    here = (at_end ? b + along * reach : a - along * reach) + across * side * reach;
    vec4 end = at_end ? to : from;
    gl_Position = vec4((2.0 * here / viewport - 1.0) * end.w, end.z - nearer * end.w, end.w);
}
#endif

#ifdef FRAGMENT
flat in vec2 a;
flat in vec2 b;
in vec2 here;
out vec4 colour;

uniform vec4 paint;

void main() {
    vec2 along = b - a;
    float t = clamp(dot(gl_FragCoord.xy - a, along) / max(dot(along, along), 1e-6), 0.0, 1.0);
    float d = length(gl_FragCoord.xy - a - t * along);
    float cover = clamp(0.5 * width + 0.5 - d, 0.0, 1.0);
    if (cover <= 0.0) discard;
    // It fades where captions stand.
    colour = vec4(paint.rgb, paint.a * cover * (1.0 - 1.2 * veil(gl_FragCoord.y) * relief));
}
#endif
