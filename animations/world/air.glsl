// Sky and haze, for all that is drawn in the world.

uniform vec3 eye;
uniform vec3 sun;
uniform vec3 zenith;
uniform vec3 horizon;
uniform vec3 glow;
uniform vec3 paper;      // of the theme: what a map lies on
uniform float rows;      // of the frame

// The colour of the sky in a direction of length 1; below the horizon it is that of haze.
vec3 sky(vec3 way) {
    float up = max(way.z, 0.0);
    float near = max(dot(way, sun), 0.0);
    near *= near;
    near *= near;
    return mix(zenith, horizon, exp(-4.5 * up)) + glow * (near * near);
}

// How thick a veil of paper lies at the foot of the frame, so that captions can be read there. Frames are drawn upside
// down.
float veil(float row) {
    return 0.72 * smoothstep(0.68, 0.90, row / rows);
}
