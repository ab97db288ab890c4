// The beginning: what Python wrote into a page, or into a notebook's widget, becomes the playground.

import { App, type Content } from "./app.ts";
import { browserAddress, memoryAddress } from "./store.ts";

const FONT = '1rem "Source Sans 3"';

const begin = async (data: string, root: HTMLElement): Promise<void> => {
  const content: Content = JSON.parse(data);
  // Pictures measure words.
  await Promise.all(["400", "700"].map((weight) => document.fonts.load(`${weight} ${FONT}`)));
  const app = new App(root, content, browserAddress(), true);
  Object.assign(window, { landscape: app });
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
  render({ model, el }: { model: Shared; el: HTMLElement }): void {
    const content: Content = JSON.parse(String(model.get("content")));
    const address = memoryAddress(String(model.get("address")), (now) => {
      model.set("address", now);
      model.save_changes();
    });
    el.classList.add("playground");
    el.style.setProperty("--page-height", `${model.get("height")}px`);
    new App(el, content, address, false);
  },
};
