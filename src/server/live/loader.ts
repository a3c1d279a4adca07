/** Loading a configuration in a thread of its own. */
import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { fileURLToPath } from "node:url";
import type { RemoteSource } from "../../config/files/remote.ts";
import { errorCode } from "../../config/files/text-file.ts";
import { isCompiled } from "../../version.ts";
import type { Change } from "../observe/observer.ts";
import type { Inventory } from "./inventory.ts";
import type { Parcel } from "./parcel/parcel.ts";
import type { Meet, Verdict } from "./remote/accept.ts";
import type { Held } from "./remote/known.ts";

/** What to load, and what is in force. */
export interface Job {
  /** The main file. */
  readonly path: string;
  /** Undefined at the start. */
  readonly inForce: { readonly hash: string; readonly inventory: Inventory } | undefined;
  /** The time by which to load, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** Whether the same files may be another configuration by now, for holidays are compiled for the years around. */
  readonly isAged: boolean;
}

/** What the thread is told. */
export type ToThread =
  | { readonly kind: "load"; readonly job: Job }
  /** What is known of lists and contacts that come from URLs, by the ids of their sources. */
  | { readonly kind: "known"; readonly held: ReadonlyMap<string, Held> };

/** What the thread says. */
export type FromThread =
  /** What is known of these? The directory is that of their copies. */
  | { readonly kind: "ask"; readonly sources: readonly RemoteSource[]; readonly state: string | undefined }
  | { readonly kind: "loaded"; readonly delivery: Delivery };

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

/**
 * How long a thread that has nothing to do stays, in milliseconds. Whoever edits a file edits it again soon, and a thread
 * that has loaded before takes half the processor time; but it takes memory too, from 10 MB on.
 */
const KEEP_MS = 60_000;

/** Loads a configuration in worker threads, one of which stays for a while when it is done. */
export class Loader {
  readonly #keepMs: number;
  #busy = 0;
  #resting: { readonly thread: LoadThread; readonly timer: ReturnType<typeof setTimeout> } | undefined;
  #isClosed = false;

  /** @param keepMs how long a thread that has nothing to do stays, in milliseconds */
  constructor(keepMs: number = KEEP_MS) {
    this.#keepMs = keepMs;
  }

  /**
   * Loads a configuration in a worker thread, as `loadConfig` does.
   *
   * It resolves when the files are read, if ever: a file system that does not answer holds up its thread, and nothing
   * else. Such a thread is left alone: with Bun, ending threads that hang stops the one that ends them.
   *
   * @param meet is asked what is known of lists and contacts that come from URLs, where there are some
   * @throws if the worker cannot be started or fails, which may pass; what is wrong with the files is in the result
   */
  async load(job: Job, meet: Meet): Promise<Delivery> {
    if (this.#busy >= MOST_THREADS) throw new Error("too many earlier attempts hang");
    requireDescriptors();
    const thread = this.#takeResting() ?? new LoadThread();
    this.#busy += 1;
    try {
      const delivery = await thread.load(job, meet);
      this.#keep(thread);
      return delivery;
    } catch (error) {
      thread.end();
      throw error;
    } finally {
      this.#busy -= 1;
    }
  }

  /** Ends the thread that has nothing to do; others end when they are done. */
  close(): void {
    this.#isClosed = true;
    this.#takeResting()?.end();
  }

  /** The thread that has nothing to do, which is to have something to do now. */
  #takeResting(): LoadThread | undefined {
    const { thread, timer } = this.#resting ?? {};
    clearTimeout(timer);
    this.#resting = undefined;
    return thread?.isAlive ? thread : undefined;
  }

  #keep(thread: LoadThread): void {
    // One that hung comes back when another has taken its place.
    if (this.#isClosed || this.#resting) {
      thread.end();
      return;
    }
    const timer = setTimeout(() => this.#takeResting()?.end(), this.#keepMs);
    timer.unref();
    this.#resting = { thread, timer };
  }
}

/** A worker thread that loads configurations, one after the other. */
class LoadThread {
  readonly #worker = new Worker(LOAD_WORKER, { type: "module" });
  #isAlive = true;
  #loading:
    | {
        readonly meet: Meet;
        readonly resolve: (delivery: Delivery) => void;
        readonly reject: (error: Error) => void;
      }
    | undefined;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<FromThread>) => this.#hear(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#die(event.message);
    };
    this.#worker.addEventListener("close", () => this.#die("the thread that loads it has ended"));
  }

  /** Whether it can be given something to do. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  load(job: Job, meet: Meet): Promise<Delivery> {
    return new Promise<Delivery>((resolve, reject) => {
      this.#loading = { meet, resolve, reject };
      this.#tell({ kind: "load", job });
    }).finally(() => {
      // What was delivered is not to be kept.
      this.#loading = undefined;
    });
  }

  end(): void {
    this.#isAlive = false;
    this.#worker.terminate();
  }

  #die(reason: string): void {
    this.#isAlive = false;
    this.#loading?.reject(new Error(reason));
  }

  #tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromThread): void {
    switch (message.kind) {
      case "ask":
        void this.#loading
          ?.meet(message.sources, message.state)
          .then((held) => this.#tell({ kind: "known", held }), this.#loading.reject);
        break;
      case "loaded":
        this.#loading?.resolve(message.delivery);
        break;
    }
  }
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
