/** One try to send a notice, and what came of it. */
import { NOTICE_SIGNATURE_HEADER } from "../../config/read/outbound/notices.ts";
import type { OutboundClient, OutboundResult } from "../../outbound/client.ts";
import { type Failure, failureWords } from "../../outbound/failure.ts";
import { signBody } from "../../retell/signature.ts";
import type { Message } from "./message.ts";

/** What came of one try. */
export type Outcome =
  | { readonly kind: "delivered" }
  /**
   * It was not. `reason` says why, in a few words; `waitMs` is how long the receiver asks to wait before it is told
   * again; undefined where it does not ask.
   */
  | {
      readonly kind: "failed";
      readonly reason: string;
      readonly mayPass: boolean;
      readonly waitMs: number | undefined;
    };

/** How long a receiver may take to answer, in milliseconds. */
export const ATTEMPT_MS = 10_000;

/** What is read of an answer, in bytes: of a good one nothing is needed, of others the first words. */
const LIMIT_BYTES = 64 * 1024;

/** Sends a message once, signed for this moment. Never rejects. */
export async function attempt(
  client: OutboundClient,
  { url, headers, body, key }: Message,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const nowMs = Date.now();
  const signature =
    key === undefined ? {} : { [NOTICE_SIGNATURE_HEADER]: signBody(Buffer.from(body), key, nowMs) };
  const result = await client.send({
    ...{ url, method: "POST", body, timeoutMs, limitBytes: LIMIT_BYTES, ca: undefined, signal },
    headers: { ...headers, ...signature },
  });
  return outcomeOf(result, nowMs);
}

function outcomeOf(result: OutboundResult, nowMs: number): Outcome {
  if (result.kind === "failed") {
    const { failure } = result;
    if (wasTaken(failure)) return { kind: "delivered" };
    return { kind: "failed", reason: failureWords(failure), mayPass: mayPass(failure), waitMs: undefined };
  }
  const { status, headers, body } = result;
  if (status >= 200 && status < 300) return { kind: "delivered" };
  const said = firstWords(body);
  return {
    kind: "failed",
    reason: `status ${status}${said === "" ? "" : `: ${said}`}`,
    // What is wrong with the message itself stays wrong.
    mayPass: status >= 500 || status === 408 || status === 429,
    waitMs: waitOf(headers["retry-after"], nowMs),
  };
}

/** Whether the receiver said that all is well, and only what it said then could not be read: it is not wanted. */
function wasTaken(failure: Failure): boolean {
  const { kind } = failure;
  if (kind === "too large" || kind === "encoding") return true;
  return (kind === "closed" || kind === "late") && failure.at === "reading";
}

function mayPass({ kind }: Failure): boolean {
  return kind !== "redirect elsewhere" && kind !== "too many redirects" && kind !== "not permitted";
}

/** How much of an answer is told, in characters. */
const MOST_TOLD = 120;

function firstWords(body: Uint8Array): string {
  return new TextDecoder()
    .decode(body.subarray(0, 4 * MOST_TOLD))
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, MOST_TOLD);
}

/** Seconds, or a date: RFC 9110, "Retry-After". */
function waitOf(retryAfter: string | undefined, nowMs: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
