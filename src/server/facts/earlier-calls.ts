/** Callers' memory: how often each caller called each client before, when last, and who took it. */
import { createHash } from "node:crypto";
import { CallQueue } from "./storage/call-queue.ts";
import { Labels } from "./storage/labels.ts";
import { RowIndex } from "./storage/row-index.ts";

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
 * Made for millions: of each caller there are 24 bytes in a row of numbers and a place in an index, of each call 5
 * bytes in a queue, and no objects. Times are kept in seconds.
 */
export class EarlierCalls {
  readonly #clients = new Labels();
  readonly #agents = new Labels();

  // One row a caller, in pages, so that none is copied when there are more; a row without calls is free.
  readonly #pages: Uint32Array<ArrayBuffer>[] = [];
  #rows = 0;
  /** Rows that were freed, to be used again. */
  #free: number[] = [];
  readonly #index = new RowIndex((row) => {
    const page = this.#pageOf(row);
    const at = placeOf(row);
    return hashOf(page[at + LOW] ?? 0, page[at + HIGH] ?? 0, page[at + CLIENT] ?? 0);
  });

  /** Each call, with the row of its caller. */
  readonly #queue = new CallQueue();

  /** How many callers are remembered. */
  get callers(): number {
    return this.#rows - this.#free.length;
  }

  /** What is remembered of a caller; undefined where there is nothing. @param caller as `Caller.identity` has it */
  of(client: string, caller: string): Earlier | undefined {
    const label = this.#clients.known(client);
    if (label === undefined) return undefined;
    const key = keyOf(caller);
    const [low, high] = [lowOf(key), highOf(key)];
    const row = this.#find(low, high, label, hashOf(low, high, label));
    if (row < 0) return undefined;
    const page = this.#pageOf(row);
    const at = placeOf(row);
    return {
      calls: page[at + CALLS] ?? 0,
      lastMs: (page[at + LAST_SECONDS] ?? 0) * 1000,
      lastAgent: this.#agents.text(page[at + LAST_AGENT] ?? 0) || undefined,
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
    const [low, high] = [lowOf(key), highOf(key)];
    const label = this.#clients.of(client);
    const hash = hashOf(low, high, label);
    const known = this.#find(low, high, label, hash);
    const row = known < 0 ? this.#insert(low, high, label, hash) : known;
    const page = this.#pageOf(row);
    const at = placeOf(row);
    const seconds = Math.floor(atMs / 1000);
    page[at + CALLS] = (page[at + CALLS] ?? 0) + 1;
    page[at + LAST_SECONDS] = seconds;
    if (agent !== undefined) page[at + LAST_AGENT] = this.#agents.of(agent);
    if (this.#queue.size === MOST_CALLS) this.#forgetOldest();
    this.#queue.push(row, seconds);
  }

  /** Forgets the calls that came before a time, in milliseconds since the epoch. */
  forgetBefore(beforeMs: number): void {
    const before = Math.floor(beforeMs / 1000);
    while ((this.#queue.oldestSeconds ?? before) < before) this.#forgetOldest();
  }

  /** The row of a caller, or -1. */
  #find(low: number, high: number, client: number, hash: number): number {
    for (let place = this.#index.homeOf(hash); ; place = this.#index.after(place)) {
      const row = this.#index.rowAt(place);
      if (row < 0) return row;
      const page = this.#pageOf(row);
      const at = placeOf(row);
      if (page[at + LOW] === low && page[at + HIGH] === high && page[at + CLIENT] === client) return row;
    }
  }

  #insert(low: number, high: number, client: number, hash: number): number {
    const row = this.#free.pop() ?? this.#rows++;
    const page = this.#pageOf(row);
    const at = placeOf(row);
    page[at + LOW] = low;
    page[at + HIGH] = high;
    page[at + CLIENT] = client;
    page[at + CALLS] = 0;
    page[at + LAST_AGENT] = 0;
    this.#index.insert(row, hash);
    return row;
  }

  #pageOf(row: number): Uint32Array<ArrayBuffer> {
    const at = row >>> PAGE_BITS;
    const known = this.#pages[at];
    if (known) return known;
    const page = new Uint32Array(COLUMNS << PAGE_BITS);
    this.#pages[at] = page;
    return page;
  }

  #forgetOldest(): void {
    const row = this.#queue.shift();
    if (row === undefined) return;
    const page = this.#pageOf(row);
    const at = placeOf(row);
    const calls = (page[at + CALLS] ?? 1) - 1;
    page[at + CALLS] = calls;
    if (calls > 0) return;
    this.#index.remove(row, hashOf(page[at + LOW] ?? 0, page[at + HIGH] ?? 0, page[at + CLIENT] ?? 0));
    this.#free.push(row);
  }
}

/** How many rows a page has: 2 to the power of so much. */
const PAGE_BITS = 10;

// What a row has side by side, so that a caller is looked up and counted in one place of the memory: both halves of the
// caller's number, the labels of the client and of the last agent, how many calls, and when the last one came.
const COLUMNS = 6;
const LOW = 0;
const HIGH = 1;
const CLIENT = 2;
const CALLS = 3;
const LAST_SECONDS = 4;
const LAST_AGENT = 5;

/** Where a row begins in its page. */
function placeOf(row: number): number {
  return (row & ((1 << PAGE_BITS) - 1)) * COLUMNS;
}

function lowOf(key: number): number {
  return key >>> 0;
}

function highOf(key: number): number {
  return Math.floor(key / 0x1_0000_0000) >>> 0;
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

const PLUS = 43;
const ZERO = 48;

/** 32 bits in which both halves of the key and the client count. */
function hashOf(low: number, high: number, client: number): number {
  let hash = low ^ Math.imul(high + 1, 0x9e3779b1) ^ Math.imul(client + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
