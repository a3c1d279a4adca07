/** What calls are counted by: this machine by itself, or several machines together. */
import type { LimitUse } from "../../routing/arrival.ts";
import type { Decision } from "../../routing/decision.ts";
import type { LimitPlan } from "../../routing/plan.ts";
import { type Earlier, EarlierCalls } from "./earlier-calls.ts";
import type { FoundByTries } from "./found.ts";
import { keyOf } from "./key.ts";
import { Limits } from "./limits.ts";
import type { Retriable } from "./retries.ts";

/** A call as it is counted. */
export interface Counting {
  /** As it came: its texts may be long. */
  readonly call: Retriable;
  readonly client: string;
  /** Who calls, as `Caller.identity` has it; undefined for those who hide their number. */
  readonly caller: string | undefined;
  /** The limits that rules can ask about, in the order of the rules; their keys cut short too. */
  readonly uses: readonly LimitUse[];
  /** Whether the route asks for the caller's earlier calls. */
  readonly asksHistory: boolean;
  /** When it came, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** How it would be decided if these limits were reached, by what is known so far. Pure. */
  suppose(over: ReadonlySet<string>): Decision;
  /** Whether more will be known when it is decided: then a supposed decision says little. */
  readonly isVague: boolean;
}

/** What is known of a call that is being counted. */
export interface Counted {
  /** The caller's earlier calls; undefined where there are none. */
  readonly earlier: Earlier | undefined;
  /** What another machine knows, where the call was tried there first. */
  readonly first: FirstTry | undefined;
  /** Whether a limit is reached. */
  isOver(use: LimitUse): boolean;
  /**
   * To be called once, with the decision: the call counts for the limits that were asked about, unless it is rejected, and
   * among the caller's calls.
   *
   * @param agent the one that takes the call; undefined where none does
   * @param found what look-ups said
   */
  settle(decision: Decision, agent: string | undefined, found: FoundByTries | undefined): void;
}

/** The first try of a call, as another machine knows it. */
export interface FirstTry {
  /** When it came by that machine's clock, in milliseconds since the epoch. */
  readonly cameMs: number;
  /** How long ago that was, in milliseconds. */
  readonly sinceMs: number;
  /** What look-ups said, where it was decided by them. */
  readonly found: FoundByTries | undefined;
}

/** Counts calls. */
export interface Counters {
  /** Begins to count a call; a promise only where other machines are asked. It never rejects. */
  open(counting: Counting): Counted | Promise<Counted>;
  /** Whether what other machines know of a call counts, and not what this one remembers of the time before its start. */
  readonly isShared: boolean;
}

/** Counts what comes to this machine, in memory. Bounded, whatever callers do. */
export class LocalCounters implements Counters {
  readonly isShared = false;
  readonly #limits = new Limits();
  readonly #earlier = new EarlierCalls();
  #keepMs = 0;
  /** What calls add while earlier ones are still being read, which must come first. */
  #held: (() => void)[] | undefined;

  /**
   * From now on there are these limits; those that are defined as before keep what they counted.
   *
   * @param keepMs how long callers are remembered, in milliseconds
   */
  keep(limits: ReadonlyMap<string, LimitPlan>, keepMs: number): void {
    this.#limits.keep(limits);
    this.#keepMs = keepMs;
  }

  open(counting: Counting): Counted {
    const { client, caller, asksHistory, nowMs } = counting;
    if (asksHistory) this.#earlier.forgetBefore(nowMs - this.#keepMs);
    const earlier = asksHistory && caller !== undefined ? this.#earlier.of(client, caller) : undefined;
    return new LocalCounted(this, counting, earlier);
  }

  /** Whether a limit is reached for a call. */
  isOver({ id, plan, key }: LimitUse, { nowMs }: Counting): boolean {
    return this.#limits.isOver(id, plan, key, nowMs);
  }

  /** Counts a call that is decided, behind all that came before it. The parameters are those of {@link Counted.settle}. */
  settle(counting: Counting, decision: Decision, agent: string | undefined): void {
    if (this.#held) this.#held.push(() => this.#add(counting, decision, agent));
    else this.#add(counting, decision, agent);
  }

  #add({ client, caller, uses, nowMs }: Counting, decision: Decision, agent: string | undefined): void {
    this.#earlier.forgetBefore(nowMs - this.#keepMs);
    if (caller !== undefined) this.#earlier.add(client, caller, nowMs, agent);
    for (const use of uses) {
      if (countsFor(decision, use)) this.#limits.count(use.id, use.plan, use.key, nowMs);
    }
  }

  /** Holds back what is counted from now on, until the function that is returned is called. */
  holdBack(): () => void {
    this.#held = [];
    return () => {
      const held = this.#held ?? [];
      this.#held = undefined;
      for (const add of held) add();
    };
  }

  /** Takes in an earlier call of a caller. The parameters are those of {@link EarlierCalls.add}. */
  restoreCaller(client: string, caller: string, atMs: number, agent: string | undefined): void {
    this.#earlier.add(client, caller, atMs, agent);
  }

  /** Takes in an earlier call that a limit counted. The parameters are those of {@link Limits.count}. */
  restoreCount(id: string, plan: LimitPlan, key: string, atMs: number): void {
    this.#limits.count(id, plan, keyOf(key), atMs);
  }
}

/** A call that this machine counts by itself. */
class LocalCounted implements Counted {
  readonly first = undefined;
  readonly earlier: Earlier | undefined;
  readonly #counters: LocalCounters;
  readonly #counting: Counting;

  constructor(counters: LocalCounters, counting: Counting, earlier: Earlier | undefined) {
    this.#counters = counters;
    this.#counting = counting;
    this.earlier = earlier;
  }

  isOver(use: LimitUse): boolean {
    return this.#counters.isOver(use, this.#counting);
  }

  settle(decision: Decision, agent: string | undefined): void {
    this.#counters.settle(this.#counting, decision, agent);
  }
}

/** Whether a call counts for a limit: it was asked about, and the call was not rejected. */
export function countsFor(decision: Decision, { name }: Pick<LimitUse, "name">): boolean {
  return decision.outcome !== "reject" && decision.limits.includes(name);
}
