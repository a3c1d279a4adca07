/**
 * The shape of `config.toml`: every table and key, its type and its default.
 *
 * What the texts inside mean (numbers, durations, names of other things) is read in the files of `read`.
 */
import * as z from "zod";
import { contacts, list } from "./callers.ts";
import { givenLookups, lookup } from "./lookups.ts";
import { notice } from "./notices.ts";
import { callers, delay, number, rule, rulesetNames } from "./numbers.ts";
import {
  additions,
  arrayOf,
  EXCLUSIVE,
  needed,
  oneOrMany,
  oneOrMore,
  presetNames,
  tableOf,
  values,
} from "./parts.ts";
import * as text from "./texts.ts";
import { flagFile, limitName } from "./when.ts";

const server = z.strictObject({
  listen: text.listenAddress
    .default("127.0.0.1:8787")
    .describe('Where to listen: "address:port", "[address]:port" for IPv6, or "unix:/path/to/socket"'),
  path: text.urlPath.default("/webhook").describe("The path of the webhook"),
  allow_ips: arrayOf(text.addressBlock)
    .default([])
    .describe("If not empty, only these addresses may post (addresses or CIDR blocks)"),
  public_url: text
    .anyText("The URL of the webhook, as Retell calls it", "https://calls.example/webhook")
    .optional()
    .describe("What Retell should call: `doctor` compares the numbers with it, `connect` sets it"),
  trusted_proxies: arrayOf(text.addressBlock)
    .default(["127.0.0.1", "::1"])
    .describe("Proxies whose X-Forwarded-For is believed (addresses or CIDR blocks)"),
  state: text
    .anyText("A directory", "/var/lib/switchhook")
    .optional()
    .describe(
      "The directory for what must survive a restart; made if it is not there. Without it, $STATE_DIRECTORY, else nothing is kept",
    ),
});

const history = z.strictObject({
  keep: text.duration
    .default("90d")
    .describe("How long calls are remembered, for `history.*` and in the files of the state directory"),
});

const admin = z.strictObject({
  listen: text.listenAddress
    .optional()
    .describe(
      'Where to listen: "address:port", "[address]:port" for IPv6, or "unix:/path/to/socket"; without it, a socket in the runtime directory that systemd gives, or nowhere',
    ),
  token: text
    .anyText("A token", "${env:SWITCHHOOK_ADMIN_TOKEN}")
    .meta({ minLength: 1 })
    .optional()
    .describe("What a client must show, as a bearer token or as a password; needed beyond this machine"),
});

const log = z.strictObject({
  format: z
    .enum(["auto", "text", "json"])
    .default("auto")
    .describe("auto: text on a terminal and in the journal, else one JSON object a line"),
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
    oneOrMore(text.anyText("An API key", "${env:RETELL_API_KEY}").meta({ minLength: 1 })),
    '"${env:RETELL_API_KEY}"',
    "The Retell API key with the webhook badge; a list while a key is being rotated",
  ),
  max_age: text.duration.default("5m").describe("How old, or how far ahead, a signature may be"),
  account_key: text
    .anyText("An API key", "${env:RETELL_ACCOUNT_KEY}")
    .meta({ minLength: 1 })
    .optional()
    .describe(
      "The API key with which `doctor` and `connect` ask Retell about the account, where the webhook's key may not; `serve` does not use it",
    ),
});

const agent = z
  .union([
    text.anyText("The agent id", "agent_0123456789abcdef0123456789"),
    z.strictObject({
      id: needed(z.string(), '"agent_0123456789abcdef"', "The agent id"),
      version: z
        .union([z.int().nonnegative(), z.string().meta({ minLength: 1 })])
        .meta({ examples: ["prod", "latest_published", 3] })
        .optional()
        .describe('A version number, or a tag such as "prod" or "latest_published"'),
      presets: presetNames.default([]),
    }),
  ])
  .describe("An agent: its id, or a table with its id, and perhaps a version and presets");

const overrides = z.record(z.string(), z.unknown());

/** What a preset is, for editors. */
export const PRESET = "A preset: what it changes of the agent and its response engine for one call";

const preset = z
  .strictObject({
    agent: overrides.optional().describe("Settings of the agent"),
    retell_llm: overrides.optional().describe("Settings of its Retell LLM"),
    conversation_flow: overrides.optional().describe("Settings of its conversation flow"),
  })
  .describe(PRESET);

const place = text.place;

