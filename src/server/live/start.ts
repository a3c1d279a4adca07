/** Loading the configuration that a server starts with. */
import { TooLongError } from "../../config/files/sources.ts";
import { type Loaded, loadConfig } from "../../config/load.ts";
import type { Env } from "../../config/read/file.ts";
import { lazily } from "../../routing/table/compile.ts";
import { betweenCalls } from "./between-calls.ts";
import { type Inventory, inventoryOfSliced } from "./inventory.ts";
import { Loader } from "./loader.ts";
import { packNumbersSliced } from "./parcel/packed-numbers.ts";
import { type LazyLoaded, unpackAtOnce } from "./parcel/parcel.ts";
import { type Load, loadAccepting, type Verdict } from "./remote/accept.ts";
import type { RemoteFiles } from "./remote/remote-files.ts";

/** What a server starts with. */
export interface First extends LazyLoaded {
  /** Takes the inventory of the configuration, where there is one; asked for once. */
  readonly inventory: () => Promise<Inventory>;
}

/**
 * With more TOML than this, in bytes, a thread of its own loads it, which takes some 50 ms to start: what it leaves behind,
 * a hundred times the text, then goes with it, instead of being collected between calls.
 */
const LONG_BYTES = 512 * 1024;

/**
 * Loads a configuration with what its URLs hold: what they answer now, else what the copies in the state directory
 * hold, else nothing.
 *
 * @param env that of the process
 * @param longBytes with more TOML than that, another thread loads it
 */
export async function loadServed(
  path: string,
  env: Env,
  remote: RemoteFiles,
  longBytes: number = LONG_BYTES,
): Promise<First> {
  const nowMs = Date.now();
  const here = (mostBytes?: number) =>
    loadHere((remote) => loadConfig(path, env, "required", nowMs, { remote, mostBytes }), remote);
  const { first, verdicts } = await here(longBytes).catch((error: unknown) => {
    if (!(error instanceof TooLongError)) throw error;
    // Where there can be no other thread, such as for want of file descriptors, a start has this one to go on with.
    return loadApart(path, remote, nowMs).catch(() => here());
  });
  remote.settle(first.remote, verdicts, first.config !== undefined);
  return first;
}

interface Accepted {
  readonly first: First;
  readonly verdicts: readonly Verdict[];
}

/** Loads it in this thread. @throws {TooLongError} */
async function loadHere(load: Load, remote: RemoteFiles): Promise<Accepted> {
  const { loaded, verdicts } = await loadAccepting(load, remote.first);
  return { first: firstOf(loaded), verdicts };
}

/** Loads it in a thread of its own. @throws where there can be none, or it ends before it is done */
async function loadApart(path: string, remote: RemoteFiles, nowMs: number): Promise<Accepted> {
  const loader = new Loader();
  try {
    const job = { path, inForce: undefined, nowMs, isAged: false };
    const { parcel, inventory, verdicts } = await loader.load(job, remote.first);
    return { first: { ...unpackAtOnce(parcel), inventory: async () => inventory }, verdicts };
  } finally {
    loader.close();
  }
}

/** What was loaded in this thread, to start a server with. */
export function firstOf({ config, ...loaded }: Loaded): First {
  const inventory = async () => {
    if (!config) return [];
    const numbers = await betweenCalls(packNumbersSliced(config.routing.numbers));
    return await betweenCalls(inventoryOfSliced(config, numbers));
  };
  const lazy = config && { ...config, routing: lazily(config.routing) };
  return { ...loaded, config: lazy, inventory };
}
