/** The worker thread that loads a configuration, so that reading and checking it holds up no call. */
import { loadConfig } from "../../config/load.ts";
import { letOthersGoFirst, releaseMemory } from "../runtime.ts";
import { changesBetween, inventoryOf } from "./inventory.ts";
import type { Delivery, FromThread, Job, ToThread } from "./loader.ts";
import { packNumbers } from "./parcel/packed-numbers.ts";
import { pack, transferable } from "./parcel/parcel.ts";
import { loadAccepting, type Meet } from "./remote/accept.ts";
import type { Held } from "./remote/known.ts";

declare const self: {
  onmessage: (event: { readonly data: ToThread }) => void;
  postMessage(message: FromThread, transfer?: readonly ArrayBuffer[]): void;
};

/** How long a pause is, in milliseconds, for which the system adds some 0.05: whoever has waited for the processor has it then. */
const PAUSE_MS = 0.01;

letOthersGoFirst();

let known: (held: ReadonlyMap<string, Held>) => void = () => {};

self.onmessage = async ({ data }) => {
  switch (data.kind) {
    case "known":
      known(data.held);
      break;
    case "load": {
      const delivery = await load(data.job);
      self.postMessage({ kind: "loaded", delivery }, transferable(delivery.parcel));
      // The thread stays, with nothing to do: what it has read may be a few hundred megabytes.
      setTimeout(releaseMemory);
    }
  }
};

/** What nobody ever changes, so that waiting for it is a pause. */
const unchanged = new Int32Array(new SharedArrayBuffer(4));

function pause(): void {
  Atomics.wait(unchanged, 0, 0, PAUSE_MS);
}

/** Asks the thread that gave the job. */
const meet: Meet = (sources, state) =>
  new Promise((resolve) => {
    known = resolve;
    self.postMessage({ kind: "ask", sources, state });
  });

async function load({ path, inForce, nowMs, isAged }: Job): Promise<Delivery> {
  const { loaded, verdicts } = await loadAccepting(
    (remote) => loadConfig(path, process.env, "required", nowMs, { remote, pause }),
    meet,
  );
  const isRead = loaded.hash === inForce?.hash && loaded.passing === undefined;
  const wanted = isRead && !isAged ? undefined : loaded.config;
  const numbers = packNumbers(wanted?.routing.numbers ?? []);
  const inventory = wanted ? inventoryOf(wanted, numbers) : inForce?.inventory;
  const changes = wanted && inForce && inventory ? changesBetween(inForce.inventory, inventory) : [];
  // What aged and is the same all the same is not put in force again.
  const isSame = isRead && (!isAged || (wanted !== undefined && changes.length === 0));
  const config = isSame ? undefined : loaded.config;
  return {
    parcel: pack({ ...loaded, config }, numbers),
    isSame,
    inventory: inventory ?? [],
    changes,
    verdicts,
  };
}
