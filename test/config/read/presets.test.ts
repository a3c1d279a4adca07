import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { parse, stringify } from "smol-toml";
import * as z from "zod";
import { agentOverride } from "../../../src/retell/agent-override/index.ts";
import { ACCOUNT, expectMistakes, expectWarnings, load, loadGood } from "../cases.ts";

/** The table of Retell's ranges; `null` where there is no end. */
const RANGES: readonly (readonly [field: string, least: number, most: number | null])[] = [
  ["agent.voice_temperature", 0, 2],
  ["agent.volume", 0, 2],
  ["agent.ambient_sound_volume", 0, 2],
  ["agent.voice_speed", 0.5, 2],
  ["agent.responsiveness", 0, 1],
  ["agent.interruption_sensitivity", 0, 1],
  ["agent.backchannel_frequency", 0, 1],
  ["agent.begin_message_delay_ms", 0, 5_000],
  ["agent.ring_duration_ms", 5_000, 300_000],
  ["agent.end_call_after_silence_ms", 10_000, null],
  ["agent.max_call_duration_ms", 60_000, 7_200_000],
  ["agent.data_storage_retention_days", 1, 730],
  ["agent.reminder_max_count", 0, null],
  ["retell_llm.model_temperature", 0, 1],
];

describe("a number with a range", () => {
  test.each(RANGES)("%s may be %p to %p, ends included", async (field, least, most) => {
    for (const value of [least, most ?? 1e9]) {
      const { config } = await load(preset(`${field} = ${value}`));
      expect(config).toBeDefined();
    }
  });

  test.each(RANGES)("%s may not be below %p or above %p", async (field, least, most) => {
    const name = field.split(".").at(-1);
    const range = most === null ? `${least} or more` : `between ${least} and ${most}`;
    const beyond = [least - 1, least - 0.001, ...(most === null ? [] : [most + 0.001, most + 1])];
    for (const value of beyond.filter((value) => name !== "reminder_max_count" || Number.isInteger(value))) {
      await expectMistakes(preset(`${field} = «${value}»`), [
        [`\`${name}\` must be ${range}, found ${value}`],
      ]);
    }
  });
});

test("how long it rings is warned of, since that does nothing for inbound calls", async () => {
  await expectWarnings(preset("agent.«ring_duration_ms» = 10_000"), [
    [
      "`ring_duration_ms` is for outbound and transferred calls; it has no effect on inbound calls",
      'to let an inbound call ring first, use `delay`: delay = "4s"',
    ],
  ]);
});

