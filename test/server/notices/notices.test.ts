import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import Retell from "retell-sdk";
import { openClient } from "../../../src/outbound/client.ts";
import type { Call } from "../../../src/routing/callers/call.ts";
import { explainCall } from "../../../src/routing/decide.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { openNotices } from "../../../src/server/notices/notices.ts";
import type { Pace } from "../../../src/server/notices/receiver.ts";
import { configureLog } from "../../../src/server/observe/log/log.ts";
import type { AnsweredCall } from "../../../src/server/observe/observer.ts";
import { recordOf } from "../../../src/server/observe/record.ts";
import { until } from "../../harness.ts";
import { call, callers, facts, line, type PlanSays, plan, rule, to } from "../../routing/plans.ts";
import { receive } from "./receiver-server.ts";

const client = openClient();
afterAll(() => client.close());

const lines: string[] = [];
const LOG = { format: "json", level: "info", numbers: "full" } as const;
beforeAll(() => configureLog(LOG, (text) => void lines.push(text), "program"));
afterAll(() => configureLog(LOG, () => {}, "program"));
beforeEach(() => void lines.splice(0));

const PACE: Pace = { pausesMs: [5, 10], attemptMs: 600_000, withinMs: 600_000 };
const KEY = "a key that only two know";
const DEAD = "http://127.0.0.1:1/";

/** A call that was answered under a plan. */
function answered(says: PlanSays, of: Partial<Call> = {}, isRetry = false): AnsweredCall {
  const inbound = call(of);
  const known = facts();
  const { arrival, decision } = explainCall(compileTable(plan(says)), inbound, known);
  const verdicts = new Map();
  return {
    event: inbound,
    arrival,
    facts: known,
    verdicts,
    decision,
    lookups: [],
    isRetry,
    config: "0123456789ab",
    ms: 1,
    decisionMs: 1,
  };
}

const open = () => openNotices(client, PACE);

