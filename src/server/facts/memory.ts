/** What is remembered of earlier calls: those that limits count, those that may be tried again, and who called when. */
import { type Arrival, type LimitUse, limitsAsked } from "../../routing/arrival.ts";
import { type CallerHistory, type Facts, FIRST_CALL } from "../../routing/circumstances.ts";
import type { Decision } from "../../routing/decision.ts";
import type { LimitPlan } from "../../routing/plan.ts";
import type { Scope } from "../../routing/table/table.ts";
import { takenBy } from "../../routing/taken-by.ts";
import { nowText } from "../../routing/time/now.ts";
import { type Earlier, EarlierCalls } from "./earlier-calls.ts";
import { type FoundByTries, NOTHING_FOUND } from "./found.ts";
import { keyOf } from "./key.ts";
import { Limits } from "./limits.ts";
import { type Retriable, Retries } from "./retries.ts";

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
  /** Whether each limit that rules can ask about was reached when the call was first decided, by name. */
  readonly verdicts: () => ReadonlyMap<string, boolean>;
  readonly isRetry: boolean;
  /** How long ago the call was tried first, in milliseconds; whatever happens to the clock, it is not below 0. */
  readonly sinceFirstMs: number;
  /**
   * To be called with the decision: counts the call for the limits that were asked, and among the caller's calls, once
   * however often it is tried. A call that is rejected counts for no limit.
   */
  count(decision: Decision): void;
}

/** What is kept of a call for its next try. */
interface Kept {
  /** What limits said, by name: by the next try, the call itself may have reached one. */
  verdicts: Map<string, boolean> | undefined;
  /** What look-ups said, where there are any. */
  found: FoundByTries | undefined;
  /** The caller's history, without the call itself. */
  history: CallerHistory | undefined;
  isCounted: boolean;
  /** When it was tried first, in milliseconds since the epoch. */
  readonly firstMs: number;
}

/**
 * How long a call waits for what was recorded before this process, in milliseconds. Retell gives an answer ten seconds, and
 * look-ups may need some of them.
 */
export const RESTORE_PATIENCE_MS = 6000;

/** A call that was tried before this process began. */
export interface EarlierTry extends Retriable {
  readonly firstMs: number;
  /** What limits said, by name. */
  readonly verdicts: ReadonlyMap<string, boolean>;
  readonly history: CallerHistory | undefined;
  /** What look-ups said; undefined where they are to be asked anew. */
  readonly found: FoundByTries | undefined;
}

/** How long callers are remembered where nobody says, in milliseconds: what `[history] keep` is by default. */
const DEFAULT_KEEP_MS = 90 * 86_400_000;

/** Remembers calls across reloads of the configuration. Bounded, whatever callers do. */
export class Memory {
  readonly #limits = new Limits();
  readonly #retries = new Retries<Kept>({ pack: packNotes, unpack: (firstMs) => newNotes(firstMs, true) });
  readonly #earlier = new EarlierCalls();
  #keepMs = DEFAULT_KEEP_MS;
  /** What calls add while earlier ones are still being read, which must come first. */
  #held: (() => void)[] | undefined;
  #restored: Promise<void> | undefined;

  /**
   * Puts the limits of a configuration in force; those that are defined as before keep what they counted.
   *
   * @param keepMs how long callers are remembered, in milliseconds
   */
  keep(limits: ReadonlyMap<string, LimitPlan>, keepMs: number = DEFAULT_KEEP_MS): void {
    this.#limits.keep(limits);
    this.#keepMs = keepMs;
  }

