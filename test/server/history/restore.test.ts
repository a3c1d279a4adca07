import { describe, expect, test } from "bun:test";
import { receive } from "../../../src/routing/arrival.ts";
import type { LimitPlan } from "../../../src/routing/plan.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { Memory } from "../../../src/server/facts/memory.ts";
import { type HistoryEvent, openHistory } from "../../../src/server/history/history.ts";
import type { CallRecord } from "../../../src/server/observe/record.ts";
import type { Counted } from "../../../src/server/observe/totals.ts";
import { directory, until } from "../../harness.ts";
import { call, line, plan, REJECT, rule, to } from "../../routing/plans.ts";
import { recalled as recalledAtOnce } from "../facts/recalled.ts";
import { lines, record } from "./records.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 6, 1, 13);
const ago = (ms: number) => new Date(NOW_MS - ms).toISOString();

const LIMITS: Readonly<Record<string, LimitPlan>> = {
  hourly: { calls: 2, perMs: 60 * MINUTE_MS, by: "caller" },
  line: { calls: 2, perMs: 60 * MINUTE_MS, by: "number" },
  everybody: { calls: 2, perMs: 60 * MINUTE_MS, by: "all" },
};

const TABLE = compileTable(
  plan({
    limits: LIMITS,
    numbers: [
      line("*", {
        target: to("agent_1"),
        variables: { calls: "${history.calls}" },
        rules: [rule({ when: { over: Object.keys(LIMITS) }, target: REJECT })],
      }),
    ],
  }),
);

/** What is remembered once the history of some files is read, and what was told. */
async function restored(files: Readonly<Record<string, string>>) {
  await using dir = await directory(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`history/${name}`, text])),
  );
  const memory = new Memory();
  const told: HistoryEvent[] = [];
  const recalled: [counted: Counted, agoMs: number][] = [];
  const latest: CallRecord[] = [];
  const history = await openHistory({
    state: { path: dir.path, isAwaited: undefined },
    memory,
    table: TABLE,
    config: "0123456789ab",
    keepMs: () => 90 * DAY_MS,
    recalled: (counted, atMs) => recalled.push([counted, NOW_MS - atMs]),
    latest: (records) => void latest.push(...records),
    told: (event) => told.push(event),
    now: () => NOW_MS,
  });
  await until(() => !memory.isRestoring);
  await history.close(5000);
  const recall = (fields: Parameters<typeof call>[0] = {}) => {
    const arrival = receive(TABLE, call({ id: undefined, ...fields }));
    const { facts, ...attempt } = recalledAtOnce(memory, arrival, NOW_MS, performance.now());
    return { ...attempt, facts: facts(new Map()) };
  };
  return { recall, told, recalled, latest, path: dir.path };
}

const today = (...records: readonly CallRecord[]) => ({ "2026-07-01.jsonl": lines(...records) });

