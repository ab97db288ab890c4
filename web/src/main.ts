// The beginning: what Python wrote into a page, or into a notebook's widget, becomes the playground.

import type { Content } from "./content.ts";
import { Page } from "./page.ts";
import { browserAddress, memoryAddress } from "./store.ts";

const FONTS = ["Source Sans 3", "Noto Sans CJK SC"];

// Pictures measure words, and paint them as they are at first.
const fonts = ({ words }: Content): Promise<unknown> => {
  const letters = Object.values(words).join("");
  const faces = FONTS.flatMap((name) => ["400", "700"].map((weight) => `${weight} 1rem "${name}"`));
  return Promise.all(faces.map((face) => document.fonts.load(face, letters)));
};

const begin = async (data: string, root: HTMLElement): Promise<void> => {
  const content: Content = JSON.parse(data);
  await fonts(content);
  const page = new Page(root, content, browserAddress(), true);
  Object.assign(window, { landscape: page });
};

const [data, root] = ["data", "playground"].map((id) => document.getElementById(id));
if (data?.textContent && root) begin(data.textContent, root);

// What a widget is given by Python, and gives back.
interface Shared {
  get(name: "content" | "address" | "height"): string | number;
  set(name: "address", value: string): void;
  save_changes(): void;
  on(event: string, changed: () => void): void;
}

export default {
  async render({ model, el }: { model: Shared; el: HTMLElement }): Promise<void> {
    const content: Content = JSON.parse(String(model.get("content")));
    const address = memoryAddress(String(model.get("address")), (now) => {
      model.set("address", now);
      model.save_changes();
    });
    el.classList.add("playground");
    el.style.setProperty("--page-height", `${model.get("height")}px`);
    await fonts(content);
    new Page(el, content, address, false);
  },
};
