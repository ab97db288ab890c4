// The playground: its heading, its tabs, and what they have in common: the state, colours, keys and news.

import type { Content, Tab } from "./content.ts";
import { h } from "./elements.ts";
import { NetworkTab } from "./network/networkTab.ts";
import type { Colours } from "./pictures/types.ts";
import { type State, toAddress } from "./state.ts";
import { type Address, Store } from "./store.ts";
import { TerrainTab } from "./terrainTab.ts";

const NETWORK = "network"; // the tab's name in addresses

export class Page {
  readonly store: Store;
  readonly terrain: TerrainTab;
  network: NetworkTab | null = null; // until it is looked at for the first time
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");
  private readonly news = h("p", { class: "quiet", "aria-live": "polite" });
  private readonly notes = h("p", { class: "notes" });
  private readonly frame = h("div", { class: "frame" });
  private readonly buttons: Record<"" | typeof NETWORK, HTMLButtonElement>;
  private shown: Tab | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly content: Content,
    address: Address,
    alone: boolean, // whether there is nothing else that keys could be meant for
  ) {
    const { words } = content;
    this.store = new Store(address, content.opened);
    const button = (tab: string, label: string): HTMLButtonElement =>
      h("button", { type: "button", click: () => this.store.set({ tab }) }, label);
    this.buttons = { "": button("", words.tab_terrain), network: button(NETWORK, words.tab_network) };
    this.terrain = new TerrainTab(content, this.store, this.colours(), (news) => this.tell(news));
    this.assemble(alone);
    this.store.listen((state) => this.update(state));
    this.dark.addEventListener("change", () => this.paint());
    new ResizeObserver(() => this.shown?.resize()).observe(root);
    this.update(this.store.state);
    this.keys(alone);
  }

  // The address of what is shown.
  address(): string {
    return toAddress(this.store.state);
  }

  private assemble(alone: boolean): void {
    const { words, title } = this.content;
    // Elsewhere the address is not this page's.
    const share = h("button", { type: "button", hidden: !alone }, words.share);
    share.addEventListener("click", async () => {
      await navigator.clipboard?.writeText(location.href).catch(() => {});
      this.tell(words.shared);
      share.textContent = words.shared;
      setTimeout(() => {
        share.textContent = words.share;
      }, 2000);
    });
    const tabs = h("nav", { class: "tabs", "aria-label": words.tabs }, ...Object.values(this.buttons));
    const top = h("header", { class: "top" }, h("h1", {}, title), tabs, h("span", { class: "space" }), share);
    this.frame.append(h("div", { class: "head" }, top, this.notes), this.news);
    this.root.replaceChildren(this.frame);
  }

  private update(state: State): void {
    const isNetwork = state.tab === NETWORK;
    if (isNetwork && !this.network) {
      this.network = new NetworkTab(this.content, this.store, this.colours(), (news) => this.tell(news));
    }
    const tab = isNetwork ? this.network! : this.terrain;
    if (tab !== this.shown) {
      this.shown?.leave();
      this.shown?.element.remove();
      this.shown = tab;
      this.frame.append(tab.element);
      this.notes.textContent = tab.notes;
      this.buttons[""].setAttribute("aria-pressed", String(!isNetwork));
      this.buttons.network.setAttribute("aria-pressed", String(isNetwork));
      tab.resize();
    }
    tab.update(state);
  }

  private colours(): Colours {
    const { theme: chosen, colours } = this.content;
    const theme = chosen === "auto" ? (this.dark.matches ? "dark" : "light") : chosen;
    return { ...colours[theme], theme };
  }

  private paint(): void {
    this.terrain.paint(this.colours());
    this.network?.paint(this.colours());
  }

  private tell(news: string): void {
    this.news.textContent = news;
  }

  private keys(alone: boolean): void {
    this.root.addEventListener("keydown", (event) => {
      const target = event.composedPath()[0] as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea, summary")) return;
      if (this.shown?.press(event.key, target)) event.preventDefault();
    });
    if (!alone) return;
    // Keys are meant for the page also where nothing of it is in focus.
    this.root.ownerDocument.addEventListener("keydown", (event) => {
      if (event.target === this.root.ownerDocument.body) this.root.dispatchEvent(new KeyboardEvent("keydown", event));
    });
  }
}
