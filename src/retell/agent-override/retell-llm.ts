/** The fields of `agent_override.retell_llm`. */
import { engineFields, knowledgeSearch, textModel } from "./engine.ts";
import { between, flag, oneOf, settings, text } from "./fields.ts";

const speechModel = oneOf([
  "gpt-realtime-2.1",
  "gpt-realtime-2.1-mini",
  "gpt-realtime-2",
  "gpt-realtime-1.5",
  "gpt-realtime",
  "gpt-realtime-mini",
]);

/** What a call can change of a Retell LLM. */
export const retellLlm = settings({
  ...engineFields,
  begin_message: text
    .nullable()
    .describe('What the agent says first; "" lets the user speak first; unset: the model makes it up'),
  kb_config: knowledgeSearch.nullable().describe("How knowledge bases are searched"),
  model: textModel.nullable().describe("The text model; not together with s2s_model"),
  model_high_priority: flag.nullable().describe("Whether to use the faster, dearer pool of the model"),
  model_temperature: between(0, 1).describe(
    "How random the answers are, from 0 to 1; low is best for tool calls",
  ),
  s2s_model: speechModel.nullable().describe("The speech-to-speech model; not together with model"),
})
  .refine(({ model, s2s_model }) => model == null || s2s_model == null, {
    path: ["s2s_model"],
    error: "must not stand beside `model`: Retell takes at most one of the two",
    // Also where something else is wrong in the table.
    when: ({ value }) => typeof value === "object" && value !== null,
  })
  .meta({ not: { required: ["model", "s2s_model"] } });
