/**
 * The shape of `config.toml`: every table and key, its type and its default.
 *
 * What the texts inside mean (numbers, durations, names of other things) is read in the files of `read`.
 */
import * as z from "zod";
import { agent, preset } from "./agents.ts";
import { contacts, list } from "./callers.ts";
import { expectation } from "./expectations.ts";
import { lookup } from "./lookups.ts";
import { notice } from "./notices.ts";
import { clientDefaults, defaults, number, rule } from "./numbers.ts";
import { arrayOf, oneOrMany, tableOf } from "./parts.ts";
import { limit, schedule } from "./schedules.ts";
import { admin, history, log, retell, server, shared } from "./settings.ts";
import * as text from "./texts.ts";

/** The whole configuration file. */
export const documentSchema = z.strictObject({
  country: text.countryCode
    .optional()
    .describe("How to read numbers written without +: an ISO 3166-1 code such as US"),
  timezone: text.timezone
    .optional()
    .describe("The time zone of schedules that name none, and of the times that templates give"),
  locale: text.locale
    .optional()
    .describe('How times and dates are worded: a language and a country, such as "en-US", the default'),
  include: oneOrMany(text.anyText("A file, or a pattern of files", "clients/*.toml"))
    .default([])
    .describe(
      'The files of clients, such as "clients/*.toml": each has names, defaults and numbers of its own, and is called as its file',
    ),
  server: server.prefault({}).describe("Where the webhook is served"),
  admin: admin.prefault({}).describe("Health, metrics and the status page, for those who run the server"),
  log: log.prefault({}).describe("The log"),
  history: history
    .prefault({})
    .describe("What is remembered of calls; kept over a restart where `state` is set in [server]"),
  shared: shared
    .optional()
    .describe(
      "Where several machines answer for the same numbers: a Redis-compatible server through which they count calls for limits and `history.*`, and recognize retries, together",
    ),
  retell: retell.prefault({}).describe("The account whose requests are answered"),
  defaults: defaults.prefault({}).describe("What holds for every number, under what the number says"),
  agents: tableOf(agent).default({}).describe("Names for agents"),
  presets: tableOf(preset).default({}).describe("Override presets: what Retell calls agent_override"),
  lists: tableOf(list).default({}).describe("Named sets of callers"),
  contacts: contacts.optional().describe("Who is calling: what is known of callers"),
  schedules: tableOf(schedule).default({}).describe("Opening hours"),
  limits: tableOf(limit).default({}).describe("Calls allowed in a sliding window"),
  lookups: tableOf(lookup).default({}).describe("Services to ask about callers while the call waits"),
  notify: tableOf(notice)
    .default({})
    .describe("Who is told of calls after the answer; defaults, numbers and rules name them in `notify`"),
  rulesets: tableOf(arrayOf(rule).describe("The rules, tried in their order"))
    .default({})
    .describe("Rules that many numbers share, by name"),
  numbers: tableOf(number, text.DIALLED)
    .default({})
    .describe('Dialled numbers: an exact one, a prefix such as "+1800*", or "*"'),
  expect: arrayOf(expectation).default([]).describe("What must hold; a reload that breaks one is refused"),
});

/**
 * The file of a client: what a configuration says but for how the program runs. What holds for every client's numbers
 * is said in the main file, and what is not said here is left to that.
 */
export const clientSchema = documentSchema
  .omit({ include: true, server: true, admin: true, log: true, history: true, shared: true })
  .extend({
    retell: z
      .strictObject({ api_key: retell.shape.api_key, account_key: retell.shape.account_key })
      .optional()
      .describe("A Retell account of its own: its numbers answer to this key alone, and it opens no others"),
    defaults: clientDefaults
      .prefault({})
      .describe("What holds for every number of this client, over the main file's [defaults]"),
  });

/** A main file that has the right shape, defaults filled in. */
export type Document = z.output<typeof documentSchema>;

/** The file of a client that has the right shape. */
export type ClientDocument = z.output<typeof clientSchema>;

/** What a main file and that of a client say alike. */
export type ScopeDocument = Omit<ClientDocument, "retell">;

/** `[numbers.NAME]`, and the tables in it. */
export type NumberDocument = NonNullable<Document["numbers"][string]>;
/** A route for calls or for texts. */
export type RouteDocument = Omit<NumberDocument, "sms">;
/** `[[numbers.NAME.rules]]` */
export type RuleDocument = NonNullable<RouteDocument["rules"][number]>;
/** `[[expect]]` */
export type ExpectationDocument = NonNullable<Document["expect"][number]>;
