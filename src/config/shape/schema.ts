/**
 * The shape of `config.toml`: every table and key, its type and its default.
 *
 * What the texts inside mean (numbers, durations, names of other things) is read in the files beside this one.
 */
import * as z from "zod";

/*
 * Whatever is wrong with a document is reported and left out of it: an item of an array, or an entry of a table, that
 * does not fit is `undefined` from then on. TOML has no such value, and the compiler reminds every reader of it.
 */
import { MAX_DELAY_MS } from "../../retell/timing.ts";
import { durationText } from "../read/duration.ts";

/** Several of one kind; those that do not fit are undefined. */
const arrayOf = <Item extends z.ZodType>(item: Item) => z.array(item.optional());

/** Entries with names of a person's choice; those that do not fit are undefined. */
const tableOf = <Value extends z.ZodType>(value: Value) => z.record(z.string(), value.optional());

/** The name in a schema's metadata under which {@link needed} keeps its example. */
export const NEEDED = "needed";

/**
 * A key that must be given. It is optional here, so that a table without it is read as far as that goes; `missing.ts`
 * reports it, and the JSON Schema requires it.
 *
 * @param example what to write
 */
const needed = <Value extends z.ZodType>(value: Value, example: string, description: string) =>
  value.optional().meta({ description, [NEEDED]: example });

const texts = arrayOf(z.string());

const presetNames = texts.describe(
  "Override presets to apply, by name; a later one wins over an earlier one",
);

const values = tableOf(z.union([z.string(), z.number(), z.boolean()]));

const variables = values.describe(
  "Dynamic variables for the agent's prompts; numbers and booleans are handed on as text",
);

const metadata = z.record(z.string(), z.unknown()).describe("Anything to be stored with the call");

const additions = {
  presets: presetNames.default([]),
  variables: variables.default({}),
  metadata: metadata.default({}),
};

const callers = texts;

/** One text, or several of which any will do. */
const oneOrMany = z.union([z.string(), texts]);

/** The same, and at least one. */
const oneOrMore = z.union([z.string(), texts.min(1)]);

const delay = z
  .string()
  .optional()
  .describe(
    `How long to hold the answer, so that it rings first: a duration such as "4s", at most ${durationText(MAX_DELAY_MS)}`,
  );

