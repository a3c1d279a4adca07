/**
 * What differs between the runtimes, Bun and Deno: their names, standard error, names of hosts, compiling, memory, the priority
 * of a thread, hashes, signatures.
 */
import type { LookupAddress } from "node:dns";
import { readFileSync, write } from "node:fs";
import { availableParallelism, getPriority, setPriority } from "node:os";
import { type KeyedDigest, keyedDigest } from "../retell/signature.ts";

/** The parts of Deno's API that are used here. */
interface DenoApi {
  version: { deno: string };
  stderr: { write(bytes: Uint8Array): Promise<number> };
}

const deno: DenoApi | undefined =
  "Deno" in globalThis ? (globalThis as unknown as { Deno: DenoApi }).Deno : undefined;

/** The runtime and its version: `Bun 1.4.5`. */
export const runtimeName: string = deno ? `Deno ${deno.version.deno}` : `Bun ${Bun.version}`;

/** What an environment variable says that the system sets; undefined where it is not set, or Deno may not read it. */
export function systemVariable(name: string): string | undefined {
  try {
    return process.env[name];
  } catch {
    return undefined;
  }
}

/** The same, and takes it out of the environment. */
export function takeSystemVariable(name: string): string | undefined {
  const value = systemVariable(name);
  if (value !== undefined) delete process.env[name];
  return value;
}

/**
 * Writes some of the bytes to standard error, and resolves with how many that were. Where nobody reads them, another
 * thread waits: in Deno, what Node offers for this would hold up this one.
 */
export function writeToStderr(bytes: Uint8Array): Promise<number> {
  if (deno) return deno.stderr.write(bytes);
  return new Promise((resolve, reject) => {
    write(2, bytes, (error, count) => (error ? reject(error) : resolve(count)));
  });
}

/**
 * Asks `/etc/hosts` and the name servers for the addresses of a host, and holds no thread meanwhile; undefined where the
 * runtime's own way to look names up holds none that is missed.
 */
export const lookUpBeside: ((name: string) => Promise<readonly LookupAddress[]>) | undefined =
  deno || process.platform !== "linux" ? undefined : (name) => Bun.dns.lookup(name, { backend: "c-ares" });

/**
 * Compiles functions to machine code as soon as they are called often: until then the compiled binary waits for 32
 * times as many calls, since of what a start does once, most is not worth it. (`--compile-jit-policy` in the Makefile)
 */
export function compileAsUsual(): void {
  if (!deno) Bun.unsafe.setJITPolicy(1);
}

/** A number that is almost surely another one for other bytes, or after another `before`; the same within one process. */
export function hashOf(bytes: Uint8Array, before: number): number {
  if (!deno) return Bun.hash.xxHash32(bytes, before >>> 0);
  let hash = before;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/** What Bun says and does about the heap of a thread; undefined in Deno. Sizes are in bytes. */
const engine = deno
  ? undefined
  : (process.getBuiltinModule("bun:jsc") as typeof import("bun:jsc") | undefined);

/** How much memory objects take, as of the last collection, in bytes; those that are no longer used count until they are collected. */
export function heapInUse(): number {
  return engine ? engine.heapSize() : process.memoryUsage().heapUsed;
}

/** Collects objects that are new and no longer used, where the runtime can be asked to. @returns what {@link heapInUse} is now */
export function collectNew(): number {
  return engine ? engine.edenGC() : heapInUse();
}

/** Collects all objects that are no longer used, where the runtime can be asked to. @returns what {@link heapInUse} is now */
export function collectAll(): number {
  return engine ? engine.fullGC() : heapInUse();
}

/** Gives the memory of what is no longer used back to the operating system, where the runtime can be asked to. */
export function releaseMemory(): void {
  if (!deno) Bun.gc(true);
}

/**
 * What is added to the nice value of a thread that lets others go first. Where these take all the time there is, a quarter is
 * left to it: it gets done nevertheless.
 */
const NICER = 5;

/**
 * Lets other threads go before the one that calls this, where they have to share one processor, on Linux: there a call would
 * wait for the rest of a turn, which is 4 ms long. With more processors it would only do harm, since threads that collect
 * garbage for all others inherit it.
 *
 * It is not even tried where system calls are filtered. A filter may end the process for it, as that of our systemd unit does.
 */
export function letOthersGoFirst(): void {
  if (deno || process.platform !== "linux" || availableParallelism() > 1) return;
  try {
    if (!/^Seccomp:\t0$/m.test(readFileSync("/proc/thread-self/status", "utf8"))) return;
    // On Linux, 0 is the calling thread. A nice value is 19 at most.
    setPriority(0, Math.min(getPriority(0) + NICER, 19));
  } catch {
    // It is as good as it can be without.
  }
}

/**
 * The digests of a key, made the quickest way: Bun lets a hash be copied that has taken in the key, which saves two thirds
 * of the time.
 */
export function quickDigest(key: string): KeyedDigest {
  if (deno) return keyedDigest(key);
  const keyed = new Bun.CryptoHasher("sha256", key);
  // Bun wants room for the longest digest that there is, and a third of the time goes into a digest of its own for each.
  const room = new Uint8Array(64);
  const digest = room.subarray(0, 32);
  return (body, timestamp) => {
    keyed.copy().update(body).update(timestamp).digest(room);
    return digest;
  };
}
