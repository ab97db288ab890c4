// Elements of the page, made without markup: what users write is text and nothing else.

type Attributes = Record<string, string | number | boolean | EventListener | undefined>;

export const h = <K extends keyof HTMLElementTagNameMap>(
  kind: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] => {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
};

const SVG = "http://www.w3.org/2000/svg";

export const svg = (
  kind: string,
  attributes: Record<string, string | number> = {},
  ...children: Node[]
): SVGElement => {
  const made = document.createElementNS(SVG, kind) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
};

// Words with values in the places of their names.
export const say = (words: string, values: Record<string, string | number> = {}): string =>
  words.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
