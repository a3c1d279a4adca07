/** Asking look-ups about calls: each once a call, however often that is tried. */
import type { Arrival } from "../../routing/arrival.ts";
import { type Circumstances, circumstancesOf } from "../../routing/circumstances.ts";
import { lookupsAsked } from "../../routing/lookups/asked.ts";
import type { Lookup } from "../../routing/lookups/compile.ts";
import type { LookupRequest } from "../../routing/lookups/request.ts";
import type { Answered } from "../../routing/lookups/result.ts";
import type { Found, FoundByTries, LookupTold } from "./found.ts";
import type { Asker } from "./lookups/asker.ts";
import { BY_ID_MS } from "./retries.ts";
import { Remembered } from "./storage/remembered.ts";
import type { Try } from "./try.ts";

/** How much is kept of what was found, in UTF-16 code units of JSON; beyond that, the oldest is forgotten. */
const MOST_KEPT = 32 * 1024 * 1024;

/** Asks about calls, and keeps what came for their next tries. Bounded, whatever services answer. */
export class Inquiries {
  readonly #asker: Asker;
  readonly #tick: () => number;
  readonly #waiting = new Set<() => void>();
  readonly #kept = new Remembered<Kept>();
  #keptSize = 0;
  #keptCount = 0;
  #isReleased = false;

  /** @param tick milliseconds of a clock that is never set */
  constructor(asker: Asker, tick: () => number = () => performance.now()) {
    this.#asker = asker;
    this.#tick = tick;
  }

  /**
   * Asks everything that a call can ask for, side by side; undefined where that is nothing. Never rejects.
   *
   * @param withinMs how long that may take, in milliseconds
   */
  about(
    arrival: Arrival,
    attempt: Pick<Try, "known" | "found">,
    withinMs: () => number,
  ): Promise<Found> | undefined {
    const lookups = lookupsAsked(arrival);
    if (lookups.length === 0) return undefined;
    return this.#ask(lookups, circumstancesOf(arrival, attempt.known), attempt.found(), withinMs());
  }

  /** Waits for nothing any more: what is not there by now failed. */
  releaseAll(): void {
    this.#isReleased = true;
    for (const release of [...this.#waiting]) release();
  }

  async #ask(
    lookups: readonly Lookup[],
    circumstances: Circumstances,
    found: FoundByTries,
    withinMs: number,
  ): Promise<Found> {
    const asked = lookups.map((lookup) => ({ lookup, request: lookup.ask(circumstances) }));
    const requests = asked.flatMap(({ request }) =>
      typeof request === "string" || found.has(questionOf(request)) ? [] : [request],
    );
    this.#start(requests, found, withinMs);
    const isNew = new Set(requests);
    const told = await Promise.all(
      asked.map(async ({ lookup: { id, name }, request }): Promise<LookupTold> => {
        if (typeof request === "string") {
          return { id, name, result: { kind: "missing" }, ms: 0, from: "nobody" };
        }
        const startMs = performance.now();
        const { ms, from, ...result } = await readKept(found.get(questionOf(request)));
        if (isNew.has(request)) return { id, name, result, ms, from };
        return { id, name, result, ms: performance.now() - startMs, from: "first try" };
      }),
    );
    return { lookups: new Map(told.map(({ id, result }) => [id, result])), told };
  }

  /** Sends what no earlier try of the call has asked. */
  #start(requests: readonly LookupRequest[], found: FoundByTries, withinMs: number): void {
    if (requests.length === 0) return;
    const answers = this.#patiently(requests, withinMs);
    for (const request of requests) {
      const key = questionOf(request);
      const answer = answers.then((all) => all.get(request.id) ?? failed("it was not asked", 0));
      found.set(key, answer);
      // When the call is answered: a long answer takes a millisecond.
      void answer.then((answered) => setImmediate(() => this.#keep(found, key, JSON.stringify(answered))));
    }
  }

  /** The answers; where the deadline passes, or nobody may wait any more, what is there by then. */
  async #patiently(
    requests: readonly LookupRequest[],
    withinMs: number,
  ): Promise<ReadonlyMap<string, Answered>> {
    const startMs = performance.now();
    const allFailed = (reason: string) =>
      new Map(requests.map(({ id }) => [id, failed(reason, performance.now() - startMs)]));
    if (this.#isReleased) return allFailed("the server is stopping");
    return await new Promise((resolve) => {
      const settle = (answers: ReadonlyMap<string, Answered>) => {
        clearTimeout(timer);
        this.#waiting.delete(release);
        resolve(answers);
      };
      const release = () => settle(allFailed("the server is stopping"));
      const timer = setTimeout(() => settle(allFailed("no answer in time")), Math.max(0, withinMs));
      this.#waiting.add(release);
      const asking = (async () => await this.#asker.ask(requests, Math.max(0, withinMs - MARGIN_MS)))();
      asking.then(settle, (error: unknown) => {
        settle(allFailed(error instanceof Error ? error.message : String(error)));
      });
    });
  }

  #keep(found: FoundByTries, key: string, text: string): void {
    const nowMs = this.#tick();
    found.set(key, text);
    this.#kept.put(String(this.#keptCount++), { found, key, size: text.length, sinceMs: nowMs });
    this.#keptSize += text.length;
    for (let { oldest } = this.#kept; oldest && this.#isTooMuch(oldest, nowMs); { oldest } = this.#kept) {
      // A call whose answer is forgotten is asked about again.
      oldest.found.delete(oldest.key);
      this.#keptSize -= oldest.size;
      this.#kept.forgetOldest();
    }
  }

  /** Whether the oldest answer cannot be kept: for want of room, or since no retry is recognised that could ask for it. */
  #isTooMuch({ sinceMs }: Kept, nowMs: number): boolean {
    return this.#keptSize > MOST_KEPT || this.#kept.size > MOST_ANSWERS || nowMs - sinceMs > BY_ID_MS;
  }
}

/** An answer that is kept. */
interface Kept {
  readonly found: FoundByTries;
  readonly key: string;
  /** In UTF-16 code units of JSON. */
  readonly size: number;
  /** When it came, by the clock of whoever keeps it. */
  readonly sinceMs: number;
}

/** What whoever asks has less time than whoever waits, in milliseconds: it has more to say of what went wrong. */
const MARGIN_MS = 50;

/** So many answers are kept. */
const MOST_ANSWERS = 50_000;

/** The same for the same question: what is asked may have changed between two tries, with the configuration. */
export function questionOf({ id, url, body, at }: LookupRequest): string {
  return JSON.stringify([id, url, body, at]);
}

async function readKept(kept: Promise<Answered> | string | undefined): Promise<Answered> {
  if (kept === undefined) return failed("it was not asked", 0);
  return typeof kept === "string" ? (JSON.parse(kept) as Answered) : await kept;
}

function failed(reason: string, ms: number): Answered {
  return { kind: "failed", reason, ms, from: "network" };
}
