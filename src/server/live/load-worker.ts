/** The worker thread that loads a changed configuration, so that reading and checking it holds up no call. */
import { loadConfig } from "../../config/load.ts";
import { changesBetween, inventoryOf } from "./inventory.ts";
import type { Delivery, Job } from "./loader.ts";
import { pack, transferable } from "./parcel.ts";

declare const self: {
  onmessage: (event: { readonly data: Job }) => void;
  postMessage(message: Delivery, transfer: readonly ArrayBuffer[]): void;
};

self.onmessage = async ({ data }) => {
  const { path, hash, inventory } = data;
  const loaded = await loadConfig(path, process.env);
  const isSame = loaded.hash === hash && loaded.passing === undefined;
  const config = isSame ? undefined : loaded.config;
  const found = config && inventoryOf(config);
  const parcel = pack({ ...loaded, config });
  const changes = found ? changesBetween(inventory, found) : [];
  self.postMessage({ parcel, isSame, inventory: found ?? inventory, changes }, transferable(parcel));
};
