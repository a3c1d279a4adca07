/** A first configuration made from what an account has. */
import type { AccountAgent, AccountNumber, BoundAgent } from "../../../account/account.ts";
import { printable } from "../../../config/findings/printable.ts";
import { countryOf, isCountryCode, readNumber, readSent } from "../../../routing/callers/phones/phone.ts";
import { AgentNames, type NamedAgent } from "./agents.ts";

/** What a configuration is made from. */
export interface AccountSays {
  readonly organisation: string | undefined;
  readonly numbers: readonly AccountNumber[];
  /** Empty where they could not be read: then agents are called by their ids. */
  readonly agents: readonly AccountAgent[];
}

/** A configuration, and what of the account it leaves out. */
export interface Imported {
  readonly text: string;
  readonly numbers: number;
  readonly agents: number;
  /** Numbers that it cannot have, with the reason. */
  readonly left: readonly string[];
}

/** So many agents that no number is bound to are named in comments. */
const MOST_OTHERS = 100;

/** Writes a configuration that does what the numbers of an account do now. */
export function firstConfig({ organisation, numbers, agents }: AccountSays): Imported {
  const names = new AgentNames(agents);
  const left: string[] = [];
  const seen = new Set<number>();
  const entries: string[] = [];
  for (const number of numbers) {
    const problem = numberProblem(number.number, seen);
    if (problem === undefined) entries.push(entryText(number, names));
    else left.push(`${printable(number.number)}: ${problem}`);
  }
  const country = commonCountry(numbers);
  const { others } = names;
  const parts = [
    [
      `# Made from the Retell account${organisation === undefined ? "" : ` ${comment(organisation)}`} by "switchhook import": its numbers go where they went.`,
      '# "switchhook check" finds mistakes, "switchhook doctor" compares it with the account.',
    ],
    country === undefined ? [] : ['# How to read numbers written without "+".', `country = "${country}"`],
    [
      "[server]",
      "# What Retell should call: your host, and the path of the webhook. Set it on the numbers with: switchhook connect",
      '# public_url = "https://calls.example/webhook"',
    ],
    ["[retell]", "# The API key with the webhook badge.", 'api_key = "${env:RETELL_API_KEY}"'],
    names.used.length === 0 && others.length === 0
      ? []
      : [
          "[agents]",
          ...names.used.map(agentLine),
          ...(others.length > 0 ? ["# Bound to no number:"] : []),
          ...others
            .slice(0, MOST_OTHERS)
            .map(({ id, name }) => `# ${JSON.stringify(id)}  ${comment(name ?? "")}`.trimEnd()),
          ...(others.length > MOST_OTHERS ? [`# … and ${others.length - MOST_OTHERS} more`] : []),
        ],
    ...entries.map((entry) => [entry]),
    left.length > 0 ? ["# Left out:", ...left.map((line) => `# ${line}`)] : [],
  ];
  const text = parts.flatMap((lines) => (lines.length > 0 ? [`${lines.join("\n")}\n`] : [])).join("\n");
  return { text, numbers: entries.length, agents: names.used.length, left };
}

/** Why a number cannot have an entry; undefined where it can. @param seen the numbers before it */
function numberProblem(text: string, seen: Set<number>): string | undefined {
  const read = readNumber(text, undefined);
  if ("problem" in read) return /^\d/.test(text) ? 'it does not begin with "+"' : read.problem;
  const { key } = readSent(text, undefined);
  if (key === undefined) return "calls to it cannot be told from calls to a number that is withheld";
  if (seen.has(key)) return "another number is the same one in another spelling";
  seen.add(key);
  return undefined;
}

function commonCountry(numbers: readonly AccountNumber[]): string | undefined {
  const countries = numbers.flatMap(({ number }) =>
    number.startsWith("+") ? (countryOf(number) ?? []) : [],
  );
  const groups = [...Map.groupBy(countries, (country) => country)];
  return groups.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

/** A text of the account as a comment has it. */
function comment(text: string): string {
  return printable(text).replaceAll("\t", " ").trim();
}

function agentLine({ name, id, version, title, isLatest }: NamedAgent): string {
  const value =
    version === undefined
      ? JSON.stringify(id)
      : `{ id = ${JSON.stringify(id)}, version = ${typeof version === "number" ? version : tomlText(version)} }`;
  const notes = [
    title === undefined ? "" : comment(title),
    isLatest ? 'in Retell, its version is "latest"' : "",
  ];
  const note = notes.filter((part) => part !== "").join("; ");
  return `${name} = ${value}${note === "" ? "" : `  # ${note}`}`;
}

/** JSON's texts are TOML's, but for a character that JSON need not escape; `$` begins a template. */
function tomlText(text: string): string {
  return JSON.stringify(printable(text).replaceAll("${", "$${"));
}

function entryText(
  { number, nickname, agents, textAgents, textWebhookUrl, countries }: AccountNumber,
  names: AgentNames,
): string {
  const known = countries.filter(isCountryCode);
  const strange = countries.filter((country) => !isCountryCode(country));
  const lines = [
    ...(nickname === undefined ? [] : [`# ${comment(nickname)}`]),
    `[numbers.${JSON.stringify(number)}]`,
    ...targetLines(agents, names, "calls"),
    ...(known.length > 0 ? [`allow = [${known.map((country) => `"country:${country}"`).join(", ")}]`] : []),
    ...(strange.length > 0 ? [`# Retell allows these too: ${comment(strange.join(", "))}`] : []),
  ];
  if (textAgents.length > 0 || textWebhookUrl !== undefined) {
    lines.push("", `[numbers.${JSON.stringify(number)}.sms]`, ...targetLines(textAgents, names, "texts"));
  }
  return lines.join("\n");
}

/** Who takes calls or texts now. */
function targetLines(bound: readonly BoundAgent[], names: AgentNames, what: "calls" | "texts"): string[] {
  const weights = new Map<string, number>();
  for (const agent of bound) {
    const named = agent.weight > 0 ? names.named(agent) : undefined;
    if (named) weights.set(named.name, (weights.get(named.name) ?? 0) + agent.weight);
  }
  const [first] = weights.keys();
  if (first === undefined) return [`pass = true  # no agent is bound in Retell: it declines ${what}`];
  if (weights.size === 1) return [`agent = "${first}"`];
  const shares = [...weights].map(([name, weight]) => `${name} = ${percent(weight)}`);
  return [`split = { ${shares.join(", ")} }`, 'split_by = "call"'];
}

/** A weight of 0.25 is 25; of a third, 33.33. */
function percent(weight: number): number {
  return Math.max(0.01, Math.round(weight * 10_000) / 100);
}
