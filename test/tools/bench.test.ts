import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { mustAnswerRightly } from "../bench/calls/ask.ts";
import { load } from "../bench/calls/load.ts";
import { Requests } from "../bench/calls/requests.ts";
import { aimsOf } from "../bench/compare/aims.ts";
import type { Results, ServerResults } from "../bench/compare/results.ts";
import { commandOf, settingsOf } from "../bench/compare/settings.ts";
import { tables } from "../bench/compare/tables.ts";
import { layerServers } from "../bench/layers/servers.ts";
import { type Server, serversIn } from "../bench/servers/servers.ts";
import { startServer } from "../bench/servers/start.ts";
import { BINARY, directory } from "../harness.ts";

describe("the settings of the benchmark", () => {
  test("are short ones where nothing is said", () => {
    const { rounds, seconds, connections, only, million, record } = settingsOf({ ONLY: "", MILLION: "0" });
    expect({ rounds, seconds, connections }).toEqual({ rounds: 3, seconds: 2, connections: [1, 32, 256] });
    expect([only, million, record]).toEqual([undefined, false, false]);
  });

  test("are told by the environment, lists by commas or blanks", () => {
    const said = settingsOf({
      ROUNDS: "9",
      CONNECTIONS: "8 16",
      ONLY: "limit,hono",
      BUILDS: "/a,/b",
      RECORD: "1",
    });
    expect(said.rounds).toBe(9);
    expect(said.connections).toEqual([8, 16]);
    expect(said.only).toEqual(["limit", "hono"]);
    expect(said.builds).toEqual(["/a", "/b"]);
    expect(settingsOf({ BUILDS: "../before,dist/switchhook" }).builds).toEqual([
      resolve("../before"),
      resolve("dist/switchhook"),
    ]);
    expect(settingsOf({}).builds).toEqual(BINARY);
    expect(said.record).toBe(true);
  });

  test.each([
    [{}, "make bench ROUNDS=3 SECONDS=2"],
    [
      { ROUNDS: "9", CONNECTIONS: "8 16", ONLY: "limit,hono", MILLION: "1" },
      "make bench ROUNDS=9 SECONDS=2 CONNECTIONS=8,16 ONLY=limit,hono MILLION=1",
    ],
  ])("make the command that is told with the results: %j", (env, command) => {
    expect(commandOf(settingsOf(env))).toBe(command);
  });

  test.each(["0", "-1", "many", "1.5"])("that are no numbers are an error: %s", (text) => {
    expect(() => settingsOf({ SECONDS: text })).toThrow(`SECONDS must be a whole number from 1: ${text}`);
  });
});

test("the layers of a call are servers, some of which can be named", async () => {
  await using files = await directory({});
  await using others = await directory({});
  expect(layerServers(files.path, "http,hono").map(({ name }) => name)).toEqual(["http", "hono"]);
  expect(() => layerServers(others.path, "http,hno")).toThrow("There is no layer hno; there are http, hono");
});

describe("what the benchmark says of its results", () => {
  test("by how much each aim is missed, and which are reached", () => {
    const results = resultsOf({
      limit: [100, 200],
      hono: [40, 80],
      express: [10, 20],
      "switchhook, everything on": [50, 100],
    });
    expect(
      aimsOf(results).map(({ aim, measured, isMet }) => [aim.split(":")[1]?.trim(), measured, isMet]),
    ).toEqual([
      ["0.6 of *limit*'s", 0.5, false],
      ["more than *hono*'s", 1.25, true],
      ["8 times *express*'s", 5, false],
      ["within 2 times *limit*'s", 1, true],
    ]);
    expect(tables(results)).toContain(
      "| calls per CPU second: 8 times *express*'s | 5.00 times | no, by 38 % |",
    );
  });

  test("nothing about servers that took no part", () => {
    expect(aimsOf(resultsOf({ limit: [100] }))).toEqual([]);
    expect(aimsOf(resultsOf({ "switchhook, everything on": [100] }))).toEqual([]);
  });
});

test("no request of the benchmark comes twice before all others of its set, and a new set has new ones", async () => {
  await using files = await directory({});
  const requests = new Requests(files.file("requests"), 100);
  const ids = () => readFileSync(requests.next("a").file, "utf8").match(/call_\w{32}/g) ?? [];
  const first = ids();
  requests.sent("a", 60);
  expect(requests.next("a").first).toBe(60);
  expect(requests.next("b").first).toBe(0);
  requests.sent("a", 60);
  const second = ids();
  expect(requests.next("a").first).toBe(0);
  expect(new Set([...first, ...second]).size).toBe(200);
});

describe("a server of the benchmark", () => {
  test.each(["floor", "limit", "hono", "switchhook, minimal", "switchhook, everything on"])(
    "answers what it is said to, and refuses what it is said to: %s",
    async (name) => {
      await using files = await directory({});
      const server = named(serversIn(files.path, BINARY), name);
      const started = await startServer(server);
      await mustAnswerRightly(server, started.port);
      await started.stop();
    },
  );

  test("that answers forged requests, or another agent, is not measured", async () => {
    await using files = await directory({});
    const servers = serversIn(files.path, []);
    const [floor, limit] = [named(servers, "floor"), named(servers, "limit")];
    const started = await startServer(floor);
    await expect(mustAnswerRightly({ ...floor, verifies: true }, started.port)).rejects.toThrow(
      "is forged by 200",
    );
    await expect(mustAnswerRightly(limit, started.port)).rejects.toThrow("not by");
    await started.stop();
  });

  const needsWrk = Bun.which("wrk") === null && process.env.SYSTEM_TESTS !== "required";
  test.skipIf(needsWrk)("is put under load by wrk, which must get good answers", async () => {
    await using files = await directory({});
    const requests = new Requests(files.file("requests"), 1000);
    const limit = named(serversIn(files.path, []), "limit");
    const started = await startServer(limit);
    const done = await load(started, requests, { connections: 4, seconds: 1 });
    expect(done.requests).toBeGreaterThan(0);
    expect(requests.next("limit").first).toBeGreaterThanOrEqual(0);
    expect(done.latency.max).toBeGreaterThanOrEqual(done.latency.p50);
    await started.stop();
  });
});

function named(servers: readonly Server[], wanted: string): Server {
  const server = servers.find(({ name }) => name === wanted);
  if (!server) throw new Error(`there is no server ${wanted}`);
  return server;
}

/** Results with calls per CPU second, round by round. */
function resultsOf(rounds: Readonly<Record<string, readonly number[]>>): Results {
  const servers = Object.entries(rounds).map(
    ([name, calls]): ServerResults => ({
      ...{ name, about: "a server", verifies: true },
      under: [
        {
          ...{ connections: 32, callsPerSecond: 1, callsPerCpuSecond: calls[0] ?? 0, ofLimit: undefined },
          ...{ latency: { p50: 1, p99: 2, p999: 3, max: 4 }, rounds: calls },
        },
      ],
      ...{ firstAnswerMs: 1, memoryMiB: 1, memoryAfterMillionMiB: undefined, diskMiB: 1 },
    }),
  );
  const machine = { processor: "one", cores: 2, memoryGiB: 1, kernel: "6", versions: { bun: "1" } };
  return { date: "2026-01-02", command: "make bench", machine, rounds: 1, seconds: 2, servers, absent: [] };
}