const route = {
  agent: z.string().optional().describe("Who takes the call: a name in [agents], or an agent id"),
  split: tableOf(z.number().nonnegative())
    .optional()
    .describe("Agents that share the calls, each with its weight; the weights may have any sum"),
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

const when = z.strictObject({
  caller: oneOrMany.optional().describe("Who calls; of several, any one is enough"),
  open: oneOrMany.optional().describe("A schedule that is open; of several, any one is enough"),
  closed: oneOrMany.optional().describe("A schedule that is closed; of several, any one is enough"),
  header: tableOf(oneOrMany).optional().describe("SIP headers and their values; a value may end with *"),
  over: oneOrMany.optional().describe("A limit that is reached; of several, any one is enough"),
});

const rule = z.strictObject({
  name: z.string().optional().describe("What the log and explanations call the rule"),
  when: when.optional().describe("Conditions, all of which must hold; without any, the rule always applies"),
  ...route,
});

const rules = arrayOf(rule)
  .default([])
  .describe("The first rule whose `when` holds decides; where it says no target, the number's stays");

const server = z.strictObject({
  listen: z
    .string()
    .default("127.0.0.1:8787")
    .describe('Where to listen: "address:port", "[address]:port" for IPv6, or "unix:/path/to/socket"'),
  path: z.string().default("/webhook").describe("The path of the webhook"),
  allow_ips: texts
    .default([])
    .describe("If not empty, only these addresses may post (addresses or CIDR blocks)"),
  trusted_proxies: texts
    .default(["127.0.0.1", "::1"])
    .describe("Proxies whose X-Forwarded-For is believed (addresses or CIDR blocks)"),
});

const log = z.strictObject({
  format: z
    .enum(["auto", "text", "json"])
    .default("auto")
    .describe("auto: text on a terminal, else one JSON object a line"),
  level: z
    .enum(["debug", "info", "warning", "error"])
    .default("info")
    .describe("The least severe level to log"),
  numbers: z
    .enum(["full", "masked"])
    .default("full")
    .describe("masked: of phone numbers, only the country code and the last four digits are logged"),
});

const retell = z.strictObject({
  api_key: needed(
    oneOrMore,
    '"${env:RETELL_API_KEY}"',
    "The Retell API key with the webhook badge; a list while a key is being rotated",
  ),
  max_age: z.string().default("5m").describe("How old, or how far ahead, a signature may be"),
});

const agent = z.union([
  z.string(),
  z.strictObject({
    id: needed(z.string(), '"agent_0123456789abcdef"', "The agent id"),
    version: z
      .union([z.int().nonnegative(), z.string()])
      .optional()
      .describe('A version number, or a tag such as "prod", "latest" or "latest_published"'),
    presets: presetNames.default([]),
  }),
]);

const overrides = z.record(z.string(), z.unknown());

const preset = z.strictObject({
  agent: overrides.optional().describe("Settings of the agent"),
  retell_llm: overrides.optional().describe("Settings of its Retell LLM"),
  conversation_flow: overrides.optional().describe("Settings of its conversation flow"),
});

const list = z.union([
  callers,
  z.strictObject({
    file: needed(
      z.string(),
      '"spam.txt"',
      "One caller a line, # for comments; or a CSV file with a column `number`",
    ),
  }),
]);

const schedule = z.strictObject({
  timezone: needed(
    z.string(),
    '"America/Los_Angeles"',
    "The time zone of all its times, such as America/Los_Angeles",
  ),
  open: texts
    .default([])
    .describe(
      'Opening hours, such as "mon-fri 09:00-17:30"; hours past midnight belong to the day they start on',
    ),
  except: tableOf(oneOrMany)
    .default({})
    .describe(
      'Dates with other hours, which replace the whole day: "2026-12-24" = "09:00-12:00", or "closed"',
    ),
});

const limit = z.strictObject({
  calls: needed(z.int().positive(), "5", "Calls allowed"),
  per: needed(z.string(), '"1d"', 'Within this time: a duration such as "1d"; the window slides'),
  by: z
    .enum(["caller", "number", "all"])
    .default("caller")
    .describe("Count per caller, per dialled number, or all calls together"),
});

const contacts = z.strictObject({
  file: needed(oneOrMore, '"contacts.csv"', "One CSV file or several; a column `number`, and any others"),
  variables: texts.default([]).describe("Columns handed to the agent as dynamic variables"),
});

const expectation = z.strictObject({
  to: needed(z.string(), '"+12137771235"', "The number dialled"),
  from: needed(z.string(), '"+12137771234"', 'Who calls: a number, or a word such as "anonymous"'),
  at: z.string().optional().describe('When: "2026-12-25T10:00[America/Los_Angeles]"; without it, now'),
  sms: z.boolean().default(false).describe("Whether it is a text"),
  headers: tableOf(z.string()).default({}).describe("SIP headers of the call"),
  over: oneOrMany.default([]).describe("Limits to treat as reached"),
  agent: z.string().optional().describe("The agent that must take it, by name or id"),
  pass: z.literal(true).optional().describe("It must be left to the agent bound in Retell"),
  reject: z.literal(true).optional().describe("It must be declined"),
  rule: z.string().optional().describe("The name of the rule that must decide"),
  variables: values.default({}).describe("Dynamic variables it must have, among others"),
});

const defaults = z.strictObject({
  allow: callers.default([]).describe("Who may call, where the number does not say"),
  deny: callers.default([]).describe("Who may not call any number"),
  delay,
  ...additions,
  unrouted: z
    .enum(["pass", "reject"])
    .default("pass")
    .describe("What becomes of a call to a number that no entry of [numbers] matches"),
});

const line = {
  allow: callers.optional().describe("If not empty, only these callers are let in"),
  deny: callers.default([]).describe("These callers are rejected, as are those of [defaults]"),
  ...route,
  rules,
};

const number = z.strictObject({
  ...line,
  sms: z.strictObject(line).optional().describe("A route of its own for texts; without it they pass"),
});

/** The whole configuration file. */
export const documentSchema = z.strictObject({
  country: z
    .string()
    .optional()
    .describe("How to read numbers written without +: an ISO 3166-1 code such as US"),
  include: oneOrMany
    .default([])
    .describe(
      'More files to read, such as "clients/*.toml"; they may hold every table named below from [agents] on, but [defaults]',
    ),
  server: server.prefault({}).describe("Where the webhook is served"),
  log: log.prefault({}).describe("The log"),
  retell: retell.prefault({}).describe("The account whose requests are answered"),
  defaults: defaults.prefault({}).describe("What holds for every number, under what the number says"),
  agents: tableOf(agent).default({}).describe("Names for agents"),
  presets: tableOf(preset).default({}).describe("Override presets: what Retell calls agent_override"),
  lists: tableOf(list).default({}).describe("Named sets of callers"),
  contacts: contacts.optional().describe("Who is calling: what is known of callers"),
  schedules: tableOf(schedule).default({}).describe("Opening hours"),
  limits: tableOf(limit).default({}).describe("Calls allowed in a sliding window; counted in memory"),
  numbers: tableOf(number)
    .default({})
    .describe('Dialled numbers: an exact one, a prefix such as "+1800*", or "*"'),
  expect: arrayOf(expectation).default([]).describe("What must hold; a reload that breaks one is refused"),
});

/** The tables that included files may hold. */
export const INCLUDABLE = [
  "agents",
  "presets",
  "lists",
  "contacts",
  "schedules",
  "limits",
  "numbers",
  "expect",
] as const;

/** A configuration file that has the right shape, defaults filled in. */
export type Document = z.output<typeof documentSchema>;

/** `[numbers.NAME]`, and the tables in it. */
export type NumberDocument = NonNullable<Document["numbers"][string]>;
/** A route for calls or for texts. */
export type RouteDocument = Omit<NumberDocument, "sms">;
/** `[[numbers.NAME.rules]]` */
export type RuleDocument = NonNullable<RouteDocument["rules"][number]>;
/** `[[expect]]` */
export type ExpectationDocument = NonNullable<Document["expect"][number]>;
