/** What the expectations of a configuration do not test, for people and for programs. */
import { counted } from "../../../config/findings/counted.ts";
import { quote } from "../../../config/findings/findings.ts";
import { printable } from "../../../config/findings/printable.ts";
import type { Paint } from "../../../config/findings/report.ts";
import type { Coverage, Untouched } from "../../../config/judge/coverage/coverage.ts";
import { aligned } from "../../terminal.ts";

/** At most this many things are listed below one heading. */
const MOST_LISTED = 20;
/** At most this many entries and rulesets that are tested in part have a heading. */
const MOST_HEADINGS = 30;
/** As JSON, at most this many things are given; `omitted` says how many more there are, if any. */
const MOST_AS_JSON = 1000;

/** Coverage as text: a figure, then what is left out by client, by number, and by place. */
export function coverageReport(coverage: Coverage, expectations: number, paint: Paint): string {
  const { untouched } = coverage;
  const figure = paint("strong", figureOf(coverage));
  if (untouched.length === 0) return figure;
  const sections = sectionsOf(untouched);
  const shown = sections.slice(0, MOST_HEADINGS).map((section) => sectionText(section, paint));
  const more = sections.slice(MOST_HEADINGS);
  const things = more.reduce((sum, { things: left }) => sum + left.length, 0);
  if (more.length > 0) {
    shown.push(
      `and ${counted(things, "more thing", "more things")} in ${counted(more.length, "other place", "other places")}`,
    );
  }
  const how = expectations === 0 ? "There are no expectations yet." : "To test one of them:";
  return [
    figure,
    ...shown,
    paint(
      "dim",
      `${how} "switchhook explain --to NUMBER --from NUMBER --expect" prints an [[expect]] to paste.`,
    ),
  ].join("\n\n");
}

/** Coverage for programs. */
export function coverageJson({ percent, counts, untouched }: Coverage) {
  const { rule, number, sms, client, screen } = counts;
  return {
    percent,
    ...{ rules: rule, numbers: number, sms, clients: client, screens: screen },
    untouched: untouched.slice(0, MOST_AS_JSON),
    omitted: untouched.length > MOST_AS_JSON ? untouched.length - MOST_AS_JSON : undefined,
  };
}

/** `Tested by expectations: 35% (12 of 40 rules, 5 of 9 numbers)` */
function figureOf({ counts, percent }: Coverage): string {
  const { rule, number, sms, client, screen } = counts;
  const parts = [
    { ...rule, one: "rule", many: "rules" },
    { ...number, one: "number", many: "numbers" },
    { ...sms, one: "route for texts", many: "routes for texts" },
    { ...client, one: "client", many: "clients" },
    { ...screen, one: "deny or allow list", many: "deny and allow lists" },
  ];
  const present = parts.filter(({ total }) => total > 0);
  if (present.length === 0) return "There is nothing that expectations could test.";
  const words = present.map(
    ({ total, touched, one, many }) => `${touched.toLocaleString("en-US")} of ${counted(total, one, many)}`,
  );
  return `Tested by expectations: ${percent}% (${words.join(", ")})`;
}

/** Things that are left out in one way, or in one place of a file. */
interface Section {
  readonly heading: string;
  readonly things: readonly Untouched[];
  readonly wordsOf: (thing: Untouched) => string;
}

