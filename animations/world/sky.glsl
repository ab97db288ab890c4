// The sky, where no ground is: a gradient, the sun or moon, and its glow.

#ifdef VERTEX
out vec2 corner;

void main() {
    corner = 4.0 * vec2(gl_VertexID & 1, gl_VertexID >> 1) - 1.0;
    gl_Position = vec4(corner, 1.0, 1.0);
}
#endif

#ifdef FRAGMENT
in vec2 corner;
out vec4 colour;

uniform mat3 rays;       // from a place in the frame, and 1, to the direction in which it looks
uniform float relief;    // as in terrain.glsl

void main() {
    vec3 way = normalize(rays * vec3(corner, 1.0));
    vec3 seen = sky(way);
    float disc = smoothstep(0.99945, 0.99965, dot(way, sun));
    seen = mix(seen, vec3(1.0, 0.98, 0.92), disc * step(0.0, way.z));
    seen = mix(paper, seen, relief * (1.0 - veil(gl_FragCoord.y)));
    colour = vec4(seen, dot(seen, vec3(0.3, 0.6, 0.1)));
}
#endif
