// Where the live paths start: the cross on the map, moved by mouse, finger and keys. It stands before page.js in the
// page, whose state and drawing it uses.

// The map's ground on the screen, whatever room Plotly has left around it.
const field = () => find("trails").querySelector(".nsewdrag").getBoundingClientRect();

// The place of a point of the map on the screen.
const pixelOf = ([x, y]) => {
  const box = field();
  const [[x0, x1], [y0, y1]] = terrain.domain;
  return [box.left + ((x - x0) / (x1 - x0)) * box.width, box.bottom - ((y - y0) / (y1 - y0)) * box.height];
};

const placeCross = () => {
  if (!live || !state.cross) return;
  const [outer, [left, top]] = [find("map").getBoundingClientRect(), pixelOf(state.cross)];
  const cross = find("cross");
  // An element of SVG has no property `hidden`.
  cross.toggleAttribute("hidden", !within(state.cross, state.cross, terrain.domain));
  cross.style.left = `${left - outer.left}px`;
  cross.style.top = `${top - outer.top}px`;
  cross.classList.toggle("moved", state.cross !== state.start);
};

// The differences of places that the map can tell apart.
const visible = (k) => (terrain.domain[k][1] - terrain.domain[k][0]) / 2000;

// As many digits as the map can tell apart, so that what is shown is what is used.
const rounded = (point) =>
  point.map((one, k) => {
    const digits = Math.ceil(-Math.log10(visible(k)));
    return Number(one.toFixed(Math.min(Math.max(digits, 0), 20)));
  });

const announce = (sentence) => {
  const [x, y] = state.cross.map((one, k) => show(one, 6, visible(k)));
  find("news").textContent = say(sentence, { x, y });
};

const FIELDS = ["start-x", "start-y"];

// In five digits, unless the map shows more; but what was typed stays.
const tellStart = () =>
  state.start.forEach((one, k) => {
    const field = find(FIELDS[k]);
    const digits = one === 0 ? 5 : Math.max(5, magnitude(Math.abs(one)) - magnitude(visible(k)) + 1);
    if (field.valueAsNumber !== one) field.value = Number(one.toPrecision(Math.min(digits, MOST)));
    field.style.width = `max(4.8rem, ${field.value.length + 2}ch)`;
  });

const setStart = (point) => {
  [state.start, state.cross] = [point, point];
  tellStart();
  again(paths);
  announce(words.started);
  return draw();
};

const underMouse = ({ clientX, clientY }) => {
  const box = field();
  const share = [(clientX - box.left) / box.width, (box.bottom - clientY) / box.height];
  if (share.some((one) => one < 0 || one > 1)) return null;
  return rounded(terrain.domain.map(([low, high], k) => low + share[k] * (high - low)));
};

// A mouse moves the start while it is held down; a finger, which may only want to scroll, sets it by a tap.
const listenToMouse = (area) => {
  const set = (event) => {
    const point = underMouse(event);
    if (point) setStart(point);
  };
  area.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0 || !underMouse(event)) return;
      const [tap, ended] = [event.pointerType !== "mouse", new AbortController()];
      const { signal } = ended;
      if (!tap) set(event);
      if (!tap) addEventListener("pointermove", set, { signal });
      addEventListener("pointercancel", () => ended.abort(), { signal });
      addEventListener(
        "pointerup",
        (up) => {
          if (tap && Math.hypot(up.clientX - event.clientX, up.clientY - event.clientY) < 10) set(up);
          ended.abort();
        },
        { signal },
      );
    },
    { capture: true },
  );
};

const listenToKeys = (area) => {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
  area.addEventListener("keydown", (event) => {
    const way = ways[event.key];
    if (way) {
      const share = event.shiftKey ? 0.002 : 0.02;
      state.cross = rounded(
        terrain.domain.map(([low, high], k) =>
          Math.min(Math.max(state.cross[k] + share * way[k] * (high - low), low), high),
        ),
      );
      announce(words.moved);
      placeCross();
    } else if (event.key === "Enter") setStart(state.cross);
    else if (event.key === "Escape") {
      state.cross = state.start;
      placeCross();
    } else return;
    event.preventDefault();
  });
};
