import { expect, test } from "bun:test";
import type { Agent } from "../../../src/routing/plan.ts";
import { agentWords } from "../../../src/routing/words/named.ts";
import { agent } from "../plans.ts";

test.each<[says: Partial<Agent>, words: string]>([
  [{}, "agent_1"],
  [{ name: "frontdesk" }, "frontdesk (agent_1)"],
  [{ version: "prod" }, "agent_1, version prod"],
  [{ version: 0 }, "agent_1, version 0"],
  [{ name: "frontdesk", version: 3 }, "frontdesk (agent_1, version 3)"],
])("an agent that says %j is called %p", (says, words) => {
  expect(agentWords(agent("agent_1", says))).toBe(words);
});
