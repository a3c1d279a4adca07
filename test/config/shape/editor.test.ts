import { beforeAll, describe, expect, test } from "bun:test";
import { ROOT } from "../../harness.ts";
import { Editor } from "./editor.ts";

let editor: Editor;
beforeAll(async () => {
  editor = await Editor.start();
});

describe("a TOML language server", () => {
  test.each([
    "config.example.toml",
    "test/recipes/time/business-hours.toml",
    "src/commands/configuration/first-config.toml",
  ])("finds nothing wrong with %s", async (file) => {
    expect(await editor.diagnostics(await Bun.file(`${ROOT}/${file}`).text())).toEqual([]);
  });

  // The mark stands at the beginning of the line that is to be underlined.
  test.each([
    ["a key that there is not", '\n|contry = "US"'],
    ["a country in words", '|country = "usa"'],
    ["a port alone", "[server]\n|listen = 8787"],
    ["a path without its slash", '[server]\n|path = "webhook"'],
    ["a block that is no address", '[server]\n|allow_ips = ["retell"]'],
    ["a level that there is not", '[log]\n|level = "verbose"'],
    ["a key that is missing", "|[retell]"],
    ["a number for a duration", '[retell]\napi_key = "k"\n|max_age = 300'],
    ["a unit that there is not", '[limits.l]\ncalls = 3\n|per = "1 day"'],
    ["a limit of none", '[limits.l]\n|calls = 0\nper = "1d"'],
    ["a delay that is too long", '[numbers."*"]\npass = true\n|delay = "20s"'],
    ["two targets", '|[numbers."*"]\nagent = "a"\nreject = true'],
    ["two targets in a rule", '[numbers."*"]\n|[[numbers."*".rules]]\nsplit = { a = 1 }\npass = true'],
    ["a way to split where nothing is split", '|[numbers."*"]\nagent = "a"\nsplit_by = "call"'],
    ["`reject = false`", '[numbers."*"]\n|reject = false'],
    ["a condition that there is not", '[[numbers."*".rules]]\n|when = { caler = "@vip" }\npass = true'],
    ["a word for a caller", '[numbers."*"]\npass = true\n|deny = ["anonymous"]'],
    ["a prefix without its star", '[defaults]\n|deny = ["+1900"]'],
    ["a country in small letters", '[lists]\n|l = ["country:mx"]'],
    ["hours without a day", '[schedules.s]\ntimezone = "UTC"\n|open = ["09:00-17:00"]'],
    ["hours in another notation", '[schedules.s]\ntimezone = "UTC"\n|open = ["mon-fri 0900-1700"]'],
    ["a date in another notation", '[schedules.s]\ntimezone = "UTC"\n|except = { "12/25/2026" = "closed" }'],
    ["an offset for a time zone", '[schedules.s]\n|timezone = "-08:00"'],
    ["an agent without its id", '[agents]\n|a = { version = "prod" }'],
    ["a setting out of its range", "[presets.p.agent]\n|volume = 9"],
    ["an array of tables for a table", '|[[retell]]\napi_key = "key_1"'],
  ])("underlines %s", async (_what, marked) => {
    const line = marked.slice(0, marked.indexOf("|")).split("\n").length;
    const found = await editor.diagnostics(marked.replace("|", ""));
    expect(found.map(({ range }) => range.start.line)).toContain(line);
  });

  test.each([
    ["at the top of the file", "|\n", ["country", "include", "agents", "numbers", "expect"]],
    ["in a number", '[numbers."*"]\n|\n', ["agent", "split", "deny", "variables", "sms"]],
    [
      "in a rule",
      '[[numbers."*".rules]]\n|\n',
      ["name", "when", "when.caller", "when.over", "agent", "reject"],
    ],
    ["in an agent", "[agents.a]\n|\n", ["id", "version", "presets"]],
    ["in a preset", "[presets.p.agent]\n|\n", ["voice_model", "language", "response_engine"]],
    ["in a schedule", "[schedules.s]\n|\n", ["timezone", "open", "holidays", "except"]],
    ["in an expectation", "[[expect]]\n|\n", ["to", "from", "at", "over"]],
  ])("offers each key once, with its description, %s", async (_where, text, keys) => {
    const offers = await editor.completion(text);
    const labels = offers.map(({ label }) => label);
    expect(labels).toEqual([...new Set(labels)]);
    expect(labels).toEqual(expect.arrayContaining(keys));
    expect(offers.filter(({ documentation }) => !documentation?.value).map(({ label }) => label)).toEqual([]);
  });

  test.each([
    ["an agent", '[agents]\nfront|desk = "agent_1"', "An agent: its id, or"],
    ["a number", '[numbers."+1212|5550100"]\npass = true', "A dialled number, or"],
    ["a list", '[lists.vi|p]\nfile = "vip.txt"', "A set of callers"],
    ["a schedule", '[schedules.off|ice]\ntimezone = "UTC"', "A schedule: "],
    ["a limit", "[limits.of|ten]\ncalls = 1", "A limit: "],
    ["a preset", "[presets.war|m.agent]\nvolume = 1", "A preset: "],
    ["a date", '[schedules.s.except]\n"2026-|12-25" = "closed"', "The hours of these dates"],
    ["an agent's share", '[numbers."*".split]\nsal|es = 90', "The agent's weight"],
    ["a number's target", '[numbers."*"]\nag|ent = "agent_1"', "Who takes the call"],
  ])("shows what %s is", async (_what, text, description) => {
    expect(await editor.hover(text)).toStartWith(description);
  });
});
