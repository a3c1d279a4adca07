import { afterEach, describe, expect, test } from "bun:test";
import { openClient } from "../../../../src/outbound/client.ts";
import type { LookupRequest } from "../../../../src/routing/lookups/request.ts";
import type { Answered } from "../../../../src/routing/lookups/result.ts";
import { type BreakerChange, openAsker } from "../../../../src/server/facts/lookups/asker.ts";
import { after, answer, type BadServer, badServer, hang, json, slowBody } from "../../../bad-server.ts";
import { until } from "../../../harness.ts";

const open = new Set<{ close(): void }>();
afterEach(() => {
  for (const client of open) client.close();
  open.clear();
});

/** An asker whose clock the test sets. */
function asker() {
  const told: [string, BreakerChange][] = [];
  let passedMs = 0;
  const client = openClient();
  const it = openAsker(client, {
    changed: (id, change) => told.push([id, change]),
    now: () => 1_000_000 + passedMs,
    tick: () => performance.now() + passedMs,
  });
  open.add(client);
  it.keep(new Set(["/crm"]));
  const pass = (ms: number) => {
    passedMs += ms;
  };
  /** Asks for one, and gives it all the time that it may take. */
  const ask = async (request: LookupRequest, withinMs = 8000): Promise<Answered> => {
    const answered = (await it.ask([request], withinMs)).get(request.id);
    if (!answered) throw new Error("Cannot find what was asked");
    return answered;
  };
  return { ...it, told, pass, ask1: ask, close: () => client.close() };
}

function request(server: { readonly origin: string }, more: Partial<LookupRequest> = {}): LookupRequest {
  return {
    id: "/crm",
    url: `${server.origin}/`,
    method: "GET",
    headers: {},
    body: undefined,
    at: [],
    timeoutMs: 5000,
    cacheMs: 0,
    ca: undefined,
    ...more,
  };
}

const found = (value: Extract<Answered, { kind: "found" }>["value"]) => ({ kind: "found", value }) as const;
const failed = (reason: string) => ({ kind: "failed", reason }) as const;

/** A server that is gone. */
async function nobody(): Promise<BadServer> {
  const server = await badServer(hang);
  await server.stop();
  return server;
}

test("gives what each of several look-ups said, and asks them side by side", async () => {
  let isSecondThere = () => {};
  const second = new Promise<void>((resolve) => {
    isSecondThere = resolve;
  });
  await using crm = await badServer((socket, request) => void second.then(() => json("x")(socket, request)));
  await using billing = await badServer((socket, request) => {
    isSecondThere();
    answer(404, "")(socket, request);
  });
  const gone = await nobody();
  const { ask } = asker();
  const answers = await ask(
    [request(crm), request(billing, { id: "/billing" }), request(gone, { id: "acme/crm" })],
    8000,
  );
  expect([...answers.keys()]).toEqual(["/crm", "/billing", "acme/crm"]);
  expect(answers.get("/crm")).toMatchObject({ ...found({ value: "x" }), from: "network" });
  expect(answers.get("/billing")).toMatchObject({ kind: "missing", from: "network" });
  expect(answers.get("acme/crm")).toMatchObject({ ...failed("connection refused"), from: "network" });
});

test("sends what it is told to", async () => {
  await using server = await badServer(json({ a: { b: [{ plan: "gold" }] } }));
  const { ask1 } = asker();
  const more = { method: "POST", headers: { authorization: "Bearer x" }, body: '{"phone":"+1"}' } as const;
  expect(await ask1(request(server, { ...more, at: ["a", "b", "0"] }))).toMatchObject(
    found({ plan: "gold" }),
  );
  expect(server.requests).toMatchObject([more]);
});

test("reads 256 KiB and no more", async () => {
  const text = (length: number) => JSON.stringify("x".repeat(length - 2));
  await using server = await badServer({
    "/full": answer(200, text(256 * 1024)),
    "/over": answer(200, text(256 * 1024 + 1)),
  });
  const { ask1 } = asker();
  expect(await ask1(request(server, { url: `${server.origin}/full` }))).toMatchObject({ kind: "found" });
  expect(await ask1(request(server, { url: `${server.origin}/over` }))).toMatchObject(
    failed("the answer is larger than 256 KiB"),
  );
});

