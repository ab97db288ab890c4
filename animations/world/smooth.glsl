#version 330
// Anti-aliasing of the finished picture (after Lottes 2009, FXAA): where brightness jumps from pixel to pixel, an average
// along the edge. Software OpenGL has no faster way: several samples a pixel cost three times as much.

#ifdef VERTEX
void main() {
    gl_Position = vec4(4.0 * vec2(gl_VertexID & 1, gl_VertexID >> 1) - 1.0, 0.0, 1.0);
}
#endif

#ifdef FRAGMENT
out vec4 colour;

uniform sampler2D picture;

// The terrain's shader leaves in alpha how bright each pixel is.

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy);
    ivec2 last = textureSize(picture, 0) - 1;
    colour = texelFetch(picture, here, 0);
    float middle = colour.a;
    colour.a = 1.0;
    float south = texelFetch(picture, max(here - ivec2(0, 1), ivec2(0)), 0).a;
    float north = texelFetch(picture, min(here + ivec2(0, 1), last), 0).a;
    float west = texelFetch(picture, max(here - ivec2(1, 0), ivec2(0)), 0).a;
    float east = texelFetch(picture, min(here + ivec2(1, 0), last), 0).a;
    float low = min(middle, min(min(south, north), min(west, east)));
    float high = max(middle, max(max(south, north), max(west, east)));
    if (high - low < max(0.03, 0.1 * high)) return;

    vec2 along = vec2(south - north, east - west);
    along /= min(abs(along.x), abs(along.y)) + 0.03;
    along = clamp(along, -6.0, 6.0) / vec2(textureSize(picture, 0));
    vec2 place = gl_FragCoord.xy / vec2(textureSize(picture, 0));
    vec4 near = 0.5 * (texture(picture, place - along / 6.0) + texture(picture, place + along / 6.0));
    vec4 wide = 0.5 * near + 0.25 * (texture(picture, place - 0.5 * along) + texture(picture, place + 0.5 * along));
    colour.rgb = wide.a < low || wide.a > high ? near.rgb : wide.rgb;
}
#endif
