import { expect, test } from "bun:test";
import { loadConfig } from "../../../src/config/load.ts";
import { hasKey, NO_KEYS } from "../../../src/routing/callers/phones/phone-keys.ts";
import type { LazyConfig } from "../../../src/server/live/desk.ts";
import { type Clock, followConfig } from "../../../src/server/live/live.ts";
import { firstOf } from "../../../src/server/live/start.ts";
import type { ReloadEvent } from "../../../src/server/observe/observer.ts";
import { type Directory, directory, KEY, until } from "../../harness.ts";

/** A configuration without errors. @param more what it has besides one number */
function config(more = ""): string {
  return `retell.api_key = "\${env:RETELL_API_KEY}"\nnumbers."+12137771235".agent = "agent_1"\n${more}`;
}

/** Follows `config.toml`, and keeps what is put in force. */
async function follow(files: Directory, clock?: Clock) {
  process.env.RETELL_API_KEY = KEY;
  const applied: LazyConfig[] = [];
  const events: ReloadEvent[] = [];
  const loaded = await loadConfig(files.file("config.toml"), process.env, "required", clock?.now());
  const first = firstOf(loaded);
  const { config } = first;
  if (!config) throw new Error("The configuration must be good");
  const live = followConfig(
    { ...first, config },
    {
      apply: (next) => applied.push(next),
      reading: () => {},
      settled: () => {},
      reloaded: (event) => events.push(event),
      remote: () => {},
    },
    clock,
  );
  return { live, applied, events };
}

test("a file that is named for the first time, and still being written, is read again when it rests", async () => {
  await using files = await directory({ "config.toml": config(), "spam.txt": "" });
  const { live, applied } = await follow(files);
  await files.write("config.toml", config('lists.spam = { file = "spam.txt" }\ndefaults.deny = ["@spam"]\n'));
  const endMs = performance.now() + 2500;
  for (let line = ""; performance.now() < endMs; await Bun.sleep(2)) {
    line += "# more\n";
    await files.write("spam.txt", line);
  }
  await files.write("spam.txt", "+12137770000\n");
  await until(
    () => hasKey(applied.at(-1)?.routing.lists.get("spam")?.numbers ?? NO_KEYS, 12137770000),
    10_000,
  );
  live.close();
}, 120_000);

test("what is being loaded when it is closed is not put in force", async () => {
  await using files = await directory({ "config.toml": config() });
  const { live, applied } = await follow(files);
  await files.write("config.toml", config('defaults.unrouted = "reject"\n'));
  await live.reload();
  expect(applied).toHaveLength(1);
  await files.write("config.toml", config());
  const reloaded = live.reload();
  live.close();
  await reloaded;
  expect(applied).toHaveLength(1);
});

test("a reload without a change says so, and puts nothing in force", async () => {
  await using files = await directory({ "config.toml": config() });
  const { live, applied, events } = await follow(files);
  await live.reload();
  expect([applied, events.map(({ kind }) => kind)]).toEqual([[], ["unchanged"]]);
  live.close();
});

test("a reload says what changed, in counts and names", async () => {
  const numbers = (from: number, to: number, agent = "agent_1") =>
    Array.from(
      { length: to - from },
      (_, at) => `numbers."+1213777${1000 + from + at}".agent = "${agent}"\n`,
    ).join("");
  const lists = (list: string) => `lists.spam = [${list}]\ndefaults.deny = ["@spam"]\n`;
  await using files = await directory({ "config.toml": config(numbers(0, 10) + lists("")) });
  const { live, events } = await follow(files);
  await files.write(
    "config.toml",
    config(numbers(2, 10) + numbers(10, 13, "agent_2") + lists('"+19005550100"')),
  );
  await live.reload();
  await files.write("config.toml", config(numbers(2, 6)));
  await live.reload();
  live.close();
  expect(events).toMatchObject([
    {
      kind: "applied",
      numbers: 12,
      warnings: [],
      changes: [
        {
          what: "numbers",
          before: 11,
          after: 12,
          added: ["+12137771010", "+12137771011", "+12137771012"],
          removed: ["+12137771000", "+12137771001"],
          changed: [],
        },
        { what: "lists", before: 1, after: 1, changed: ["spam"] },
      ],
    },
    { kind: "applied", numbers: 5, warnings: ["numbers: 12 before, 5 now"] },
  ]);
});

/** A clock that is set by hand, and looked at often. */
function handClock(text: string): { nowMs: number; readonly now: () => number; readonly everyMs: number } {
  const clock = { nowMs: Date.parse(text), now: () => clock.nowMs, everyMs: 5 };
  return clock;
}

const HOLIDAYS = `timezone = "America/New_York"
schedules.office = { open = ["daily 09:00-17:00"], holidays = "US" }
`;

test("holidays are compiled anew as the years go by, though no file changes", async () => {
  await using files = await directory({ "config.toml": HOLIDAYS + config() });
  const clock = handClock("2026-11-25T12:00:00Z");
  const { live, applied, events } = await follow(files, clock);
  const isHoliday = (date: string) =>
    applied.at(-1)?.routing.schedules.get("office")?.holidays?.days.has(date);

  // A month on in the same year it is all the same: it is looked at, and nothing is put in force.
  clock.nowMs = Date.parse("2026-12-26T12:00:00Z");
  await until(() => events.length === 1);
  expect(events.map(({ kind }) => kind)).toEqual(["unchanged"]);

  clock.nowMs = Date.parse("2027-01-26T12:00:00Z");
  await until(() => events.length === 2);
  expect(events[1]).toMatchObject({ kind: "applied", changes: [{ what: "schedules", changed: ["office"] }] });
  expect([isHoliday("2029-12-25"), isHoliday("2030-12-25")]).toEqual([true, false]);

  clock.nowMs = Date.parse("2028-01-26T12:00:00Z");
  await until(() => events.length === 3);
  expect(isHoliday("2030-12-25")).toBe(true);
  live.close();
}, 120_000);

test("a configuration without holidays is not loaded anew as time goes by", async () => {
  await using files = await directory({ "config.toml": config() });
  const clock = handClock("2026-11-25T12:00:00Z");
  const { live, events } = await follow(files, clock);
  clock.nowMs = Date.parse("2028-01-26T12:00:00Z");
  await live.reload();
  await Bun.sleep(10 * clock.everyMs);
  expect(events.map(({ kind }) => kind)).toEqual(["unchanged"]);
  live.close();
});
