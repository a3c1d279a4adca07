/** Callers' memory: how often each caller called each client before, when last, and who took it. */
import { createHash } from "node:crypto";
import { CallQueue } from "./storage/call-queue.ts";
import { growFloats, growInts, Index } from "./storage/columns.ts";
import { Labels } from "./storage/labels.ts";

/** How many calls are remembered at most; beyond that, the oldest are forgotten. */
const MOST_CALLS = 4_000_000;

/** What is remembered of one caller to one client. */
export interface Earlier {
  readonly calls: number;
  /** When the last one came, in milliseconds since the epoch, to the second. */
  readonly lastMs: number;
  /** The agent that took the last one that an agent took; undefined where there was none. */
  readonly lastAgent: string | undefined;
}

/**
 * Counts the calls of the last so many days, by client and caller. Exact: a call is forgotten once it is older.
 *
 * Made for millions: of each caller there are 24 bytes in columns of numbers and a place in an index, of each call 5
 * bytes in a queue, and no objects. Times are kept in seconds.
 */
export class EarlierCalls {
  readonly #clients = new Labels();
  readonly #agents = new Labels();

  // One row a caller; a row without calls is free.
  #keys = new Float64Array(64);
  #clientOf = new Uint32Array(64);
  #calls = new Uint32Array(64);
  #lastSeconds = new Uint32Array(64);
  #lastAgent = new Uint32Array(64);
  #rows = 0;
  /** Rows that were freed, to be used again. */
  #free: number[] = [];
  readonly #index = new Index();

  /** Each call, with the row of its caller. */
  readonly #queue = new CallQueue();

  /** How many callers are remembered. */
  get callers(): number {
    return this.#rows - this.#free.length;
  }

  /** What is remembered of a caller; undefined where there is nothing. @param caller as `Caller.identity` has it */
  of(client: string, caller: string): Earlier | undefined {
    const label = this.#clients.known(client);
    const row = label === undefined ? -1 : this.#find(keyOf(caller), label);
    if (row < 0) return undefined;
    return {
      calls: this.#calls[row] ?? 0,
      lastMs: (this.#lastSeconds[row] ?? 0) * 1000,
      lastAgent: this.#agents.text(this.#lastAgent[row] ?? 0) || undefined,
    };
  }

  /**
   * Remembers a call. Calls are added in the order in which they come; a clock that was put back changes nothing but how
   * long those in between are remembered.
   *
   * @param agent the one that took it; undefined where none did, then the one before stands
   */
  add(client: string, caller: string, atMs: number, agent: string | undefined): void {
    const key = keyOf(caller);
    const label = this.#clients.of(client);
    let row = this.#find(key, label);
    if (row < 0) row = this.#insert(key, label);
    const seconds = Math.floor(atMs / 1000);
    this.#calls[row] = (this.#calls[row] ?? 0) + 1;
    this.#lastSeconds[row] = seconds;
    if (agent !== undefined) this.#lastAgent[row] = this.#agents.of(agent);
    if (this.#queue.size === MOST_CALLS) this.#forgetOldest();
    this.#queue.push(row, seconds);
  }

  /** Forgets the calls that came before a time, in milliseconds since the epoch. */
  forgetBefore(beforeMs: number): void {
    const before = Math.floor(beforeMs / 1000);
    while ((this.#queue.oldestSeconds ?? before) < before) this.#forgetOldest();
  }

  #find(key: number, client: number): number {
    return this.#index.find(
      hashOf(key, client),
      (row) => this.#keys[row] === key && this.#clientOf[row] === client,
    );
  }

  #insert(key: number, client: number): number {
    const row = this.#free.pop() ?? this.#rows++;
    if (row === this.#keys.length) this.#grow();
    this.#keys[row] = key;
    this.#clientOf[row] = client;
    this.#calls[row] = 0;
    this.#lastAgent[row] = 0;
    this.#index.insert(row, (other) => hashOf(this.#keys[other] ?? 0, this.#clientOf[other] ?? 0));
    return row;
  }

  #grow(): void {
    this.#keys = growFloats(this.#keys);
    this.#clientOf = growInts(this.#clientOf);
    this.#calls = growInts(this.#calls);
    this.#lastSeconds = growInts(this.#lastSeconds);
    this.#lastAgent = growInts(this.#lastAgent);
  }

  #forgetOldest(): void {
    const row = this.#queue.shift();
    if (row === undefined) return;
    const calls = (this.#calls[row] ?? 1) - 1;
    this.#calls[row] = calls;
    if (calls > 0) return;
    this.#index.remove(row, (other) => hashOf(this.#keys[other] ?? 0, this.#clientOf[other] ?? 0));
    this.#free.push(row);
  }
}

/** A caller as one number: that of the phone where it is one, else a digest of the text, below 0. */
function keyOf(caller: string): number {
  const number = phoneNumber(caller);
  if (number !== undefined) return number;
  // 48 bits of it: of a million callers, two share one in one case of five hundred.
  return -createHash("sha256").update(caller).digest().readUIntBE(0, 6) - 1;
}

/** The digits of `+12137771234`; undefined for a text that is no phone number. Without a pattern, which takes thrice as long. */
function phoneNumber(caller: string): number | undefined {
  const { length } = caller;
  if (length < 2 || length > 16 || caller.charCodeAt(0) !== PLUS) return undefined;
  let number = 0;
  for (let at = 1; at < length; at++) {
    const digit = caller.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

const [PLUS, ZERO] = [43, 48] as const;

/** 32 bits in which both the key and the client count. */
function hashOf(key: number, client: number): number {
  const high = Math.floor(key / 0x1_0000_0000);
  const low = key - high * 0x1_0000_0000;
  let hash = low ^ Math.imul(high + 1, 0x9e3779b1) ^ Math.imul(client + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
