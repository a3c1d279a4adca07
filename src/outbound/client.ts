/** Requests to other servers: bounded in time, size and redirects, whatever those servers do. */
import { X509Certificate } from "node:crypto";
import type { LookupFunction } from "node:net";
import type { SecureContext } from "node:tls";
import { type Bounds, exchange, type Message, type Received, type Way } from "./exchange.ts";
import type { Failure, Stage } from "./failure.ts";
import { isSameServer, redirectOf } from "./redirect.ts";

export type { Received } from "./exchange.ts";

/** A request and its bounds. */
export interface OutboundRequest {
  /** `http:` or `https:`; a user name and password in it are sent as basic authentication. */
  readonly url: string;
  readonly method: "GET" | "POST" | "PATCH";
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
   * request sent again on the new one. A redirected POST or PATCH keeps its method and body, but for a 303.
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

/**
 * Opens a client. It connects to nothing yet, and what it needs of the runtime is loaded by the first request: a server
 * that asks nobody starts sooner.
 *
 * @param lookup looks up the names of hosts, in place of the runtime's own way
 */
export function openClient(lookup?: LookupFunction): OutboundClient {
  const kept = lookup ? { ...KEPT, lookup } : KEPT;
  // Each has connections of its own; a configuration names only a few certificates.
  const ways = new Map<string, Promise<Way | undefined>>();
  const wayFor: WayFor = (protocol, ca) => {
    const isTls = protocol === "https:";
    const id = isTls ? `https ${ca ?? ""}` : "http";
    const known = ways.get(id);
    if (known) return known;
    const way = isTls ? openTls(kept, ca) : openPlain(kept);
    ways.set(id, way);
    return way;
  };
  return {
    send: (request) => send(request, wayFor),
    close() {
      for (const opened of ways.values()) void opened.then((way) => way?.agent.destroy());
    },
  };
}

/** How connections are opened and kept. */
type Kept = typeof KEPT & { readonly lookup?: LookupFunction };

const KEPT = { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: MOST_IDLE };

async function openPlain(kept: Kept): Promise<Way> {
  const { Agent, request } = await import("node:http");
  return { agent: new Agent(kept), request };
}

/** Undefined where `ca` is no certificate. */
async function openTls(kept: Kept, ca: string | undefined): Promise<Way | undefined> {
  const { Agent, request } = await import("node:https");
  if (ca === undefined) return { agent: new Agent(kept), request };
  const secureContext = await contextOf(ca);
  return secureContext && { agent: new Agent({ ...kept, secureContext }), request };
}

/** The authorities that are trusted, read once for all connections; undefined where `ca` is no certificate. */
async function contextOf(ca: string): Promise<SecureContext | undefined> {
  const { createSecureContext, rootCertificates } = await import("node:tls");
  try {
    // Deno would take a text without a certificate.
    new X509Certificate(ca);
    return createSecureContext({ ca: [...rootCertificates, ca] });
  } catch {
    return undefined;
  }
}

type WayFor = (protocol: string, ca: string | undefined) => Promise<Way | undefined>;
type Send = (message: Message) => Promise<OutboundResult>;

async function send(request: OutboundRequest, wayFor: WayFor): Promise<OutboundResult> {
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
      const way = await wayFor(message.url.protocol, ca);
      if (!way) return { kind: "failed", failure: { kind: "tls", problem: "unusable ca" } };
      return exchangeAfresh(message, way, bounds);
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
async function exchangeAfresh(message: Message, way: Way, bounds: Bounds): Promise<OutboundResult> {
  for (let stale = 0; ; stale++) {
    const result = await exchange(message, way, bounds);
    if (result.kind === "received") return result;
    const { kind, failure, isStale } = result;
    if (!isStale || stale === MOST_STALE) return { kind, failure };
  }
}
