/** One look-up's service: asking it, without waiting in vain or in crowds. */
import type { OutboundClient } from "../../../outbound/client.ts";
import type { LookupRequest } from "../../../routing/lookups/request.ts";
import type { Answered, LookupResult } from "../../../routing/lookups/result.ts";
import { Breaker, type BreakerChange } from "./breaker.ts";
import { readAnswer } from "./reading.ts";

/** The most bytes of an answer: 256 KiB. */
const ANSWER_LIMIT = 256 * 1024;
/** How many requests of one look-up are under way at most: where it hangs, they fill up until the breaker opens. */
const MOST_UNDER_WAY = 32;

/** An answer to come, and where it comes from. */
export interface Coming {
  readonly result: Promise<LookupResult>;
  readonly from: Answered["from"];
}

/** What went wrong last. */
export interface LastFailure {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly reason: string;
}

/** What services need of the world. */
export interface ServiceWorld {
  readonly client: OutboundClient;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds of a clock that is never set. */
  readonly tick: () => number;
  /** Takes a place among all requests under way; false where there is none. */
  readonly enter: () => boolean;
  readonly leave: () => void;
  /** Told of answers, for whoever wants to remember them. */
  readonly answered: (key: string, request: LookupRequest, result: LookupResult) => void;
  readonly changed: (change: BreakerChange) => void;
}

/** Asks one service. */
export class Service {
  readonly #world: ServiceWorld;
  readonly #breaker: Breaker;
  readonly #underWay = new Map<string, Promise<LookupResult>>();
  #pausedWords = "";
  /** How many of its answers are in the cache. */
  cached = 0;
  /** When it was left alone, in milliseconds since the epoch. */
  pausedSinceMs: number | undefined;
  lastFailure: LastFailure | undefined;

  constructor(world: ServiceWorld) {
    this.#world = world;
    this.#breaker = new Breaker((change) => {
      if (change.kind === "opened") {
        this.pausedSinceMs = world.now();
        this.#pausedWords = `not asked: it failed ${change.failures} times in a row, the last time with: ${change.reason}`;
      } else this.pausedSinceMs = undefined;
      world.changed(change);
    });
  }

  /** How many requests are under way. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** Asks, or joins who asks the same already. Never rejects. */
  ask(key: string, request: LookupRequest): Coming {
    const shared = this.#underWay.get(key);
    if (shared) return { result: shared, from: "shared" };
    const { tick, enter } = this.#world;
    if (this.#underWay.size >= MOST_UNDER_WAY)
      return refused(`busy: ${MOST_UNDER_WAY} requests are under way`);
    if (!enter()) return refused("busy: too many requests of other look-ups are under way");
    const turn = this.#breaker.take(tick());
    if (turn === undefined) {
      this.#world.leave();
      return refused(this.#pausedWords);
    }
    const result = this.#send(request).then((result) => {
      this.#underWay.delete(key);
      this.#world.leave();
      const reason = result.kind === "failed" ? result.reason : undefined;
      if (reason !== undefined) this.lastFailure = { atMs: this.#world.now(), reason };
      this.#world.answered(key, request, result);
      this.#breaker.settled(turn, reason, tick());
      return result;
    });
    this.#underWay.set(key, result);
    return { result, from: "network" };
  }

  async #send({ url, method, headers, body, at, timeoutMs, ca }: LookupRequest): Promise<LookupResult> {
    const limitBytes = ANSWER_LIMIT;
    return readAnswer(
      await this.#world.client.send({ url, method, headers, body, timeoutMs, limitBytes, ca }),
      at,
    );
  }
}

function refused(reason: string): Coming {
  return { result: Promise.resolve({ kind: "failed", reason }), from: "breaker" };
}
