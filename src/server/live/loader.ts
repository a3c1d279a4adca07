/** Loading a configuration in a thread of its own. */
import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { fileURLToPath } from "node:url";
import { errorCode } from "../../config/files/text-file.ts";
import { isCompiled } from "../../version.ts";
import type { Change } from "../observe/observer.ts";
import type { Inventory } from "./inventory.ts";
import type { Parcel } from "./parcel.ts";

/** What to load, and what is in force. */
export interface Job {
  /** The main file, as an absolute path. */
  readonly path: string;
  /** Of what is in force. */
  readonly hash: string;
  readonly inventory: Inventory;
}

/** What was loaded. */
export interface Delivery {
  /** Without a configuration where it has errors, or is the one in force. */
  readonly parcel: Parcel;
  /** Whether everything that was read is as it was. */
  readonly isSame: boolean;
  readonly inventory: Inventory;
  readonly changes: readonly Change[];
}

/** A compiled binary finds its worker by the path that it was built from. */
const LOAD_WORKER = isCompiled
  ? "./src/server/live/load-worker.ts"
  : new URL("./load-worker.ts", import.meta.url).href;

/** How long loading may take, in milliseconds: a file system that hangs must not hold up later changes for ever. */
const LOAD_TIMEOUT_MS = 60_000;

/**
 * Loads a configuration in a worker thread, as `loadConfig` does.
 *
 * @throws if the worker cannot be started, fails or takes too long, which may pass; what is wrong with the files is in
 *   the result
 */
export async function loadInWorker(job: Job): Promise<Delivery> {
  requireDescriptors();
  return await new Promise((resolve, reject) => {
    const worker = new Worker(LOAD_WORKER, { type: "module" });
    const end = (settle: () => void) => {
      clearTimeout(timeout);
      worker.terminate();
      settle();
    };
    const fail = (reason: string) => end(() => reject(new Error(reason)));
    const timeout = setTimeout(
      () => fail(`it takes longer than ${LOAD_TIMEOUT_MS / 1000} s`),
      LOAD_TIMEOUT_MS,
    );
    worker.onmessage = (event: MessageEvent<Delivery>) => end(() => resolve(event.data));
    worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message);
    };
    worker.postMessage(job);
  });
}

/** More than a thread needs to start and to read files: where a thread finds none, Bun ends the whole process. */
const SPARE_DESCRIPTORS = 64;

/** Deno may be allowed to read its sources only. */
const ALWAYS_THERE = isCompiled ? devNull : fileURLToPath(LOAD_WORKER);

/**
 * Opens what is always there and never hangs: the configuration may be gone, or on a file system that does not answer.
 *
 * @throws where there are not enough file descriptors left for another thread
 */
function requireDescriptors(): void {
  const descriptors: number[] = [];
  try {
    while (descriptors.length < SPARE_DESCRIPTORS) descriptors.push(openSync(ALWAYS_THERE, "r"));
  } catch (error) {
    const code = errorCode(error);
    if (code === "EMFILE" || code === "ENFILE") throw new Error("there are no file descriptors left");
    throw error;
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}
