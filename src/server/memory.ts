/** What is remembered of earlier calls: those that limits count, and those that may be tried again. */
import type { Call } from "../routing/call.ts";
import type { Circumstances, LimitUse } from "../routing/decide.ts";
import type { LimitPlan } from "../routing/plan.ts";
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
}

/** Remembers calls across reloads of the configuration. Bounded, whatever callers do. */
export class Memory {
  readonly #limits = new Limits();
  /** With what each limit said about the call, by its name. */
  readonly #retries = new Retries<Map<string, boolean>>();

  /** Puts the limits of a configuration in force; those that are defined as before keep what they counted. */
  keep(limits: ReadonlyMap<string, LimitPlan>): void {
    this.#limits.keep(limits);
  }

  /** Recognises a call that is tried again. A call counts once for each limit that lets it by. */
  recognise(call: Call, nowMs: number): Try {
    const { channel } = call;
    const [from, to] = [call.from.slice(0, KEY_LENGTH), call.to.slice(0, KEY_LENGTH)];
    const attempt = this.#retries.seen({ channel, from, to, id: call.id?.slice(0, KEY_LENGTH) }, nowMs);
    const { firstMs } = attempt;
    attempt.notes ??= new Map();
    const verdicts = attempt.notes;
    const drawKey = call.id || JSON.stringify([channel, from, to, firstMs]);
    const isOver = ({ name, plan, key }: LimitUse): boolean => {
      // What a limit said at the first try holds: by now the call itself may have used it up.
      const known = verdicts.get(name);
      if (known !== undefined) return known;
      const counter = key.slice(0, KEY_LENGTH);
      const over = this.#limits.isOver(name, plan, counter, nowMs);
      if (!over) this.#limits.count(name, plan, counter, nowMs);
      verdicts.set(name, over);
      return over;
    };
    return { circumstances: { nowMs: firstMs, drawKey, isOver }, firstMs };
  }
}