describe("time", () => {
  test("each look-up has its own, and the slow body is part of it", async () => {
    await using server = await badServer(slowBody(20));
    const { ask1 } = asker();
    const result = await ask1(request(server, { timeoutMs: 2000 }));
    expect(result).toMatchObject(failed("the answer did not end within 2 s"));
    await until(() => server.open === 0);
  });

  test("what is not there when the call's time is over failed, and whoever is slower goes on", async () => {
    await using server = await badServer({ "/slow": hang, "/fast": json("x") });
    const { ask, keep, states } = asker();
    keep(new Set(["/slow"]));
    const answers = await ask(
      [
        request(server, { id: "/slow", url: `${server.origin}/slow`, timeoutMs: 4000 }),
        request(server, { id: "/fast", url: `${server.origin}/fast` }),
      ],
      2000,
    );
    expect(answers.get("/slow")).toMatchObject(failed("no answer in time"));
    expect(answers.get("/fast")).toMatchObject(found({ value: "x" }));
    // Whether the service failed is a matter of its own time.
    expect(states()[0]).toMatchObject({ id: "/slow", underWay: 1, lastFailure: undefined });
    await until(() => states()[0]?.underWay === 0);
    expect(states()[0]?.lastFailure?.reason).toBe("no answer within 4 s");
  });
});

describe("many callers at once", () => {
  test("who ask the same share one request, each for as long as it may wait", async () => {
    await using server = await badServer(after(400, json("x")));
    const { ask1 } = asker();
    const asked = [ask1(request(server)), ask1(request(server), 50), ask1(request(server))];
    expect(await Promise.all(asked)).toMatchObject([
      { ...found({ value: "x" }), from: "network" },
      { ...failed("no answer in time"), from: "shared" },
      { ...found({ value: "x" }), from: "shared" },
    ]);
    expect(server.requests).toHaveLength(1);
  });

  test("of one look-up no more than 32 requests are under way; the next fails at once", async () => {
    await using server = await badServer(hang);
    const { ask1, states, told } = asker();
    const ask = (at: number) => ask1(request(server, { url: `${server.origin}/${at}`, timeoutMs: 3000 }));
    const asked = Array.from({ length: 32 }, (_, at) => ask(at));
    expect(await ask(32)).toMatchObject(failed("busy: 32 requests are under way"));
    expect(states()[0]?.underWay).toBe(32);
    await Promise.all(asked);
    await until(() => server.open === 0);
    expect(server.requests).toHaveLength(32);
    expect(states()[0]?.underWay).toBe(0);
    expect(told).toMatchObject([["/crm", { kind: "opened", failures: 5 }]]);
  });

  test("of all look-ups together no more than 512 requests are under way", async () => {
    await using server = await badServer(hang);
    const { ask1, close } = asker();
    const ask = (at: number) =>
      ask1(request(server, { id: `/${at % 20}`, url: `${server.origin}/${at}`, timeoutMs: 5000 }));
    const asked = Array.from({ length: 512 }, (_, at) => ask(at));
    expect(await ask(512)).toMatchObject(failed("busy: too many requests of other look-ups are under way"));
    close();
    expect((await Promise.all(asked)).every(({ kind }) => kind === "failed")).toBe(true);
    await until(() => server.open === 0);
  });
});

describe("the cache", () => {
  test("gives what was found or missing, for as long as it says", async () => {
    await using server = await badServer({ "/found": json("x"), "/missing": answer(404, "") });
    const { ask1, pass, states } = asker();
    for (const path of ["/found", "/missing"]) {
      const cached = request(server, { url: server.origin + path, cacheMs: 60_000 });
      const { ms: _, ...first } = await ask1(cached);
      expect(first.from).toBe("network");
      expect(await ask1(cached)).toMatchObject({ ...first, from: "cache" });
    }
    expect(states()[0]?.cached).toBe(2);
    pass(60_000);
    const again = request(server, { url: `${server.origin}/found`, cacheMs: 60_000 });
    expect(await ask1(again)).toMatchObject({ from: "network" });
  });

  test("keeps no failure", async () => {
    await using server = await badServer(answer(500, ""));
    const { ask1 } = asker();
    await ask1(request(server, { cacheMs: 60_000 }));
    server.behave(json("x"));
    expect(await ask1(request(server, { cacheMs: 60_000 }))).toMatchObject(found({ value: "x" }));
  });

  test("keeps apart what may have other answers", async () => {
    await using server = await badServer((socket, { path, headers, body }) =>
      json({ path, token: headers.authorization ?? "", body })(socket, {
        method: "GET",
        path,
        headers,
        body,
      }),
    );
    const { ask1 } = asker();
    const differing: readonly Partial<LookupRequest>[] = [
      {},
      { url: `${server.origin}/2` },
      { headers: { authorization: "Bearer 2" } },
      { method: "POST", body: '"2"' },
      { at: ["path"] },
      { id: "acme/crm" },
    ];
    const answers = await Promise.all(
      differing.map((more) => ask1(request(server, { ...more, cacheMs: 60_000 }))),
    );
    expect(answers.map(({ from }) => from)).toEqual(differing.map(() => "network"));
    expect(server.requests).toHaveLength(differing.length);
  });

  test("gives what it has while the look-up is left alone", async () => {
    await using server = await badServer(json("x"));
    const { ask1 } = asker();
    await ask1(request(server, { cacheMs: 60_000 }));
    server.behave(answer(500, ""));
    const other = request(server, { url: `${server.origin}/other`, cacheMs: 60_000 });
    for (let time = 0; time < 5; time++) await ask1(other);
    expect(await ask1(other)).toMatchObject({ from: "breaker" });
    expect(await ask1(request(server, { cacheMs: 60_000 }))).toMatchObject({ from: "cache" });
  });
});