describe("a call", () => {
  test("is told with the whole record, where the notice says nothing else", async () => {
    await using server = receive();
    const notices = open();
    const told = answered({
      notices: { crm: { url: `${server.url}/calls` } },
      numbers: [line("+12137771235", { target: to("agent_1"), notify: ["crm"] })],
    });
    notices.answered(told);
    await until(() => server.hits.length === 1);
    expect(JSON.parse(server.bodies()[0] ?? "")).toEqual(JSON.parse(JSON.stringify(recordOf(told))));
    expect(server.hits[0]?.headers.get("content-type")).toBe("application/json");
  });

  test("is told in the words of the notice, with what was decided", async () => {
    await using server = receive();
    const notices = open();
    const says: PlanSays = {
      notices: {
        slack: {
          url: `${server.url}/\${outcome}/\${call_id}?from=\${from_number}`,
          headers: { "x-team": "desk" },
          body: {
            text: "${from_number|national} → ${agent:-nobody}: ${reason}",
            blocks: [{ rule: "${rule:-none}", count: 2, list: ["${channel}"] }],
          },
        },
      },
      defaults: { notify: ["slack"] },
      numbers: [
        line("+12137771235", {
          target: to("agent_1", { name: "frontdesk" }),
          deny: callers("+1900*"),
          rules: [
            rule({ name: "gold", when: { header: { "x-tier": ["gold"] } }, target: to("agent_2") }),
            rule({ when: { header: { "x-tier": ["basic"] } }, target: { kind: "pass" } }),
          ],
        }),
      ],
    };
    notices.answered(answered(says));
    notices.answered(answered(says, { headers: { "x-tier": "gold" } }));
    notices.answered(answered(says, { headers: { "x-tier": "basic" }, boundAgentId: "agent_9" }));
    notices.answered(answered(says, { from: "+19005550100", id: "a/b" }));
    await until(() => server.hits.length === 4);
    const heard = new Map(
      server.hits.map(({ target, body }) => {
        const { text, blocks } = JSON.parse(body);
        return [`${target} ${blocks[0].rule}`, [text, blocks[0].count, blocks[0].list]];
      }),
    );
    const from = "from=%2B12137771234";
    expect(heard).toEqual(
      new Map([
        [
          `/agent/call_1?${from} none`,
          ["(213) 777-1234 → frontdesk: the number's own target (after 2 rules not met)", 2, ["call"]],
        ],
        [
          `/agent/call_1?${from} gold`,
          ['(213) 777-1234 → agent_2: rule "gold": header x-tier is "gold"; wanted: gold', 2, ["call"]],
        ],
        [
          `/pass/call_1?${from} rule 2`,
          [
            '(213) 777-1234 → agent_9: rule 2: header x-tier is "basic"; wanted: basic (after 1 rule not met)',
            2,
            ["call"],
          ],
        ],
        [
          "/reject/a%2Fb?from=%2B19005550100 none",
          [
            "(900) 555-0100 → nobody: deny: matched +1900*, from this number's deny list: rejected",
            2,
            ["call"],
          ],
        ],
      ]),
    );
    expect(server.hits[0]?.headers.get("x-team")).toBe("desk");
  });

  test("is told as a text, where the body is one", async () => {
    await using server = receive();
    const notices = open();
    notices.answered(
      answered({
        notices: { ntfy: { url: server.url, body: 'call from ${from_number} "now"' } },
        defaults: { notify: ["ntfy"] },
      }),
    );
    await until(() => server.hits.length === 1);
    expect(server.bodies()).toEqual(['call from +12137771234 "now"']);
    expect(server.hits[0]?.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  test("is told once, however often it is tried", async () => {
    await using server = receive();
    const notices = open();
    const says = { notices: { crm: { url: server.url } }, defaults: { notify: ["crm"] } };
    notices.answered(answered(says, { id: "call_1" }));
    notices.answered(answered(says, { id: "call_1" }, true));
    notices.answered(answered(says, { id: "call_1" }, true));
    notices.answered(answered(says, { id: "call_2" }));
    await until(() => notices.counts().get("crm")?.delivered === 2);
    expect(
      server
        .bodies()
        .map((body) => JSON.parse(body).id)
        .sort(),
    ).toEqual(["call_1", "call_2"]);
  });

  test("that is not let in is told where [defaults] say so, and nowhere else", async () => {
    await using server = receive();
    const notices = open();
    const url = (name: string) => ({ url: `${server.url}/${name}` });
    const says: PlanSays = {
      notices: { all: url("all"), number: url("number"), rule: url("rule") },
      defaults: { notify: ["all"], unrouted: "reject" },
      numbers: [
        line("+12137771235", {
          target: to("agent_1"),
          deny: callers("withheld"),
          notify: ["number"],
          rules: [rule({ notify: ["rule"] })],
        }),
      ],
    };
    for (const of of [{ from: "anonymous" }, { to: "+12137779999" }, { channel: "chat" as const }]) {
      notices.answered(answered(says, of));
    }
    notices.answered(answered(says));
    await until(() => server.hits.length === 6);
    expect(server.hits.map(({ target }) => target).sort()).toEqual([
      ...["/all", "/all", "/all", "/all"],
      "/number",
      "/rule",
    ]);
  });

  test("is told a receiver that can verify who tells it, as Retell's own requests are verified", async () => {
    await using server = receive((at) => (at === 0 ? new Response(null, { status: 500 }) : undefined));
    const notices = open();
    notices.answered(
      answered({ notices: { crm: { url: server.url, key: KEY } }, defaults: { notify: ["crm"] } }),
    );
    await until(() => server.hits.length === 2);
    for (const { body, headers } of server.hits) {
      const signature = headers.get("x-switchhook-signature") ?? "";
      expect(await Retell.verify(body, KEY, signature)).toBe(true);
      expect(await Retell.verify(`${body} `, KEY, signature)).toBe(false);
      expect(await Retell.verify(body, `${KEY}x`, signature)).toBe(false);
    }
  });

  test("is not told at another path than the notice names, whatever the caller sends", async () => {
    await using server = receive();
    const notices = open();
    const says = {
      notices: { crm: { url: `${server.url}/calls/\${header.x}/new` } },
      defaults: { notify: ["crm"] },
      numbers: [line("+12137771235", { target: to("agent_1") })],
    };
    notices.answered(answered(says, { headers: { x: ".." } }));
    expect(notices.counts().get("crm")).toEqual({ delivered: 0, failed: 1, dropped: 0 });
    notices.answered(answered(says, { headers: { x: "../../admin?x=#" } }));
    await until(() => server.hits.length === 1);
    expect(server.hits[0]?.target).toBe("/calls/..%2F..%2Fadmin%3Fx%3D%23/new");
  });
});

describe("notices", () => {
  test("to a slow receiver hold up no others", async () => {
    await using slow = receive(() => new Promise<Response>(() => {}));
    await using fast = receive();
    const notices = open();
    const says = {
      notices: { slow: { url: slow.url }, fast: { url: fast.url } },
      defaults: { notify: ["slow", "fast"] },
    };
    for (let at = 0; at < 2_000; at++) {
      notices.answered(answered(says, { id: `call_${at}` }));
      // As calls come: the fast one takes each in time.
      if (at % 500 === 499) await until(() => fast.hits.length === at + 1);
    }
    await until(() => notices.counts().get("fast")?.delivered === 2_000);
    expect(notices.counts().get("slow")).toEqual({ delivered: 0, failed: 0, dropped: 996 });
    expect(slow.hits).toHaveLength(4);
    notices.stop();
    expect(notices.counts().get("slow")).toEqual({ delivered: 0, failed: 0, dropped: 2_000 });
  });

  test("are bounded for all receivers together: those with most waiting lose their oldest", () => {
    const notices = open();
    const body = "x".repeat(1024 * 1024);
    const names = Array.from({ length: 30 }, (_, at) => `n${at}`);
    const says: PlanSays = {
      notices: Object.fromEntries(names.map((name) => [name, { url: DEAD, body }])),
      defaults: { notify: names },
    };
    const told = answered(says);
    for (let at = 0; at < 12; at++) notices.answered(told);
    const dropped = notices
      .counts()
      .values()
      .reduce((sum, counts) => sum + counts.dropped, 0);
    // Four are being sent to each, and what waits is less than 64 MiB: 63 of them.
    expect(dropped).toBe(30 * 12 - 30 * 4 - 63);
    notices.stop();
  });

  test("of two clients with the same name are told and counted apart", async () => {
    await using server = receive();
    const notices = open();
    const main = plan({
      notices: { slack: { url: `${server.url}/main` } },
      defaults: { notify: ["slack"] },
      numbers: [line("+12137771235")],
    });
    const acme = plan({
      notices: { slack: { url: `${server.url}/acme` } },
      defaults: { notify: ["slack"] },
    });
    const table = compileTable({
      ...main,
      numbers: [...main.numbers, { ...line("+12137771236"), client: "acme" }],
      clients: [{ ...acme, client: "acme" }],
    });
    notices.keep(table.notices);
    expect([...notices.counts().keys()]).toEqual(["slack", "acme/slack"]);
    for (const number of ["+12137771235", "+12137771236", "+12137771236"]) {
      const known = facts();
      const { arrival, decision } = explainCall(table, call({ to: number }), known);
      const verdicts = new Map();
      notices.answered({
        ...{ event: arrival.call, arrival, facts: known, verdicts, decision },
        ...{ lookups: [], isRetry: false, config: "", ms: 1, decisionMs: 1 },
      });
    }
    await until(() => server.hits.length === 3);
    await until(() => notices.counts().get("acme/slack")?.delivered === 2);
    expect(notices.counts().get("slack")).toEqual({ delivered: 1, failed: 0, dropped: 0 });
    expect(server.hits.map(({ target }) => target).sort()).toEqual(["/acme", "/acme", "/main"]);
  });

  test("that a configuration does not have any more are forgotten once they are sent", async () => {
    await using server = receive();
    const notices = open();
    notices.keep(["/crm", "/slack"]);
    notices.answered(answered({ notices: { crm: { url: server.url } }, defaults: { notify: ["crm"] } }));
    notices.keep(["/slack"]);
    expect([...notices.counts().keys()]).toEqual(["crm", "slack"]);
    await until(() => notices.counts().get("crm")?.delivered === 1);
    await until(() => {
      notices.keep(["/slack"]);
      return notices.counts().size === 1;
    });
  });

  test("that are still to be sent when the server stops are counted and said", async () => {
    await using server = receive(() => new Promise<Response>(() => {}));
    const notices = open();
    const says = { notices: { crm: { url: server.url } }, defaults: { notify: ["crm"] } };
    for (let at = 0; at < 10; at++) notices.answered(answered(says));
    await until(() => server.hits.length === 4);
    notices.stop();
    notices.answered(answered(says));
    expect(notices.counts().get("crm")).toEqual({ delivered: 0, failed: 0, dropped: 10 });
    const said = lines.map((text) => JSON.parse(text)).map(({ message, dropped }) => [message, dropped]);
    expect(said).toEqual([["notices were still not delivered when the server stopped", 10]]);
  });
});
