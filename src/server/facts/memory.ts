/** What is remembered of earlier calls: those that limits count, and those that may be tried again. */
import { type Arrival, type LimitUse, limitsAsked } from "../../routing/arrival.ts";
import type { Facts } from "../../routing/circumstances.ts";
import type { Decision } from "../../routing/decision.ts";
import type { LimitPlan } from "../../routing/plan.ts";
import { keyOf } from "./key.ts";
import { Limits } from "./limits.ts";
import { Retries } from "./retries.ts";

/** One try of a call. */
export interface Try {
  /** What is known of the call; the same for every try of it, so that every try gets the same answer. */
  readonly facts: Facts;
  /** Whether each limit that rules can ask about was reached when the call was first tried, by name. */
  readonly verdicts: ReadonlyMap<string, boolean>;
  readonly isRetry: boolean;
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
    const isRetry = attempt.notes !== undefined;
    attempt.notes ??= { verdicts: undefined, isCounted: false, firstMs: nowMs };
    const kept = attempt.notes;
    const { firstMs } = kept;
    const uses = limitsAsked(arrival).map((use) => ({ ...use, key: keyOf(use.key) }));
    const over = this.#over(uses, kept, nowMs);
    return {
      facts: {
        nowMs: firstMs,
        drawKey: call.id || JSON.stringify([channel, from, to, firstMs]),
        over,
        flags: arrival.table.flags,
      },
      verdicts: kept.verdicts ?? NO_VERDICTS,
      isRetry,
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
const NO_VERDICTS: ReadonlyMap<string, boolean> = new Map();
