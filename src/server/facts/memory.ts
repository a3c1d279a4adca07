/** What is remembered of earlier calls: those that limits count, those that may be tried again, and who called when. */
import { type Arrival, type LimitUse, limitsAsked } from "../../routing/arrival.ts";
import { type CallerHistory, type Facts, FIRST_CALL } from "../../routing/circumstances.ts";
import { decide } from "../../routing/decide.ts";
import type { Decision } from "../../routing/decision.ts";
import type { LimitPlan } from "../../routing/plan.ts";
import type { Scope } from "../../routing/table/table.ts";
import { takenBy } from "../../routing/taken-by.ts";
import { nowText } from "../../routing/time/now.ts";
import { type Counted, type Counters, LocalCounters } from "./counters.ts";
import type { Earlier } from "./earlier-calls.ts";
import { type FoundByTries, NOTHING_FOUND } from "./found.ts";
import { keyOf } from "./key.ts";
import { type Attempt, type Retriable, Retries } from "./retries.ts";

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
  firstMs: number;
  /** How long before its first try here another machine had it, in milliseconds. */
  elsewhereMs: number;
  /** What other machines say of it, until it is counted. */
  counted: Counted | Promise<Counted> | undefined;
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
  readonly #local: LocalCounters;
  readonly #counters: Counters;
  readonly #retries = new Retries<Kept>({
    pack: packNotes,
    unpack: (firstMs) => ({ ...newNotes(firstMs), isCounted: true }),
  });
  #restored: Promise<void> | undefined;

  /**
   * @param local what counts by itself, and is restored after a restart
   * @param counters what calls are counted by
   */
  constructor(local: LocalCounters = new LocalCounters(), counters: Counters = local) {
    this.#local = local;
    this.#counters = counters;
    local.keep(new Map(), DEFAULT_KEEP_MS);
  }

  /**
   * Puts the limits of a configuration in force; those that are defined as before keep what they counted.
   *
   * @param keepMs how long callers are remembered, in milliseconds
   */
  keep(limits: ReadonlyMap<string, LimitPlan>, keepMs: number = DEFAULT_KEEP_MS): void {
    this.#local.keep(limits, keepMs);
  }

  /**
   * Gathers what is known of a call that has arrived, and recognises one that is tried again. A promise only where other
   * machines are asked about it; it never rejects.
   *
   * @param nowMs milliseconds since the epoch
   * @param tickMs milliseconds of a clock that is never set, such as `performance.now()`
   */
  recall(arrival: Arrival, nowMs: number, tickMs: number): Try | Promise<Try> {
    const { call, scope, caller, next } = arrival;
    const told = retriable(call);
    const attempt = this.#retries.seen(told, tickMs);
    const isRetry = attempt.notes !== undefined;
    attempt.notes ??= newNotes(nowMs);
    const kept = attempt.notes;
    const asked = limitsAsked(arrival);
    const uses = asked.length === 0 ? asked : asked.map((use) => ({ ...use, key: keyOf(use.key) }));
    const asks = "refused" in next ? undefined : next.route.asks;
    const arrived: Arrived = { arrival, kept, attempt, uses, nowMs, tickMs };
    const counted =
      kept.counted ??
      (isRetry ? this.#local : this.#counters).open({
        ...{ call: told, client: scope.client, caller: caller.identity },
        ...{ uses, asksHistory: asks?.history ?? false, nowMs, isVague: (asks?.lookups.length ?? 0) > 0 },
        suppose: (over) => decide(arrival, { ...factsOf(arrived, FIRST_CALL), over }),
      });
    if (!(counted instanceof Promise)) return tryOf(arrived, counted, isRetry);
    kept.counted = counted;
    return counted.then((counted) => {
      if (counted.first && !isRetry) takeOver(kept, counted.first);
      if (!kept.isCounted) kept.counted = counted;
      return tryOf(arrived, counted, isRetry || counted.first !== undefined);
    });
  }

  /**
   * Begins to take in what is known of calls before this process, the oldest first. What calls add meanwhile comes behind
   * it, once the function that is returned is called.
   */
  beginRestoring(): () => void {
    const release = this.#local.holdBack();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#restored = promise;
    return () => {
      this.#restored = undefined;
      release();
      resolve();
    };
  }

  /** What to wait for before a call is decided, where its route asks for what is still being read; else undefined. */
  restoringFor({ next }: Arrival): Promise<void> | undefined {
    if (!this.#restored || this.#counters.isShared || "refused" in next) return undefined;
    const { limits, history } = next.route.asks;
    return limits.length > 0 || history ? this.#restored : undefined;
  }

  /** Whether what is known of calls before this process is still being read. */
  get isRestoring(): boolean {
    return this.#restored !== undefined;
  }

  /** Takes in an earlier call of a caller. The parameters are those of {@link LocalCounters.restoreCaller}. */
  restoreCaller(client: string, caller: string, atMs: number, agent: string | undefined): void {
    this.#local.restoreCaller(client, caller, atMs, agent);
  }

  /** Takes in an earlier call that a limit counted. The parameters are those of {@link LocalCounters.restoreCount}. */
  restoreCount(id: string, plan: LimitPlan, key: string, atMs: number): void {
    this.#local.restoreCount(id, plan, key, atMs);
  }

  /** Takes in a call that may be tried again. @param tickMs as {@link recall} has it, of the time `nowMs` */
  restoreTry(call: EarlierTry, nowMs: number, tickMs: number): void {
    const { firstMs, verdicts, history, found } = call;
    const notes: Kept = {
      ...newNotes(firstMs),
      ...{ verdicts: new Map(verdicts), found, history, isCounted: true },
    };
    this.#retries.restore(retriable(call), tickMs - Math.max(0, nowMs - firstMs), notes);
  }
}

