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
  const asked: Asked = { event, account, deciding, arrivedMs };
  try {
    const replying = deciding.memory.isRestoring
      ? untilRestored(asked).then((hasWaited) => received(asked, hasWaited))
      : received(asked, false);
    return replying instanceof Promise ? replying.catch((error: unknown) => passed(asked, error)) : replying;
  } catch (error) {
    return passed(asked, error);
  }
}

/** A call that is to be answered. */
interface Asked {
  readonly event: InboundEvent;
  readonly account: string;
  readonly deciding: Deciding;
  readonly arrivedMs: number;
}

function passed({ event, deciding }: Asked, error: unknown): Reply {
  deciding.observer.failed(event, error);
  return { answer: PASS, delayMs: 0 };
}

/** Gathers what a call is decided by. Nearly all wait for nothing, and are decided at once. */
function received(asked: Asked, hasWaited: boolean): Reply | Promise<Reply> {
  const { event, account, deciding, arrivedMs } = asked;
  const { desk, memory, now } = deciding;
  const arrival = receiveSigned(desk.table, event, account);
  if (arrival === "foreign") return arrival;
  const recalled = memory.recall(arrival, now(), arrivedMs);
  if (recalled instanceof Promise) return recalled.then((attempt) => looked(asked, arrival, attempt, true));
  return looked(asked, arrival, recalled, hasWaited);
}

/** Asks the look-ups that the route can use, if there are any. */
function looked(asked: Asked, arrival: Arrival, attempt: Try, hasWaited: boolean): Reply | Promise<Reply> {
  const finding = asked.deciding.inquiries.about(
    arrival,
    attempt,
    () => MAX_DELAY_MS - (performance.now() - asked.arrivedMs),
  );
  return finding
    ? finding.then((found) => decided(asked, arrival, attempt, found, true))
    : decided(asked, arrival, attempt, NOTHING_FOUND, hasWaited);
}

function decided(
  { event, deciding, arrivedMs }: Asked,
  arrival: Arrival,
  attempt: Try,
  { lookups, told }: Found,
  hasWaited: boolean,
): Reply {
  const { desk, observer } = deciding;
  const decidingMs = performance.now();
  const facts = attempt.facts(lookups);
  const decision = decide(arrival, facts);
  const decidedMs = performance.now();
  attempt.count(decision);
  const ms = decidedMs - arrivedMs;
  // It has rung since the first try, and while this one was waiting.
  const rungMs = attempt.sinceFirstMs + (hasWaited ? ms : 0);
  const delayMs = decision.outcome === "reject" ? 0 : decision.delayMs - rungMs;
  try {
    observer.answered({
      event,
      arrival,
      facts,
      verdicts: attempt.verdicts(),
      decision,
      lookups: told,
      isRetry: attempt.isRetry,
      config: desk.hash,
      ms,
      decisionMs: decidedMs - decidingMs,
      record: undefined,
    });
  } catch (error) {
    // What was decided holds all the same.
    observer.failed(event, error);
  }
  return { answer: answerOf(decision), delayMs };
}

/** Waits until what a call asks for is remembered again, if it asks for it; resolves with whether it does. */
async function untilRestored({ event, account, deciding }: Asked): Promise<boolean> {
  const { desk, memory } = deciding;
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
  if (decision.outcome === "pass") return { outcome: "accept", variables, metadata, override };
  const { id, version } = decision.agent;
  const agent = version === undefined ? { id } : { id, version };
  return { outcome: "accept", variables, metadata, override, agent };
}
