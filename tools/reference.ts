/**
 * The made parts of README.md: the synopsis, from the definition of the command line; the reference of the
 * configuration, from the definition that configurations are checked with; the recipes, which are tested files; what is
 * said of the coverage of config.example.toml; the snippet for Caddy; and the tables of the benchmark, from what it
 * measured last.
 * `make reference` writes it; a test holds the README to it.
 */
import { buildProgram } from "../src/cli.ts";
import { configJsonSchema } from "../src/config/shape/json-schema.ts";
import { proxySnippet } from "../src/deploy/proxies.ts";
import { tables } from "../test/bench/compare/tables.ts";
import { KEY, ROOT } from "../test/harness.ts";

const README = `${ROOT}/README.md`;
/** Tested files that the README shows whole, in this order. */
export const RECIPES = [
  "time/business-hours.toml",
  "time/next-opening.toml",
  "time/holidays.toml",
  "time/daypart.toml",
  "agents/voicemail.toml",
  "conditions/vip.toml",
  "vip-column.toml",
  "block-list.toml",
  "returning-callers.toml",
  "elsewhere/crm.toml",
  "elsewhere/supabase.toml",
  "elsewhere/airtable.toml",
  "agents/same-agent.toml",
  "many-clients.toml",
  "own-account.toml",
  "conditions/shared-rules.toml",
  "conditions/several-facts.toml",
  "agents/canary.toml",
  "spam-caps.toml",
  "agents/ring-first.toml",
  "conditions/forwarded.toml",
  "conditions/sip-headers.toml",
  "agents/bound-agent.toml",
  "conditions/flag-file.toml",
  "elsewhere/tell-slack.toml",
  "two-languages.toml",
] as const;

/** Files that belong to a recipe, and are shown below it. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  "block-list.toml": ["spam.txt"],
  "returning-callers.toml": ["contacts.csv"],
  "many-clients.toml": ["clients/acme.toml", "clients/bolt.toml"],
  "own-account.toml": ["accounts/cafe.toml"],
  "spam-caps.toml": ["contacts.csv"],
  "two-languages.toml": ["languages.csv"],
};

/** What is read of JSON Schema here. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly else?: Schema;
}

/** What `check --coverage` says of config.example.toml. */
async function coverage(): Promise<string> {
  const options = "check -c config.example.toml --coverage";
  const { stdout } = Bun.spawn([process.execPath, "main.ts", ...options.split(" ")], {
    cwd: ROOT,
    env: { RETELL_API_KEY: KEY },
  });
  return `\`\`\`console\n$ switchhook ${options}\n${await new Response(stdout).text()}\`\`\``;
}

/** What the proxies of the README are for. */
const EXAMPLE_PLACE = {
  domain: "calls.example",
  servers: [{ kind: "tcp", host: "127.0.0.1", port: 8787 }],
  path: "/webhook",
} as const;

/** The README with its made parts as they should be. */
export async function readmeWithReference(): Promise<string> {
  let text = await Bun.file(README).text();
  for (const [part, made] of [
    ["reference", reference()],
    ["recipes", await recipes()],
    ["synopsis", await synopsis()],
    ["coverage", await coverage()],
    ["bench", await benchmark()],
    ["caddy", `\`\`\`\n${proxySnippet("caddy", EXAMPLE_PLACE).trimEnd()}\n\`\`\``],
  ] as const) {
    const start = `<!-- ${part}: made by \`make reference\` -->\n`;
    const end = `<!-- end of ${part} -->`;
    const [before, rest] = text.split(start);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined)
      throw new Error(`README.md must hold ${start} and ${end}`);
    text = `${before}${start}\n${made}\n\n${end}${after}`;
  }
  return text;
}

/** The tables of the last comparison that was recorded. */
async function benchmark(): Promise<string> {
  return tables(await Bun.file(`${ROOT}/docs/bench/results.json`).json());
}

/** The README as it is. */
export const readme = (): Promise<string> => Bun.file(README).text();

/** Each recipe under its first line, with the files that belong to it. */
async function recipes(): Promise<string> {
  const file = (name: string) => Bun.file(`${ROOT}/test/recipes/${name}`).text();
  const parts = RECIPES.map(async (name) => {
    const [title = "", ...lines] = (await file(name)).trimEnd().split("\n");
    const companions = (COMPANIONS[name] ?? []).map(async (other) => {
      const language = other.split(".").at(-1);
      return `\n\`${other}\`:\n\n\`\`\`${language}\n${(await file(other)).trimEnd()}\n\`\`\``;
    });
    const shown = `**${title.replace(/^# /, "")}**\n\n\`\`\`toml\n${lines.join("\n")}\n\`\`\``;
    return [shown, ...(await Promise.all(companions))].join("\n");
  });
  return (await Promise.all(parts)).join("\n\n");
}

