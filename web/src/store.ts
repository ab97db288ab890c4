// The state, who listens to it, and the address that keeps it: each change that is done is a step that the browser's
// buttons undo.

import { DEFAULT, fromAddress, type State, toAddress } from "./state.ts";

export interface Address {
  read(): string;
  push(address: string): void;
  listen(changed: () => void): void;
}

// The address after # of the page.
export const browserAddress = (): Address => ({
  read: () => location.hash,
  push(address) {
    history.pushState(null, "", `#${address}`);
  },
  listen(changed) {
    addEventListener("popstate", changed);
    addEventListener("hashchange", changed);
  },
});

// One that is only remembered, as in a notebook.
export const memoryAddress = (first = "", told: (address: string) => void = () => {}): Address => {
  let now = first;
  return {
    read: () => now,
    push(address) {
      now = address;
      told(address);
    },
    listen() {},
  };
};

export class Store {
  state: State;
  private readonly listeners: ((state: State) => void)[] = [];
  private readonly usual: State;

  constructor(
    private readonly address: Address,
    opened: string, // the address that the page was made with
  ) {
    this.usual = fromAddress(opened, DEFAULT);
    this.state = this.read();
    address.listen(() => {
      const state = this.read();
      if (toAddress(state) === toAddress(this.state)) return;
      this.state = state;
      this.tell();
    });
  }

  listen(listener: (state: State) => void): void {
    this.listeners.push(listener);
  }

  // While something is dragged the address stays: going back leads to what was before.
  drag(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.tell();
  }

  set(change: Partial<State>): void {
    this.drag(change);
    const address = toAddress(this.state);
    if (this.address.read().replace(/^#/, "") !== address) this.address.push(address);
  }

  private read(): State {
    const found = this.address.read().replace(/^#/, "");
    return found ? fromAddress(found) : this.usual;
  }

  private tell(): void {
    for (const listener of this.listeners) listener(this.state);
  }
}
