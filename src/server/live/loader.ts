/** Loading a configuration in a thread of its own. */
import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { fileURLToPath } from "node:url";
import { errorCode } from "../../config/files/text-file.ts";
import { isCompiled } from "../../version.ts";
import type { Change } from "../observe/observer.ts";
import type { Inventory } from "./inventory.ts";
import type { Parcel } from "./parcel.ts";
import type { Verdict } from "./remote/accept.ts";
import type { Held } from "./remote/known.ts";

/** What to load, and what is in force. */
export interface Job {
  /** The main file, as an absolute path. */
  readonly path: string;
  /** Of what is in force. */
  readonly hash: string;
  readonly inventory: Inventory;
  /** The time by which to load, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** Whether the same files may be another configuration by now, for holidays are compiled for the years around. */
  readonly isAged: boolean;
  /** What is known of lists and contacts that come from URLs, by the ids of their sources. */
  readonly remote: ReadonlyMap<string, Held>;
}

/** What was loaded. */
export interface Delivery {
  /** Without a configuration where it has errors, or is the one in force. */
  readonly parcel: Parcel;
  /** Whether everything that was read, and what it means today, is as it was. */
  readonly isSame: boolean;
  readonly inventory: Inventory;
  readonly changes: readonly Change[];
  /** What became of what was fetched. */
  readonly verdicts: readonly Verdict[];
}

/** A compiled binary finds its worker by the path that it was built from. */
const LOAD_WORKER = isCompiled
  ? "./src/server/live/load-worker.ts"
  : new URL("./load-worker.ts", import.meta.url).href;

/**
 * So many threads may load at once: one, and those that hang on a file system which does not answer. More would eat up
 * memory.
 */
const MOST_THREADS = 8;

let threads = 0;

/**
 * Loads a configuration in a worker thread, as `loadConfig` does.
 *
 * It resolves when the files are read, if ever: a file system that does not answer holds up its thread, and nothing
 * else. Such a thread is left alone: with Bun, ending threads that hang stops the one that ends them.
 *
 * @throws if the worker cannot be started or fails, which may pass; what is wrong with the files is in the result
 */
export async function loadInWorker(job: Job): Promise<Delivery> {
  if (threads >= MOST_THREADS) throw new Error("too many earlier attempts hang");
  requireDescriptors();
  threads += 1;
  return await new Promise<Delivery>((resolve, reject) => {
    const worker = new Worker(LOAD_WORKER, { type: "module" });
    const end = (settle: () => void) => {
      worker.terminate();
      settle();
    };
    worker.onmessage = (event: MessageEvent<Delivery>) => end(() => resolve(event.data));
    worker.onerror = (event) => {
      event.preventDefault();
      end(() => reject(new Error(event.message)));
    };
    worker.postMessage(job);
  }).finally(() => {
    threads -= 1;
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