  /**
   * Gathers what is known of a call that has arrived, and recognises one that is tried again.
   *
   * @param nowMs milliseconds since the epoch
   * @param tickMs milliseconds of a clock that is never set, such as `performance.now()`
   */
  recall(arrival: Arrival, nowMs: number, tickMs: number): Try {
    const { call } = arrival;
    const attempt = this.#retries.seen(retriable(call), tickMs);
    const isRetry = attempt.notes !== undefined;
    attempt.notes ??= newNotes(nowMs, false);
    const kept = attempt.notes;
    const { firstMs } = kept;
    const asked = limitsAsked(arrival);
    const uses = asked.length === 0 ? asked : asked.map((use) => ({ ...use, key: keyOf(use.key) }));
    const known: Facts = {
      nowMs: firstMs,
      drawKey: drawKeyOf(arrival.call, firstMs),
      over: NONE,
      flags: arrival.table.flags,
      lookups: NOTHING_FOUND.lookups,
      history: this.#history(arrival, kept, nowMs),
    };
    return {
      known,
      found: () => {
        kept.found ??= new Map();
        return kept.found;
      },
      // Not before it is decided: while look-ups are asked, other calls count.
      facts: (lookups) =>
        uses.length === 0 && lookups === known.lookups
          ? known
          : { ...known, over: this.#over(uses, kept, nowMs), lookups },
      verdicts: () => kept.verdicts ?? NO_VERDICTS,
      isRetry,
      sinceFirstMs: tickMs - attempt.firstMs,
      count: (decision) => {
        if (kept.isCounted) return;
        kept.isCounted = true;
        this.#inOrder(() => {
          this.#remember(arrival, decision, nowMs);
          if (decision.outcome === "reject") return;
          for (const use of uses) {
            if (decision.limits.includes(use.name)) this.#limits.count(use.id, use.plan, use.key, nowMs);
          }
        });
      },
    };
  }

  /**
   * Begins to take in what is known of calls before this process, the oldest first. What calls add meanwhile comes behind
   * it, once the function that is returned is called.
   */
  beginRestoring(): () => void {
    this.#held = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#restored = promise;
    return () => {
      const held = this.#held ?? [];
      this.#held = undefined;
      this.#restored = undefined;
      for (const add of held) add();
      resolve();
    };
  }

  /** What to wait for before a call is decided, where its route asks for what is still being read; else undefined. */
  restoringFor({ next }: Arrival): Promise<void> | undefined {
    if (!this.#restored || "refused" in next) return undefined;
    const { limits, history } = next.route.asks;
    return limits.length > 0 || history ? this.#restored : undefined;
  }

  /** Whether what is known of calls before this process is still being read. */
  get isRestoring(): boolean {
    return this.#restored !== undefined;
  }

  /** Takes in an earlier call of a caller. The parameters are those of {@link EarlierCalls.add}. */
  restoreCaller(client: string, caller: string, atMs: number, agent: string | undefined): void {
    this.#earlier.add(client, caller, atMs, agent);
  }

  /** Takes in an earlier call that a limit counted. The parameters are those of {@link Limits.count}. */
  restoreCount(id: string, plan: LimitPlan, key: string, atMs: number): void {
    this.#limits.count(id, plan, keyOf(key), atMs);
  }

  /** Takes in a call that may be tried again. @param tickMs as {@link recall} has it, of the time `nowMs` */
  restoreTry(call: EarlierTry, nowMs: number, tickMs: number): void {
    const { firstMs, verdicts, history, found } = call;
    const notes = { verdicts: new Map(verdicts), found, history, isCounted: true, firstMs };
    this.#retries.restore(retriable(call), tickMs - Math.max(0, nowMs - firstMs), notes);
  }

  #inOrder(add: () => void): void {
    if (this.#held) this.#held.push(add);
    else add();
  }

  #remember(arrival: Arrival, decision: Decision, nowMs: number): void {
    const { call, caller, scope } = arrival;
    this.#earlier.forgetBefore(nowMs - this.#keepMs);
    if (caller.identity !== undefined) {
      this.#earlier.add(
        scope.client,
        caller.identity,
        nowMs,
        takenBy(decision, call.boundAgentId, scope.agentNames),
      );
    }
  }

  /** The caller's history, where the call's route asks for it. */
  #history({ scope, caller, next }: Arrival, kept: Kept, nowMs: number): CallerHistory | undefined {
    if ("refused" in next || !next.route.asks.history || caller.identity === undefined) return undefined;
    this.#earlier.forgetBefore(nowMs - this.#keepMs);
    kept.history ??= historyOf(this.#earlier.of(scope.client, caller.identity), scope);
    return kept.history;
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

function newNotes(firstMs: number, isCounted: boolean): Kept {
  return { verdicts: undefined, found: undefined, history: undefined, isCounted, firstMs };
}

/** Of most calls there is nothing to keep but when they came. */
function packNotes({ verdicts, found, history, isCounted, firstMs }: Kept): number | undefined {
  return isCounted && !verdicts && !found && !history ? firstMs : undefined;
}

/** A call as retries tell it apart: by its id, else by who calls whom. */
function retriable({ channel, from, to, id }: Retriable): Retriable {
  return id ? { channel, from, to, id: keyOf(id) } : { channel, from: keyOf(from), to: keyOf(to), id };
}

const NONE: ReadonlySet<string> = new Set();
const NO_VERDICTS: ReadonlyMap<string, boolean> = new Map();

/**
 * What a split by call is drawn by: Retell's id, else what tells the call apart.
 *
 * @param firstMs when the call was tried first, in milliseconds since the epoch
 */
export function drawKeyOf({ channel, from, to, id }: Retriable, firstMs: number): string {
  return id || JSON.stringify([channel, keyOf(from), keyOf(to), firstMs]);
}

function historyOf(earlier: Earlier | undefined, { timezone, locale }: Scope): CallerHistory {
  if (!earlier) return FIRST_CALL;
  const { calls, lastMs, lastAgent } = earlier;
  return { calls, last: nowText("date", lastMs, timezone, locale), lastAgent };
}
