// The worker of the page's networks: hears messages between small pieces of work.

import { Laboratory } from "./laboratory.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

interface Scope {
  onmessage: ((event: { data: ToWorker }) => void) | null;
  postMessage(message: FromWorker): void;
}

const SHORT = 4; // milliseconds, which a timer does not count

const serve = (scope: Scope): void => {
  const laboratory = new Laboratory(
    (message) => scope.postMessage(message),
    () => performance.now(),
  );
  // A channel comes back at once, where a timer lets some milliseconds pass.
  const again = new MessageChannel();
  let planned = false;
  let asleep: ReturnType<typeof setTimeout> | undefined;

  const plan = (): void => {
    if (planned || !laboratory.busy) return;
    planned = true;
    const { idle } = laboratory;
    if (idle < SHORT) again.port2.postMessage(null);
    else asleep = setTimeout(work, idle);
  };
  const work = (): void => {
    [planned, asleep] = [false, undefined];
    laboratory.work();
    plan();
  };
  again.port1.onmessage = work;
  scope.onmessage = ({ data }) => {
    laboratory.hear(data);
    if (asleep !== undefined) {
      clearTimeout(asleep);
      [planned, asleep] = [false, undefined];
    }
    plan();
  };
};

serve(self as unknown as Scope);