function newNotes(firstMs: number): Kept {
  return {
    ...{ verdicts: undefined, found: undefined, history: undefined, isCounted: false },
    ...{ firstMs, elsewhereMs: 0, counted: undefined },
  };
}

/** Of most calls there is nothing to keep but when they came. */
function packNotes(kept: Kept): number | undefined {
  const { isCounted, verdicts, found, history, counted, elsewhereMs, firstMs } = kept;
  return isCounted && !verdicts && !found && !history && !counted && elsewhereMs === 0 ? firstMs : undefined;
}

/** A call that has arrived, and what is kept of it. */
interface Arrived {
  readonly arrival: Arrival;
  readonly kept: Kept;
  readonly attempt: Attempt<Kept>;
  readonly uses: readonly LimitUse[];
  readonly nowMs: number;
  readonly tickMs: number;
}

/** Keeps what another machine knows of a call that was tried there first. */
function takeOver(kept: Kept, { cameMs, sinceMs, found }: NonNullable<Counted["first"]>): void {
  kept.firstMs = cameMs;
  kept.elsewhereMs = sinceMs;
  if (found) kept.found = found;
}

function tryOf(arrived: Arrived, counted: Counted, isRetry: boolean): Try {
  const { arrival, kept, attempt, uses, tickMs } = arrived;
  const known = factsOf(arrived, historyFor(arrival, kept, counted.earlier));
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
        : { ...known, over: limitsOver(uses, kept, counted), lookups },
    verdicts: () => kept.verdicts ?? NO_VERDICTS,
    isRetry,
    sinceFirstMs: tickMs - attempt.firstMs + kept.elsewhereMs,
    count: (decision) => {
      if (kept.isCounted) return;
      kept.isCounted = true;
      kept.counted = undefined;
      const agent = takenBy(decision, arrival.call.boundAgentId, arrival.scope.agentNames);
      counted.settle(decision, agent, kept.found);
    },
  };
}

function factsOf({ arrival, kept }: Arrived, history: CallerHistory | undefined): Facts {
  return {
    nowMs: kept.firstMs,
    drawKey: drawKeyOf(arrival.call, kept.firstMs),
    over: NONE,
    flags: arrival.table.flags,
    lookups: NOTHING_FOUND.lookups,
    history,
  };
}

/** The caller's history, where the call's route asks for it. */
function historyFor(
  { scope, caller, next }: Arrival,
  kept: Kept,
  earlier: Earlier | undefined,
): CallerHistory | undefined {
  if ("refused" in next || !next.route.asks.history || caller.identity === undefined) return undefined;
  kept.history ??= historyOf(earlier, scope);
  return kept.history;
}

/** The limits that are reached. */
function limitsOver(uses: readonly LimitUse[], kept: Kept, { isOver }: Counted): ReadonlySet<string> {
  if (uses.length === 0) return NONE;
  kept.verdicts ??= new Map();
  const { verdicts } = kept;
  const over = new Set<string>();
  for (const use of uses) {
    const verdict = verdicts.get(use.name) ?? isOver(use);
    verdicts.set(use.name, verdict);
    if (verdict) over.add(use.name);
  }
  return over;
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
