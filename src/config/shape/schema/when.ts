/** `when`: what a rule asks for. */
import * as z from "zod";
import { LOOKUP_STATES } from "../../../routing/lookups/plan.ts";
import { arrayOf, oneOrMany, tableOf } from "./parts.ts";
import * as text from "./texts.ts";

const ANY = "of several, any one is enough";

const scheduleName = text.anyText("A name in [schedules]", "office");

/** A limit by name. */
export const limitName = text.anyText("A name in [limits]", "newcomer");

/** A flag file. */
export const flagFile = text.anyText("A file", "flags/closed", "flags/${client}");

/** What a value may be: one text, or several. Numbers and booleans are compared as they are printed. */
function tested(description: string, ...examples: readonly string[]) {
  const one = z.union([z.string().meta({ examples }), z.number(), z.boolean()]);
  return z.union([one, arrayOf(one)]).describe(description);
}

const TESTS =
  'case does not matter, "*" at the beginning or the end stands for the rest, "*" alone for any value, and "< 5", ">= 5" compare numbers';

const now = z
  .strictObject({
    date: tested("The date", "2026-12-24", "2026-12-*").optional(),
    time: tested("The time, from 00:00 to 23:59", "17:*").optional(),
    weekday: tested("The weekday, in English", "monday", "saturday", "sunday").optional(),
    day: tested("The weekday in the words of the locale", "lundi").optional(),
    hour: tested("The hour, from 0 to 23", ">= 17", "12").optional(),
    daypart: tested(
      "morning from 5, afternoon from 12, evening from 17, night from 22",
      ...["morning", "afternoon", "evening", "night"],
    ).optional(),
    iso: tested("Date, time and offset", "2026-12-24T*").optional(),
    long: tested("Date and time in the words of the locale").optional(),
  })
  .describe("The time of the call, in the time zone at the top of the file");

const schedule = z
  .strictObject({
    state: tested("open or closed", "open", "closed").optional(),
    opens: tested("When it opens next, in the words of the locale").optional(),
    closes: tested("When it closes; empty while closed", "*").optional(),
    holiday: tested("The name of the holiday, on one", "*", "Christmas Day").optional(),
  })
  .describe("What a schedule says at the time of the call");

const history = z
  .strictObject({
    calls: tested("How many earlier calls and texts, rejected ones included", ">= 1", "0").optional(),
    last: tested("The date of the last one", "2026-12-24", "2026-12-*").optional(),
    last_agent: tested("The agent that took the last one, by name or id", "sales").optional(),
  })
  .describe("The caller's earlier calls to this client's numbers; a withheld caller has none");

/** The conditions that may stand in `when` and in its `not`. */
const conditions = {
  caller: oneOrMany(text.caller).optional().describe(`Who calls; ${ANY}`),
  contact: z
    .union([z.boolean(), tableOf(tested(`What the column must be; ${TESTS}`, "gold", "platinum*", "*"))])
    .optional()
    .describe("true: the caller is in the contacts; false: not; or columns of the contacts and their values"),
  dialled: oneOrMany(text.caller)
    .optional()
    .describe(`The number that was called, in the forms that callers are written in; ${ANY}`),
  forwarded_from: oneOrMany(text.caller)
    .optional()
    .describe(`Who forwarded the call, by its Diversion or History-Info; ${ANY}; "*": anyone`),
  open: oneOrMany(scheduleName).optional().describe(`A schedule that is open; ${ANY}`),
  closed: oneOrMany(scheduleName).optional().describe(`A schedule that is closed; ${ANY}`),
  header: tableOf(tested(`The header's value, or several of which any will do; ${TESTS}`, "gold", "gold*"))
    .optional()
    .describe("SIP headers and their values, with or without the x- of the name"),
  now: now.optional(),
  schedule: tableOf(schedule).optional().describe("Schedules, and what they say"),
  lookup: tableOf(
    z
      .union([tested("What became of it", ...LOOKUP_STATES), z.record(z.string(), z.unknown())])
      .describe("found, missing or failed; or what values in what was found must be"),
  )
    .optional()
    .describe(
      `Look-ups: "found", "missing" or "failed" as a whole, or values in what was found, such as lookup.crm.plan; ${TESTS}`,
    ),
  history: history.optional(),
  from_country: tested("The caller's country: two letters", "US", "MX").optional(),
  from_number: tested(
    `The caller's number as text; ${TESTS}; \`caller\` knows every notation`,
    "+1213*",
  ).optional(),
  to_number: tested(
    `The number dialled as text; ${TESTS}; \`dialled\` knows every notation`,
    "+1213*",
  ).optional(),
  channel: tested("call or text", "call", "text").optional(),
  call_id: tested(`Retell's id of the call; ${TESTS}`, "*").optional(),
  agent_id: tested(
    "The id of the agent bound to the number in Retell",
    "agent_0123456789abcdef0123456789",
  ).optional(),
  client: tested("The client whose number it is", "acme").optional(),
  exists: oneOrMany(flagFile)
    .optional()
    .describe(
      `A file that is there, whatever is in it; relative to this file, and may hold \${client}; ${ANY}`,
    ),
  over: oneOrMany(limitName).optional().describe(`A limit that is reached; ${ANY}`),
};

/** `when` */
export const when = z.strictObject({
  ...conditions,
  not: z.strictObject(conditions).optional().describe("Conditions that must not all hold"),
});
