/** What is remembered of earlier calls: those that limits count, and those that may be tried again. */
import type { Call } from "../../routing/callers/call.ts";
import type { Circumstances, LimitUse } from "../../routing/decide.ts";
import type { LimitPlan } from "../../routing/plan.ts";
import { Limits } from "./limits.ts";
import { Retries } from "./retries.ts";

/** So much of what a caller may choose is remembered: a SIP address can be as long as a request. */
const KEY_LENGTH = 100;

/** One try of a call. */
export interface Try {
  /** What the call is decided by; the same for every try of it, so that every try gets the same answer. */
  readonly circumstances: Circumstances;
  /** When the call was tried first, in milliseconds since the epoch. */
  readonly firstMs: number;
  /**
   * To be called when the call is decided: counts it for the limits that were asked, once however often it is tried.
   * A call that one of them did not let by counts for none.
   */
  count(): void;
}

/** What limits said about a call when it was tried first. */
interface Verdicts {
  readonly byLimit: Map<string, { readonly use: LimitUse; readonly over: boolean }>;
  isCounted: boolean;
}

/** Remembers calls across reloads of the configuration. Bounded, whatever callers do. */
export class Memory {
  readonly #limits = new Limits();
  readonly #retries = new Retries<Verdicts>();

  /** Puts the limits of a configuration in force; those that are defined as before keep what they counted. */
  keep(limits: ReadonlyMap<string, LimitPlan>): void {
    this.#limits.keep(limits);
  }

  /** Recognises a call that is tried again. */
  recognise(call: Call, nowMs: number): Try {
    const { channel } = call;
    const [from, to] = [call.from.slice(0, KEY_LENGTH), call.to.slice(0, KEY_LENGTH)];
    const attempt = this.#retries.seen({ channel, from, to, id: call.id?.slice(0, KEY_LENGTH) }, nowMs);
    const { firstMs } = attempt;
    attempt.notes ??= { byLimit: new Map(), isCounted: false };
    const verdicts = attempt.notes;

    const isOver = (asked: LimitUse): boolean => {
      // What a limit said at the first try holds: by now the call itself may have used it up.
      let verdict = verdicts.byLimit.get(asked.name);
      if (!verdict) {
        const use = { ...asked, key: asked.key.slice(0, KEY_LENGTH) };
        verdict = { use, over: this.#limits.isOver(use.name, use.plan, use.key, nowMs) };
        verdicts.byLimit.set(asked.name, verdict);
      }
      return verdict.over;
    };
    const count = (): void => {
      if (verdicts.isCounted) return;
      verdicts.isCounted = true;
      const asked = [...verdicts.byLimit.values()];
      if (asked.some(({ over }) => over)) return;
      for (const { use } of asked) this.#limits.count(use.name, use.plan, use.key, nowMs);
    };
    const drawKey = call.id || JSON.stringify([channel, from, to, firstMs]);
    return { circumstances: { nowMs: firstMs, drawKey, isOver }, firstMs, count };
  }
}