describe("is refused:", () => {
  test.each([
    ["agent.volume = «true»", "`volume` must be a number, found true"],
    ['agent.volume = «"1"»', '`volume` must be a number, found "1"'],
    ["agent.volume = «nan»", "`volume` must be a number, found NaN"],
    ["agent.volume = «inf»", "`volume` must be a number, found Infinity"],
    ["agent.enable_backchannel = «1»", "`enable_backchannel` must be true or false, found 1"],
    ["agent.normalize_for_speech = «1»", "`normalize_for_speech` must be true or false, found 1"],
    ["agent.voice_model = «true»", "`voice_model` must be text, found true"],
    ["agent.language = «5»", "`language` must be text or an array, found 5"],
    ["agent.backchannel_words = «{}»", "`backchannel_words` must be an array, found a table"],
    ["agent.handbook_config = «[]»", "`handbook_config` must be a table, found an array"],
    ["agent.reminder_max_count = «0.5»", "`reminder_max_count` must be a whole number, found 0.5"],
    ["agent.reminder_trigger_ms = «0»", "`reminder_trigger_ms` must be more than 0, found 0"],
    ["conversation_flow.begin_message = «[]»", "`begin_message` must be text, found an array"],
    ["conversation_flow.kb_config.top_k = «[]»", "`top_k` must be a number, found an array"],
  ])("a value of the wrong type: %s", async (text, message) => {
    await expectMistakes(preset(text), [[message]]);
  });

  test.each([
    ["agent.handbook_config.high_empathy = «1»", "`high_empathy` must be true or false, found 1"],
    [
      'agent.webhook_events = ["call_ended", «[]»]',
      "an entry of `webhook_events` must be text, found an array",
    ],
    ['agent.language = ["en-US", «true»]', "an entry of `language` must be text, found true"],
    [
      'agent.language = ["en-US", «"multi"»]',
      'an entry of `language` cannot hold "multi", which stands alone: language = "multi"',
    ],
    [
      'agent.pronunciation_dictionary = [{ word = "a", alphabet = "ipa", phoneme = «true» }]',
      "`phoneme` must be text, found true",
    ],
    [
      'agent.response_engine = { type = "conversation-flow", conversation_flow_id = «true» }',
      "`conversation_flow_id` must be text, found true",
    ],
    ['agent.voicemail_option = { action = «"hangup"» }', '`action` must be a table, found "hangup"'],
    ["agent.voicemail_option = { action = { type = «true» } }", "`type` must be text, found true"],
    [
      'agent.post_call_analysis_data = [{ type = "enum", name = "a", description = "b", choices = «[]» }]',
      "`choices` must have at least 1 entry, found 0",
    ],
    [
      'agent.user_dtmf_options.termination_key = «"12"»',
      '`termination_key` must be one key, 0 to 9, # or *, found "12"',
    ],
  ])("a mistake deep inside: %s", async (text, message) => {
    await expectMistakes(preset(text), [[message]]);
  });

  test.each([
    ["agent.«custom_stt_config» = { endpointing_ms = 100 }", "provider"],
    ['agent.«call_screening_option» = { agent_identity = "Acme" }', "call_purpose"],
    ["agent.ivr_option = { «action» = {} }", "type"],
    ['agent.«response_engine» = { type = "retell-llm" }', "llm_id"],
    ['conversation_flow.«model_choice».model = "gpt-5"', "type"],
    ['agent.pronunciation_dictionary = [«{ word = "a", phoneme = "b" }»]', "alphabet"],
  ])("a table that lacks a field that it must have: %s", async (text, name) => {
    await expectMistakes(preset(text), [[new RegExp(`^\`${name}\` is missing in \\[`)]]);
  });

  test.each([
    ["azure", 99, "100 or more"],
    ["deepgram", 9, "10 or more"],
    ["soniox", 499, "500 or more"],
    ["assemblyai", 99, "between 100 and 3000"],
    ["assemblyai", 3001, "between 100 and 3000"],
  ])("an end of speech that %s cannot tell: %d ms", async (provider, ms, range) => {
    await expectMistakes(
      preset(`agent.custom_stt_config = { provider = "${provider}", endpointing_ms = «${ms}» }`),
      [[`\`endpointing_ms\` must be ${range} for ${provider}, found ${ms}`]],
    );
  });

  test("model beside s2s_model, also where something else is wrong", async () => {
    const both = 'retell_llm.model = "gpt-5"\nretell_llm.s2s_model = «"gpt-realtime"»';
    const message = "`s2s_model` must not stand beside `model`: Retell takes at most one of the two";
    await expectMistakes(preset(both), [[message]]);
    await expectMistakes(preset(`${both}\nretell_llm.model_temperature = «2»`), [
      [message],
      [/between 0 and 1/],
    ]);
    await loadGood(preset('retell_llm.s2s_model = "gpt-realtime"'));
  });

  test("everything at once, in the order of the file", async () => {
    await expectMistakes(
      `${preset("agent.volume = «3»\nretell_llm.model_temperature = «-1»")}[presets.other.agent]\nvoice_speed = «3»\n`,
      [[/^`volume`/], [/^`model_temperature`/], [/^`voice_speed`/]],
    );
  });
});

describe("a likely misspelling is an error:", () => {
  test.each([
    ["agent.«voice_temprature» = 1", "voice_temprature", "agent", "voice_temperature"],
    ["agent.«voiceSpeed» = 1", "voiceSpeed", "agent", "voice_speed"],
    ["agent.«max_call_duration» = 60000", "max_call_duration", "agent", "max_call_duration_ms"],
    ["agent.«ring_duration_seconds» = 5", "ring_duration_seconds", "agent", "ring_duration_ms"],
    ["agent.handbook_config.«ai_disclosre» = true", "ai_disclosre", "agent.handbook_config", "ai_disclosure"],
    [
      "agent.response_engine = { type = 'retell-llm', «llm_idd» = 'x' }",
      "llm_idd",
      "agent.response_engine",
      "llm_id",
    ],
    ["retell_llm.«s2smodel» = 'gpt-realtime'", "s2smodel", "retell_llm", "s2s_model"],
    ["conversation_flow.kb_config.«topk» = 3", "topk", "conversation_flow.kb_config", "top_k"],
  ])("of a field: %s", async (text, name, place, meant) => {
    await expectMistakes(preset(text), [
      [`Retell has no field "${name}" in ${place}`, `did you mean "${meant}"?`],
    ]);
  });

  test.each([
    ["agent.ambient_sound", "coffee_shop", "coffee-shop"],
    ["agent.ambient_sound", "cofee-shop", "coffee-shop"],
    ["agent.voice_model", "sonic3", "sonic-3"],
    ["agent.voice_model", "eleven_flsh_v2", "eleven_flash_v2"],
    ["agent.language", "en-us", "en-US"],
    ["agent.language", "es_ES", "es-ES"],
    ["agent.language", "en-QX", "en-US"],
    ["agent.data_storage_setting", "Everything", "everything"],
    ["retell_llm.model", "gpt-4.1-mimi", "gpt-4.1-mini"],
    ["retell_llm.model", "claude-4.5-sonet", "claude-4.5-sonnet"],
    ["retell_llm.start_speaker", "agnet", "agent"],
    ["conversation_flow.start_speaker", "usser", "user"],
  ])("of a name: %s = %p", async (field, name, meant) => {
    await expectMistakes(preset(`${field} = «"${name}"»`), [
      [`Retell has no \`${field.split(".").at(-1)}\` "${name}"`, `did you mean "${meant}"?`],
    ]);
  });

  test("of a name in an array", async () => {
    await expectMistakes(preset('agent.webhook_events = ["call_ended", «"call_statred"»]'), [
      ['Retell has no `webhook_events` "call_statred"', 'did you mean "call_started"?'],
    ]);
  });

  test("of a `type`", async () => {
    await expectMistakes(preset('agent.ivr_option = { action = { type = «"hangupp"» } }'), [
      ['Retell has no `type` "hangupp"', 'did you mean "hangup"?'],
    ]);
  });
});

