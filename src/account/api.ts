/** Requests to Retell's REST API: with its key, within bounds, and again where that may help. */
import { setTimeout as pause } from "node:timers/promises";
import type { OutboundClient, OutboundResult } from "../outbound/client.ts";
import { type Failure, failureWords } from "../outbound/failure.ts";
import { Places } from "../outbound/places.ts";

/** Where Retell's API is, unless `$RETELL_BASE_URL` says otherwise. */
const BASE_URL = "https://api.retellai.com";

/** A request of the API. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH";
  /** With its query, if any: `/v2/list-phone-numbers?limit=1000`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Why the API did not give what it was asked for. */
export type ApiProblem =
  /** It answered with a status other than 2xx. `message` is what it said beside that, perhaps nothing. */
  | { readonly kind: "status"; readonly status: number; readonly message: string }
  /** Nobody was asked: `$RETELL_BASE_URL` is not a URL of http. */
  | { readonly kind: "nowhere" }
  /** There was no answer. */
  | { readonly kind: "failed"; readonly failure: Failure }
  /** The answer is not what Retell documents. */
  | { readonly kind: "unreadable"; readonly problem: string };

/** What the API gave, or why it did not. */
export type ApiResult<Value> = { readonly kind: "ok"; readonly value: Value } | ApiProblem;

/** Asks the API with one key. */
export interface Api {
  /** Sends a request, and once more or twice where that may help. Never rejects. @returns the JSON of a 2xx answer */
  ask(request: ApiRequest): Promise<ApiResult<unknown>>;
}

/** What the API is asked with. */
export interface ApiOptions {
  readonly key: string;
  /** As {@link baseUrlOf} gives it. */
  readonly baseUrl: string;
  readonly client: OutboundClient;
  /** How long one try may take, in milliseconds. */
  readonly timeoutMs?: number;
  /** Ends requests under way, and pauses between tries. */
  readonly signal?: AbortSignal;
}

/** How often a request is sent in all: as Retell's own SDK does. */
const MOST_TRIES = 3;
/** How many requests of one key are under way at a time. */
const MOST_AT_ONCE = 4;
const TIMEOUT_MS = 20_000;
/** The longest pause before another try that Retell may ask for, in milliseconds. */
const LONGEST_PAUSE_MS = 30_000;
/** The pause before the second try where Retell names none, in milliseconds; before the third it is twice as long. */
const PAUSE_MS = 500;
/** A page of 1,000 numbers has some two megabytes. */
const LIMIT_BYTES = 32 * 1024 * 1024;

/** The base URL that an environment names, as the SDK reads it; else Retell's. */
export function baseUrlOf(env: Readonly<Record<string, string | undefined>>): string {
  return env.RETELL_BASE_URL?.trim() || BASE_URL;
}

/** Prepares to ask the API. It connects to nothing yet. */
export function openApi({ key, baseUrl, client, timeoutMs = TIMEOUT_MS, signal }: ApiOptions): Api {
  const places = new Places(MOST_AT_ONCE);
  const base = baseUrl.replace(/\/$/, "");
  const send = ({ method, path, body }: ApiRequest) =>
    client.send({
      ...{ url: base + path, method, timeoutMs, limitBytes: LIMIT_BYTES, ca: undefined },
      headers: {
        accept: "application/json",
        authorization: `Bearer ${key}`,
        ...(body && { "content-type": "application/json" }),
      },
      body: body && JSON.stringify(body),
      ...(signal && { signal }),
    });
  const isSomewhere = /^https?:$/.test(URL.parse(base)?.protocol ?? "");
  return {
    ask: (request) =>
      places.within(async () => {
        if (!isSomewhere) return { kind: "nowhere" };
        for (let tries = 1; ; tries++) {
          const result = await send(request);
          const waitMs = tries < MOST_TRIES ? pauseAfter(result, tries) : undefined;
          if (waitMs === undefined) return read(result, key);
          // A signal that is over ends the next try at once.
          await pause(waitMs, undefined, signal && { signal }).catch(() => {});
        }
      }),
  };
}

/** How long to wait before another try, in milliseconds; undefined where another would not help. */
function pauseAfter(result: OutboundResult, tries: number): number | undefined {
  const usual = PAUSE_MS * 2 ** (tries - 1);
  if (result.kind === "failed") return isPassing(result.failure) ? usual : undefined;
  if (![408, 409, 429].includes(result.status) && result.status < 500) return undefined;
  const asked = retryAfterMs(result.headers);
  if (asked === undefined) return usual;
  return asked <= LONGEST_PAUSE_MS ? asked : undefined;
}

/** Whether a failure may be gone a moment later. One that took all the time there was would take it again. */
function isPassing({ kind }: Failure): boolean {
  return kind === "closed" || kind === "refused" || kind === "unreachable";
}

/** What `retry-after` says, in seconds or as a date, or Retell's SDK's own `retry-after-ms`. */
function retryAfterMs(headers: Readonly<Record<string, string | readonly string[] | undefined>>) {
  const exact = Number.parseFloat(String(headers["retry-after-ms"] ?? ""));
  if (exact >= 0) return exact;
  const header = String(headers["retry-after"] ?? "");
  const seconds = Number.parseFloat(header);
  const ms = /^\s*[\d.]/.test(header) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function read(result: OutboundResult, key: string): ApiResult<unknown> {
  if (result.kind === "failed") return result;
  const { status, body } = result;
  const text = new TextDecoder().decode(body);
  const json = parse(text);
  if (status < 200 || status > 299) {
    const message = typeof json?.value === "object" && json.value && "message" in json.value;
    return { kind: "status", status, message: message ? words(json.value, key) : "" };
  }
  if (!json) return { kind: "unreadable", problem: "it is not JSON" };
  return { kind: "ok", value: json.value };
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Longer messages are cut. */
const LONGEST_MESSAGE = 200;

/** @param key is said to nobody, whatever the message repeats of the request */
function words({ message }: { readonly message?: unknown }, key: string): string {
  return typeof message === "string" ? message.replaceAll(key, "***").slice(0, LONGEST_MESSAGE) : "";
}

/** A problem in words that fit behind a colon. */
export function problemWords(problem: ApiProblem): string {
  switch (problem.kind) {
    case "failed":
      // Nothing but the end of all the time there was cancels a request.
      return problem.failure.kind === "aborted" ? "there was no time left" : failureWords(problem.failure);
    case "nowhere":
      return '$RETELL_BASE_URL must begin with "https://" or "http://"';
    case "unreadable":
      return `Retell's answer cannot be read: ${problem.problem}`;
    case "status": {
      const { status, message } = problem;
      const meaning = MEANINGS[status] ?? (status >= 500 ? "Retell has a problem" : "Retell refused");
      return message ? `${meaning} (${status}: ${message})` : `${meaning} (${status})`;
    }
  }
}

const MEANINGS: Readonly<Record<number, string>> = {
  401: "Retell does not accept this API key",
  402: "Retell asks for payment",
  403: "this API key has no permission for it",
  404: "Retell does not know it",
  422: "Retell does not know it, or does not accept it",
  429: "too many requests",
};
