/** `when`: what a rule asks for. */
import { isCountryCode } from "../../routing/callers/phones/phone.ts";
import { LOOKUP_STATES, type LookupState } from "../../routing/lookups/plan.ts";
import { HISTORY_PARTS, type Name, nameText, type PlainName, readHeader } from "../../routing/names/name.ts";
import { possibleValues } from "../../routing/names/possible.ts";
import { compileTests, readTest, testText, type ValueTest } from "../../routing/names/tests.ts";
import type { ConditionPlan } from "../../routing/plan.ts";
import { fillClient } from "../../routing/templates/fill.ts";
import { NOW_PARTS } from "../../routing/time/now.ts";
import { SCHEDULE_PARTS } from "../../routing/time/schedule-text.ts";
import { didYouMean, type Findings, type Path } from "../findings/findings.ts";
import { eachOf, fittingEntries, fittingItems } from "../shape/fitting.ts";
import type { RuleDocument } from "../shape/schema/schema.ts";
import { checkName } from "./names.ts";
import { type ReadContext, readCallers, readNames } from "./references.ts";

/** A `when`, as it is written. */
export type When = NonNullable<RuleDocument["when"]>;

/** The conditions in one, or in its `not`. */
type Asked = Omit<When, "not">;

/** What a value is compared with, as it is written. */
type Values = NonNullable<When["agent_id"]>;

type Reader<Value> = (value: Value, path: Path, context: ReadContext) => readonly ConditionPlan[];

/** How each key of `when` is read: a key of the schema that is missing here does not compile. */
const READERS: { readonly [Key in keyof Required<Asked>]: Reader<NonNullable<Asked[Key]>> } = {
  caller: (texts, path, context) => [{ kind: "caller", callers: readCallers(texts, path, context) }],
  contact: (contact, path, context) =>
    typeof contact === "boolean"
      ? readContact(contact, path, context)
      : fittingEntries(contact).map(([column, values]) =>
          readValue({ kind: "contact", column }, values, [...path, column], context),
        ),
  dialled: (texts, path, context) => [{ kind: "dialled", callers: readCallers(texts, path, context) }],
  forwarded_from: (texts, path, context) => [
    { kind: "forwarded", callers: readCallers(texts, path, context) },
  ],
  open: (texts, path, context) => [{ kind: "open", schedules: readNames(texts, path, "schedules", context) }],
  closed: (texts, path, context) => [
    { kind: "closed", schedules: readNames(texts, path, "schedules", context) },
  ],
  header: (headers, path, context) =>
    fittingEntries(headers).flatMap(([name, values]) => {
      const read = readHeader(name);
      if ("name" in read) return [readValue(read.name, values, [...path, name], context)];
      const hint = didYouMean(`header.${name}`, read.near);
      context.findings.error([...path, name], read.problem, { at: "key", hint });
      return [];
    }),
  now: (parts, path, context) =>
    NOW_PARTS.flatMap((part) => readGiven({ kind: "now", part }, parts[part], [...path, part], context)),
  schedule: (schedules, path, context) =>
    fittingEntries(schedules).flatMap(([schedule, parts]) =>
      SCHEDULE_PARTS.flatMap((part) =>
        readGiven({ kind: "schedule", schedule, part }, parts[part], [...path, schedule, part], context),
      ),
    ),
  lookup: (lookups, path, context) =>
    fittingEntries(lookups).flatMap(([name, asked]) => readLookup(name, asked, [...path, name], context)),
  history: (parts, path, context) =>
    HISTORY_PARTS.flatMap((part) =>
      readGiven({ kind: "history", part }, parts[part], [...path, part], context),
    ),
  from_country: plain("from_country"),
  from_number: plain("from_number"),
  to_number: plain("to_number"),
  channel: plain("channel"),
  call_id: plain("call_id"),
  agent_id: plain("agent_id"),
  client: plain("client"),
  exists: (texts, path, context) => [{ kind: "exists", flags: readFlags(texts, path, context) }],
  over: (texts, path, context) => [{ kind: "over", limits: readNames(texts, path, "limits", context) }],
};

