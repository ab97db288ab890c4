// The panel of the optimizers: each with its switch, its loss at the step and, if it is live, its sliders.

const ICONS = {
  circle: "M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16",
  square: "M5 5h14v14H5z",
  diamond: "M12 2l9.5 10L12 22 2.5 12z",
};

// A slider's place and the hyperparameter there. Rates are logarithmic; what is a memory of the past is logarithmic in
// what it forgets, so that 0.9, 0.99 and 0.999 are equally far from each other. Values can be shown whole.
const RATE = {
  low: -5,
  high: 1,
  step: 0.02,
  value: (place) => Number((10 ** place).toPrecision(3)),
  place: (value) => Math.log10(value),
};
const MEMORY = {
  low: 0,
  high: 4,
  step: 0.05,
  value: (place) => Number((1 - Number((10 ** -place).toPrecision(2))).toPrecision(12)),
  place: (value) => -Math.log10(1 - value),
};
const SLIDERS = { lr: RATE, momentum: MEMORY, alpha: MEMORY, beta1: MEMORY, beta2: MEMORY };

const element = (kind, attributes = {}, ...children) => {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

const icon = (symbol) => {
  const hollow = symbol.endsWith("-open");
  const made = element("span", { class: hollow ? "icon hollow" : "icon", "aria-hidden": "true" });
  made.innerHTML = `<svg viewBox="0 0 24 24"><path d="${ICONS[symbol.replace("-open", "")]}"/></svg>`;
  return made;
};

const slider = (path, option, words, changed) => {
  const scale = SLIDERS[option];
  const place = scale.place(path.options[option]);
  const [low, high] = [Math.min(scale.low, Math.floor(place)), Math.max(scale.high, Math.ceil(place))];
  const label = `${path.name}: ${words[option]}`;
  const input = element("input", { type: "range", min: low, max: high, step: scale.step, "aria-label": label });
  const output = element("output");
  const tell = () => {
    output.value = String(path.options[option]);
    input.setAttribute("aria-valuetext", output.value);
  };
  input.addEventListener("input", () => {
    path.options[option] = scale.value(input.valueAsNumber);
    tell();
    changed();
  });
  const set = () => {
    input.value = scale.place(path.options[option]);
    tell();
  };
  set();
  return { row: element("label", { class: "slider" }, element("span", {}, words[option]), input, output), set };
};

// The section of a path; `update(row)` brings what it shows up to date, and `set()` its sliders.
const section = (path, words, { switched, changed }) => {
  const box = element("input", { type: "checkbox" });
  box.checked = path.shown;
  box.addEventListener("change", () => {
    path.shown = box.checked;
    made.classList.toggle("off", !path.shown);
    switched();
  });
  const loss = element("output", { class: "loss" });
  const name = element("label", { class: "name" }, box, icon(path.symbol), element("span", {}, path.name));
  const note = path.options ? "" : element("span", { class: "note" }, words.recorded);
  const made = element("section", { class: "walker" }, element("div", { class: "head" }, name, note, loss));
  const movable = Object.keys(SLIDERS).filter((option) => path.options && option in path.options);
  const sliders = movable.map((option) => slider(path, option, words, () => changed(path)));
  made.append(...sliders.map(({ row }) => row));
  return {
    made,
    set: () => sliders.forEach(({ set }) => set()),
    paint: (theme) => made.style.setProperty("--own", path.colour[theme]),
    update(row, ended) {
      const { walk } = path;
      loss.value = ended ? say(words.diverged, { step: walk.diverged }) : `${words.loss} ${show(walk.loss[row])}`;
    },
  };
};
