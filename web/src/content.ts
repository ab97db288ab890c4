// What Python writes into a page, and what each tab of it answers to.

import type { Catalogue, Theme, Words } from "./catalogue.ts";
import type { Challenge } from "./challenges.ts";
import type { Given } from "./given.ts";
import type { PackedData } from "./network/data.ts";
import type { Preset } from "./network/presets.ts";
import type { Parts } from "./network/settings.ts";
import type { Colours } from "./pictures/types.ts";
import type { State } from "./state.ts";

// data: by their notations, as menus list them.
export interface NetworkContent {
  parts: Omit<Parts, "optimizers" | "schedules">;
  data: Record<string, PackedData>;
  presets: Preset[];
}

export interface Content {
  theme: Theme | "auto";
  lang: string;
  title: string;
  words: Words;
  colours: Record<Theme, Omit<Colours, "theme">>;
  catalogue: Catalogue;
  texts: { optimizers?: Record<string, string>; terrains?: Record<string, string> };
  opened: string;
  given: Given | null;
  challenges: Challenge[];
  network: NetworkContent;
}

export interface Tab {
  readonly element: HTMLElement;
  readonly notes: string; // what can be done here
  update(state: State): void;
  paint(colours: Colours): void;
  resize(): void;
  leave(): void; // another tab is looked at
  press(key: string, target: HTMLElement): boolean; // whether the key meant something
}