/** What nobody calls is one line, whatever is in it; the rest is listed by the place that it is in. */
function sectionsOf(untouched: readonly Untouched[]): readonly Section[] {
  const clients = untouched.filter(({ kind }) => kind === "client");
  const silent = new Set(clients.map(({ client }) => client));
  const rest = untouched.filter(({ client }) => !silent.has(client));
  const numbers = rest.filter(({ kind }) => kind === "number");
  const texts = rest.filter(({ kind }) => kind === "sms");
  const uncalled = new Set([...numbers, ...texts].map(routeKey));
  const inCalled = rest.filter((thing) => !uncalled.has(routeKey(thing)));
  const within = (things: readonly Untouched[], keyOf: (thing: Untouched) => string) => {
    const byKey = Map.groupBy(things, keyOf);
    return (thing: Untouched) => insideWords(byKey.get(keyOf(thing)) ?? []);
  };
  const inRoutes = within(rest, routeKey);
  const inClients = within(untouched, ({ client }) => client);
  const ways: readonly Section[] = [
    {
      heading: "No expectation calls a number of these clients:",
      things: clients,
      wordsOf: (thing) => `${thing.client}${inClients(thing)}`,
    },
    {
      heading: "No expectation calls these numbers:",
      things: numbers,
      wordsOf: (thing) => `${entryOf(thing)}${inRoutes(thing)}`,
    },
    {
      heading: "No expectation sends a text to these numbers:",
      things: texts,
      wordsOf: (thing) => `${entryOf(thing)}${inRoutes(thing)}`,
    },
  ];
  const places = [...Map.groupBy(inCalled, tableKey).values()].map((things): Section => {
    const [first] = things;
    return { heading: first ? `Not tested in ${tableWords(first)}:` : "", things, wordsOf: thingWords };
  });
  return [...ways.filter(({ things }) => things.length > 0), ...places];
}

function sectionText({ heading, things, wordsOf }: Section, paint: Paint): string {
  const listed = things.toSorted(byPlace).slice(0, MOST_LISTED);
  const rows = listed.map(
    (thing) => [printable(`${thing.file}:${thing.line}`), printable(wordsOf(thing))] as const,
  );
  const more = things.length - listed.length;
  return [
    paint("strong", printable(heading)),
    ...aligned(rows, "  "),
    ...(more > 0 ? [`  and ${more.toLocaleString("en-US")} more`] : []),
  ].join("\n");
}

/** What is said in one file stands together, in its order. */
function byPlace(one: Untouched, other: Untouched): number {
  return one.file === other.file ? one.line - other.line || one.column - other.column : 0;
}

/** The table that a thing is in: one entry of `[numbers]`, one ruleset, `[defaults]`. */
function tableKey({ client, path }: Untouched): string {
  return JSON.stringify([client, ...path.slice(0, path[0] === "defaults" ? 1 : 2)]);
}

/** The same, but the `sms` of an entry by itself. */
function routeKey({ client, path }: Untouched): string {
  const depth = path[0] === "numbers" && path[2] === "sms" ? 3 : 2;
  return JSON.stringify([client, ...path.slice(0, depth)]);
}

function entryOf({ path }: Untouched): string {
  return String(path[1]);
}

function tableWords({ client, path }: Untouched): string {
  const [table, name] = path;
  const header = table === "defaults" ? "[defaults]" : `[${table}.${JSON.stringify(name)}]`;
  return client === "" ? header : `${header} of the client ${client}`;
}

function thingWords(thing: Untouched): string {
  const where = thing.path[0] === "numbers" && thing.path[2] === "sms" ? " (texts)" : "";
  switch (thing.kind) {
    case "client":
      return thing.client;
    case "number":
    case "sms":
      return entryOf(thing);
    case "rule":
      return `rule ${thing.name === undefined ? thing.at + 1 : quote(thing.name)}${where}`;
    case "screen":
      return `${thing.key} ${thing.entries}${where}`;
  }
}

/** `: 12 numbers, 3 rules`: what else is left out there. */
function insideWords(things: readonly Untouched[]): string {
  const count = (...kinds: readonly Untouched["kind"][]) =>
    things.filter(({ kind }) => kinds.includes(kind)).length;
  const [numbers, rules, screens] = [count("number"), count("rule"), count("screen")];
  // A number is not told to have one number in it.
  const isClient = things.some(({ kind }) => kind === "client");
  const parts = [
    ...(isClient ? [counted(numbers, "number", "numbers")] : []),
    ...(rules > 0 ? [counted(rules, "rule", "rules")] : []),
    ...(screens > 0 ? [counted(screens, "deny or allow list", "deny and allow lists")] : []),
  ];
  return parts.length > 0 ? `: ${parts.join(", ")}` : "";
}