describe("what Retell may have added since is handed on with a warning:", () => {
  const LLM = '"model" belongs in retell_llm';
  const ENGINES = '"begin_message" belongs in retell_llm or conversation_flow';
  test.each([
    ["agent.«telepathy» = true", "agent", undefined],
    ["agent.«telepathy» = { range = [1, 2.5] }", "agent", undefined],
    ['agent.«model» = "gpt-5"', "agent", LLM],
    ['agent.«begin_message» = "Hi"', "agent", ENGINES],
    ["agent.«backchannel_word_count» = 5", "agent", 'did you mean "backchannel_words"?'],
    ["agent.handbook_config.«low_empathy» = true", "agent.handbook_config", undefined],
  ] as const)("a field: %s", async (text, place, hint) => {
    await expectWarning(text, `Retell has no field "${marked(text)}" in ${place}`, hint);
  });

  test.each([
    ['agent.voice_model = «"sonic-4"»', "voice_model"],
    ['agent.voice_emotion = «"mad"»', "voice_emotion"],
    ['agent.language = «"es-MX"»', "language"],
    ['agent.language = ["en-US", «"fr-BE"»]', "language"],
    ['agent.ivr_option = { action = { type = «"press"», digit = 1 } }', "type"],
    ['agent.response_engine = { type = «"oracle"», delphi = true }', "type"],
    ['agent.custom_stt_config = { provider = «"whisper"», endpointing_ms = 1 }', "provider"],
    ['retell_llm.model = «"gpt-5.3"»', "model"],
    ['retell_llm.model = «"claude-4.5-opus"»', "model"],
    ['retell_llm.model = «"gpt-5.6-nova"»', "model"],
    ['retell_llm.s2s_model = «"gpt-realtime-3"»', "s2s_model"],
  ])("a name: %s", async (text, list) => {
    await expectWarning(text, `Retell has no \`${list}\` ${marked(text)}`);
  });
});

describe("what is filled in for each call", () => {
  test.each([
    'agent.agent_name = "Desk for ${from_number}"',
    'agent.voice_model = "${header.x-voice:-sonic-3}"',
    'agent.language = "${header.x-language}"',
    'agent.language = ["en-US", "${header.x-language}"]',
    'agent.user_dtmf_options.termination_key = "${header.x-key}"',
    'agent.response_engine = { type = "${header.x-engine}", llm_id = "a" }',
    'retell_llm.begin_message = "Hi {{name}}, from ${from_country:-afar}"',
  ])("is not judged in a text field: %s", async (text) => {
    await loadGood(preset(text));
  });

  test.each([
    ['agent.volume = «"${header.x-volume}"»', '`volume` must be a number, found "${header.x-volume}"'],
    [
      'agent.enable_backchannel = «"${header.x-yes}"»',
      '`enable_backchannel` must be true or false, found "${header.x-yes}"',
    ],
    ['agent.backchannel_words = «"${call_id}"»', '`backchannel_words` must be an array, found "${call_id}"'],
    ['agent.ivr_option = { action = «"${call_id}"» }', '`action` must be a table, found "${call_id}"'],
  ])("cannot stand in another field: %s", async (text, message) => {
    await expectMistakes(preset(text), [[`${message}: placeholders are allowed only in text fields`]]);
  });

  test("is told from what is filled at load, which is judged", async () => {
    const env = { RETELL_API_KEY: "key_0", SOUND: "cofee-shop", GOOD: "coffee-shop" };
    await loadGood(preset('agent.ambient_sound = "${env:GOOD}"'), env);
    const { diagnostics } = await load(preset('agent.ambient_sound = "${env:SOUND}"'), env);
    expect(diagnostics.map(({ hint }) => hint)).toEqual(['did you mean "coffee-shop"?']);
  });

  test("is named once where it could not be filled", async () => {
    await expectMistakes(
      preset(
        'agent.webhook_events = ["«${env:NONE}»"]\n' +
          'agent.pronunciation_dictionary = [{ word = "«${env:NONE}»", alphabet = "ipa", phoneme = "a" }]',
      ),
      [[/^the environment variable NONE is not set/], [/^the environment variable NONE is not set/]],
    );
  });
});

