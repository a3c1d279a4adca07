import { describe, expect, test } from "bun:test";
import { ACCOUNT, expectMistakes, load, loadGood } from "./cases.ts";

describe("a dialled number", () => {
  const PREFIX = 'it must be "+", the first digits and one "*", such as "+1900*"';

  test.each([
    ["+1213", '"+1213" is not a dialled number: it is too short for a phone number'],
    ["+121377712345678", '"+121377712345678" is not a dialled number: it is too long for a phone number'],
    [
      "213 777 1235",
      '"213 777 1235" is not a dialled number: it has no "+" and the configuration names no `country`',
    ],
    [
      "+12137771235 ext 5",
      '"+12137771235 ext 5" is not a dialled number: it has an extension, and callers are known by their number alone',
    ],
    ["abc", '"abc" is not a dialled number: it is not a phone number'],
    ["", '"" is not a dialled number: it is not a phone number'],
    ["*1", `"*1" is not a prefix; ${PREFIX}`],
    ["+18*00", `"+18*00" is not a prefix; ${PREFIX}`],
    ["+1800**", `"+1800**" is not a prefix; ${PREFIX}`],
    ["1800*", `"1800*" is not a prefix; ${PREFIX}`],
    ["+*", `"+*" is not a prefix; ${PREFIX}`],
  ])("cannot be written %j", async (entry, message) => {
    await expectMistakes(`[numbers.«"${entry}"»]\npass = true\n${ACCOUNT}`, [[message]]);
  });

  test("that is none has its insides checked all the same", async () => {
    await expectMistakes(`[numbers.«"abc"»]\nagent = «"wombat"»\n«agnet» = 1\n${ACCOUNT}`, [
      [/^"abc" is not a dialled number/],
      [/^there is no agent "wombat"/, 'agent ids look like "agent_0123456789abcdef"'],
      [/^unknown key "agnet"/, 'did you mean "agent"?'],
    ]);
  });

  test.each([
    ["+12137771235", "+1 (213) 777-1235"],
    ["+12137771235", "(213) 777-1235"],
    ["213-777-1235", "213.777.1235"],
    ["+1800*", "+1 800*"],
  ])("stands once, however it is written: %s and %s", async (first, second) => {
    const text = `country = "US"\n[numbers."${first}"]\npass = true\n\n[numbers."${second}"]\npass = true\n${ACCOUNT}`;
    const message = `"${second}" is the same as "${first}": each number can stand here once`;
    await expectMistakes(text.replace(`"${second}"`, `«"${second}"»`), [[message]]);
    const { diagnostics } = await load(text);
    expect(diagnostics[0]?.related).toEqual({
      file: "config.toml",
      line: 2,
      message: `"${first}" stands here`,
    });
  });
});

describe("a route", () => {
  test.each([
    ['agent = "agent_1"', "«reject» = true", "agent"],
    ['agent = "agent_1"', "«pass» = true", "agent"],
    ["pass = true", "«reject» = true", "pass"],
    ["reject = true", '«pass» = true\nagent = "agent_1"', "agent"],
  ])("says one thing: not both %s and %s", async (first, second, named) => {
    const text = `[numbers."*"]\n${first}\n${second}\n${ACCOUNT}`;
    await expectMistakes(text, [
      [`a route says at most one of agent, split, pass and reject; this one also says ${named}`],
    ]);
    const { diagnostics } = await load(text.replaceAll(/[«»]/g, ""));
    const line = text.split("\n").findIndex((shown) => shown.startsWith(`${named} =`)) + 1;
    expect(diagnostics[0]?.related).toEqual({ file: "config.toml", line, message: `${named} stands here` });
  });

  test("that says nothing passes", async () => {
    const { routing } = await loadGood(`[numbers."*"]\n${ACCOUNT}`);
    expect(routing.numbers[0]?.target).toEqual({ kind: "pass" });
  });
});
