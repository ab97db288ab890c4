// What the page says to the worker of its networks, and hears from it.

import type { FromWorker, ToWorker } from "./protocol.ts";

declare const WORKER: string; // the worker's code: a page of one file has no other

export class Conversation {
  private readonly worker: Worker;

  constructor(heard: (message: FromWorker) => void, failed: () => void) {
    const address = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
    this.worker = new Worker(address);
    this.worker.onmessage = ({ data }: { data: FromWorker }) => heard(data);
    this.worker.onerror = failed;
  }

  say(message: ToWorker): void {
    this.worker.postMessage(message);
  }
}
