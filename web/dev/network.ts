// Networks alone, to be looked at: `npm run network`, and open dev/network.html in a browser, with
// ?data=spiral&two=1&activation=tanh&activation=sigmoid&theme=dark&plane=pca&go. It is no part of the package.

import { looksOf } from "../src/looks.ts";
import { type Data, type PackedData, unpackedData } from "../src/network/data.ts";
import { experimentOf } from "../src/network/experiment.ts";
import type { FromWorker, PlaneKind, Seen, ToWorker, Wanted } from "../src/network/protocol.ts";
import type { Parts } from "../src/network/settings.ts";
import { curveOf, groundOf, offPlane, pathOf } from "../src/network/sights.ts";
import { commandsOf } from "../src/network/takehome.ts";
import { DecisionView } from "../src/network/views/decisionView.ts";
import { DigitsView } from "../src/network/views/digitsView.ts";
import { Decades, LayersView, Shares } from "../src/network/views/layersView.ts";
import { WeightsView } from "../src/network/views/weightsView.ts";
import { LossView, scaleOf } from "../src/pictures/losses.ts";
import { MapView } from "../src/pictures/map.ts";
import { painterFor } from "../src/pictures/painter.ts";
import { ReliefView } from "../src/pictures/relief.ts";
import { PALETTES, WORDS } from "./palettes.ts";

declare const WORKER: string;
declare const CONTENT: string;

const content = JSON.parse(CONTENT);
const asked = new URLSearchParams(location.search);
const theme = asked.get("theme") === "dark" ? "dark" : "light";
const colours = PALETTES[theme];
const hues: Record<string, string> = content.looks.hues[theme];
const classes = ["orange", "blue", "green", "magenta", "sky", "violet", "brown", "olive", "grey", "ink"].map(
  (one) => hues[one],
);
const experiment = experimentOf(location.search, "spiral");
const { contenders } = experiment;
const names = contenders.map((one) => `${one.activation} ${one.optimizer}`);
const looks = looksOf(
  contenders.map((one) => one.optimizer.split(":")[0]),
  content.looks,
);

const host = (id: string, parent = "main"): HTMLElement => {
  const made = document.createElement("div");
  made.id = made.className = id;
  document.getElementById(parent)?.append(made);
  return made;
};

