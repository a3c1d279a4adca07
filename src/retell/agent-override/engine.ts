/** What the two response engines, a Retell LLM and a conversation flow, have in common. */

import * as z from "zod";
import { flag, number, oneOf, settings, text } from "./fields.ts";

/** The models that write what the agent says. */
export const textModel = oneOf([
  "gpt-4.1",
  "gpt-4.1-mini",
  "gpt-4.1-nano",
  "gpt-5",
  "gpt-5-mini",
  "gpt-5-nano",
  "gpt-5.1",
  "gpt-5.2",
  "gpt-5.4",
  "gpt-5.4-mini",
  "gpt-5.4-nano",
  "gpt-5.5",
  "gpt-5.6-terra",
  "gpt-5.6-luna",
  "claude-4.5-sonnet",
  "claude-4.6-sonnet",
  "claude-5-sonnet",
  "claude-4.5-haiku",
  "gemini-3.0-flash",
  "gemini-3.1-flash-lite",
  "gemini-3.5-flash",
  "gemini-3.5-flash-lite",
  "gemini-3.6-flash",
]);

/** How knowledge bases are searched. */
export const knowledgeSearch = settings({
  filter_score: number.describe("How similar a chunk must be to count"),
  top_k: number.describe("How many chunks to retrieve at most"),
});

/** The fields that both engines have. */
export const engineFields = {
  begin_after_user_silence_ms: number
    .nullable()
    .describe(
      "When the user is to speak first: after how many milliseconds of silence the agent does; unset: never",
    ),
  knowledge_base_ids: z.array(text).nullable().describe("The knowledge bases to draw on, by id"),
  start_speaker: oneOf(["user", "agent"]).describe("Who speaks first: user or agent"),
  tool_call_strict_mode: flag
    .nullable()
    .describe("Whether tool calls must follow their schema to the letter; only some models can"),
};
