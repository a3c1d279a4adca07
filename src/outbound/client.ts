/** Requests to other servers: bounded in time, size and redirects, whatever those servers do. */
import { X509Certificate } from "node:crypto";
import { type Agent, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { type Bounds, exchange, type Message, type Received } from "./exchange.ts";
import type { Failure, Stage } from "./failure.ts";
import { isSameServer, redirectOf } from "./redirect.ts";

export type { Received } from "./exchange.ts";

/** A request and its bounds. */
export interface OutboundRequest {
  /** `http:` or `https:`; a user name and password in it are sent as basic authentication. */
  readonly url: string;
  readonly method: "GET" | "POST";
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The headers that are sent instead where a redirect leads to another server; undefined: such a redirect is not
   * followed.
   */
  readonly headersElsewhere?: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** How long it may take in all, with redirects and the last byte of the body, in milliseconds. */
  readonly timeoutMs: number;
  /** The most bytes that a body may have, as it comes and decompressed. */
  readonly limitBytes: number;
  /** Certificates of authorities that are trusted besides the usual ones, as PEM. */
  readonly ca: string | undefined;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** An answer of any status but a redirect, or why there is none. */
export type OutboundResult = Received | { readonly kind: "failed"; readonly failure: Failure };

/** Sends requests, and keeps connections for the next ones. */
export interface OutboundClient {
  /**
   * Sends a request. Never rejects. A connection that proves to be closed since it was last used is replaced, and the
   * request sent again on the new one. A redirected POST stays a POST with its body, but for a 303.
   */
  send(request: OutboundRequest): Promise<OutboundResult>;
  /** Closes every connection; requests under way fail. */
  close(): void;
}

const MOST_REDIRECTS = 3;
/** How often a request is sent again because the connection kept for it was closed. */
const MOST_STALE = 3;
/** How long an idle connection is kept, in milliseconds: shorter where the server says so (`keep-alive: timeout=5`). */
const IDLE_MS = 30_000;
/** How many idle connections to one server are kept. */
const MOST_IDLE = 16;

/** Opens a client. It connects to nothing yet. */
export function openClient(): OutboundClient {
  const kept = { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: MOST_IDLE };
  const http = new HttpAgent(kept);
  const https = new HttpsAgent(kept);
  // Each with connections of its own; a configuration names only a few.
  const byCa = new Map<string, HttpsAgent>();
  const agentFor: AgentFor = (protocol, ca) => {
    if (protocol !== "https:") return http;
    if (ca === undefined) return https;
    const known = byCa.get(ca);
    if (known) return known;
    const secureContext = contextOf(ca);
    if (!secureContext) return undefined;
    const agent = new HttpsAgent({ ...kept, secureContext });
    byCa.set(ca, agent);
    return agent;
  };
  return {
    send: (request) => send(request, agentFor),
    close() {
      for (const agent of [http, https, ...byCa.values()]) agent.destroy();
    },
  };
}

/** The authorities that are trusted, read once for all connections; undefined where `ca` is no certificate. */
function contextOf(ca: string): SecureContext | undefined {
  try {
    // Deno would take a text without a certificate.
    new X509Certificate(ca);
    return createSecureContext({ ca: [...rootCertificates, ca] });
  } catch {
    return undefined;
  }
}

type AgentFor = (protocol: string, ca: string | undefined) => Agent | undefined;
type Send = (message: Message) => Promise<OutboundResult>;

async function send(request: OutboundRequest, agentFor: AgentFor): Promise<OutboundResult> {
  const { url, method, headers, headersElsewhere, body, timeoutMs, limitBytes, ca, signal } = request;
  const from = URL.parse(url);
  if (!from) return { kind: "failed", failure: { kind: "other", problem: "the URL cannot be read" } };
  const over = new AbortController();
  let why: (at: Stage) => Failure = (at) => ({ kind: "late", at, timeoutMs });
  const abort = () => {
    why = () => ({ kind: "aborted" });
    over.abort();
  };
  const timer = setTimeout(() => over.abort(), timeoutMs);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  try {
    const bounds = { limitBytes, signal: over.signal, failureAt: (at: Stage) => why(at) };
    return await follow({ url: from, method, headers, body }, headersElsewhere, async (message) => {
      const agent = agentFor(message.url.protocol, ca);
      if (!agent) return { kind: "failed", failure: { kind: "tls", problem: "unusable ca" } };
      return exchangeAfresh(message, agent, bounds);
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** Sends a message, and follows where the answer leads. */
async function follow(
  first: Message,
  elsewhere: Message["headers"] | undefined,
  send: Send,
): Promise<OutboundResult> {
  let message = first;
  for (let redirects = 0; ; redirects++) {
    const result = await send(message);
    if (result.kind === "failed") return result;
    const next = redirectOf(message.url, result.status, result.headers.location, elsewhere !== undefined);
    if (next === undefined) return result;
    if ("kind" in next) return { kind: "failed", failure: next };
    if (redirects === MOST_REDIRECTS) return { kind: "failed", failure: { kind: "too many redirects" } };
    const isSeeOther = result.status === 303;
    // Once another server has been asked, not even the first one gets them back.
    if (elsewhere && !isSameServer(message.url, next)) message = { ...message, headers: elsewhere };
    message = { ...message, url: next, ...(isSeeOther && { method: "GET", body: undefined }) };
  }
}

/** Sends a message over a kept connection, or over another one where that turns out to be closed. */
async function exchangeAfresh(message: Message, agent: Agent, bounds: Bounds): Promise<OutboundResult> {
  for (let stale = 0; ; stale++) {
    const result = await exchange(message, agent, bounds);
    if (result.kind === "received") return result;
    const { kind, failure, isStale } = result;
    if (!isStale || stale === MOST_STALE) return { kind, failure };
  }
}