describe("a start", () => {
  test("remembers callers of all days that are kept", async () => {
    const { recall, told } = await restored({
      "2026-03-01.jsonl": lines(record({ time: "2026-03-01T12:00:00.000Z" })),
      "2026-06-30.jsonl": lines(
        record({ time: ago(20 * 60 * MINUTE_MS), agent: "sales" }),
        record({ time: ago(19 * 60 * MINUTE_MS), client: "acme" }),
        record({ time: ago(19 * 60 * MINUTE_MS), caller: "alice", from: "sip:alice@example.com" }),
      ),
      ...today(record({ time: ago(30 * MINUTE_MS), outcome: "reject", agent: undefined })),
    });
    expect(recall().facts.history).toEqual({ calls: 2, last: "2026-07-01", lastAgent: "sales" });
    expect(recall({ from: "sip:alice@example.com" }).facts.history?.calls).toBe(1);
    expect(told).toMatchObject([{ kind: "restored", calls: 4 }]);
  });

  test("shows the latest calls of the days before, the oldest first", async () => {
    const { latest } = await restored({
      "2026-06-29.jsonl": lines(record({ time: "2026-06-29T12:00:00.000Z", id: "a" })),
      "2026-06-30.jsonl": lines(record({ time: "2026-06-30T12:00:00.000Z", id: "b" })),
      ...today(record({ id: "c" })),
    });
    expect(latest.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  test("tells of the calls of the last day", async () => {
    const { recalled } = await restored({
      "2026-06-30.jsonl": lines(
        record({ time: ago(DAY_MS) }),
        record({ time: ago(DAY_MS - 1), outcome: "pass", entry: "+1213*", client: "acme" }),
      ),
      ...today(record({ time: ago(5), outcome: "reject", headers: { entry: "+1900*" } })),
    });
    expect(recalled).toEqual([
      [{ client: "acme", entry: "+1213*", outcome: "pass" }, DAY_MS - 1],
      [{ client: "", entry: "+12137771235", outcome: "reject" }, 5],
    ]);
  });

  test("remembers names with quotes and other scripts", async () => {
    for (const agent of ['the "front" desk', "Empfang für Müller", "受付", "back\\slash"]) {
      const { recall } = await restored(today(record({ agent })));
      expect(recall().facts.history).toMatchObject({ calls: 1, lastAgent: agent });
    }
  });

  test("remembers records whose keys somebody put into another order", async () => {
    const { v, ...rest } = record();
    const { recall } = await restored({ "2026-07-01.jsonl": `${JSON.stringify({ ...rest, v })}\n` });
    expect(recall().facts.history?.calls).toBe(1);
  });

  test("counts for limits what they counted, as far as their windows reach", async () => {
    const counted = (name: string, minutes: readonly number[], says: Partial<CallRecord> = {}) =>
      minutes.map((minute) => record({ time: ago(minute * MINUTE_MS), counted: [name], ...says }));
    const over = async (...records: readonly CallRecord[]) => [
      ...(await restored(today(...records))).recall().facts.over,
    ];
    expect(await over(...counted("hourly", [50, 40]))).toEqual(["hourly"]);
    expect(await over(...counted("hourly", [61, 40]))).toEqual([]);
    expect(await over(...counted("hourly", [50, 40], { caller: "+12125550100" }))).toEqual([]);
    expect(await over(...counted("hourly", [50, 40], { outcome: "reject" }))).toEqual(["hourly"]);
    expect(await over(...counted("line", [50, 40], { caller: "+12125550100" }))).toEqual(["line"]);
    expect(await over(...counted("line", [50, 40], { to: "12137771235" }))).toEqual(["line"]);
    expect(await over(...counted("line", [50, 40], { to: "+12125550100" }))).toEqual([]);
    expect(await over(...counted("everybody", [50, 40], { to: "+12125550100" }))).toEqual(["everybody"]);
    expect(await over(...counted("gone", [50, 40]), ...counted("hourly", [30]))).toEqual([]);
    expect(await over(...counted("hourly", [50, 40], { client: "gone" }))).toEqual([]);
  });

  test("counts those who hide their number as one", async () => {
    const records = [50, 40].map((minute) =>
      record({ time: ago(minute * MINUTE_MS), caller: undefined, from: "anonymous", counted: ["hourly"] }),
    );
    const { recall } = await restored(today(...records));
    expect([...recall({ from: "restricted" }).facts.over]).toEqual(["hourly"]);
  });

  test("gives a retry what the first try had", async () => {
    const time = ago(5000);
    const { recall } = await restored(
      today(
        record({ time: ago(50 * MINUTE_MS), counted: ["hourly"] }),
        record({
          ...{ id: "call_9", time, counted: ["hourly"], limits: { hourly: false, line: true } },
          history: { calls: 7, last: "2026-06-01", last_agent: "sales" },
        }),
      ),
    );
    const { facts, isRetry, sinceFirstMs } = recall({ id: "call_9" });
    expect(isRetry).toBe(true);
    expect(facts.nowMs).toBe(NOW_MS - 5000);
    expect(facts.drawKey).toBe("call_9");
    expect([...facts.over]).toEqual(["line"]);
    expect(facts.history).toEqual({ calls: 7, last: "2026-06-01", lastAgent: "sales" });
    expect(sinceFirstMs).toBeGreaterThanOrEqual(5000);
    expect(recall({ id: "call_1" }).isRetry).toBe(false);
    expect([...recall({ id: "call_10" }).facts.over]).toEqual(["hourly"]);
  });

  test("knows the tries of the last minutes before midnight, and of a file that is long", async () => {
    const many = Array.from({ length: 6000 }, (_, n) =>
      record({ time: ago(40 * MINUTE_MS), id: `old_${n}`, caller: `+1213${2_000_000 + n}` }),
    );
    const { recall } = await restored(today(...many, record({ time: ago(9 * MINUTE_MS), id: "call_9" })));
    expect(recall({ id: "call_9" }).isRetry).toBe(true);
    expect(recall({ id: "old_5999" }).isRetry).toBe(false);
  });

  test("leaves out torn lines, and lines that are no records, and says where", async () => {
    const good = JSON.stringify(record());
    const { recall, told, path } = await restored({
      "2026-06-30.jsonl": `${good.slice(0, 60)}`,
      "2026-07-01.jsonl": `${good}\n${good.slice(0, -20)}\n\n{"v":2}\nnull\n\0\0\0\n${good}\n${good.slice(0, 200)}`,
    });
    expect(recall().facts.history?.calls).toBe(2);
    const today = `${path}/history/2026-07-01.jsonl`;
    expect(told).toMatchObject([
      {
        kind: "restored",
        calls: 2,
        unreadable: [`${today}:2`, `${today}:4`, `${today}:5`],
        unreadableCount: 4,
        torn: [`${path}/history/2026-06-30.jsonl`, today],
      },
    ]);
  });

  test("says nothing where there is no history yet", async () => {
    expect((await restored({})).told).toEqual([]);
  });
});
