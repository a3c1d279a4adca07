/** The worker thread that loads a changed configuration, so that reading and checking it holds up no call. */
import { loadConfig } from "../../config/load.ts";
import { letOthersGoFirst, releaseMemory } from "../runtime.ts";
import { changesBetween, inventoryOf } from "./inventory.ts";
import type { Delivery, Job } from "./loader.ts";
import { packNumbers } from "./parcel/packed-numbers.ts";
import { pack, transferable } from "./parcel/parcel.ts";
import { loadAccepting } from "./remote/accept.ts";

declare const self: {
  onmessage: (event: { readonly data: Job }) => void;
  postMessage(message: Delivery, transfer: readonly ArrayBuffer[]): void;
};

letOthersGoFirst();

self.onmessage = async ({ data }) => {
  await deliver(data);
  // The thread stays, with nothing to do: what it has read may be a few hundred megabytes.
  setTimeout(releaseMemory);
};

async function deliver({ path, hash, inventory, nowMs, isAged, remote }: Job): Promise<void> {
  const { loaded, verdicts } = await loadAccepting(
    (remote) => loadConfig(path, process.env, "required", nowMs, { remote }),
    async () => remote,
  );
  const isRead = loaded.hash === hash && loaded.passing === undefined;
  const wanted = isRead && !isAged ? undefined : loaded.config;
  const numbers = packNumbers(wanted?.routing.numbers ?? []);
  const found = wanted && inventoryOf(wanted, numbers);
  const changes = found ? changesBetween(inventory, found) : [];
  // What aged and is the same all the same is not put in force again.
  const isSame = isRead && (!isAged || (found !== undefined && changes.length === 0));
  const config = isSame ? undefined : loaded.config;
  const parcel = pack({ ...loaded, config }, numbers);
  self.postMessage(
    { parcel, isSame, inventory: found ?? inventory, changes, verdicts },
    transferable(parcel),
  );
}
