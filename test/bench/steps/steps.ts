/** The steps that every call takes, each by itself: the functions that the server calls, with what it would give them. */
import { openClient } from "../../../src/outbound/client.ts";
import { answerText } from "../../../src/retell/answer.ts";
import { type InboundEvent, readEvent } from "../../../src/retell/event.ts";
import { requestBody } from "../../../src/retell/request.ts";
import { SIGNATURE_HEADER, signBody, verifySignature } from "../../../src/retell/signature.ts";
import { type Arrival, receiveSigned } from "../../../src/routing/arrival.ts";
import { decide } from "../../../src/routing/decide.ts";
import { NOTHING_FOUND } from "../../../src/server/facts/found.ts";
import { Inquiries } from "../../../src/server/facts/inquiries.ts";
import { openAsker } from "../../../src/server/facts/lookups/asker.ts";
import { Memory } from "../../../src/server/facts/memory.ts";
import type { Try } from "../../../src/server/facts/try.ts";
import { RequestReader } from "../../../src/server/http/request/reader.ts";
import type { Desk } from "../../../src/server/live/desk.ts";
import { configureLog } from "../../../src/server/observe/log/log.ts";
import { logObserver } from "../../../src/server/observe/log/log-observer.ts";
import { Metrics, metricsObserver } from "../../../src/server/observe/metrics/metrics.ts";
import { type AnsweredCall, fanOut } from "../../../src/server/observe/observer.ts";
import { recordOf } from "../../../src/server/observe/record.ts";
import { createApp } from "../../../src/server/webhook/app.ts";
import { Health } from "../../../src/server/webhook/health.ts";
import { Holds } from "../../../src/server/webhook/hold.ts";
import { KEY } from "../../harness.ts";
import { callOf, requestOf } from "../calls/requests.ts";
import { openDesk } from "../servers/desk.ts";

/** One step. */
export interface Step {
  readonly name: string;
  /** Takes it with the next call, as if that came now. Returns what it made, so that nothing of it can be left out. */
  run(): unknown;
}

/**
 * So many calls take turns: more than are remembered for their retries, so that each is a new one when its turn comes
 * again.
 */
const CALLS = 120_000;

/** What a call was at each step. */
interface Taken {
  readonly request: Buffer<ArrayBuffer>;
  readonly body: Buffer;
  readonly signature: string;
  readonly event: InboundEvent;
  readonly arrival: Arrival;
  readonly answered: AnsweredCall;
}

/**
 * Opens the steps, on a configuration with everything that `make bench` has. The calls are made when the first step is
 * taken: that takes seconds.
 *
 * @param dir a directory for its files
 */
export async function openSteps(dir: string): Promise<Step[]> {
  const { desk, config } = await openDesk(dir);
  const nowMs = Date.now();
  const memory = new Memory();
  let calls: readonly Taken[] | undefined;
  const turn = (use: (call: Taken) => unknown): (() => unknown) => {
    let at = 0;
    return () => {
      calls ??= Array.from({ length: CALLS }, (_, at) => take(desk, memory, at, nowMs));
      const call = calls[at++ % CALLS];
      return call && use(call);
    };
  };

  const reader = new RequestReader();
  const remembering = new Memory();
  configureLog({ ...config.log, format: "json" }, (line) => void line.length, "program");
  const logging = logObserver();
  const metrics = metricsObserver(new Metrics());
  const app = openApp(desk);
  return [
    { name: "request: from bytes", run: turn(({ request }) => received(reader, request)) },
    {
      name: "signature",
      run: turn(({ body, signature }) =>
        verifySignature(body, signature, desk.digests, nowMs, desk.maxAgeMs),
      ),
    },
    { name: "event", run: turn(({ body }) => readEvent(body)) },
    {
      name: "line: entry, caller, deny, allow",
      run: turn(({ event }) => receiveSigned(desk.table, event, "")),
    },
    {
      name: "facts: earlier calls and retries",
      run: turn(({ arrival, answered }) => {
        const attempt = recalled(remembering, arrival, nowMs, performance.now());
        const facts = attempt.facts(NOTHING_FOUND.lookups);
        attempt.count(answered.decision);
        return facts;
      }),
    },
    { name: "decide", run: turn(({ arrival, answered }) => decide(arrival, answered.facts)) },
    {
      name: "answer: to JSON",
      run: turn(({ event, answered }) => answerText(event.channel, answered.decision)),
    },
    { name: "metrics", run: turn(({ answered }) => metrics.answered?.(answered)) },
    {
      name: "record: to JSON, for the history",
      run: turn(({ answered }) => JSON.stringify(recordOf(unrecorded(answered)))),
    },
    {
      name: "log: to a line, with the record",
      run: turn(({ answered }) => logging.answered(unrecorded(answered))),
    },
    {
      name: "all but the observers, from Request to Response",
      run: turn(({ body, signature }) => app(body, signature)),
    },
  ];
}

/** A call whose record is made when its turn comes, as that of a call that has just been answered. */
function unrecorded(call: AnsweredCall): AnsweredCall {
  call.record = undefined;
  return call;
}

function take(desk: Desk, memory: Memory, at: number, nowMs: number): Taken {
  const call = callOf(0, at);
  const request = requestOf(call, KEY, nowMs);
  const inbound: InboundEvent = { channel: "call", ...call, boundAgentId: undefined, headers: {} };
  const body = Buffer.from(JSON.stringify(requestBody(inbound, nowMs)));
  const read = readEvent(body);
  if (read.kind !== "inbound") throw new Error(`Cannot measure: ${body.toString()}`);
  const { event } = read;
  const arrival = receiveSigned(desk.table, event, "");
  if (arrival === "foreign") throw new Error("Cannot measure: there is one account only");
  const attempt = recalled(memory, arrival, nowMs, 0);
  const facts = attempt.facts(NOTHING_FOUND.lookups);
  const decision = decide(arrival, facts);
  const told = { verdicts: attempt.verdicts(), isRetry: false, config: desk.hash, lookups: [] };
  const answered: AnsweredCall = { event, arrival, facts, decision, ...told, ms: 0.1, decisionMs: 0.01 };
  return { request, body, signature: signBody(body, KEY, nowMs), event, arrival, answered };
}

/** What is remembered of a call; no other machine is asked. */
function recalled(memory: Memory, arrival: Arrival, nowMs: number, tickMs: number): Try {
  const attempt = memory.recall(arrival, nowMs, tickMs);
  if (attempt instanceof Promise) throw new Error("Cannot measure: it asks other machines");
  return attempt;
}

function received(reader: RequestReader, request: Buffer<ArrayBuffer>): unknown {
  reader.feed(request);
  const head = reader.next();
  const body = reader.takeWhole();
  if (head?.kind !== "head" || !body) throw new Error("Cannot measure: this is no request");
  return [head, body];
}

/** The app of a server that nobody observes. The platform makes the request, where a server has one of its own. */
function openApp(desk: Desk) {
  const observer = fanOut([], () => {});
  const inquiries = new Inquiries(openAsker(openClient()));
  const memory = new Memory();
  const service = {
    desk,
    observer,
    memory,
    inquiries,
    holds: new Holds(),
    health: new Health(),
    now: Date.now,
  };
  const app = createApp(service);
  return (body: Buffer, signature: string) => {
    const headers = { [SIGNATURE_HEADER]: signature, "content-length": String(body.length) };
    return app.fetch(new Request("http://calls.example/webhook", { method: "POST", headers, body }), {
      peer: "127.0.0.1",
    });
  };
}