describe("a look-up that fails time after time", () => {
  test("is left alone for ten seconds, and asked again by one request", async () => {
    await using server = await badServer(answer(503, ""));
    const { ask1, pass, told, states } = asker();
    for (let time = 0; time < 5; time++) await ask1(request(server));
    expect(told).toEqual([["/crm", { kind: "opened", failures: 5, reason: "status 503", pauseMs: 10_000 }]]);
    expect(await ask1(request(server))).toMatchObject({
      ...failed("not asked: it failed 5 times in a row, the last time with: status 503"),
      from: "breaker",
    });
    expect(states()).toMatchObject([
      { id: "/crm", pausedSinceMs: 1_000_000, lastFailure: { atMs: 1_000_000, reason: "status 503" } },
    ]);
    expect(server.requests).toHaveLength(5);

    pass(10_000);
    server.behave(after(200, json("x")));
    const [probe, other] = await Promise.all([
      ask1(request(server)),
      ask1(request(server, { url: `${server.origin}/other` })),
    ]);
    expect(probe).toMatchObject({ ...found({ value: "x" }), from: "network" });
    expect(other).toMatchObject({ kind: "failed", from: "breaker" });
    expect(told.map(([, { kind }]) => kind)).toEqual(["opened", "closed"]);
    expect(states()).toMatchObject([{ pausedSinceMs: undefined, lastFailure: { reason: "status 503" } }]);
    expect(await ask1(request(server))).toMatchObject({ from: "network" });
  });

  test("costs no other look-up anything", async () => {
    await using server = await badServer({ "/": answer(503, ""), "/well": json("x") });
    const { ask1 } = asker();
    for (let time = 0; time < 6; time++) await ask1(request(server));
    const well = { id: "/well", url: `${server.origin}/well` };
    expect(await ask1(request(server, well))).toMatchObject(found({ value: "x" }));
  });

  test("is another one with another definition, and the same one otherwise", async () => {
    await using server = await badServer(answer(401, ""));
    const { ask1, keep, told } = asker();
    for (let time = 0; time < 5; time++) await ask1(request(server));
    keep(new Set(["/crm", "/other"]));
    expect(await ask1(request(server, { url: `${server.origin}/other?caller` }))).toMatchObject({
      from: "breaker",
    });
    expect(await ask1(request(server, { headers: { authorization: "Bearer right" } }))).toMatchObject({
      ...failed("status 401"),
      from: "network",
    });
    expect(told).toHaveLength(1);
  });

  test("is forgotten once no configuration has it", async () => {
    await using server = await badServer(answer(503, ""));
    const { ask1, keep, states } = asker();
    await ask1(request(server));
    expect(states()).toMatchObject([{ id: "/crm", lastFailure: { reason: "status 503" } }]);
    keep(new Set(["/new"]));
    const nothing = { pausedSinceMs: undefined, lastFailure: undefined, underWay: 0, cached: 0 };
    expect(states()).toEqual([{ id: "/new", ...nothing }]);
    keep(new Set(["/crm"]));
    expect(states()).toEqual([{ id: "/crm", ...nothing }]);
  });
});

test("answers everyone when it is closed", async () => {
  await using server = await badServer(hang);
  const { ask1, close } = asker();
  const asked = ask1(request(server));
  await until(() => server.requests.length === 1);
  close();
  expect(await asked).toMatchObject({ kind: "failed" });
  await until(() => server.open === 0);
});
