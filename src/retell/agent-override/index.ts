/** `agent_override`: what an answer can change of the agent for one call. */
import type * as z from "zod";
import { agent } from "./agent.ts";
import { conversationFlow } from "./conversation-flow.ts";
import { settings } from "./fields.ts";
import { retellLlm } from "./retell-llm.ts";

/**
 * Everything that an override may hold.
 *
 * Open where Retell grows: it accepts fields and names that are not known here, which `strangersIn` finds. Anything
 * of the wrong type or outside a range that Retell states is refused.
 */
export const agentOverride = settings({
  agent: agent.describe("Settings of the agent"),
  retell_llm: retellLlm.describe("Settings of its Retell LLM, where it has one"),
  conversation_flow: conversationFlow.describe("Settings of its conversation flow, where it has one"),
});

/** What describes them. */
export type AgentOverrideSchema = typeof agentOverride;

/** An override as it is written. */
export type AgentOverride = z.input<typeof agentOverride>;
