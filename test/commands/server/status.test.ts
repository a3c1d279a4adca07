import { describe, expect, test } from "bun:test";
import { line, plan, to } from "../../routing/plans.ts";
import { adminOf } from "../../server/admin/seen.ts";
import { runHere } from "../in-process.ts";

const ROUTING = plan({ numbers: [line("+12137771235", { target: to("agent_1") })] });

/** What `status` says of a server, and the title of its page, which must not contradict it. */
async function statusOf(state: Parameters<typeof adminOf>[2]) {
  const { app } = adminOf(ROUTING, [], state);
  await using server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: app.fetch });
  const { exitCode, stdout } = await runHere(["status", "--admin", server.url.origin]);
  const [, title = ""] = /<title>(.*?) – Switchhook</.exec(await (await fetch(server.url)).text()) ?? [];
  return { exitCode, stdout, title };
}

const crm = (state: { pausedSinceMs?: number; failedAgoMs: number }) => ({
  ...{ id: "/crm", underWay: 0, cached: 0, pausedSinceMs: state.pausedSinceMs },
  lastFailure: { atMs: Date.now() - state.failedAgoMs, reason: "it answered 503" },
});

describe("status", () => {
  test("is well, exit code 0, although a look-up failed once in the last hour; it says which and why", async () => {
    const { exitCode, stdout, title } = await statusOf({ lookups: [crm({ failedAgoMs: 60_000 })] });
    expect([exitCode, title]).toEqual([0, "All is well"]);
    expect(stdout).toMatch(/^state +well\n/);
    expect(stdout).toMatch(/^look-up +crm failed at 20\S+ \S+ UTC: it answered 503$/m);
  });

  test("says nothing of a failure of yesterday", async () => {
    const { stdout } = await statusOf({ lookups: [crm({ failedAgoMs: 86_400_000 })] });
    expect(stdout).not.toContain("crm");
  });

  test("needs attention, exit code 1, while a look-up is paused", async () => {
    const paused = crm({ pausedSinceMs: Date.now(), failedAgoMs: 0 });
    const { exitCode, stdout, title } = await statusOf({ lookups: [paused] });
    expect([exitCode, title]).toEqual([1, "Calls are answered; the look-up crm is paused"]);
    expect(stdout).toMatch(/^state +calls are answered; the look-up crm is paused\n/);
  });

  test("needs attention, exit code 1, while the machine counts alone", async () => {
    const shared = { isUp: false, sinceMs: Date.now(), reason: "connection refused" };
    const { exitCode, stdout, title } = await statusOf({ shared });
    expect([exitCode, title]).toEqual([1, "Calls are answered; this machine counts calls by itself"]);
    expect(stdout).toMatch(/^state +calls are answered; this machine counts calls by itself\n/);
    expect(stdout).toMatch(/^shared +counting alone since .*: connection refused$/m);
  });
});
