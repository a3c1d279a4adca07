/** What becomes of calls and texts: routes, their rules, the entries of `[numbers]`, and `[defaults]`. */
import * as z from "zod";
import { MAX_DELAY_MS } from "../../../retell/timing.ts";
import { durationText } from "../duration.ts";
import { additions, arrayOf, EXCLUSIVE, tableOf } from "./parts.ts";
import * as text from "./texts.ts";
import { when } from "./when.ts";

/** Who calls, each a caller or several. */
export const callers = arrayOf(text.caller);

/** The targets, of which a route has one. */
const TARGETS = ["agent", "split", "pass", "reject"];

/** How to split is said only of a split. */
const SPLIT_BY = { split_by: ["split"] };

/** Rulesets by name. */
const rulesetNames = arrayOf(text.anyText("A name in [rulesets]", "office hours"));

/** How long the answer is held back. */
const delay = text.delayText
  .optional()
  .describe(
    `How long to hold the answer, so that it rings first: a duration such as "4s", at most ${durationText(MAX_DELAY_MS)}`,
  );

const route = {
  agent: text
    .anyText("An agent", "frontdesk", "agent_0123456789abcdef0123456789")
    .optional()
    .describe("Who takes the call: a name in [agents], or an agent id"),
  split: tableOf(
    z.number().nonnegative().describe("The agent's weight: 90 beside 10 takes nine calls of ten"),
  )
    .meta({ minProperties: 1 })
    .describe("Agents that share the calls, each with its weight; the weights may have any sum")
    .optional(),
  split_by: z
    .enum(["caller", "call"])
    .optional()
    .describe(
      "caller (the default): the same caller always lands on the same side; call: each call is drawn anew",
    ),
  pass: z
    .literal(true)
    .optional()
    .describe("Leave the call to the agent that Retell has bound to the number"),
  reject: z.literal(true).optional().describe("Decline the call"),
  delay,
  ...additions,
};

/** `[[numbers.NAME.rules]]` and `[[rulesets.NAME]]` */
export const rule = z
  .strictObject({
    name: z
      .string()
      .meta({ minLength: 1, examples: ["after hours"] })
      .optional()
      .describe("What the log and explanations call the rule"),
    when: when
      .optional()
      .describe("Conditions, all of which must hold; without any, the rule always applies"),
    continue: z
      .boolean()
      .default(false)
      .describe("Apply the rule and go on to later ones, which win where they say something else"),
    ...route,
  })
  .meta({
    description: "A rule: what must hold, and what becomes of the call then",
    [EXCLUSIVE]: TARGETS,
    dependencies: SPLIT_BY,
  });

const rules = arrayOf(rule)
  .default([])
  .describe(
    "The first rule whose `when` holds decides, unless it continues; where it says no target, the number's stays",
  );

const lineMeta = { [EXCLUSIVE]: TARGETS, dependencies: SPLIT_BY };

const line = {
  allow: callers.optional().describe("If not empty, only these callers are let in"),
  deny: callers.default([]).describe("These callers are rejected, as are those of [defaults]"),
  ...route,
  rulesets: rulesetNames
    .optional()
    .describe(
      "Rulesets whose rules are tried after the number's own, instead of those of [defaults]; for texts, only those that `sms` names",
    ),
  rules,
};

/** `[numbers.NAME]` */
export const number = z
  .strictObject({
    ...line,
    sms: z
      .strictObject(line)
      .meta(lineMeta)
      .optional()
      .describe("A route of its own for texts; without it they pass"),
  })
  .meta({ ...lineMeta, description: "A dialled number, or all that begin alike: what becomes of its calls" });

const unrouted = z.enum(["pass", "reject"]);

/** `[defaults]` */
export const defaults = z.strictObject({
  timezone: text.timezone.optional().describe("The same as at the top of the file, where that does not say"),
  locale: text.locale.optional().describe("The same as at the top of the file, where that does not say"),
  allow: callers.default([]).describe("Who may call, where the number does not say"),
  deny: callers.default([]).describe("Who may not call any number"),
  delay,
  ...additions,
  unrouted: unrouted
    .default("pass")
    .describe("What becomes of a call to a number that no entry of [numbers] matches"),
  rulesets: rulesetNames
    .default([])
    .describe("Rulesets whose rules are tried for calls to every number that names none itself"),
});

/** `[defaults]` of a client: what it leaves out is left to that of the main file. */
export const clientDefaults = defaults.extend({
  allow: callers.optional().describe("Who may call, where the number does not say; replaces the main file's"),
  rulesets: rulesetNames
    .optional()
    .describe("Rulesets for numbers that name none, instead of the main file's"),
  unrouted: unrouted
    .optional()
    .describe("What becomes of a call to a number that no entry matches, signed with this client's own key"),
});
