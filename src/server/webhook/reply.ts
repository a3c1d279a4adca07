/** What a call is answered: from the event to the answer, and how long to hold it. */
import { type Answer, PASS } from "../../retell/answer.ts";
import type { InboundEvent } from "../../retell/event.ts";
import { MAX_DELAY_MS } from "../../retell/timing.ts";
import { type Arrival, receiveSigned } from "../../routing/arrival.ts";
import { decide } from "../../routing/decide.ts";
import type { Decision } from "../../routing/decision.ts";
import { type Found, NOTHING_FOUND } from "../facts/found.ts";
import type { Inquiries } from "../facts/inquiries.ts";
import { type Memory, RESTORE_PATIENCE_MS } from "../facts/memory.ts";
import type { Try } from "../facts/try.ts";
import type { Desk } from "../live/desk.ts";
import { within } from "../live/within.ts";
import type { WebhookObserver } from "../observe/observer.ts";
import { onceKnown } from "./once-known.ts";

/** What calls are decided with. */
export interface Deciding {
  readonly desk: Desk;
  readonly observer: WebhookObserver;
  readonly memory: Memory;
  readonly inquiries: Inquiries;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** An answer, and how long to hold it; `foreign` where the key that the call was signed with opens no such number. */
export type Reply = { readonly answer: Answer; readonly delayMs: number } | "foreign";

/**
 * Decides, and passes the call where deciding fails: then Retell's bound agent takes it at once. A call that asks for no
 * look-up, and no other machine, is decided before this returns.
 *
 * @param account whose key it was signed with
 * @param arrivedMs when all of it had come, as of `performance.now()`
 */
export function replyTo(
  event: InboundEvent,
  account: string,
  deciding: Deciding,
  arrivedMs: number,
): Reply | Promise<Reply> {
  const { desk, observer, memory, inquiries, now } = deciding;
  const failed = (error: unknown): Reply => {
    observer.failed(event, error);
    return { answer: PASS, delayMs: 0 };
  };
  const reply = (hasWaited: boolean): Reply | Promise<Reply> => {
    const arrival = receiveSigned(desk.table, event, account);
    if (arrival === "foreign") return arrival;
    const recalled = memory.recall(arrival, now(), arrivedMs);
    return onceKnown<Try, Reply>(recalled, (attempt) => {
      const asking = inquiries.about(arrival, attempt, MAX_DELAY_MS - (performance.now() - arrivedMs));
      const mustWait = hasWaited || recalled instanceof Promise || asking !== undefined;
      return onceKnown<Found, Reply>(asking ?? NOTHING_FOUND, (found) =>
        decided(arrival, attempt, found, mustWait),
      );
    });
  };
  const decided = (arrival: Arrival, attempt: Try, { lookups, told }: Found, hasWaited: boolean): Reply => {
    const decidingMs = performance.now();
    const facts = attempt.facts(lookups);
    const decision = decide(arrival, facts);
    const decidedMs = performance.now();
    attempt.count(decision);
    const [ms, decisionMs] = [decidedMs - arrivedMs, decidedMs - decidingMs];
    // It has rung since the first try, and while this one was waiting.
    const rungMs = attempt.sinceFirstMs + (hasWaited ? ms : 0);
    const delayMs = decision.outcome === "reject" ? 0 : decision.delayMs - rungMs;
    const reply = { answer: answerOf(decision), delayMs };
    const { isRetry } = attempt;
    const known = { event, arrival, facts, verdicts: attempt.verdicts(), isRetry, config: desk.hash };
    try {
      observer.answered({ ...known, decision, lookups: told, ms, decisionMs });
    } catch (error) {
      // What was decided holds all the same.
      observer.failed(event, error);
    }
    return reply;
  };
  try {
    const replying = memory.isRestoring ? untilRestored(event, account, deciding).then(reply) : reply(false);
    return replying instanceof Promise ? replying.catch(failed) : replying;
  } catch (error) {
    return failed(error);
  }
}

/** Waits until what a call asks for is remembered again, if it asks for it; resolves with whether it does. */
async function untilRestored(
  event: InboundEvent,
  account: string,
  { desk, memory }: Deciding,
): Promise<boolean> {
  try {
    const arrival = receiveSigned(desk.table, event, account);
    const restored = arrival === "foreign" ? undefined : memory.restoringFor(arrival);
    if (restored) await within(RESTORE_PATIENCE_MS, restored);
    return restored !== undefined;
  } catch {
    // Whatever is wrong is found again, and told, when the call is decided.
    return false;
  }
}

/** What Retell is told of a decision. */
export function answerOf(decision: Decision): Answer {
  if (decision.outcome === "reject") return { outcome: "reject" };
  const { variables, metadata, override } = decision;
  const context = { outcome: "accept", variables, metadata, override } as const;
  if (decision.outcome === "pass") return context;
  const { id, version } = decision.agent;
  return { ...context, agent: version === undefined ? { id } : { id, version } };
}
