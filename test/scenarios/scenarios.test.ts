import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ROOT } from "../harness.ts";
import { differences } from "./differences.ts";
import { type Question, readScenario, rewritten } from "./format.ts";
import { jsonText, play } from "./play.ts";

const HERE = "test/scenarios";
const isUpdated = process.env.UPDATE === "1";
const scenarios = [...new Bun.Glob("**/*.scenario").scanSync(import.meta.dir)].sort();

describe("scenario", () => {
  test.each(scenarios)("%s", async (name) => {
    const path = join(ROOT, HERE, name);
    const text = await Bun.file(path).text();
    const { files, env, questions } = readOrSay(name, text);
    const found = await play({ files, env, questions });
    const wrong = questions.filter((question) => inOneForm(question) !== found.get(question.line));
    if (isUpdated) {
      const changed = new Map(wrong.map(({ line }) => [line, found.get(line) ?? ""]));
      if (wrong.length > 0) await Bun.write(path, rewritten(text, changed));
      return;
    }
    const reports = wrong.map((question) =>
      [
        `${HERE}/${name}:${question.line}: ${question.heading}`,
        ...differences(inOneForm(question), found.get(question.line) ?? ""),
      ].join("\n"),
    );
    if (reports.length > 0)
      throw new Error(`${reports.join("\n\n")}\n\nUPDATE=1 make test T=${HERE} writes what was found.`);
  });
});

function readOrSay(name: string, text: string) {
  try {
    return readScenario(text);
  } catch (error) {
    throw new Error(`${HERE}/${name}:${error instanceof Error ? error.message : error}`);
  }
}

/** What is expected, with an answer in the form that answers are compared in. */
function inOneForm({ kind, expected }: Question): string {
  if (kind === "check" || kind === "coverage" || kind === "explain") return expected;
  const at = expected.indexOf("{");
  try {
    return expected.slice(0, at) + jsonText(JSON.parse(expected.slice(at)));
  } catch {
    return expected;
  }
}

describe("a scenario that cannot be read says where", () => {
  const CONFIG = "--- config.toml\n\n";
  test.each([
    ["", "1: a scenario needs a section config.toml"],
    [CONFIG, "1: a scenario needs a section call, text, explain, check or coverage"],
    [
      `${CONFIG}--- cal to=1\n`,
      '3: "cal" is not a section; use call, text, explain, check, coverage, env or a file\'s name',
    ],
    [
      `${CONFIG}--- call too=1\n`,
      '3: "too=1" does not describe a call; use to, from, at, over, id, agent_id, header.NAME or lookup.NAME, each with =',
    ],
    [`${CONFIG}--- call from="1\n`, "3: a quotation mark is missing"],
    [`${CONFIG}--- env\nNAME\n`, '3: "NAME" is not NAME=value'],
  ])("%j", (text, message) => {
    expect(() => readScenario(text)).toThrow(message);
  });
});

test("rewriting a scenario changes the answers that were found otherwise, and nothing else", () => {
  const before = "# About\n\n--- config.toml\na = 1\n\n--- call to=1\n{}\n\n--- check\nvalid\n";
  const { questions } = readScenario(before);
  const after = before.replace("{}", '{ "a": 1 }');
  expect(rewritten(before, new Map([[questions[0]?.line ?? 0, '{ "a": 1 }']]))).toBe(after);
  expect(rewritten(before, new Map())).toBe(before);
});

test("differences show both sides of the lines that differ, and the lines around them", () => {
  expect(differences("a\nb\nc", "a\nx\nc")).toEqual(["    a", "  - b", "  + x", "    c"]);
});
