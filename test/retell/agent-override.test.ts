import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { agentOverride } from "../../src/retell/agent-override/index.ts";
import { strangersIn } from "../../src/retell/agent-override/strangers.ts";

describe("the schema of overrides", () => {
  const json = z.toJSONSchema(agentOverride, { io: "input" });
  const at = (...path: string[]): unknown =>
    path.reduce<unknown>((node, key) => (isTable(node) ? node[key] : undefined), json);
  const field = (group: string, name: string) => at("properties", group, "properties", name);

  test("says what every field is, in JSON Schema too", () => {
    const fields = fieldsBelow(json, []);
    // Where `type` tells forms apart, the forms speak for themselves.
    const silent = fields.filter(
      ([path, node]) => path.at(-1) !== "type" && typeof node.description !== "string",
    );
    expect(silent).toEqual([]);
    expect(fields.length).toBeGreaterThan(100);
  });

  test("offers an editor the names of an open list, and refuses no other", () => {
    expect(field("conversation_flow", "start_speaker")).toEqual({
      anyOf: [{ type: "string", enum: ["user", "agent"] }, { type: "string" }],
      description: "Who speaks first: user or agent",
    });
  });

  test("offers an editor the ranges", () => {
    expect(field("agent", "voice_speed")).toMatchObject({ type: "number", minimum: 0.5, maximum: 2 });
    expect(field("agent", "end_call_after_silence_ms")).toMatchObject({ minimum: 10_000 });
    expect(field("agent", "reminder_trigger_ms")).toMatchObject({ exclusiveMinimum: 0 });
    expect(field("retell_llm", "model_temperature")).toMatchObject({ minimum: 0, maximum: 1 });
  });

  test("is open to fields that it does not know, at every depth", () => {
    const closed = tablesBelow(json).filter((node) => node.additionalProperties === false);
    expect(closed).toEqual([]);
  });

  test("says that model and s2s_model exclude each other", () => {
    expect(at("properties", "retell_llm", "not")).toEqual({ required: ["model", "s2s_model"] });
  });

  test.each([
    ["agent", "agent_name"],
    ["agent", "voice_model"],
    ["agent", "voicemail_option"],
    ["agent", "data_storage_retention_days"],
    ["retell_llm", "model"],
    ["retell_llm", "kb_config"],
    ["conversation_flow", "knowledge_base_ids"],
  ])("takes null for %s.%s, as Retell does", (group, name) => {
    expect(agentOverride.safeParse({ [group]: { [name]: null } }).success).toBe(true);
  });

  test.each([
    ["agent", "volume"],
    ["agent", "language"],
    ["agent", "pii_config"],
    ["retell_llm", "start_speaker"],
    ["conversation_flow", "kb_config"],
  ])("takes no null for %s.%s, as Retell does not", (group, name) => {
    expect(agentOverride.safeParse({ [group]: { [name]: null } }).success).toBe(false);
  });

  test("takes null for one of model and s2s_model", () => {
    expect(agentOverride.safeParse({ retell_llm: { model: null, s2s_model: "gpt-realtime" } }).success).toBe(
      true,
    );
  });
});

describe("strangers", () => {
  const names = (override: unknown) => strangersIn(override, agentOverride).map(({ path }) => path.join("."));

  test("are the fields and names that are not known, and nothing else", () => {
    const override = {
      agent: {
        volume: 1,
        loudness: 2,
        ambient_sound: "coffee-shop",
        voice_model: "sonic-9",
        voice_id: "whoever",
        webhook_events: ["call_started", "call_dreamt"],
        handbook_config: { high_empathy: true, low_empathy: false },
        pronunciation_dictionary: [{ word: "a", alphabet: "runes", phoneme: "b", tone: 4 }],
      },
      retell_llm: { model: null },
      choir: {},
    };
    expect(names(override)).toEqual([
      "agent.loudness",
      "agent.voice_model",
      "agent.webhook_events.1",
      "agent.handbook_config.low_empathy",
      "agent.pronunciation_dictionary.0.alphabet",
      "agent.pronunciation_dictionary.0.tone",
      "choir",
    ]);
  });

  test("are found in one language and in several", () => {
    expect(names({ agent: { language: "multi" } })).toEqual([]);
    expect(names({ agent: { language: "tlh-QO" } })).toEqual(["agent.language"]);
    expect(names({ agent: { language: ["en-US", "tlh-QO"] } })).toEqual(["agent.language.1"]);
  });

  test("are looked for in the form that `type` names", () => {
    const engine = { llm_id: "llm_1", conversation_flow_id: "flow_1" };
    const inForm = (type: string) => names({ agent: { response_engine: { type, ...engine } } });
    expect(inForm("retell-llm")).toEqual(["agent.response_engine.conversation_flow_id"]);
    expect(inForm("conversation-flow")).toEqual(["agent.response_engine.llm_id"]);
    // What belongs to a form that is not known, nobody can say.
    expect(inForm("oracle")).toEqual(["agent.response_engine.type"]);
  });

  test("are not looked for in what is of the wrong type", () => {
    expect(names({ agent: 5 })).toEqual([]);
    expect(names({ agent: { voice_model: 5, webhook_events: "x", response_engine: [{ a: 1 }] } })).toEqual(
      [],
    );
    expect(names(null)).toEqual([]);
  });

  test("are not mistaken for what every object has", () => {
    expect(names({ agent: { constructor: 1, custom_stt_config: { provider: "toString" } } })).toEqual([
      "agent.constructor",
      "agent.custom_stt_config.provider",
    ]);
    const parsed = agentOverride.safeParse({
      agent: { custom_stt_config: { provider: "constructor", endpointing_ms: 1 } },
    });
    expect(parsed.success).toBe(true);
  });
});

type Node = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Node {
  return typeof value === "object" && value !== null;
}

/** Every table schema in a JSON Schema. */
function tablesBelow(node: unknown): Node[] {
  if (!isTable(node)) return [];
  return [...(node.type === "object" ? [node] : []), ...Object.values(node).flatMap(tablesBelow)];
}

/** Every field in a JSON Schema, with its path. */
function fieldsBelow(node: unknown, path: readonly string[]): [path: readonly string[], field: Node][] {
  if (!isTable(node)) return [];
  return Object.entries(node).flatMap(([key, inner]) =>
    key === "properties" && isTable(inner)
      ? Object.entries(inner).flatMap(([name, field]) => [
          ...(isTable(field) ? [[[...path, name], field] as [string[], Node]] : []),
          ...fieldsBelow(field, [...path, name]),
        ])
      : fieldsBelow(inner, path),
  );
}