test("whatever Retell takes is handed on unchanged", async () => {
  const { agent, retell_llm, conversation_flow } = agentOverride.shape;
  const groups = {
    agent: overrides(agent),
    retell_llm: overrides(retell_llm),
    conversation_flow: overrides(conversation_flow),
  };
  await fc.assert(
    fc.asyncProperty(fc.record(groups, { requiredKeys: [] }), async (override) => {
      const { config, diagnostics } = await load(ACCOUNT + stringify({ presets: { p: override } }));
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect<unknown>(config?.routing.presets.get("p")).toEqual(override);
    }),
    { numRuns: 100 },
  );
});

/** A configuration with a preset that says `fields`. */
function preset(fields: string): string {
  return `[presets.p]\n${fields}\n[defaults]\npresets = ["p"]\n${ACCOUNT}`;
}

/** What stands between « and ». */
function marked(text: string): string {
  return /«(.*)»/.exec(text)?.[1] ?? "";
}

/** Loads a preset of one line that gets one warning, at the mark, and is handed on as it is. */
async function expectWarning(line: string, message: string, hint?: string): Promise<void> {
  const fields = line.replaceAll(/[«»]/g, "");
  const { config, diagnostics } = await load(preset(fields));
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({
    severity: "warning",
    message: `${message} that Switchhook knows of; it is passed on unchanged`,
    line: 2,
    column: line.indexOf("«") + 1,
    length: marked(line).length,
  });
  if (hint !== undefined) expect(diagnostics[0]?.hint).toBe(hint);
  expect<unknown>(config?.routing.presets.get("p")).toEqual(parse(fields));
}

/** Values that `schema` accepts, with fields and names that it does not know among them; no null, as in TOML. */
function overrides(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return overrides(schema.unwrap());
  if (schema instanceof z.ZodObject) return tables(schema);
  if (schema instanceof z.ZodArray)
    return fc.array(overrides(schema.element), { minLength: 1, maxLength: 3 });
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map(overrides));
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodNumber) return numbers(schema);
  if (schema instanceof z.ZodString) return texts(schema);
  throw new Error("Cannot make values: the schema must be of a kind that overrides have");
}

function tables(schema: z.ZodObject): fc.Arbitrary<unknown> {
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  const fields = Object.entries(shape).map(([name, field]) => [name, overrides(field)] as const);
  const requiredKeys = Object.entries(shape).flatMap(([name, field]) =>
    field instanceof z.ZodOptional ? [] : [name],
  );
  return fc
    .tuple(
      fc.record(Object.fromEntries(fields), { requiredKeys }),
      fc.dictionary(fc.constantFrom("unheard-of", "zebra crossing", "x"), fc.integer(), {
        noNullPrototype: true,
      }),
    )
    .map(([known, unknown]) => ({ ...unknown, ...known }))
    .filter((value) => schema.safeParse(value).success);
}

function numbers(schema: z.ZodNumber): fc.Arbitrary<number> {
  const min = Math.max(schema.minValue ?? -1e9, -1e9);
  const max = Math.min(schema.maxValue ?? 1e9, 1e9);
  const all = schema.isInt ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
  // -0 is 0 in TOML.
  return fc
    .oneof(all, fc.constantFrom(min, max))
    .map((value) => value + 0)
    .filter((value) => schema.safeParse(value).success);
}

/** Any text without a template; where few will do, some of those. */
function texts(schema: z.ZodString): fc.Arbitrary<string> {
  const any = fc.string({ unit: "grapheme" }).map((text) => `unheard-of ${text.replaceAll("$", "")}`);
  return schema.safeParse("unheard-of").success ? any : fc.constantFrom("0", "#", "*");
}