/** Reads the conditions of a rule, all of which must hold; names that are not known are reported and left out. */
export function readConditions({ not, ...asked }: When, path: Path, context: ReadContext): ConditionPlan[] {
  const conditions = readAsked(asked, path, context);
  if (not === undefined) return conditions;
  return [...conditions, { kind: "not", conditions: readAsked(not, [...path, "not"], context) }];
}

function readAsked(asked: Asked, path: Path, context: ReadContext): ConditionPlan[] {
  const read = <Key extends keyof Asked>(key: Key): readonly ConditionPlan[] => {
    const value = asked[key];
    return value === undefined ? [] : READERS[key](value, [...path, key], context);
  };
  return (Object.keys(READERS) as (keyof Asked)[]).flatMap(read);
}

/** Reads what is asked of one look-up: what became of it, or values in what it found. */
function readLookup(lookup: string, asked: unknown, path: Path, context: ReadContext): ConditionPlan[] {
  const { findings, uses, things } = context;
  const use = { path, at: "key", name: { kind: "lookup", lookup, path: [] }, part: undefined } as const;
  uses.push(use);
  checkName(use, things, findings);
  if (isTable(asked)) return readFound(lookup, [], asked, path, context);
  const states = itemsOf(asked, path).flatMap(({ place, item }): LookupState[] => {
    const state = LOOKUP_STATES.find((known) => known === item);
    if (state !== undefined) return [state];
    const problem = `a look-up as a whole is never ${findings.quote(item)}, but ${LOOKUP_STATES.join(", ")}`;
    const known = typeof item === "string" ? didYouMean(item, LOOKUP_STATES) : undefined;
    findings.error(place, problem, { hint: known ?? `a value in it has a name: lookup.${lookup}.NAME` });
    return [];
  });
  return [{ kind: "lookup", lookup, states }];
}

/** Reads what values in what a look-up found must be. @param found the way to them */
function readFound(
  lookup: string,
  found: readonly string[],
  asked: object,
  path: Path,
  context: ReadContext,
): ConditionPlan[] {
  // A rule that asks for nothing would apply to everybody.
  if (Object.keys(asked).length === 0) {
    context.findings.error(path, "this asks for nothing of what the look-up found", {
      hint: `such as lookup.${lookup}.plan = "gold", or lookup.${lookup} = "found"`,
    });
  }
  return Object.entries(asked).flatMap(([key, value]): ConditionPlan[] => {
    // What could not be kept as it is written has been reported.
    if (value === undefined) return [];
    const [way, place] = [
      [...found, key],
      [...path, key],
    ];
    if (isTable(value)) return readFound(lookup, way, value, place, context);
    const name: Name = { kind: "lookup", lookup, path: way };
    return [{ kind: "value", name, tests: readTests(name, value, place, context) }];
  });
}

