// Anti-aliasing of the finished picture (after Lottes 2009, FXAA): where brightness jumps from pixel to pixel, an average
// along the edge; elsewhere it stays as it was copied. Software OpenGL has no faster way: several samples a pixel cost three times as much.

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
    vec2 size = vec2(textureSize(picture, 0));
    // Of the pixel and its neighbours, two corners at a time.
    vec4 below = textureGather(picture, (gl_FragCoord.xy - 0.5) / size, 3);
    vec4 above = textureGather(picture, (gl_FragCoord.xy + 0.5) / size, 3);
    float middle = below.y, west = below.x, south = below.z, north = above.x, east = above.z;
    float low = min(middle, min(min(south, north), min(west, east)));
    float high = max(middle, max(max(south, north), max(west, east)));
    if (high - low < max(0.03, 0.1 * high)) discard;

    vec2 along = vec2(south - north, east - west);
    along /= min(abs(along.x), abs(along.y)) + 0.03;
    along = clamp(along, -6.0, 6.0) / size;
    vec2 place = gl_FragCoord.xy / size;
    vec4 near = 0.5 * (texture(picture, place - along / 6.0) + texture(picture, place + along / 6.0));
    vec4 wide = 0.5 * near + 0.25 * (texture(picture, place - 0.5 * along) + texture(picture, place + 0.5 * along));
    colour = vec4(wide.a < low || wide.a > high ? near.rgb : wide.rgb, 1.0);
}
#endif
