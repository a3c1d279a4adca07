import { describe, expect, test } from "bun:test";
import { keyedDigest, signBody } from "../../../src/retell/signature.ts";
import type { LookupResult } from "../../../src/routing/lookups/result.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { Inquiries } from "../../../src/server/facts/inquiries.ts";
import type { Asker } from "../../../src/server/facts/lookups/asker.ts";
import { Memory } from "../../../src/server/facts/memory.ts";
import type { Desk } from "../../../src/server/live/desk.ts";
import type { AnsweredCall, WebhookObserver } from "../../../src/server/observe/observer.ts";
import { compileAddresses } from "../../../src/server/webhook/address.ts";
import { createApp } from "../../../src/server/webhook/app.ts";
import { Health } from "../../../src/server/webhook/health.ts";
import { Holds } from "../../../src/server/webhook/hold.ts";
import { callBody, KEY } from "../../harness.ts";
import { line, plan, to } from "../../routing/plans.ts";
import { GivenAsker } from "../../scenarios/given-asker.ts";

const LINE = line("*", { target: to("agent_1"), variables: { plan: "${lookup.crm.plan}" }, delayMs: 5000 });
const TABLE = compileTable(plan({ lookups: { crm: {} }, numbers: [LINE] }));

const DESK: Desk = {
  hash: "0123456789ab",
  path: "/webhook",
  apiKeys: [KEY],
  digests: [keyedDigest(KEY)],
  accounts: [""],
  maxAgeMs: 300_000,
  isAllowed: undefined,
  isTrustedProxy: compileAddresses([]),
  zones: new Set(),
  table: TABLE,
};

/** Notes for how long answers are to be held, and lets them go. */
class NotedHolds extends Holds {
  readonly held: number[] = [];
  override async wait(ms: number): Promise<void> {
    this.held.push(ms);
  }
}

/** An app whose look-ups somebody answers, and what it tells. */
function desk(asker: Asker) {
  const answered: AnsweredCall[] = [];
  const failed: unknown[] = [];
  const observer: WebhookObserver = {
    answered: (call) => void answered.push(call),
    failed: (_event, error) => void failed.push(error),
    misplaced: () => {},
    refused: () => {},
  };
  const [holds, inquiries, memory] = [new NotedHolds(), new Inquiries(asker), new Memory()];
  const app = createApp({
    desk: DESK,
    observer,
    memory,
    inquiries,
    holds,
    health: new Health(),
    now: Date.now,
  });
  const post = async (call: Readonly<Record<string, unknown>>) => {
    const body = callBody(call);
    const headers = { "x-retell-signature": signBody(Buffer.from(body), KEY, Date.now()) };
    const request = new Request("http://localhost/webhook", { method: "POST", body, headers });
    const response = await app.fetch(request, { peer: "127.0.0.1" });
    return await response.json();
  };
  return { post, holds, answered, failed };
}

const FOUND: LookupResult = { kind: "found", value: { plan: "gold" } };

describe("a call whose line asks for look-ups", () => {
  test("is answered with what they found, and whoever follows is told", async () => {
    const { post, answered } = desk(new GivenAsker(new Map([["/crm", FOUND]])));
    expect(await post({})).toEqual({
      call_inbound: { override_agent_id: "agent_1", dynamic_variables: { plan: "gold" } },
    });
    expect(answered[0]?.lookups).toEqual([
      { id: "/crm", name: "crm", result: FOUND, ms: 1, from: "network" },
    ]);
  });

  test("rings no longer than its delay says: the time that look-ups take is a part of it", async () => {
    const slow: Asker = {
      ask: async ([request]) => {
        await Bun.sleep(300);
        return new Map(request ? [[request.id, { ...FOUND, ms: 300, from: "network" }]] : []);
      },
    };
    const { post, holds } = desk(slow);
    await post({});
    expect(holds.held[0]).toBeLessThan(4710);
    expect(holds.held[0]).toBeGreaterThan(0);
  });

  test("is decided without them where asking fails for a fault of ours", async () => {
    const broken: Asker = {
      ask() {
        throw new Error("upside down");
      },
    };
    const { post, answered, failed } = desk(broken);
    expect(await post({})).toEqual({
      call_inbound: { override_agent_id: "agent_1", dynamic_variables: { plan: "" } },
    });
    expect(answered[0]?.lookups[0]?.result).toEqual({ kind: "failed", reason: "upside down" });
    expect(failed).toEqual([]);
  });
});
