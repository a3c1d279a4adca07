/**
 * Scenarios: a configuration, the files that it names, calls, and what must come of them, in one text file.
 *
 *     # Spammers are rejected, texts too                     comments, up to the first section
 *     --- config.toml                                        a file; `[retell]` is added where it is left out
 *     [lists]
 *     spam = { file = "lists/spam.txt" }
 *     …
 *     --- lists/spam.txt                                     another file: any name with a dot
 *     +1900*
 *
 *     --- env                                                environment variables, one NAME=value a line
 *     TENANT=acme
 *
 *     --- check                                              what `check` says: "valid", or the report
 *     valid
 *
 *     --- coverage                                           what `check --coverage` says besides
 *     Tested by expectations: 50% (1 of 2 numbers)
 *     …
 *
 *     --- call to=+12137771235 from=anonymous                a call, and the answer to Retell
 *     { "call_inbound": { "reject": true } }
 *
 *     --- text to=+12137771235 from=+19005550100             a text message
 *     { "chat_inbound": { "reject": true } }
 *
 *     --- explain to=+12137771235 from=anonymous             the steps of the decision, and the outcome
 *     …
 *
 * What describes a call: `to`, `from`, `at` (a time as `explain --at` takes it), `over` (limits, with commas), `id`,
 * `agent_id`, `header.NAME`, `history.PART` and `lookup.NAME` (missing, failed, or what is found as JSON). A value with blanks stands in double
 * quotes, as in JSON, or in single ones, as it is. An answer that is held back
 * has a line such as `delay 2s` above it. Without `--- check` the configuration must be valid, without a warning.
 *
 * `UPDATE=1 make test T=test/scenarios` writes what was found in place of what was expected.
 */

/** What a section asks for, beside files and environment. */
export type Kind = "call" | "text" | "explain" | "check" | "coverage";

/** A question of a scenario, and the answer that is expected. */
export interface Question {
  readonly kind: Kind;
  /** What describes the call, by name; empty for `check` and `coverage`. */
  readonly options: ReadonlyMap<string, string>;
  readonly expected: string;
  /** The line with the section's heading as it is written, counted from 1. */
  readonly line: number;
  readonly heading: string;
}

/** A scenario as it is written. */
export interface Scenario {
  /** File contents by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly questions: readonly Question[];
}

/** Options that describe a call; `header.NAME`, `history.PART` and `lookup.NAME` besides. */
const OPTIONS = ["to", "from", "at", "over", "id", "agent_id"];

/**
 * Reads a scenario.
 *
 * @throws if it is not one; the message begins with the number of the line
 */
export function readScenario(text: string): Scenario {
  const files: Record<string, string> = {};
  const env: Record<string, string> = {};
  const questions: Question[] = [];
  for (const { line, heading, body } of sectionsOf(text)) {
    const [name = "", ...words] = wordsOf(heading, line);
    switch (name) {
      case "call":
      case "text":
      case "explain":
      case "check":
      case "coverage":
        questions.push({ kind: name, options: optionsOf(words, line), expected: body.trim(), line, heading });
        break;
      case "env":
        for (const variable of body.split("\n").filter((each) => each.trim() !== "")) {
          const [, key, value] = /^(\w+)=(.*)$/.exec(variable) ?? [];
          if (key === undefined || value === undefined)
            throw new Error(`${line}: "${variable}" is not NAME=value`);
          env[key] = value;
        }
        break;
      default:
        if (!name.includes("."))
          throw new Error(
            `${line}: "${name}" is not a section; use call, text, explain, check, coverage, env or a file's name`,
          );
        files[name] = body === "" ? "" : `${body.replace(/\n+$/, "")}\n`;
    }
  }
  if (files["config.toml"] === undefined) throw new Error("1: a scenario needs a section config.toml");
  if (questions.length === 0)
    throw new Error("1: a scenario needs a section call, text, explain, check or coverage");
  return { files, env, questions };
}

/** The text of a scenario with other answers expected. @param found the new text by the line of the question */
export function rewritten(text: string, found: ReadonlyMap<number, string>): string {
  const parts = [text.split(/^--- /m, 1)[0] ?? ""];
  for (const { line, heading, body } of sectionsOf(text)) {
    const answer = found.get(line);
    parts.push(`--- ${heading}\n${answer === undefined ? body : `${answer}\n\n`}`);
  }
  return `${parts.join("").trimEnd()}\n`;
}

interface Section {
  readonly line: number;
  readonly heading: string;
  readonly body: string;
}

function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  const headings = [...text.matchAll(/^--- (.*)\n?/gm)];
  headings.forEach((match, at) => {
    const [whole, heading = ""] = match;
    const body = text.slice(match.index + whole.length, headings[at + 1]?.index);
    sections.push({ line: text.slice(0, match.index).split("\n").length, heading, body });
  });
  return sections;
}

/** Words between blanks; inside quotes a blank is part of the word: double ones as in JSON, single ones as it is. */
const WORDS = /(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+/g;

function wordsOf(heading: string, line: number): string[] {
  if (heading.replaceAll(WORDS, "").trim() !== "") throw new Error(`${line}: a quotation mark is missing`);
  const words = heading.match(WORDS) ?? [];
  return words.map((word) =>
    word.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/g, (quoted) =>
      quoted.startsWith('"') ? JSON.parse(quoted) : quoted.slice(1, -1),
    ),
  );
}

function optionsOf(words: readonly string[], line: number): Map<string, string> {
  return new Map(
    words.map((word) => {
      const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
      if (!OPTIONS.includes(name) && !/^(?:header|history|lookup)\./.test(name))
        throw new Error(
          `${line}: "${word}" does not describe a call; use ${OPTIONS.join(", ")}, header.NAME or lookup.NAME, each with =`,
        );
      return [name, value] as const;
    }),
  );
}
