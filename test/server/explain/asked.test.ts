import { expect, test } from "bun:test";
import { loadConfig } from "../../../src/config/load.ts";
import { explainAsked } from "../../../src/server/explain/asked.ts";
import { expectationOf } from "../../../src/server/explain/expectation.ts";
import { explanationJson } from "../../../src/server/explain/explanation.ts";
import { compileDesk } from "../../../src/server/live/desk.ts";
import { runHere } from "../../commands/in-process.ts";
import { ROOT } from "../../harness.ts";

const CONFIG = `${ROOT}/config.example.toml`;
const NOW_MS = Date.parse("2026-12-02T15:42:00-08:00");

const loaded = await loadConfig(CONFIG, process.env, "optional", NOW_MS);
if (!loaded.config) throw new Error("config.example.toml has errors");
const desk = compileDesk(loaded.config, loaded.hash);

function asked(query: string) {
  const explanation = explainAsked(new URLSearchParams(query), desk, NOW_MS);
  if ("problem" in explanation) throw new Error(explanation.problem);
  return explanation;
}

test.each([
  ["a call", "to=(213)777-1235&from=%2B12134440000&at=2026-12-25T10:00", []],
  ["one from a caller who withholds the number", "to=%2B12137771235&from=anonymous&at=2026-12-02T10:00", []],
  ["a text", "to=%2B12137771235&from=%2B12134440000&at=2026-12-02T10:00&sms", ["--sms"]],
  [
    "headers, given twice and in several lines",
    "to=%2B12137771235&from=%2B12134440000&at=2026-12-02T10:00&header=X-Tier%3Dgold&header=a%3D1%0D%0Ab%3D2%3D3%0A",
    ["--header", "X-Tier=gold", "--header", "a=1", "--header", "b=2=3"],
  ],
  [
    "a bound agent",
    "to=%2B12130000000&from=%2B12134440000&at=2026-12-02T10:00&agent=agent_bound",
    ["--agent", "agent_bound"],
  ],
])("explains %s as `explain` does", async (_what, query, more) => {
  const parameters = new URLSearchParams(query);
  const call = ["to", "from", "at"].flatMap((name) => [`--${name}`, parameters.get(name) ?? ""]);
  const run = async (...how: string[]) =>
    (await runHere(["explain", "-c", CONFIG, ...call, ...more, ...how], { cwd: ROOT })).stdout;
  const explanation = asked(query);
  const json: unknown = JSON.parse(JSON.stringify(explanationJson(explanation)));
  expect(json).toEqual(JSON.parse(await run("--json")));
  expect(`${expectationOf(explanation).join("\n")}\n`).toBe(await run("--expect"));
});

test("a text that says no is a call, and a time that is not said is now", () => {
  const explanation = asked("to=%2B12137771235&from=%2B12134440000&sms=false");
  expect(explanation.event.channel).toBe("call");
  expect(explanation.at).toBe("2026-12-02T15:42[America/Los_Angeles]");
});

test("a time of a year whose holidays the server does not know is a problem", () => {
  const at = (time: string) =>
    explainAsked(new URLSearchParams({ to: "1", from: "2", at: time }), desk, NOW_MS);
  expect(at("2028-01-02T10:00Z")).toEqual({
    problem:
      "`at`: the server knows the public holidays of 2025 to 2027; the command `switchhook explain` takes a time in 2028",
  });
  expect(at("2027-12-31T10:00Z")).not.toHaveProperty("problem");
});
