// A surface that was asked for, with the paths on it, point by point.

import type { Snapshot } from "./contender.ts";
import { isToScale, project } from "./planes.ts";
import type { SurfaceRequest, SurfaceSeen, Walk } from "./protocol.ts";
import type { Survey } from "./survey.ts";

export class Surveying {
  private readonly walks: Walk[];
  private readonly todo: (() => void)[];

  // paths: of each contender, empty where it has another loss.
  constructor(
    private readonly asked: SurfaceRequest,
    private readonly chance: number | null,
    private readonly survey: Survey,
    paths: readonly (readonly Snapshot[])[],
  ) {
    const contenders = paths.map((_, k) => k).filter((k) => paths[k].length);
    this.walks = contenders.map((contender) => {
      const path = paths[contender];
      const unknown = (): Float64Array => new Float64Array(path.length).fill(Number.NaN);
      const points = path.map(({ params }) => project(survey.plane, params));
      const away = Float64Array.from(path, ({ params }) => apart(params, path[0].params));
      return { contender, steps: path.map(({ step }) => step), points, away, loss: unknown(), inPlane: unknown() };
    });
    this.todo = this.walks.flatMap(({ contender, points, loss, inPlane }) =>
      points.map(({ x, y }, row) => () => {
        loss[row] = survey.lossAt(paths[contender][row].params);
        inPlane[row] = survey.lossIn(x, y);
      }),
    );
  }

  get done(): boolean {
    return !this.todo.length && this.survey.done;
  }

  // Whether there is a whole picture.
  get whole(): boolean {
    return this.survey.computed >= this.survey.coarse;
  }

  // After a picture of the surface the paths, of which there are few points, and then the rest.
  next(): void {
    const one = this.whole ? this.todo.pop() : undefined;
    if (one) one();
    else this.survey.next();
  }

  seen(): SurfaceSeen {
    const { survey, walks, asked } = this;
    return {
      request: asked.request,
      domain: survey.domain,
      toScale: isToScale(survey.plane),
      side: survey.side,
      losses: survey.losses.slice(),
      computed: survey.computed,
      walks: walks.map((one) => ({ ...one, loss: one.loss.slice(), inPlane: one.inPlane.slice() })),
      explained: survey.plane.explained,
      chance: this.chance,
      examples: survey.examples.count,
    };
  }
}

const apart = (one: Float32Array, other: Float32Array): number => {
  let sum = 0;
  for (let k = 0; k < one.length; k++) sum += (one[k] - other[k]) ** 2;
  return Math.sqrt(sum);
};
