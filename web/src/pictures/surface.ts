// A relief's ground on the graphics card.

import type { Camera } from "./camera.ts";
import { ramp, rgb } from "./colours.ts";
import { LIGHT, sunOf } from "./light.ts";
import type { Painter } from "./painter.ts";
import { type Solid, VERTEX } from "./solid.ts";
import type { Stage } from "./stage.ts";
import type { Colours } from "./types.ts";

const MOST = 32; // level lines
const TONES = 256;
const SLOW = /swiftshader|llvmpipe|softpipe|software|basic render/i;

const VERTICES = `#version 300 es
uniform mat4 camera;
layout(location = 0) in vec3 place;
layout(location = 1) in vec3 facing;
layout(location = 2) in float share;
out vec3 normal;
out float height;
void main() {
  normal = facing;
  height = share;
  gl_Position = camera * vec4(place, 1.0);
}`;

const FRAGMENTS = `#version 300 es
precision highp float;
uniform sampler2D tones;
uniform vec3 sun, panel, ink;
uniform float levels[${MOST}];
uniform int many;
uniform float pixel; // of the canvas, to one of the page
in vec3 normal;
in float height;
out vec4 colour;
${LIGHT}
void main() {
  float bright = brightness(sun, normalize(normal));
  if (height < -0.5) {
    colour = vec4(panel * mix(1.0, bright, 0.5), 1.0);
    return;
  }
  float at = (clamp(height, 0.0, 1.0) * ${TONES - 1}.0 + 0.5) / ${TONES}.0;
  vec3 own = lit(texture(tones, vec2(at, 0.5)).rgb, bright);
  // The nearest level, and how far it is in pixels. Where they would lie closer than a few pixels lines fade.
  float apart = 1e9, room = 1e9, before = 0.0;
  for (int k = 0; k < many; k++) {
    float far = abs(height - levels[k]);
    if (far < apart) {
      apart = far;
      room = levels[k] - before;
      if (k + 1 < many) room = min(room, levels[k + 1] - levels[k]);
    }
    before = levels[k];
  }
  float slope = max(fwidth(height), 1e-7);
  float line = clamp(0.5 + 0.4 * pixel - apart / slope, 0.0, 1.0);
  line *= 1.0 - smoothstep(0.2, 0.55, slope / max(room, 1e-6));
  colour = vec4(mix(own, ink, 0.4 * line), 1.0);
}`;

const NAMES = ["camera", "tones", "sun", "panel", "ink", "levels", "many", "pixel"] as const;

// What lives on the graphics card, and is lost with it.
interface Card {
  program: WebGLProgram;
  places: Record<(typeof NAMES)[number], WebGLUniformLocation | null>;
  count: number;
}

export class Surface implements Painter {
  private card: Card | null = null;
  private solid: Solid | null = null;
  private theme = "";
  private readonly ended = new AbortController();

  // Null where there is no WebGL 2, or if it has to be quick and there is no graphics card.
  static made(stage: Stage, changed: () => void, quick: boolean): Surface | null {
    const canvas = stage.canvas();
    const gl = canvas.getContext("webgl2", { antialias: true, depth: true, failIfMajorPerformanceCaveat: quick });
    if (gl && !(quick && SLOW.test(rendererOf(gl)))) return new Surface(canvas, gl, changed);
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
    stage.discard(canvas);
    return null;
  }

  private constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly gl: WebGL2RenderingContext,
    changed: () => void,
  ) {
    const { signal } = this.ended;
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault(), { signal });
    canvas.addEventListener(
      "webglcontextrestored",
      () => {
        this.card = null;
        changed();
      },
      { signal },
    );
  }

  setSolid(solid: Solid): void {
    this.solid = solid;
    if (this.card) this.upload(this.card, solid);
  }

  draw(camera: Camera, levels: readonly number[], colours: Colours): null {
    const { gl, canvas, solid } = this;
    if (!solid || gl.isContextLost()) return null;
    const card = this.card ?? this.begin(solid);
    const { places } = card;
    const key = colours.terrain.join();
    if (this.theme !== key) {
      const tones = ramp(colours, TONES);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, TONES, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, tones);
      this.theme = key;
    }
    gl.viewport(0, 0, canvas.width, canvas.height);
    this.clear();
    const part = (colour: string): number[] => rgb(colour).map((one) => one / 255);
    gl.uniformMatrix4fv(places.camera, false, camera.matrix());
    gl.uniform3fv(places.sun, sunOf(camera));
    gl.uniform3fv(places.panel, part(colours.panel));
    gl.uniform3fv(places.ink, part(colours.ink));
    const shown = levels.slice(0, MOST);
    if (shown.length) gl.uniform1fv(places.levels, shown);
    gl.uniform1i(places.many, shown.length);
    gl.uniform1f(places.pixel, canvas.width / camera.width);
    gl.drawElements(gl.TRIANGLES, card.count, gl.UNSIGNED_INT, 0);
    return null;
  }

  // It is as fine as it gets.
  refine(): void {}

  clear(): void {
    const { gl } = this;
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
  }

  destroy(): void {
    this.ended.abort();
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  private begin(solid: Solid): Card {
    const { gl } = this;
    const program = linked(gl);
    gl.useProgram(program);
    const found = NAMES.map((name) => [name, gl.getUniformLocation(program, name)]);
    const card: Card = { program, places: Object.fromEntries(found), count: 0 };
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    for (const [name, value] of [
      [gl.TEXTURE_MIN_FILTER, gl.LINEAR],
      [gl.TEXTURE_MAG_FILTER, gl.LINEAR],
      [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
      [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
    ]) {
      gl.texParameteri(gl.TEXTURE_2D, name, value);
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    [3, 3, 1].forEach((size, k) => {
      gl.enableVertexAttribArray(k);
      gl.vertexAttribPointer(k, size, gl.FLOAT, false, 4 * VERTEX, 12 * k);
    });
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.CULL_FACE);
    this.theme = "";
    this.card = card;
    this.upload(card, solid);
    return card;
  }

  private upload(card: Card, { vertices, triangles }: Solid): void {
    const { gl } = this;
    gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.DYNAMIC_DRAW);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles, gl.DYNAMIC_DRAW);
    card.count = triangles.length;
  }
}

// Who draws, as far as the browser tells.
const rendererOf = (gl: WebGL2RenderingContext): string => {
  const told = gl.getExtension("WEBGL_debug_renderer_info");
  return String(gl.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
};

const linked = (gl: WebGL2RenderingContext): WebGLProgram => {
  const program = gl.createProgram();
  for (const [kind, code] of [
    [gl.VERTEX_SHADER, VERTICES],
    [gl.FRAGMENT_SHADER, FRAGMENTS],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader) continue;
    gl.shaderSource(shader, code);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`the relief's shader: ${gl.getProgramInfoLog(program)}`);
  }
  return program;
};
