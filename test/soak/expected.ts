/** The right answer of a call, told anew from what the tables say: nothing here asks the program. */
import { BLOCKED, type Editions, type LINES } from "./tables.ts";

/** A call of the soak. */
export interface SoakCall {
  readonly id: string;
  readonly line: keyof typeof LINES;
  readonly from: string;
  readonly isText: boolean;
  /** It reaches no limit, or it reached the one of its line. */
  readonly isOver: boolean;
  /** How many calls its caller has made before, on the limited line. */
  readonly earlier: number;
}

/** When a call was open: from its first byte until its answer was there, in milliseconds of one clock. */
export interface Opened {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What answers are judged by. */
export interface Sequence {
  readonly tables: Editions;
  readonly contacts: Editions;
}

type Variables = Readonly<Record<string, string>>;
const REJECTION = JSON.stringify({ reject: true });

/** What a caller has for a plan whose look-up failed. */
export const UNKNOWN = "none";

/** What plan the service knows of a caller. */
export function planOf(from: string): string {
  return `plan ${from.slice(-3)}`;
}

/**
 * Why an answer is wrong; undefined where it is the one that a table gives which was in force while the call was open.
 * What a right answer tells of that table is kept in `sequence`.
 */
export function objectionTo(
  body: string,
  call: SoakCall,
  opened: Opened,
  sequence: Sequence,
): string | undefined {
  const answer = JSON.parse(body)[call.isText ? "chat_inbound" : "call_inbound"] ?? {};
  if (call.from === BLOCKED || call.isOver) {
    return JSON.stringify(answer) === REJECTION ? undefined : `it must be rejected, and got ${body}`;
  }
  const variables: Variables = answer.dynamic_variables ?? {};
  const [table, edition] = [Number(variables.table), Number(variables.edition || Number.NaN)];
  const isContact = call.from.startsWith("+1213888");
  const wanted = rightAnswer(call, variables, isContact);
  if (!sameAnswer(answer, wanted)) return `it must get ${JSON.stringify(wanted)}, and got ${body}`;
  const { fromMs, untilMs } = opened;
  const objection =
    sequence.tables.objection(table, fromMs, untilMs) ??
    (isContact ? sequence.contacts.objection(edition, fromMs, untilMs) : undefined);
  if (objection !== undefined) return objection;
  sequence.tables.know(table, untilMs);
  if (isContact) sequence.contacts.know(edition, untilMs);
  return undefined;
}

/** What the table that the answer names gives this call. Its look-up may have failed: see {@link isUnanswered}. */
function rightAnswer({ line, from, isText, earlier }: SoakCall, said: Variables, isContact: boolean) {
  const table = said.table ?? "";
  const variables: Record<string, string> = {
    ...{ table, caller: from.slice(-4), edition: isContact ? (said.edition ?? "") : "" },
    ...((line === "crm" || line === "shaky") && { plan: said.plan === UNKNOWN ? UNKNOWN : planOf(from) }),
    ...(line === "limited" && { calls: String(earlier) }),
  };
  const agent = isText ? "sms" : line === "known" && isContact ? "contact" : line;
  return { override_agent_id: `agent_${agent}_${table}`, dynamic_variables: variables };
}

/** Whether a look-up failed whose service was well. */
export function isUnanswered(body: string, { line }: SoakCall): boolean {
  return line === "crm" && JSON.parse(body).call_inbound?.dynamic_variables?.plan === UNKNOWN;
}

function sameAnswer(answer: unknown, wanted: unknown): boolean {
  return JSON.stringify(sorted(answer)) === JSON.stringify(sorted(wanted));
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
