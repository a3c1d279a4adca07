/** The fields of `agent_override.conversation_flow`. */
import { engineFields, knowledgeSearch, textModel } from "./engine.ts";
import { flag, number, oneOf, settings, table, text } from "./fields.ts";

/** What a call can change of a conversation flow. */
export const conversationFlow = settings({
  ...engineFields,
  // Named by Retell's documentation, but not by its SDK.
  begin_message: text.describe("What the agent says first"),
  kb_config: knowledgeSearch.describe("How knowledge bases are searched"),
  model_choice: table({
    model: textModel.describe("The text model"),
    type: oneOf(["cascading"]).describe("The kind of choice: cascading"),
    high_priority: flag.optional().describe("Whether to use the faster, dearer pool of the model"),
  }).describe("The model"),
  model_temperature: number.nullable().describe("How random the answers are; lower is more predictable"),
});
