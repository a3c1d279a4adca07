/** Who can take calls, and what can be changed of them for one call: `[agents]` and `[presets]`. */
import * as z from "zod";
import { needed, presetNames } from "./parts.ts";
import * as text from "./texts.ts";

/** `[agents]`: an entry */
export const agent = z
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

/** `[presets.NAME]` */
export const preset = z
  .strictObject({
    agent: overrides.optional().describe("Settings of the agent"),
    retell_llm: overrides.optional().describe("Settings of its Retell LLM"),
    conversation_flow: overrides.optional().describe("Settings of its conversation flow"),
  })
  .describe(PRESET);
