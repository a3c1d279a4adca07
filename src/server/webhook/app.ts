/** The webhook: what every request gets. */
import { type Context, Hono } from "hono";
import { type Answer, answerBody, PASS } from "../../retell/answer.ts";
import { type InboundEvent, readEvent } from "../../retell/event.ts";
import { SIGNATURE_HEADER, verifySignature } from "../../retell/signature.ts";
import { MAX_DELAY_MS } from "../../retell/timing.ts";
import { receiveSigned } from "../../routing/arrival.ts";
import { decide } from "../../routing/decide.ts";
import type { Decision } from "../../routing/decision.ts";
import { NOTHING_FOUND } from "../facts/found.ts";
import type { Inquiries } from "../facts/inquiries.ts";
import { type Memory, RESTORE_PATIENCE_MS } from "../facts/memory.ts";
import type { Desk } from "../live/desk.ts";
import { within } from "../live/within.ts";
import type { Refusal, WebhookObserver } from "../observe/observer.ts";
import { senderAddress } from "./address.ts";
import { readBody } from "./body.ts";
import type { Health } from "./health.ts";
import type { Holds } from "./hold.ts";
import { refusalResponse } from "./refusal.ts";

type Env = { Bindings: { readonly peer: string | undefined } };

/** What the webhook works with. */
export interface Service {
  readonly desk: Desk;
  readonly observer: WebhookObserver;
  readonly memory: Memory;
  readonly inquiries: Inquiries;
  readonly holds: Holds;
  readonly health: Health;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Where anyone may ask whether the server is there. */
const HEALTH_PATH = "/healthz";

/**
 * The Hono app that serves one desk. Of a request nothing counts but method, path, body, signature and the address that
 * it comes from.
 */
export function createApp(service: Service): Hono<Env> {
  const { desk, observer } = service;
  const app = new Hono<Env>({ getPath: (request) => withoutSlash(pathOf(request.url)) });
  const refuse = (refusal: Refusal): Response => {
    observer.refused(refusal);
    return refusalResponse(refusal);
  };
  const notAllowed = (c: Context<Env>, allow: string) =>
    refuse({ kind: "method", address: addressOf(c, desk), method: c.req.method, allow });

  app.post(withoutSlash(desk.path), (c) => answerPost(c, service, refuse));
  app.get(HEALTH_PATH, (c) => service.health.answer(c.req.method));
  app.all(withoutSlash(desk.path), (c) => notAllowed(c, "POST"));
  app.all(HEALTH_PATH, (c) => notAllowed(c, "GET, HEAD"));
  app.notFound((c) => {
    const { method, url } = c.req;
    return refuse({
      kind: "path",
      address: addressOf(c, desk),
      method,
      path: pathOf(url),
      wanted: desk.path,
    });
  });
  return app;
}

/** The path of a request's target, whatever its Host says: of a URL that has no host there is only the path. */
function pathOf(url: string): string {
  const start = url.startsWith("/") ? 0 : url.indexOf("/", url.indexOf("//") + 2);
  const end = url.slice(start).search(/[?#]/);
  return start < 0 ? "/" : end < 0 ? url.slice(start) : url.slice(start, start + end);
}

/** One slash more or less at the end is the same path. */
function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

function addressOf(c: Context<Env>, { isTrustedProxy }: Desk): string | undefined {
  return senderAddress(c.env.peer, c.req.header("x-forwarded-for"), isTrustedProxy);
}

async function answerPost(
  c: Context<Env>,
  service: Service,
  refuse: (refusal: Refusal) => Response,
): Promise<Response> {
  const { desk, observer, holds, now } = service;
  const { isAllowed, apiKeys, maxAgeMs } = desk;
  // Only where somebody wants to know: telling it takes longer than deciding a call.
  const address = () => addressOf(c, desk);
  if (isAllowed) {
    const sender = address();
    if (!sender || !isAllowed(sender)) return refuse({ kind: "address", address: sender });
  }

  const body = await readBody(c.req.raw);
  if (!(body instanceof Uint8Array)) return refuse({ ...body, address: address() });

  const arrivedMs = performance.now();
  const verdict = verifySignature(body, c.req.header(SIGNATURE_HEADER), apiKeys, now(), maxAgeMs);
  if (verdict.kind !== "good") return refuse({ ...verdict, address: address() });

  const read = readEvent(body);
  switch (read.kind) {
    case "invalid":
      return refuse({ kind: "invalid", address: address(), problem: read.problem });
    case "other":
      observer.misplaced(read.name);
      return c.json({});
    case "inbound": {
      const account = desk.accounts[verdict.keyAt] ?? "";
      const hasWaited = service.memory.isRestoring && (await untilRestored(read.event, account, service));
      const reply = await replyTo(read.event, account, service, arrivedMs, hasWaited);
      if (reply === "foreign") return refuse({ kind: "key of another client", address: address(), account });
      const { answer, delayMs } = reply;
      if (delayMs > 0) await holds.wait(delayMs, c.req.raw.signal);
      return c.json(answerBody(read.event.channel, answer));
    }
  }
}

/** An answer, and how long to hold it. */
interface Reply {
  readonly answer: Answer;
  readonly delayMs: number;
}

/** Waits until what a call asks for is remembered again, if it asks for it; resolves with whether it does. */
async function untilRestored(
  event: InboundEvent,
  account: string,
  { desk, memory }: Service,
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

/**
 * Decides, and passes the call where deciding fails: then Retell's bound agent takes it at once. A call that asks for no
 * look-up, and no other machine, is decided before this returns.
 *
 * @param account whose key it was signed with; `foreign` where that opens no such number
 * @param hasWaited whether it has waited since it arrived
 */
async function replyTo(
  event: InboundEvent,
  account: string,
  { desk, observer, memory, inquiries, now }: Service,
  arrivedMs: number,
  hasWaited: boolean,
): Promise<Reply | "foreign"> {
  let reply: Reply = { answer: PASS, delayMs: 0 };
  try {
    const nowMs = now();
    const arrival = receiveSigned(desk.table, event, account);
    if (arrival === "foreign") return arrival;
    const recalled = memory.recall(arrival, nowMs, arrivedMs);
    const attempt = recalled instanceof Promise ? await recalled : recalled;
    const asking = inquiries.about(arrival, attempt, MAX_DELAY_MS - (performance.now() - arrivedMs));
    const { lookups, told } = asking ? await asking : NOTHING_FOUND;
    const decidingMs = performance.now();
    const facts = attempt.facts(lookups);
    const decision = decide(arrival, facts);
    const decisionMs = performance.now() - decidingMs;
    attempt.count(decision);
    const ms = performance.now() - arrivedMs;
    // It has rung since the first try, and while this one was waiting.
    const hasAsked = asking !== undefined || recalled instanceof Promise;
    const rungMs = attempt.sinceFirstMs + (hasAsked || hasWaited ? ms : 0);
    const delayMs = decision.outcome === "reject" ? 0 : decision.delayMs - rungMs;
    reply = { answer: answerOf(decision), delayMs };
    const { isRetry } = attempt;
    const known = { event, arrival, facts, verdicts: attempt.verdicts(), isRetry, config: desk.hash };
    observer.answered({ ...known, decision, lookups: told, ms, decisionMs });
  } catch (error) {
    observer.failed(event, error);
  }
  return reply;
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
