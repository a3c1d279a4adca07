/** Fuzzing the webhook: requests of every kind, signed, badly signed and unsigned, and what each must be answered. */
import { loadConfig } from "../../src/config/load.ts";
import { SIGNATURE_HEADER, signBody } from "../../src/retell/signature.ts";
import { Memory } from "../../src/server/facts/memory.ts";
import { compileDesk, type Desk } from "../../src/server/live/desk.ts";
import { createApp } from "../../src/server/webhook/app.ts";
import { Health } from "../../src/server/webhook/health.ts";
import { Holds } from "../../src/server/webhook/hold.ts";
import { callBody, KEY, ROOT, textBody } from "../harness.ts";
import { noInquiries } from "../scenarios/given-asker.ts";
import { firstLine } from "./configuration.ts";
import { mutated } from "./mutate.ts";
import type { Random } from "./random.ts";

/** A request as it is sent. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The address of the other end. */
  readonly peer: string | undefined;
}

/** The other ends; none is known of a Unix socket. */
const PEERS = ["", "127.0.0.1", "::1", "::ffff:127.0.0.1", "100.20.5.228", "2001:db8::1", "192.0.2.1", "x"];
/** The time of every request, in milliseconds since the epoch. */
const NOW_MS = 1_800_000_000_000;
/** What the documentation promises. */
const STATUSES = [200, 400, 401, 403, 404, 405, 413];

/** Desks to ask: that of the example, and one that lets few addresses post. */
export async function desks(): Promise<readonly Desk[]> {
  const { config, hash } = await loadConfig(`${ROOT}/config.example.toml`, { RETELL_API_KEY: KEY });
  if (!config) throw new Error("config.example.toml must be valid");
  const server = {
    ...config.server,
    allowIps: [
      { family: "ipv4", address: "100.20.5.228", prefix: 32 },
      { family: "ipv6", address: "2001:db8::", prefix: 32 },
    ] as const,
  };
  return [compileDesk(config, hash), compileDesk({ ...config, server }, hash)];
}

/** A request that is good but for a few changes, or that is all garbage. */
export function randomRequest(random: Random): Sent {
  const body = randomBody(random);
  const signed = random.once(6) ? mutated(body, [body], random) : body;
  const whenMs = random.once(10) ? NOW_MS + (random.next() - 0.5) * 1e7 : NOW_MS;
  const signature = signBody(signed, random.once(12) ? "key_other" : KEY, Math.round(whenMs));
  const header = random.once(8) ? headerValue(mutated(Buffer.from(signature), [], random)) : signature;
  const method = random.once(12) ? random.pick(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]) : "POST";
  return {
    method,
    path: random.once(12)
      ? random.pick(["/", "/webhook/", "/webhook/x", "//webhook", "/%", "/webhook?x=%", "/healthz"])
      : "/webhook",
    headers: {
      ...(random.once(15) ? {} : { [SIGNATURE_HEADER]: header }),
      ...randomHeaders(random, body.length),
    },
    body: method === "GET" || method === "HEAD" ? new Uint8Array() : body,
    peer: random.pick(PEERS) || undefined,
  };
}

function randomHeaders(random: Random, length: number): Record<string, string> {
  const headers: Record<string, string> = {};
  if (random.once(4)) {
    const forwarded = random.pick([
      "100.20.5.228",
      "1.2.3.4, 127.0.0.1",
      "::1",
      "[2001:db8::1]:80",
      ",,,",
      "unknown",
      "1.2.3.4:5",
    ]);
    headers["x-forwarded-for"] = headerValue(
      random.once(2) ? mutated(Buffer.from(forwarded), [], random) : Buffer.from(forwarded),
    );
  }
  if (random.once(10))
    headers["content-length"] = random.pick([`${length}`, "0", "-1", "x", "1e9", "99999999999"]);
  if (random.once(10))
    headers["content-type"] = headerValue(mutated(Buffer.from("application/json"), [], random));
  return headers;
}

/** What a header may hold. */
function headerValue(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("latin1")
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "")
    .trim();
}

