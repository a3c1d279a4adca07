/** What is remembered of earlier calls: those that limits count, and those that may be tried again. */
import { type Arrival, type LimitUse, limitsAsked } from "../../routing/arrival.ts";
import type { Facts } from "../../routing/circumstances.ts";
import type { Decision } from "../../routing/decision.ts";
import type { LimitPlan } from "../../routing/plan.ts";
import { type FoundByTries, NOTHING_FOUND } from "./found.ts";
import { keyOf } from "./key.ts";
import { Limits } from "./limits.ts";
import { Retries } from "./retries.ts";

/** One try of a call. */
export interface Try {
  /** What is known before limits and look-ups are asked. */
  readonly known: Facts;
  /** What look-ups say, for every try of the call alike. */
  found(): FoundByTries;
  /**
   * What the call is decided by; the same for every try of it, so that every try gets the same answer.
   *
   * @param lookups what look-ups found
   */
  facts(lookups: Facts["lookups"]): Facts;
  /** How long ago the call was tried first, in milliseconds; whatever happens to the clock, it is not below 0. */
  readonly sinceFirstMs: number;
  /**
   * To be called with the decision: counts the call for the limits that were asked, once however often it is tried. A
   * call that is rejected counts for none.
   */
  count(decision: Decision): void;
}

/** What is kept of a call for its next try. */
interface Kept {
  /** What limits said, by name: by the next try, the call itself may have reached one. */
  verdicts: Map<string, boolean> | undefined;
  /** What look-ups said, where there are any. */
  found: FoundByTries | undefined;
  isCounted: boolean;
  /** When it was tried first, in milliseconds since the epoch. */
  readonly firstMs: number;
}

/** Remembers calls across reloads of the configuration. Bounded, whatever callers do. */
export class Memory {
  readonly #limits = new Limits();
  readonly #retries = new Retries<Kept>();

  /** Puts the limits of a configuration in force; those that are defined as before keep what they counted. */
  keep(limits: ReadonlyMap<string, LimitPlan>): void {
    this.#limits.keep(limits);
  }

  /**
   * Gathers what is known of a call that has arrived, and recognises one that is tried again.
   *
   * @param nowMs milliseconds since the epoch
   * @param tickMs milliseconds of a clock that is never set, such as `performance.now()`
   */
  recall(arrival: Arrival, nowMs: number, tickMs: number): Try {
    const { channel, ...call } = arrival.call;
    const [from, to] = [keyOf(call.from), keyOf(call.to)];
    const attempt = this.#retries.seen({ channel, from, to, id: call.id && keyOf(call.id) }, tickMs);
    attempt.notes ??= { verdicts: undefined, found: undefined, isCounted: false, firstMs: nowMs };
    const kept = attempt.notes;
    const { firstMs } = kept;
    const uses = limitsAsked(arrival).map((use) => ({ ...use, key: keyOf(use.key) }));
    const known: Facts = {
      nowMs: firstMs,
      drawKey: call.id || JSON.stringify([channel, from, to, firstMs]),
      over: NONE,
      flags: arrival.table.flags,
      lookups: NOTHING_FOUND.lookups,
    };
    return {
      known,
      found: () => {
        kept.found ??= new Map();
        return kept.found;
      },
      // Not before it is decided: while look-ups are asked, other calls count.
      facts: (lookups) => ({ ...known, over: this.#over(uses, kept, nowMs), lookups }),
      sinceFirstMs: tickMs - attempt.firstMs,
      count: ({ outcome, limits }) => {
        if (kept.isCounted) return;
        kept.isCounted = true;
        if (outcome === "reject") return;
        for (const use of uses) {
          if (limits.includes(use.name)) this.#limits.count(use.id, use.plan, use.key, nowMs);
        }
      },
    };
  }

  /** The limits that are reached. */
  #over(uses: readonly LimitUse[], kept: Kept, nowMs: number): ReadonlySet<string> {
    if (uses.length === 0) return NONE;
    kept.verdicts ??= new Map();
    const { verdicts } = kept;
    const over = new Set<string>();
    for (const { name, id, plan, key } of uses) {
      const verdict = verdicts.get(name) ?? this.#limits.isOver(id, plan, key, nowMs);
      verdicts.set(name, verdict);
      if (verdict) over.add(name);
    }
    return over;
  }
}

const NONE: ReadonlySet<string> = new Set();
