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
try {
  const tab = await browser.newPage();
  tab.setDefaultTimeout(120_000);
  tab.on("pageerror", (error) => complaints.push(error.message));
  tab.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
  await tab.goto(address);
  await tab.waitForFunction(() => window.landscape && landscape.terrain.drawn);
  const walks = await tab.evaluate(() =>
    landscape.terrain.told().map(({ notation, walk }) => ({ notation, x: [...walk.x], y: [...walk.y] })),
  );
  const buttons = await tab.$$(".tabs button");
  await buttons[1].click();
  await tab.waitForFunction(() => landscape.network?.trial.seen.length);
  await tab.select(".transport select", "9");
  await tab.click(".play");
  await tab.waitForFunction(() => landscape.network.trial.ended);
  await tab.waitForFunction(() => landscape.network.trial.surface?.computed === 41 ** 2);
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
