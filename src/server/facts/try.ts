/** One try of a call: what it is decided by, and what is kept of it so that the next try gets the same answer. */
import { type Arrival, type LimitUse, limitsAsked } from "../../routing/arrival.ts";
import { type CallerHistory, type Facts, FIRST_CALL } from "../../routing/circumstances.ts";
import { decide } from "../../routing/decide.ts";
import type { Decision } from "../../routing/decision.ts";
import type { Scope } from "../../routing/table/table.ts";
import { takenBy } from "../../routing/taken-by.ts";
import { nowText } from "../../routing/time/now.ts";
import type { Counted, Counting } from "./counters.ts";
import type { Earlier } from "./earlier-calls.ts";
import { type FoundByTries, NOTHING_FOUND } from "./found.ts";
import { keyOf } from "./key.ts";
import type { Attempt, Retriable } from "./retries.ts";

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
  verdicts(): ReadonlyMap<string, boolean>;
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
export interface Kept {
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

/** A call that has arrived, and what is kept of it. A class, since every call has one: closures cost more. */
export class Arrived implements Counting {
  readonly arrival: Arrival;
  readonly kept: Kept;
  readonly attempt: Attempt<Kept>;
  readonly uses: readonly LimitUse[];
  readonly nowMs: number;
  readonly tickMs: number;

  constructor(arrival: Arrival, attempt: Attempt<Kept>, kept: Kept, nowMs: number, tickMs: number) {
    const asked = limitsAsked(arrival);
    this.arrival = arrival;
    this.kept = kept;
    this.attempt = attempt;
    this.uses = asked.length === 0 ? asked : asked.map((use) => ({ ...use, key: keyOf(use.key) }));
    this.nowMs = nowMs;
    this.tickMs = tickMs;
  }

  get call(): Retriable {
    return this.arrival.call;
  }

  get client(): string {
    return this.arrival.scope.client;
  }

  get caller(): string | undefined {
    return this.arrival.caller.identity;
  }

  get asksHistory(): boolean {
    const { next } = this.arrival;
    return "route" in next && next.route.asks.history;
  }

  get isVague(): boolean {
    const { next } = this.arrival;
    return "route" in next && next.route.asks.lookups.length > 0;
  }

  suppose(over: ReadonlySet<string>): Decision {
    return decide(this.arrival, { ...factsOf(this, FIRST_CALL), over });
  }
}

/** What is kept of a call before its first try. @param firstMs when that comes, in milliseconds since the epoch */
export function newNotes(firstMs: number): Kept {
  return {
    verdicts: undefined,
    found: undefined,
    history: undefined,
    isCounted: false,
    firstMs,
    elsewhereMs: 0,
    counted: undefined,
  };
}

/** When a call was tried first, where there is nothing else to keep, as of most calls; else undefined. */
export function packNotes(kept: Kept): number | undefined {
  const { isCounted, verdicts, found, history, counted, elsewhereMs, firstMs } = kept;
  return isCounted && !verdicts && !found && !history && !counted && elsewhereMs === 0 ? firstMs : undefined;
}

/** Keeps what another machine knows of a call that was tried there first. */
export function takeOver(kept: Kept, { cameMs, sinceMs, found }: NonNullable<Counted["first"]>): void {
  kept.firstMs = cameMs;
  kept.elsewhereMs = sinceMs;
  if (found) kept.found = found;
}

/** The try of a call, once what counts calls has said what it knows. */
export class RecalledTry implements Try {
  readonly known: Facts;
  readonly isRetry: boolean;
  readonly #arrived: Arrived;
  readonly #counted: Counted;

  constructor(arrived: Arrived, counted: Counted, isRetry: boolean) {
    this.known = factsOf(arrived, historyFor(arrived.arrival, arrived.kept, counted.earlier));
    this.isRetry = isRetry;
    this.#arrived = arrived;
    this.#counted = counted;
  }

  get sinceFirstMs(): number {
    const { kept, attempt, tickMs } = this.#arrived;
    return tickMs - attempt.firstMs + kept.elsewhereMs;
  }

  found(): FoundByTries {
    const { kept } = this.#arrived;
    kept.found ??= new Map();
    return kept.found;
  }

  facts(lookups: Facts["lookups"]): Facts {
    const { known } = this;
    const { uses, kept } = this.#arrived;
    if (uses.length === 0 && lookups === known.lookups) return known;
    // Not before it is decided: while look-ups are asked, other calls count.
    return { ...known, over: limitsOver(uses, kept, this.#counted), lookups };
  }

  verdicts(): ReadonlyMap<string, boolean> {
    return this.#arrived.kept.verdicts ?? NO_VERDICTS;
  }

  count(decision: Decision): void {
    const { arrival, kept } = this.#arrived;
    if (kept.isCounted) return;
    kept.isCounted = true;
    kept.counted = undefined;
    const agent = takenBy(decision, arrival.call.boundAgentId, arrival.scope.agentNames);
    this.#counted.settle(decision, agent, kept.found);
  }
}

/** What is known of a call before limits and look-ups are asked. */
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

/**
 * What a split by call is drawn by: Retell's id, else what tells the call apart.
 *
 * @param firstMs when the call was tried first, in milliseconds since the epoch
 */
export function drawKeyOf({ channel, from, to, id }: Retriable, firstMs: number): string {
  return id || JSON.stringify([channel, keyOf(from), keyOf(to), firstMs]);
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
function limitsOver(uses: readonly LimitUse[], kept: Kept, counted: Counted): ReadonlySet<string> {
  if (uses.length === 0) return NONE;
  kept.verdicts ??= new Map();
  const { verdicts } = kept;
  const over = new Set<string>();
  for (const use of uses) {
    const verdict = verdicts.get(use.name) ?? counted.isOver(use);
    verdicts.set(use.name, verdict);
    if (verdict) over.add(use.name);
  }
  return over;
}

function historyOf(earlier: Earlier | undefined, { timezone, locale }: Scope): CallerHistory {
  if (!earlier) return FIRST_CALL;
  const { calls, lastMs, lastAgent } = earlier;
  return { calls, last: nowText("date", lastMs, timezone, locale), lastAgent };
}

const NONE: ReadonlySet<string> = new Set();
const NO_VERDICTS: ReadonlyMap<string, boolean> = new Map();