function randomBody(random: Random): Uint8Array {
  const parties = {
    from_number: random.once(2) ? randomText(random) : "+12137771234",
    to_number: random.once(2) ? randomText(random) : "+12137771235",
  };
  const more: Record<string, unknown> = {};
  for (const key of ["agent_id", "call_id", "chat_id", "custom_sip_headers", "from_number", "__proto__"]) {
    if (random.once(6)) more[key] = randomValue(random, 3);
  }
  if (random.once(3))
    more.custom_sip_headers = Object.fromEntries(
      Array.from({ length: random.below(5) }, () => [randomText(random), randomText(random)]),
    );
  const write = random.once(2) ? callBody : textBody;
  const good = new Uint8Array(Buffer.from(write({ ...parties, ...more })));
  switch (random.below(8)) {
    case 0:
      return mutated(good, [good], random);
    case 1:
      return new Uint8Array(Buffer.from(JSON.stringify(randomValue(random, 4)) ?? ""));
    case 2:
      return Uint8Array.from({ length: random.below(200) }, () => random.below(256));
    case 3:
      return random.once(10) ? new Uint8Array(60_000 + random.below(12_000)).fill(91) : good;
    default:
      return good;
  }
}

const TEXTS = [
  ...[
    "",
    "anonymous",
    "Restricted",
    "sip:a@b",
    "+1",
    "+",
    "0",
    "+12137771235",
    "2137771235",
    "${from_number}",
    "{{x}}",
  ],
  ...[
    "x-tier",
    "gold",
    "__proto__",
    "constructor",
    "+5215512345678",
    "+5491112345678",
    "+55119912345678",
    "\u0000",
  ],
  ...[
    "\u202e",
    "\ud800",
    "😀",
    "٠١٢٣",
    "+１２１３",
    "call_inbound",
    "chat_inbound",
    "call_ended",
    "1e999",
    "tel:+1;ext=5",
  ],
];

function randomText(random: Random): string {
  const text = random.pick(TEXTS);
  if (random.once(20)) return text.repeat(1 + random.below(3000)).slice(0, 30_000);
  return random.once(3) ? text + random.pick(TEXTS) : text;
}

function randomValue(random: Random, depth: number): unknown {
  switch (random.below(depth > 0 ? 8 : 6)) {
    case 0:
      return null;
    case 1:
      return random.once(2);
    case 2:
      return (random.next() - 0.5) * 10 ** random.below(20);
    case 3:
      return random.below(100);
    case 6:
      return Array.from({ length: random.below(4) }, () => randomValue(random, depth - 1));
    case 7:
      return Object.fromEntries(
        Array.from({ length: random.below(4) }, () => [randomText(random), randomValue(random, depth - 1)]),
      );
    default:
      return randomText(random);
  }
}

/** What is wrong with how a desk answers a request; undefined where nothing is. */
export async function problemWithAnswer(sent: Sent, desk: Desk): Promise<string | undefined> {
  let fault: unknown;
  let answered = 0;
  const observer = {
    answered: () => {
      answered++;
    },
    misplaced: () => {},
    refused: () => {},
    failed: (_event: unknown, error: unknown) => {
      fault = error;
    },
  };
  const holds = new Holds();
  holds.releaseAll();
  const app = createApp({
    ...{
      desk,
      observer,
      memory: new Memory(),
      inquiries: noInquiries(),
      holds,
      health: new Health(),
      now: () => NOW_MS,
    },
  });
  try {
    const { method, path, headers, body, peer } = sent;
    const init = { method, headers, ...(method === "GET" || method === "HEAD" ? {} : { body }) };
    const response = await app.fetch(new Request(`http://localhost${path}`, init), { peer });
    const text = await response.text();
    if (fault !== undefined) return `deciding failed: ${firstLine(fault)}`;
    if (!STATUSES.includes(response.status)) return `the status is ${response.status}`;
    if (response.status === 405 && !response.headers.get("allow")) return "405 without Allow";
    if (response.status === 200 && method === "POST") {
      const answer: unknown = JSON.parse(text);
      if (typeof answer !== "object" || answer === null)
        return `the answer is not an object: ${text.slice(0, 100)}`;
    }
    if (answered > 0 && response.status !== 200) return `a call was answered with ${response.status}`;
    return undefined;
  } catch (error) {
    return `the webhook threw ${firstLine(error)}`;
  }
}
