import { describe, expect, test } from "bun:test";
import { Ajv } from "ajv";
import { parse } from "smol-toml";
import { configJsonSchema } from "../../../src/config/shape/json-schema.ts";
import { ROOT } from "../../harness.ts";

const SCHEMA = configJsonSchema();
// What "not" says stands apart from the fields and types that it is about.
const validate = new Ajv({
  strict: true,
  strictRequired: false,
  strictTypes: false,
  allErrors: true,
}).compile(SCHEMA);

/** What an editor would say of a TOML text: where each thing stands, and what is wrong with it. */
function complaints(text: string): string[] {
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The parts of JSON Schema that schemas stand in. */
interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** The path of every key in a schema, and of those alone that have no description. */
function keysOf(schema: Schema, path: string): { readonly all: string[]; readonly silent: string[] } {
  const { properties = {}, additionalProperties, items, anyOf = [] } = schema;
  const own = Object.entries(properties).map(([key, inner]) => ({ path: `${path}.${key}`, inner }));
  const below = [
    ...own.map(({ path: inner, inner: field }) => keysOf(field, inner)),
    ...(typeof additionalProperties === "object" ? [keysOf(additionalProperties, `${path}.*`)] : []),
    ...(items ? [keysOf(items, `${path}[]`)] : []),
    ...anyOf.map((form) => keysOf(form, path)),
  ];
  return {
    all: [...own.map((key) => key.path), ...below.flatMap(({ all }) => all)],
    silent: [
      ...own.filter(({ inner }) => !inner.description).map((key) => key.path),
      ...(items && !items.description ? [`${path}[]`] : []),
      ...(isSilentTable(additionalProperties) ? [`${path}.*`] : []),
      ...below.flatMap(({ silent }) => silent),
    ],
  };
}

/** Whether there are entries of some shape, and nothing says what they are; `{}` is for anything. */
function isSilentTable(entries: Schema | boolean | undefined): boolean {
  return typeof entries === "object" && Object.keys(entries).length > 0 && !entries.description;
}

describe("the JSON Schema", () => {
  test("is one of draft-07, which editors know, and has a title", () => {
    expect(SCHEMA).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      title: "Switchhook configuration",
    });
    expect(new Ajv().validateSchema(SCHEMA)).toBe(true);
  });

  test("says each value in one form, so that an editor offers its key once", () => {
    // What "not" says is not about forms of a value.
    expect(JSON.stringify(SCHEMA).replaceAll('"not":{"anyOf"', "")).not.toContain('"anyOf"');
  });

  test("describes every key, every entry of a table and every item of an array", () => {
    const { all, silent } = keysOf(SCHEMA, "");
    expect(silent).toEqual([]);
    for (const key of [
      ".retell.api_key",
      ".numbers.*.rules[].when.over",
      ".numbers.*.sms.rules[].split",
      ".numbers.*.sms.rulesets",
      ".numbers.*.rules[].continue",
      ".rulesets.*[].when.over",
      ".defaults.rulesets",
      ".agents.*.version",
      ".presets.*.agent.voice_temperature",
      ".presets.*.agent.response_engine.type",
      ".expect[].at",
    ]) {
      expect(all).toContain(key);
    }
  });

  const files = [
    "config.example.toml",
    "src/commands/configuration/first-config.toml",
    ...new Bun.Glob("test/recipes/**/*.toml").scanSync({ cwd: ROOT }),
  ];
  test.each(files)("accepts %s", async (file) => {
    expect(complaints(await Bun.file(`${ROOT}/${file}`).text())).toEqual([]);
  });

  test.each([
    ["agnets = {}", " must NOT have additional properties"],
    ["country = 1", "/country must be string"],
    ["[server]\nlisten = 8787", "/server/listen must be string"],
    ['[log]\nlevel = "loud"', "/log/level must be equal to one of the allowed values"],
    ["[retell]\nkey = 'x'", "/retell must NOT have additional properties"],
    ["[agents]\na = { id = 'x', version = -1 }", "/agents/a/version must be >= 0"],
    ["[presets.p.agent]\nvolume = 9", "/presets/p/agent/volume must be <= 2"],
    ["[presets.p]\nagnt = {}", "/presets/p must NOT have additional properties"],
    ["[schedules.s]\nopen = 'mon 09:00-17:00'", "/schedules/s/open must be array"],
    ["[limits.l]\ncalls = 0", "/limits/l/calls must be > 0"],
    ["[limits.l]\nby = 'callr'", "/limits/l/by must be equal to one of the allowed values"],
    ["[contacts]\nfile = 5", "/contacts/file must be string,array"],
    ["[numbers.'*']\nreject = false", "/numbers/*/reject must be equal to constant"],
    ["[numbers.'*']\nsplit = { a = -1 }", "/numbers/*/split/a must be >= 0"],
    [
      "[[numbers.'*'.rules]]\nwhen = { opne = 'x' }",
      "/numbers/*/rules/0/when must NOT have additional properties",
    ],
    ["[numbers.'*'.sms]\nsms = {}", "/numbers/*/sms must NOT have additional properties"],
    ["[expect]\nto = '1'", "/expect must be array"],
    ["[[expect]]\nsms = 1", "/expect/0/sms must be boolean"],
  ])("rejects %j", (text, complaint) => {
    expect(complaints(text)).toContain(complaint);
  });

  test("accepts what the program only warns of: what is new in Retell", () => {
    expect(complaints('[presets.p.agent]\ntelepathy = true\nvoice_model = "sonic-99"')).toEqual([]);
  });

  test("asks for nothing that has a default", () => {
    expect(complaints("")).toEqual([]);
  });
});
