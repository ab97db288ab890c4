// Opens a page in Firefox, lets a network learn in it, and prints what was met: node firefox.mjs FIREFOX ADDRESS

import { createRequire } from "node:module";

const puppeteer = createRequire(`${process.argv[2]}/`)("puppeteer-core");
const [browserPath, address] = process.argv.slice(3);
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: browserPath,
  headless: true,
  // Its own window: an older Firefox cannot be told another.
  defaultViewport: null,
  args: ["--width=1366", "--height=900"],
});
const complaints = [];

// Puppeteer's own waiting makes a function of a text, which the page's policy forbids.
const until = async (tab, holds) => {
  for (const begun = Date.now(); !(await tab.evaluate(holds)); ) {
    if (Date.now() - begun > 120_000) throw new Error(`never: ${holds}`);
    await new Promise((done) => setTimeout(done, 50));
  }
};

try {
  const tab = await browser.newPage();
  tab.on("pageerror", (error) => complaints.push(error.message));
  tab.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
  await tab.goto(address);
  await until(tab, () => window.landscape && landscape.terrain.drawn);
  const walks = await tab.evaluate(() =>
    landscape.terrain.told().map(({ notation, walk }) => ({ notation, x: [...walk.x], y: [...walk.y] })),
  );
  const buttons = await tab.$$(".tabs button");
  await buttons[1].click();
  await until(tab, () => landscape.network?.trial.seen.length);
  await tab.select(".transport select", "9");
  await tab.click(".play");
  await until(tab, () => landscape.network.trial.ended);
  await until(tab, () => landscape.network.trial.surface?.computed === 41 ** 2);
  const losses = await tab.evaluate(() => landscape.network.trial.losses);
  const colours = await tab.evaluate(() =>
    [...document.querySelectorAll(".bench canvas")].map((canvas) => {
      const { width, height } = canvas;
      const copy = new OffscreenCanvas(width, height).getContext("2d");
      copy.drawImage(canvas, 0, 0);
      return new Set(new Uint32Array(copy.getImageData(0, 0, width, height).data.buffer)).size;
    }),
  );
  process.stdout.write(JSON.stringify({ walks, losses, colours, complaints }));
} finally {
  await browser.close();
}
