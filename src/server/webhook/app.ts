/** The webhook: what every request gets. */
import { type Context, Hono } from "hono";
import { type Answer, answerBody, PASS } from "../../retell/answer.ts";
import { type InboundEvent, readEvent } from "../../retell/event.ts";
import { SIGNATURE_HEADER, verifySignature } from "../../retell/signature.ts";
import { receive } from "../../routing/arrival.ts";
import { decide } from "../../routing/decide.ts";
import type { Decision } from "../../routing/decision.ts";
import type { Memory } from "../facts/memory.ts";
import type { Desk } from "../live/desk.ts";
import { clientAddress } from "./address.ts";
import { BODY_LIMIT, readBody } from "./body.ts";
import type { Holds } from "./hold.ts";

/** What the webhook tells about its work. */
export interface Observer {
  /** A call or text was decided. `ms` is the time from the whole body to the decision. */
  answered(event: InboundEvent, decision: Decision, ms: number): void;
  /** A call or text could not be decided, for a fault of ours; it was passed. */
  failed(event: InboundEvent, error: unknown): void;
  /** A signed event of another kind of webhook came. */
  misplaced(event: string): void;
  /** A request got no answer to a call. */
  refused(status: number, reason: string, client: string | undefined): void;
}

type Env = { Bindings: { readonly peer: string | undefined } };

/** What the webhook works with. */
export interface Service {
  readonly desk: Desk;
  readonly observer: Observer;
  readonly memory: Memory;
  readonly holds: Holds;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * The Hono app that serves one desk.
 *
 * A refusal never says more than its status has to: every bad signature gets the same answer.
 */
export function createApp(service: Service): Hono<Env> {
  const { desk, observer, now } = service;
  const app = new Hono<Env>();

  const refuse = (
    c: Context<Env>,
    status: 400 | 401 | 403 | 404 | 405 | 413,
    reason: string,
    client?: string,
  ) => {
    observer.refused(status, reason, client);
    return c.json({ error: reason }, status);
  };

  app.post(desk.path, async (c) => {
    const { isAllowed, isTrustedProxy, apiKeys, maxAgeMs } = desk;
    const client = clientAddress(c.env.peer, c.req.header("x-forwarded-for"), isTrustedProxy);
    if (isAllowed && !(client && isAllowed(client)))
      return refuse(c, 403, "this address may not post here", client);

    const body = await readBody(c.req.raw);
    if (body === "too large") {
      // What has not arrived yet is not wanted: without this the connection would wait for it.
      c.header("connection", "close");
      return refuse(c, 413, `the body must not be longer than ${BODY_LIMIT} bytes`, client);
    }
    if (body === "broken off") return refuse(c, 400, "the body broke off", client);

    const arrivedMs = performance.now();
    if (!verifySignature(body, c.req.header(SIGNATURE_HEADER), apiKeys, now(), maxAgeMs)) {
      return refuse(c, 401, "the signature is not valid", client);
    }

    const read = readEvent(body);
    switch (read.kind) {
      case "invalid":
        return refuse(c, 400, read.problem, client);
      case "other":
        observer.misplaced(read.name);
        return c.json({});
      case "inbound": {
        const { answer, delayMs } = replyTo(read.event, service, arrivedMs);
        if (delayMs > 0) await service.holds.wait(delayMs, c.req.raw.signal);
        return c.json(answerBody(read.event.channel, answer));
      }
    }
  });

  app.all(desk.path, (c) => {
    c.header("allow", "POST");
    return refuse(c, 405, "only POST is answered here");
  });
  app.notFound((c) => refuse(c, 404, "there is nothing here"));
  return app;
}

/** An answer, and how long to hold it. */
interface Reply {
  readonly answer: Answer;
  readonly delayMs: number;
}

/** Decides, and passes the call where deciding fails: then Retell's bound agent takes it at once. */
function replyTo(event: InboundEvent, { desk, observer, memory, now }: Service, arrivedMs: number): Reply {
  let reply: Reply = { answer: PASS, delayMs: 0 };
  try {
    const nowMs = now();
    const arrival = receive(desk.table, event);
    const { facts, firstMs, count } = memory.recall(arrival, nowMs);
    const decision = decide(arrival, facts);
    count(decision);
    // It has rung since the first try.
    const delayMs = decision.outcome === "reject" ? 0 : decision.delayMs - (nowMs - firstMs);
    reply = { answer: answerOf(decision), delayMs };
    observer.answered(event, decision, performance.now() - arrivedMs);
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
