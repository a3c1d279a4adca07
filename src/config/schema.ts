/**
 * The shape of `config.toml`: every table and key, its type and its default.
 *
 * What the texts inside mean (numbers, durations, names of other things) is read in the files beside this one.
 */
import * as z from "zod";

const presetNames = z
  .array(z.string())
  .describe("Override presets to apply, by name; a later one wins over an earlier one");

const variables = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .describe("Dynamic variables for the agent's prompts; numbers and booleans are handed on as text");

const metadata = z.record(z.string(), z.unknown()).describe("Anything to be stored with the call");

const additions = {
  presets: presetNames.default([]),
  variables: variables.default({}),
  metadata: metadata.default({}),
};

const callers = z.array(z.string());

const route = {
  agent: z.string().optional().describe("Who takes the call: a name in [agents], or an agent id"),
  pass: z
    .literal(true)
    .optional()
    .describe("Leave the call to the agent that Retell has bound to the number"),
  reject: z.literal(true).optional().describe("Decline the call"),
  ...additions,
};

const server = z.strictObject({
  listen: z
    .string()
    .default("127.0.0.1:8787")
    .describe('Where to listen: "address:port", "[address]:port" for IPv6, or "unix:/path/to/socket"'),
  path: z.string().default("/webhook").describe("The path of the webhook"),
  allow_ips: z
    .array(z.string())
    .default([])
    .describe("If not empty, only these addresses may post (addresses or CIDR blocks)"),
  trusted_proxies: z
    .array(z.string())
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
  api_key: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe("The Retell API key with the webhook badge; a list while a key is being rotated"),
  max_age: z.string().default("5m").describe("How old, or how far ahead, a signature may be"),
});

const agent = z.union([
  z.string(),
  z.strictObject({
    id: z.string().optional().describe("The agent id"),
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
    file: z
      .string()
      .optional()
      .describe("One caller a line, # for comments; or a CSV file with a column `number`"),
  }),
]);

const defaults = z.strictObject({
  allow: callers.default([]).describe("Who may call, where the number does not say"),
  deny: callers.default([]).describe("Who may not call any number"),
  ...additions,
  unrouted: z
    .enum(["pass", "reject"])
    .default("pass")
    .describe("What becomes of a call to a number that no entry of [numbers] matches"),
});

const number = z.strictObject({
  allow: callers.optional().describe("If not empty, only these callers are let in"),
  deny: callers.default([]).describe("These callers are rejected, as are those of [defaults]"),
  ...route,
});

/** The whole configuration file. */
export const documentSchema = z.strictObject({
  country: z
    .string()
    .optional()
    .describe("How to read numbers written without +: an ISO 3166-1 code such as US"),
  server: server.prefault({}).describe("Where the webhook is served"),
  log: log.prefault({}).describe("The log"),
  retell: retell.prefault({}).describe("The account whose requests are answered"),
  agents: z.record(z.string(), agent).default({}).describe("Names for agents"),
  presets: z
    .record(z.string(), preset)
    .default({})
    .describe("Override presets: what Retell calls agent_override"),
  lists: z.record(z.string(), list).default({}).describe("Named sets of callers"),
  defaults: defaults.prefault({}).describe("What holds for every number, under what the number says"),
  numbers: z
    .record(z.string(), number)
    .default({})
    .describe('Dialled numbers: an exact one, a prefix such as "+1800*", or "*"'),
});

/** A configuration file that has the right shape, defaults filled in. */
export type Document = z.output<typeof documentSchema>;
