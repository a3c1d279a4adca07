/** What templates and conditions can name of a call. */
import { NOW_PARTS, type NowPart } from "../time/now.ts";
import { SCHEDULE_PARTS, type SchedulePart } from "../time/schedule-text.ts";

/** The names that say all by themselves. */
export const PLAIN_NAMES = [
  "from_number",
  "to_number",
  "from_country",
  "forwarded_from",
  "channel",
  "call_id",
  "agent_id",
  "client",
] as const;

/** One of {@link PLAIN_NAMES}. */
export type PlainName = (typeof PLAIN_NAMES)[number];

/** The names that say what was decided, which only notices can name: they are told when it is. */
export const DECISION_NAMES = ["outcome", "agent", "rule", "reason"] as const;

/** One of {@link DECISION_NAMES}. */
export type DecisionName = (typeof DECISION_NAMES)[number];

/** Something that a template or a condition can name. Plain data. */
export type Name =
  | { readonly kind: PlainName }
  | { readonly kind: DecisionName }
  /** A column of the contacts. */
  | { readonly kind: "contact"; readonly column: string }
  /** A SIP header, in lower case. */
  | { readonly kind: "header"; readonly header: string }
  | { readonly kind: "now"; readonly part: NowPart }
  | { readonly kind: "schedule"; readonly schedule: string; readonly part: SchedulePart }
  /** A place in what a look-up found; the look-up as a whole where the path is empty. */
  | { readonly kind: "lookup"; readonly lookup: string; readonly path: readonly string[] }
  /** What is remembered of the caller's earlier calls. */
  | { readonly kind: "history"; readonly part: HistoryPart };

/** What can be named of earlier calls. */
export const HISTORY_PARTS = ["calls", "last", "last_agent"] as const;

/** One of {@link HISTORY_PARTS}. */
export type HistoryPart = (typeof HISTORY_PARTS)[number];

/** Every name, and the forms of those with a part of a person's choice, for messages and suggestions. */
export const NAME_FORMS: readonly string[] = [
  ...PLAIN_NAMES,
  "contact.COLUMN",
  "header.NAME",
  "now.PART",
  "schedule.NAME.PART",
  "lookup.NAME.PATH",
  "history.PART",
];

/** A name, or what is wrong with a text that should have been one, and what may have been meant. */
export type NameReading =
  | { readonly name: Name }
  | { readonly problem: string; readonly near: readonly string[] };

/** Reads a name as it is written in a template, without its `${` and `}`. */
export function readName(text: string): NameReading {
  if (isOneOf(PLAIN_NAMES, text) || isOneOf(DECISION_NAMES, text)) return { name: { kind: text } };
  const [, group, rest] = /^(contact|header|now|schedule|lookup|history)\.([\s\S]+)$/.exec(text) ?? [];
  switch (group) {
    case "contact":
      return { name: { kind: group, column: rest ?? "" } };
    case "header":
      return readHeader(rest ?? "");
    case "now":
      return readNow(rest ?? "");
    case "schedule":
      return readSchedule(rest ?? "");
    case "lookup":
      return readLookup(rest ?? "");
    case "history":
      return readHistory(rest ?? "");
  }
  const near = [...NAME_FORMS, ...NOW_PARTS.map((part) => `now.${part}`)];
  return { problem: `there is no "\${${text}}"; a call has ${NAME_FORMS.join(", ")}`, near };
}

/** What the name of a header is made of: RFC 3261, section 25.1, `token`. */
const HEADER = /^[\w!%'*+.`~-]+$/;

/** Reads the name of a SIP header, whose case does not matter. */
export function readHeader(header: string): NameReading {
  if (HEADER.test(header)) return { name: { kind: "header", header: header.toLowerCase() } };
  const near = header.trim().replaceAll(/[^\w!%'*+.`~-]+/g, "-");
  const problem = `${JSON.stringify(header)} is not the name of a SIP header; use letters, digits and dashes, as in header.x-tier`;
  return { problem, near: [`header.${near}`] };
}

function readNow(part: string): NameReading {
  if (isOneOf(NOW_PARTS, part)) return { name: { kind: "now", part } };
  const near = NOW_PARTS.map((known) => `now.${known}`);
  return { problem: `there is no "\${now.${part}}"; \`now\` has ${NOW_PARTS.join(", ")}`, near };
}

/** The part stands behind the last dot: there may be others in the schedule's name. */
function readSchedule(rest: string): NameReading {
  const dot = rest.lastIndexOf(".");
  const [schedule, part] = [rest.slice(0, Math.max(0, dot)), rest.slice(dot + 1)];
  if (schedule !== "" && isOneOf(SCHEDULE_PARTS, part)) return { name: { kind: "schedule", schedule, part } };
  const near = SCHEDULE_PARTS.map((known) => `schedule.${schedule || rest}.${known}`);
  const problem = `there is no "\${schedule.${rest}}"; write schedule.NAME. and one of ${SCHEDULE_PARTS.join(", ")}`;
  return { problem, near };
}

/** The names of look-ups have no dots; what is behind the first one leads through what was found. */
function readLookup(rest: string): NameReading {
  const [lookup = "", ...path] = rest.split(".");
  const isComplete = lookup !== "" && path.length > 0 && !path.includes("");
  if (isComplete) return { name: { kind: "lookup", lookup, path } };
  const problem = `there is no "\${lookup.${rest}}"; write lookup.NAME. and the way to a value, such as lookup.crm.plan`;
  return { problem, near: [] };
}

function readHistory(part: string): NameReading {
  if (isOneOf(HISTORY_PARTS, part)) return { name: { kind: "history", part } };
  const near = HISTORY_PARTS.map((known) => `history.${known}`);
  return { problem: `there is no "\${history.${part}}"; \`history\` has ${HISTORY_PARTS.join(", ")}`, near };
}

/** A name as it is written in a template. */
export function nameText(name: Name): string {
  if (isWhole(name)) return name.kind;
  switch (name.kind) {
    case "contact":
      return `contact.${name.column}`;
    case "header":
      return `header.${name.header}`;
    case "now":
      return `now.${name.part}`;
    case "schedule":
      return `schedule.${name.schedule}.${name.part}`;
    case "lookup":
      return ["lookup", name.lookup, ...name.path].join(".");
    case "history":
      return `history.${name.part}`;
  }
}

/** Whether what a name stands for may be another thing at another time. */
export function isTimedName(name: Name): boolean {
  return name.kind === "now" || name.kind === "schedule";
}

/** Whether it says all by itself: it has no parts. */
export function isWhole(name: Name): name is { readonly kind: PlainName | DecisionName } {
  return isOneOf(PLAIN_NAMES, name.kind) || isDecisionName(name);
}

/** Whether it says what was decided. */
export function isDecisionName({ kind }: Name): boolean {
  return isOneOf(DECISION_NAMES, kind);
}

function isOneOf<Known extends string>(known: readonly Known[], text: string): text is Known {
  return known.some((each) => each === text);
}
