/** The entries of `agent_override.agent.post_call_analysis_data`. */
import * as z from "zod";
import { flag, oneOf, text, variant, variants } from "./fields.ts";

const field = {
  name: text.describe("The name of the field"),
  description: text.describe("What it means"),
  conditional_prompt: text.optional().describe("When to fill it, unless it is required; unset: always"),
  required: flag.optional().describe("Whether the call counts as unsuccessful without it"),
};

/** Something to extract from a call after its end. */
export const postCallAnalysis = variants([
  variant("string", {
    ...field,
    examples: z.array(text).optional().describe("Values that show the form"),
  }),
  variant("enum", {
    ...field,
    choices: z.array(text).min(1).describe("The values it can have, at least one"),
  }),
  variant("boolean", field),
  variant("number", field),
  variant("system-presets", {
    ...field,
    name: oneOf(["call_summary", "call_successful", "user_sentiment"]).describe(
      "Which of Retell's own fields",
    ),
    description: text.optional().describe("What it means, in place of Retell's own words"),
  }),
]);