function isTable(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function plain(kind: PlainName): Reader<Values> {
  return (values, path, context) => [readValue({ kind }, values, path, context)];
}

function readGiven(name: Name, values: Values | undefined, path: Path, context: ReadContext) {
  return values === undefined ? [] : [readValue(name, values, path, context)];
}

/** Reads what a value must be. */
function readValue(name: Name, values: Values, path: Path, context: ReadContext): ConditionPlan {
  // The name of a schedule stands before that of the part.
  const place = name.kind === "schedule" ? path.slice(0, -1) : path;
  const use = { path: place, at: "key", name, part: undefined } as const;
  context.uses.push(use);
  checkName(use, context.things, context.findings);
  return { kind: "value", name, tests: readTests(name, values, path, context) };
}

/** One value, or several of which any will do, with the place of each; those that did not fit are left out. */
function itemsOf(values: unknown, path: Path): { readonly place: Path; readonly item: unknown }[] {
  if (!Array.isArray(values)) return [{ place: path, item: values }];
  return fittingItems<unknown>(values).map(({ at, item }) => ({ place: [...path, at], item }));
}

function readTests(name: Name, values: unknown, path: Path, context: ReadContext): ValueTest[] {
  return itemsOf(values, path).flatMap(({ place, item }): ValueTest[] => {
    if (typeof item === "object") {
      const found = context.findings.quote(item);
      context.findings.error(place, `a value is compared with text, numbers, true or false, found ${found}`);
      return [];
    }
    const read = readTest(String(item));
    const wrong = "problem" in read ? read : problemOf(read.test, name, context);
    if (wrong) context.findings.error(place, wrong.problem, { hint: wrong.hint });
    return "test" in read ? [read.test] : [];
  });
}

/** Why no value that a name can have passes a test. */
function problemOf(test: ValueTest, name: Name, { clients, names, findings }: ReadContext) {
  const shown = findings.quote(testText(test));
  if (name.kind === "from_country" && test.kind === "text" && test.part === "whole" && test.text !== "") {
    if (isCountryCode(test.text.toUpperCase())) return undefined;
    return { problem: `${shown} is not a country code; use two letters, such as "US"`, hint: undefined };
  }
  const passes = compileTests([test]);
  if (name.kind === "client") {
    if (!names.areAll || passes("") || clients.some(passes)) return undefined;
    const near = test.kind === "text" ? didYouMean(test.text.toLowerCase(), clients) : undefined;
    const hint =
      clients.length === 0 ? "`include` names no files of clients" : "a client is called as its file";
    return { problem: `there is no client ${shown}`, hint: near ?? hint };
  }
  const possible = possibleValues(name);
  if (!possible || passes("") || possible.some(passes)) return undefined;
  const all = possible.length > MOST_LISTED ? `${possible[0]} to ${possible.at(-1)}` : possible.join(", ");
  return {
    problem: `\`${nameText(name)}\` is never ${shown}; its values are ${all}`,
    // A number that is near another is no misspelling of it.
    hint:
      test.kind === "text" && !/^\d/.test(test.text)
        ? didYouMean(test.text.toLowerCase(), possible)
        : undefined,
  };
}

/** So many values are listed one by one. */
const MOST_LISTED = 8;

function readContact(
  known: boolean,
  path: Path,
  { hasContacts, names, findings }: ReadContext,
): ConditionPlan[] {
  if (!hasContacts && names.areAll) {
    const message = "`contact` asks whether the caller is in [contacts], but there is no [contacts]";
    findings.error(path, message, { mayBeElsewhere: true });
  }
  return [{ kind: "contact", known }];
}

function readFlags(
  texts: string | readonly (string | undefined)[],
  path: Path,
  { client, pathOf, findings }: ReadContext,
) {
  return eachOf(texts, path).flatMap(({ path: place, item }) => {
    const wrong = flagProblem(item, client, findings);
    if (wrong) findings.error(place, wrong.problem, { hint: wrong.hint });
    return wrong ? [] : [{ name: item, path: pathOf(item) }];
  });
}

/** What is wrong with the name of a flag file of one client. */
function flagProblem(name: string, client: string, findings: Findings) {
  if (name === "") return { problem: "the name of a file must not be empty", hint: undefined };
  if (name.includes("*")) return { problem: 'the name of a file must not contain "*"', hint: undefined };
  const filled = fillClient(name, client);
  // A directory is nearly always there, and the rule would apply to every call.
  if (!DIRECTORY.test(filled) || DIRECTORY.test(fillClient(name, "acme"))) return undefined;
  const named = filled === "" ? "no file" : `the directory ${findings.quote(filled)}, not a file`;
  return {
    problem: `this names ${named}, because \`\${client}\` is empty`,
    hint: 'the numbers of the main file have no client; give it a fallback, as in "flags/${client:-main}"',
  };
}

/** The name of a directory, whatever there is: `flags/`, `.`, and nothing at all. */
const DIRECTORY = /(^|\/)\.{0,2}$/;
