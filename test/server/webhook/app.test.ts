import { describe, expect, test } from "bun:test";
import { keyedDigest, signBody } from "../../../src/retell/signature.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import type { Table } from "../../../src/routing/table/table.ts";
import { Memory } from "../../../src/server/facts/memory.ts";
import type { Desk } from "../../../src/server/live/desk.ts";
import type { WebhookObserver } from "../../../src/server/observe/observer.ts";
import { compileAddresses } from "../../../src/server/webhook/address.ts";
import { createApp } from "../../../src/server/webhook/app.ts";
import { Health } from "../../../src/server/webhook/health.ts";
import { Holds } from "../../../src/server/webhook/hold.ts";
import { callBody, KEY, textBody } from "../../harness.ts";
import { line, plan, to } from "../../routing/plans.ts";
import { noInquiries } from "../../scenarios/given-asker.ts";

const NOW_MS = 1_795_302_478_647;

/** A desk at which deciding fails. */
const failingDesk: Desk = {
  hash: "0123456789ab",
  path: "/webhook",
  apiKeys: [KEY],
  digests: [keyedDigest(KEY)],
  accounts: [""],
  maxAgeMs: 300_000,
  isAllowed: undefined,
  isTrustedProxy: compileAddresses([]),
  zones: new Set(),
  table: {
    ...compileTable(plan({})),
    entryOf: () => {
      throw new Error("the table is upside down");
    },
  },
};

/** A table that rejects every call. */
const REJECTING: Table = compileTable(plan({ defaults: { unrouted: "reject" } }));

/** Notes everything that it is told. */
function notebook(): { readonly observer: WebhookObserver; readonly notes: unknown[][] } {
  const notes: unknown[][] = [];
  const observer: WebhookObserver = {
    answered: (call) => notes.push(["answered", call]),
    failed: (event, error) => notes.push(["failed", event, error]),
    misplaced: (event) => notes.push(["misplaced", event]),
    refused: (refusal) => notes.push(["refused", refusal]),
  };
  return { observer, notes };
}

async function post(desk: Desk, observer: WebhookObserver, body: string, atMs = NOW_MS): Promise<Response> {
  const headers = { "x-retell-signature": signBody(Buffer.from(body), KEY, atMs) };
  const request = new Request("http://localhost/webhook", { method: "POST", body, headers });
  const service = {
    desk,
    observer,
    memory: new Memory(),
    inquiries: noInquiries(),
    holds: new Holds(),
    health: new Health(),
    now: () => NOW_MS,
  };
  return createApp(service).fetch(request, { peer: "192.0.2.1" });
}

describe("a call that cannot be decided, for a fault of the program", () => {
  test.each([
    ["a call", callBody(), '{"call_inbound":{}}', "call"],
    ["a text", textBody(), '{"chat_inbound":{}}', "chat"],
  ])("%s is passed at once, and the fault is told", async (_what, body, answer, channel) => {
    const { observer, notes } = notebook();
    const response = await post(failingDesk, observer, body);
    expect([response.status, await response.text()]).toEqual([200, answer]);
    expect(notes).toEqual([
      [
        "failed",
        expect.objectContaining({ channel, from: "+12137771234", to: "+12137771235" }),
        new Error("the table is upside down"),
      ],
    ]);
  });

  test("what was decided holds where telling of it fails", async () => {
    const { observer, notes } = notebook();
    const desk: Desk = { ...failingDesk, table: REJECTING };
    const full: WebhookObserver = {
      ...observer,
      answered: () => {
        throw new Error("the disk is full");
      },
    };
    const response = await post(desk, full, callBody());
    expect([response.status, await response.text()]).toEqual([200, '{"call_inbound":{"reject":true}}']);
    expect(notes.map(([what]) => what)).toEqual(["failed"]);
  });
});

describe("the age of a signature", () => {
  test.each([
    [-300_001, 401],
    [-300_000, 200],
    [0, 200],
    [300_000, 200],
    [300_001, 401],
  ])("signed %d ms from now, a call gets %d", async (offsetMs, status) => {
    const { observer } = notebook();
    expect((await post(failingDesk, observer, callBody(), NOW_MS + offsetMs)).status).toBe(status);
  });
});

test("a refusal is told with its reason and the address", async () => {
  const { observer, notes } = notebook();
  await post(failingDesk, observer, callBody(), 0);
  expect(notes).toEqual([["refused", { kind: "stale signature", offsetMs: -NOW_MS, address: "192.0.2.1" }]]);
});

test("a fault does not tell the caller of the webhook anything about it", async () => {
  const { observer } = notebook();
  const response = await post(failingDesk, observer, callBody());
  expect(JSON.stringify([...response.headers]) + (await response.text())).not.toContain("upside down");
});

describe("while what was recorded before is still being read", () => {
  const ASKING = line("+12137771235", { target: to("agent_1"), variables: { calls: "${history.calls}" } });
  const SILENT = line("+12137771236", { target: to("agent_1") });

  /** Asks about two calls, and says which answers are there before all is read, and what they are in the end. */
  async function asked(from: string) {
    const memory = new Memory();
    const finish = memory.beginRestoring();
    const desk: Desk = { ...failingDesk, table: compileTable(plan({ numbers: [ASKING, SILENT] })) };
    const { observer } = notebook();
    const service = {
      desk,
      observer,
      memory,
      inquiries: noInquiries(),
      holds: new Holds(),
      health: new Health(),
    };
    const app = createApp({ ...service, now: () => NOW_MS });
    const answered: string[] = [];
    const ask = async (to_number: string) => {
      const body = callBody({ from_number: from, to_number });
      const headers = { "x-retell-signature": signBody(Buffer.from(body), KEY, NOW_MS) };
      const request = new Request("http://localhost/webhook", { method: "POST", body, headers });
      const response = await app.fetch(request, { peer: "127.0.0.1" });
      answered.push(to_number);
      return await response.json();
    };
    const asking = ask("+12137771235");
    await ask("+12137771236");
    const before = [...answered];
    memory.restoreCaller("", "+12137771234", NOW_MS - 60_000, "agent_1");
    finish();
    return { before, answer: await asking };
  }

  test("a call that asks for earlier calls waits for them, and others are answered", async () => {
    const { before, answer } = await asked("+12137771234");
    expect(before).toEqual(["+12137771236"]);
    expect(answer).toMatchObject({ call_inbound: { dynamic_variables: { calls: "2" } } });
  });
});
