// The page's own beginning: what Python wrote into it becomes the playground.

import { App, type Content } from "./app.ts";
import { browserAddress } from "./store.ts";
import { EXACT } from "./walk.ts";

const begin = async (): Promise<void> => {
  const content: Content = JSON.parse(document.getElementById("data")!.textContent!);
  // Pictures measure words.
  await Promise.all(["400", "700"].map((weight) => document.fonts.load(`${weight} 1rem "Source Sans 3"`)));
  const app = new App(document.getElementById("playground")!, content, browserAddress(), {
    noise: () => EXACT,
    signs: () => () => [1, 1],
  });
  Object.assign(window, { landscape: app });
};

begin();