const holidays = z
  .union([
    place,
    arrayOf(place),
    z.strictObject({
      in: needed(
        oneOrMore(place),
        '"US-CA"',
        'Whose holidays: a country such as "US", or a part of one such as "US-CA"; or several',
      ),
      types: arrayOf(z.enum(["public", "bank", "optional", "school", "observance"]))
        .default(["public"])
        .describe("Which kinds of holidays"),
      hours: oneOrMany(text.dayHours).default("closed").describe("The hours on holidays; closed by default"),
    }),
  ])
  .describe(
    'Public holidays, on which it is closed: a country such as "US", a part of one such as "US-CA", a list of them, or a table',
  );

const schedule = z
  .strictObject({
    timezone: text.timezone
      .optional()
      .describe("The time zone of all its times; where it names none, that of the top of the file"),
    open: arrayOf(text.weeklyHours)
      .default([])
      .describe(
        'Opening hours, such as "mon-fri 09:00-12:00, 13:00-17:30"; hours past midnight belong to the day they start on',
      ),
    holidays: holidays.optional(),
    except: tableOf(
      oneOrMany(text.dayHours).describe('The hours of these dates: one range or several, or "closed"'),
      text.DATES,
    )
      .default({})
      .describe(
        'Dates with other hours, which replace the whole day: "2026-12-24" = "09:00-12:00", or "closed"; "12-25" is for every year, "2026-12-27/2027-01-02" a range',
      ),
  })
  .describe("A schedule: opening hours in a time zone, and dates with other hours");

const limit = z
  .strictObject({
    calls: needed(z.int().positive(), "5", "Calls allowed"),
    per: needed(text.duration, '"1d"', 'Within this time: a duration such as "1d"; the window slides'),
    by: z
      .enum(["caller", "number", "all"])
      .default("caller")
      .describe("Count per caller, per dialled number, or all calls together"),
  })
  .describe("A limit: how many calls are allowed within a time");

const givenHistory = z.strictObject({
  calls: z.int().nonnegative().optional().describe("How many earlier calls"),
  last: text.anyText("A date", "2026-12-24").optional().describe("The date of the last one"),
  last_agent: text
    .anyText("An agent", "sales")
    .optional()
    .describe("The agent that took the last one, by its name in [agents], else by its id"),
});

const expectation = z
  .strictObject({
    to: needed(text.dialled, '"+12137771235"', "The number dialled"),
    from: needed(
      text.anyText("A caller", "+12137771234", "anonymous"),
      '"+12137771234"',
      'Who calls: a number, or a word such as "anonymous"',
    ),
    at: text
      .anyText("A time", "2026-12-25T10:00[America/Los_Angeles]", "2026-12-25T18:00Z")
      .optional()
      .describe('When: "2026-12-25T10:00[America/Los_Angeles]"; without it, now'),
    sms: z.boolean().default(false).describe("Whether it is a text"),
    agent_id: text
      .anyText("An agent id", "agent_0123456789abcdef0123456789")
      .optional()
      .describe("The id of the agent bound to the number in Retell; without it, none is bound"),
    headers: tableOf(z.string().describe("The header's value"))
      .default({})
      .describe("SIP headers of the call"),
    over: oneOrMany(limitName).default([]).describe("Limits to treat as reached"),
    exists: oneOrMany(flagFile)
      .default([])
      .describe("The files of `exists` conditions that are there; the others are not"),
    lookup: givenLookups,
    history: givenHistory
      .optional()
      .describe("The caller's earlier calls to this client; without it, there are none"),
    agent: z.string().optional().describe("The agent that must take it, by name or id"),
    pass: z.literal(true).optional().describe("It must be left to the agent bound in Retell"),
    reject: z.literal(true).optional().describe("It must be declined"),
    rule: z
      .string()
      .optional()
      .describe("The name of the rule that must decide, or, if it continues, that must apply"),
    variables: values.default({}).describe("Dynamic variables it must have, among others"),
  })
  .meta({
    description: "A call, and what must become of it",
    [EXCLUSIVE]: ["agent", "pass", "reject"],
  });

const unrouted = z.enum(["pass", "reject"]);

const defaults = z.strictObject({
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
  .omit({ include: true, server: true, admin: true, log: true, history: true })
  .extend({
    retell: z
      .strictObject({ api_key: retell.shape.api_key, account_key: retell.shape.account_key })
      .optional()
      .describe("A Retell account of its own: its numbers answer to this key alone, and it opens no others"),
    defaults: defaults
      .extend({
        allow: callers
          .optional()
          .describe("Who may call, where the number does not say; replaces the main file's"),
        rulesets: rulesetNames
          .optional()
          .describe("Rulesets for numbers that name none, instead of the main file's"),
        unrouted: unrouted
          .optional()
          .describe(
            "What becomes of a call to a number that no entry matches, signed with this client's own key",
          ),
      })
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