/** One line a command. A value is worded by its flag's own name, in capitals; `[-c FILE]` stands for `--config`. */
async function synopsis(): Promise<string> {
  const { commands } = await buildProgram(() => {});
  const width = Math.max(...commands.map((command) => command.name().length));
  const lines = commands.map((command) => {
    const options = command.options.map(({ short, long, flags, mandatory }) => {
      const value = /[<[](.*)[>\]]/.exec(flags)?.[1];
      const written = [short ?? long, ...(value ? [value.toUpperCase()] : [])].join(" ");
      return mandatory ? written : `[${written}]`;
    });
    const operands = command.registeredArguments.map((argument) => {
      const name = argument.name().toUpperCase();
      return argument.required ? name : `[${name}]`;
    });
    return ["switchhook", command.name().padEnd(width), ...options, ...operands].join(" ").trimEnd();
  });
  return ["```", ...lines, "```"].join("\n");
}

function reference(): string {
  const { properties = {} } = configJsonSchema() as Schema;
  const isTable = (schema: Schema) =>
    tableOf(schema) !== undefined || (schema.type === "array" && schema.items?.properties);
  const plain = Object.entries(properties).filter(([, schema]) => !isTable(schema));
  const tables = Object.entries(properties).filter(([, schema]) => isTable(schema));
  return [
    "**At the top of the file**",
    "",
    ...rows(Object.fromEntries(plain)),
    ...tables.flatMap(([name, schema]) => section(name, schema)),
  ].join("\n");
}

/** The names that stand for what a person chooses. */
const CHOSEN: Readonly<Record<string, string>> = { numbers: '"+12137771235"' };

function section(name: string, schema: Schema): string[] {
  const heading = (title: string) => ["", `**\`${title}\`** ${lower(schema.description)}`, ""];
  if (schema.type === "array") return [...heading(`[[${name}]]`), ...rows(schema.items?.properties ?? {})];
  if (schema.properties) return [...heading(`[${name}]`), ...rows(schema.properties)];
  const entry = tableOf(schema) ?? {};
  if (entry.type === "array") {
    return [
      ...heading(`[[${name}.NAME]]`).slice(0, -1),
      "",
      "Each has the keys of a rule of a number, below.",
    ];
  }
  const title = `${name}.${CHOSEN[name] ?? "NAME"}`;
  const short = typesOf(entry)
    .filter((type) => type !== "object")
    .map((type) => typeOf({ ...entry, type }));
  const inner = entry.properties ?? {};
  const nested = ["rules", "sms"].filter((key) => key in inner);
  const flat = Object.fromEntries(Object.entries(inner).filter(([key]) => !nested.includes(key)));
  const rules = inner.rules?.items?.properties;
  return [
    ...heading(`[${title}]`),
    ...(short.length > 0 ? [`Either ${short.join(" or ")}, or a table:`, ""] : []),
    ...rows(flat),
    ...(rules
      ? [
          "",
          `**\`[[${title}.rules]]\`** ${lower(inner.rules?.description)}`,
          "",
          ...rows(ruleRows(rules, flat)),
        ]
      : []),
    ...(inner.sms
      ? ["", `**\`[${title}.sms]\`** ${lower(inner.sms.description)}. It has the keys of a number.`]
      : []),
  ];
}

/** A rule's own keys: those that it shares with a number are above already. */
function ruleRows(rules: Readonly<Record<string, Schema>>, number: Readonly<Record<string, Schema>>) {
  const own = Object.entries(rules).filter(([key]) => !(key in number));
  const when = Object.entries(rules.when?.properties ?? {}).map(
    ([key, schema]) => [`when.${key}`, schema] as const,
  );
  return Object.fromEntries([...own, ...when, ["agent, split, …", { description: "As for a number" }]]);
}

function rows(properties: Readonly<Record<string, Schema>>): string[] {
  return [
    "| key | type | default | meaning |",
    "|---|---|---|---|",
    ...Object.entries(properties).map(([key, schema]) => {
      const fallback =
        schema.default === undefined || isEmpty(schema.default)
          ? ""
          : `\`${JSON.stringify(schema.default)}\``;
      const meaning = (schema.description ?? "").replaceAll("|", "\\|").replaceAll("*", "\\*");
      return `| \`${key}\` | ${typeOf(schema)} | ${fallback} | ${meaning} |`;
    }),
  ];
}

function tableOf(schema: Schema): Schema | undefined {
  if (schema.properties) return schema;
  return schema.additionalProperties || undefined;
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  const words = schema.enum ?? schema.else?.enum;
  if (words) return words.map((value) => `\`${JSON.stringify(value)}\``).join(", ");
  return typesOf(schema)
    .map((type) => typeWords(type, schema))
    .join(" or ");
}

/** The types that a value may have. */
function typesOf({ type = [] }: Schema): readonly string[] {
  return typeof type === "string" ? [type] : type;
}

function typeWords(type: string, schema: Schema): string {
  switch (type) {
    case "string":
      return "text";
    case "integer":
      return "whole number";
    case "array":
      return schema.items?.type === "string" ? "array of texts" : "array";
    case "object":
      return "table";
    default:
      return type;
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function lower(text = ""): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

if (import.meta.main) await Bun.write(README, await readmeWithReference());
