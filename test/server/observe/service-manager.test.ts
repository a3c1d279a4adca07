import { expect, test } from "bun:test";
import type { ReloadEvent } from "../../../src/server/observe/observer.ts";
import { serviceManager, watchdogMs } from "../../../src/server/observe/service-manager.ts";
import { until } from "../../harness.ts";

const file = "/etc/switchhook/config.toml";

test.each<[what: string, event: ReloadEvent, status: string]>([
  [
    "put in force",
    {
      kind: "applied",
      file,
      hash: "0123456789ab",
      numbers: 12_000,
      clients: 0,
      expectations: 0,
      changes: [],
      diagnostics: [],
      warnings: [],
    },
    "serving 12,000 numbers",
  ],
  ["the one in force", { kind: "unchanged", file, hash: "0123456789ab" }, "serving 1 number"],
  [
    "refused",
    { kind: "refused", file, hash: "0123456789ab", diagnostics: [] },
    "serving 1 number; a newer configuration has errors and is kept out",
  ],
  [
    "unreadable",
    { kind: "failed", file, reason: "EIO" },
    "serving 1 number; the configuration cannot be read now",
  ],
])("a configuration that is %s is told", (_what, event, status) => {
  const told: string[] = [];
  const manager = serviceManager((text) => told.push(text), undefined);
  manager.ready(1);
  manager.reading?.();
  manager.reloaded?.(event);
  manager.settled?.();
  manager.stopping();
  expect(told).toEqual([
    "READY=1\nSTATUS=serving 1 number",
    expect.stringMatching(/^RELOADING=1\nMONOTONIC_USEC=\d+$/),
    `STATUS=${status}`,
    "READY=1",
    "STOPPING=1\nSTATUS=answering the last calls",
  ]);
});

test("a configuration that is mended is no longer said to be kept out", () => {
  const told: string[] = [];
  const manager = serviceManager((text) => told.push(text), undefined);
  manager.ready(1);
  manager.reloaded?.({ kind: "refused", file, hash: "0123456789ab", diagnostics: [] });
  manager.reloaded?.({ kind: "unchanged", file, hash: "ba9876543210" });
  expect(told.at(-1)).toBe("STATUS=serving 1 number");
});

test("it says that it is alive until it stops", async () => {
  const told: string[] = [];
  const manager = serviceManager((text) => told.push(text), 1);
  await until(() => told.filter((text) => text === "WATCHDOG=1").length > 2);
  manager.stopping();
  const count = told.length;
  await Bun.sleep(20);
  expect(told).toHaveLength(count);
});

test.each<[env: Record<string, string>, ms: number | undefined]>([
  [{}, undefined],
  [{ WATCHDOG_USEC: "15000000" }, 7500],
  [{ WATCHDOG_USEC: "15000000", WATCHDOG_PID: "42" }, 7500],
  [{ WATCHDOG_USEC: "15000000", WATCHDOG_PID: "43" }, undefined],
  [{ WATCHDOG_USEC: "0" }, undefined],
  [{ WATCHDOG_USEC: "soon" }, undefined],
])("of %p, process 42 says that it is alive every %p ms", (env, ms) => {
  expect(watchdogMs((name) => env[name], 42)).toBe(ms);
});
