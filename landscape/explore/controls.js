// The panel of the optimizers: each with its switch, its loss at the step and, if it is live, its sliders. It stands
// before page.js in the page, whose `live` it uses.

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

// A piece of a path's line with its mark, as in the pictures.
const icon = ({ look }) => {
  const made = element("span", { class: "icon", "aria-hidden": "true" });
  const pattern = look.dash.map((part) => 2 * part).join(" ");
  const line = `<path class="line" d="M-18 0H18" stroke-dasharray="${pattern}"/>`;
  made.innerHTML = `<svg viewBox="-18 -8 36 16">${line}<path class="mark" d="${look.outline}"/></svg>`;
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
    output.value = setting(path.options[option]);
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

// What is to be read of a path at a step: that it diverged, has arrived but for rounding, or its loss.
const standing = ({ path, row, step, ended }, scale, words) => {
  const { walk } = path;
  if (ended) return divergedAt(path, words);
  const loss = walk.loss[row];
  const told = show(loss, 3, fineness(scale, loss));
  if (reached(scale, [loss])) return say(words.reached, { loss: show(roundedUp(scale.floor), 1) });
  if (walk.steps[row] === step) return `${words.loss} ${told}`;
  return say(words.loss_at, { loss: told, step: counted(walk.steps[row]) });
};

// The section of a path; `update(move, scale)` brings what it shows up to date, and `set()` its sliders.
const section = (path, words, { switched, changed }) => {
  const box = element("input", { type: "checkbox" });
  box.checked = path.shown;
  box.addEventListener("change", () => {
    path.shown = box.checked;
    made.classList.toggle("off", !path.shown);
    switched();
  });
  const loss = element("output", { class: "loss" });
  const name = element("label", { class: "name" }, box, icon(path), element("span", {}, path.name));
  const note = element("span", { class: "note" });
  const made = element("section", { class: "walker" }, element("div", { class: "head" }, name, note, loss));
  const movable = Object.keys(SLIDERS).filter((option) => path.options && option in path.options);
  const sliders = movable.map((option) => slider(path, option, words, () => changed(path)));
  made.append(...sliders.map(({ row }) => row));
  return {
    made,
    set: () => sliders.forEach(({ set }) => set()),
    paint: (theme) => made.style.setProperty("--own", path.look.colour[theme]),
    update(move, scale) {
      note.textContent = path.options ? "" : path.apart ? words[path.apart] : live ? words.fixed : words.recorded;
      made.classList.toggle("apart", Boolean(path.apart));
      loss.value = move && !path.apart ? standing(move, scale, words) : "";
    },
  };
};
