/** The way of a call, cut short after each of its layers: what a further layer adds is what it costs. */
import { type Context, Hono } from "hono";
import { openClient } from "../../../src/outbound/client.ts";
import { answerText } from "../../../src/retell/answer.ts";
import { type InboundEvent, readEvent } from "../../../src/retell/event.ts";
import { SIGNATURE_HEADER, verifySignature } from "../../../src/retell/signature.ts";
import { type Arrival, receiveSigned } from "../../../src/routing/arrival.ts";
import { decide } from "../../../src/routing/decide.ts";
import { NOTHING_FOUND } from "../../../src/server/facts/found.ts";
import { Inquiries } from "../../../src/server/facts/inquiries.ts";
import { openAsker } from "../../../src/server/facts/lookups/asker.ts";
import { Memory } from "../../../src/server/facts/memory.ts";
import { jsonResponse } from "../../../src/server/http/response.ts";
import type { Desk } from "../../../src/server/live/desk.ts";
import { fanOut } from "../../../src/server/observe/observer.ts";
import { createApp } from "../../../src/server/webhook/app.ts";
import { readBody } from "../../../src/server/webhook/body.ts";
import { Health } from "../../../src/server/webhook/health.ts";
import { Holds } from "../../../src/server/webhook/hold.ts";
import { onceKnown } from "../../../src/server/webhook/once-known.ts";

/** Answers requests. */
export type Answer = (request: Request) => Response | Promise<Response>;

/** The layers from outside in, and what each adds to the one before. */
export const LAYERS = {
  http: "reading the request and writing the answer",
  hono: "Hono",
  body: "the body",
  signature: "the signature",
  event: "reading the event",
  line: "the entry, the caller, the lists",
  decision: "retries and earlier calls, the decision, the answer in JSON",
  app: "timing, errors, what observers are told",
} as const;

export type Layer = keyof typeof LAYERS;

const NAMES = Object.keys(LAYERS) as Layer[];

/** Answers as far as a layer goes; up to the last two, with a constant. */
export function answering(layer: Layer, desk: Desk): Answer {
  if (layer === "http") return constant;
  const app = new Hono();
  const memory = new Memory();
  if (layer === "app") return wholeApp(desk, memory);
  const depth = NAMES.indexOf(layer);
  const goes = (wanted: Layer) => depth >= NAMES.indexOf(wanted);
  const receive = (c: Context, body: unknown): Response => {
    if (!(body instanceof Uint8Array)) throw new Error("Cannot measure: there is no body");
    if (!goes("signature")) return constant();
    const { digests, maxAgeMs, table } = desk;
    const verdict = verifySignature(body, c.req.header(SIGNATURE_HEADER), digests, Date.now(), maxAgeMs);
    if (verdict.kind !== "good") throw new Error(`Cannot measure: ${verdict.kind}`);
    if (!goes("event")) return constant();
    const read = readEvent(body);
    if (read.kind !== "inbound") throw new Error("Cannot measure: this is no call");
    if (!goes("line")) return constant();
    const arrival = receiveSigned(table, read.event, "");
    if (arrival === "foreign") throw new Error("Cannot measure: there is one account only");
    return goes("decision") ? decided(memory, read.event, arrival) : constant();
  };
  app.post("/webhook", (c) => {
    if (!goes("body")) return constant();
    return onceKnown(readBody(c.req.raw), (body) => receive(c, body));
  });
  return (request) => app.fetch(request);
}

/** In one: what is remembered of a call that nobody decides takes more memory than of one that is. */
function decided(memory: Memory, event: InboundEvent, arrival: Arrival): Response {
  const attempt = memory.recall(arrival, Date.now(), performance.now());
  if (attempt instanceof Promise) throw new Error("Cannot measure: it asks other machines");
  const decision = decide(arrival, attempt.facts(NOTHING_FOUND.lookups));
  attempt.count(decision);
  return jsonResponse(answerText(event.channel, decision));
}

function wholeApp(desk: Desk, memory: Memory): Answer {
  const observer = fanOut([], () => {});
  const inquiries = new Inquiries(openAsker(openClient()));
  const waits = { holds: new Holds(), health: new Health() };
  const app = createApp({ desk, observer, memory, inquiries, ...waits, now: Date.now });
  return (request) => app.fetch(request, { peer: "127.0.0.1" });
}

function constant(): Response {
  return jsonResponse('{"call_inbound":{"override_agent_id":"agent_0000"}}');
}
