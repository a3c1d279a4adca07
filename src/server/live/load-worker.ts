/** The worker thread that loads a changed configuration, so that reading and checking it holds up no call. */
import { loadConfig } from "../../config/load.ts";
import { pack } from "./parcel.ts";

declare const self: {
  onmessage: (event: { readonly data: { readonly path: string } }) => void;
  postMessage(message: unknown): void;
};

self.onmessage = async ({ data }) => {
  self.postMessage(pack(await loadConfig(data.path, process.env)));
};
