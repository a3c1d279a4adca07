/** The calls that every server is asked about, as Retell sends them. */
import { writeFileSync } from "node:fs";
import { signBody } from "../../../src/retell/signature.ts";
import { KEY } from "../../harness.ts";
import { numberOf } from "./numbers.ts";

/** How many numbers every server knows. */
export const NUMBERS = 1000;
/** How many callers there are. */
export const CALLERS = 50_000;
/** One in so many callers is on the list of those who are denied, where there is one. */
export const DENIED_ONE_IN = 50;
/**
 * How many calls are made at a time. Every one has an id of its own, so that no server knows an answer already: to
 * Switchhook, an id that comes again is a retry. None comes again before so many others.
 */
const CALLS = 200_000;
/** A signature is good for five minutes; requests are signed again long before. */
const FRESH_MS = 120_000;

/** One call. */
export interface Call {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/** The calls of a set; those of another set have other ids. */
export function callOf(set: number, at: number): Call {
  // All pairs of caller and number, in steps that are prime to their count: in no order that helps a cache.
  const pair = (at * 7_919_333 + set * 104_729) % (CALLERS * NUMBERS);
  return {
    id: `call_${(set * CALLS + at).toString(16).padStart(32, "5")}`,
    from: callerOf(pair % CALLERS),
    to: numberOf(Math.floor(pair / CALLERS)),
  };
}

/** The number of a caller, from 0 to {@link CALLERS}. */
export function callerOf(at: number): string {
  return `+1415${2_000_000 + at}`;
}

/** Whether a caller is on the list of those who are denied. */
export function isDenied(from: string): boolean {
  return Number(from.slice(5)) % DENIED_ONE_IN === 0;
}

/** The agent of a number. */
export function agentOf(to: string): string {
  return `agent_${to.slice(1)}`;
}

/** A request, ready to be sent. @param signedMs when it is said to be signed, in milliseconds since the epoch */
export function requestOf({ id, from, to }: Call, key: string, signedMs: number): Buffer<ArrayBuffer> {
  const parties = {
    agent_id: "agent_0123456789abcdef0123456789",
    agent_version: 3,
    from_number: from,
    to_number: to,
  };
  const body = Buffer.from(
    JSON.stringify({
      event: "call_inbound",
      event_timestamp: signedMs,
      call_inbound: { call_id: id, ...parties },
    }),
  );
  const lines = [
    "POST /webhook HTTP/1.1",
    "Host: calls.example",
    "Content-Type: application/json",
    `X-Retell-Signature: ${signBody(body, key, signedMs)}`,
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]);
}

/** Signed requests in a file, for the load generator: before each its length, in eight digits. */
export class Requests {
  readonly #file: string;
  readonly #count: number;
  #set = 0;
  #signedMs = Number.NEGATIVE_INFINITY;
  /** How many of them each server has had. */
  readonly #had = new Map<string, number>();

  /** @param file where they are to be @param count how many */
  constructor(file: string, count: number = CALLS) {
    this.#file = file;
    this.#count = count;
  }

  /** The file, with signatures that are good for minutes, and the first request in it that a server has not had. */
  next(server: string): { readonly file: string; readonly first: number } {
    if (Date.now() - this.#signedMs > FRESH_MS || this.#left(server) === 0) this.#sign();
    return { file: this.#file, first: this.#had.get(server) ?? 0 };
  }

  /** Takes note of what a server has had. */
  sent(server: string, count: number): void {
    this.#had.set(server, (this.#had.get(server) ?? 0) + count);
  }

  #left(server: string): number {
    return Math.max(0, this.#count - (this.#had.get(server) ?? 0));
  }

  #sign(): void {
    this.#signedMs = Date.now();
    this.#set++;
    this.#had.clear();
    const parts: Buffer[] = [];
    for (let at = 0; at < this.#count; at++) {
      const request = requestOf(callOf(this.#set, at), KEY, this.#signedMs);
      parts.push(Buffer.from(String(request.length).padStart(8, "0")), request);
    }
    writeFileSync(this.#file, Buffer.concat(parts), { mode: 0o600 });
  }
}