const begin = async (): Promise<void> => {
  for (const [name, value] of Object.entries(colours)) document.body.style.setProperty(`--${name}`, String(value));
  const packed: PackedData = content.data[experiment.data];
  const data: Data = await unpackedData(packed);
  const plane = data.features === 2;
  const reach = 1.25;
  const decisions = contenders.map(() => (plane ? new DecisionView(host("decision"), "decision", reach) : null));
  const words = { read_as: "{label} → {answer}", none_misread: "All are read right." };
  const digits = contenders.map(() => (plane ? null : new DigitsView(host("digits"), "misread", words)));
  const weights = contenders.map(() => new WeightsView(host("weights"), "first weights"));
  const layer = (k: number, last: boolean): string => (last ? "outputs" : `layer ${k}`);
  const bars = {
    gradient: new LayersView(host("gradient"), "gradient", layer, new Decades()),
    error: new LayersView(host("error"), "error", layer, new Decades()),
    signal: new LayersView(host("signal"), "outputs' size", (k) => `layer ${k}`, new Decades()),
    saturated: new LayersView(host("saturated"), "share of hardly any slope", (k) => `layer ${k}`, new Shares()),
  };
  const losses = new LossView(host("losses"), WORDS);
  const map = new MapView(host("map"), WORDS);
  const relief = new ReliefView(host("relief"), WORDS, painterFor);
  const all = [...decisions, ...digits, ...weights, ...Object.values(bars), losses, map, relief].filter(
    (one) => one !== null,
  );
  for (const one of all) one.setColours(colours);
  decisions.forEach((one) => {
    one?.setData(data.train, data.test, classes.slice(0, data.classes));
  });
  digits.forEach((one) => {
    one?.setData(data.test);
  });
  for (const one of all) one.resize();

  const worker = new Worker(URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" })));
  const send = (message: ToWorker): void => worker.postMessage(message);
  const curves = contenders.map((): number[] => []);
  let began = 0;
  const show = (seen: Seen[]): void => {
    const series = (of: (one: Seen) => readonly number[]) =>
      seen.map((one, k) => ({ name: names[k], colour: looks[k].colour[theme], values: of(one) }));
    bars.gradient.setSeries(series(({ measured }) => measured.layers.gradient));
    bars.error.setSeries(series(({ measured }) => measured.layers.error));
    bars.signal.setSeries(series(({ measured }) => measured.layers.signal));
    bars.saturated.setSeries(series(({ measured }) => measured.layers.saturated));
    seen.forEach((one, k) => {
      decisions[k]?.setDecision(one.decision);
      digits[k]?.setMisread(one.measured.misread);
      const sizes = [data.features, ...contenders[k].hidden, data.classes];
      weights[k].setWeights(one.weights, sizes, [hues.orange, hues.blue]);
      curves[k].push(...one.losses);
    });
    const paths = curves.map((one, k) => curveOf(Float64Array.from(one), names[k], looks[k]));
    losses.setPaths(paths);
    losses.setScale(scaleOf(paths, { height: "log", floor: 0, rounding: 1e-6 }, null));
    losses.show(Math.max(0, ...curves.map((one) => one.length - 1)));
    const said = seen.map(
      ({ step, epoch, measured, diverged }) =>
        `step ${step}, epoch ${epoch.toFixed(1)}: loss ${measured.trainLoss.toPrecision(3)}, test ${(100 * measured.testAccuracy).toFixed(1)} %${diverged ? ", diverged" : ""}`,
    );
    const rate = seen[0].step / Math.max((performance.now() - began) / 1000, 0.01);
    document.getElementById("told")!.textContent = `${said.join(" | ")} | ${Math.round(rate)} steps/s`;
  };
  worker.onmessage = ({ data: message }: { data: FromWorker }) => {
    if (message.kind === "snapshot") {
      show(message.contenders);
      document.body.dataset.ended = String(message.contenders.every(({ ended }) => ended));
    } else if (message.kind === "surface") {
      const { surface } = message;
      const ground = groundOf(surface, ["first component", "second component"]);
      const paths = surface.walks.map((one) => pathOf(one, names[one.contender], looks[one.contender]));
      map.setGround(ground);
      relief.setGround(ground);
      for (const view of [map, relief]) {
        view.setPaths(paths);
        view.show(1e9);
      }
      const held = surface.explained
        ? `, holds ${(100 * (surface.explained[0] + surface.explained[1])).toFixed(1)} %`
        : "";
      const off = surface.walks.map((one) => `${(100 * offPlane(one)).toFixed(0)} % off`).join(", ");
      document.getElementById("home")!.textContent = `${surface.computed} of ${surface.side ** 2}${held}; ${off}`;
      document.body.dataset.surface = String(surface.computed === surface.side ** 2);
    } else if (message.kind !== "configured") document.getElementById("home")!.textContent = JSON.stringify(message);
  };
  const wanted: Wanted = { decision: 60, reach, misread: 24, weights: 24 };
  const parts: Parts = content.parts;
  send({ kind: "begin", parts });
  send({ kind: "configure", experiment: 1, data, contenders, wanted });
  const press = (id: string, pressed: () => void): void =>
    document.getElementById(id)?.addEventListener("click", pressed);
  const run = (): void => {
    began = performance.now();
    send({ kind: "run", pace: asked.has("pace") ? Number(asked.get("pace")) : null });
  };
  press("run", run);
  press("pause", () => send({ kind: "pause" }));
  press("step", () => send({ kind: "step", steps: 1 }));
  const kind = (asked.get("plane") ?? "pca") as PlaneKind;
  press("surface", () =>
    send({ kind: "surface", asked: { request: 1, contender: 0, plane: kind, seed: 0, side: 41, examples: 500 } }),
  );
  document.getElementById("home")!.textContent = commandsOf(data, contenders).join(" ; ");
  const drawn: unknown[] = [];
  for (const one of decisions) if (one) one.onDraw = (place) => drawn.push(place);
  Object.assign(window, { networks: { curves, drawn, send } });
  if (asked.has("go")) run();
};

begin();
