/** `[[expect]]`: calls, and what must become of them. */
import * as z from "zod";
import { givenLookups } from "./lookups.ts";
import { EXCLUSIVE, needed, oneOrMany, tableOf, values } from "./parts.ts";
import * as text from "./texts.ts";
import { flagFile, limitName } from "./when.ts";

const givenHistory = z.strictObject({
  calls: z.int().nonnegative().optional().describe("How many earlier calls"),
  last: text.anyText("A date", "2026-12-24").optional().describe("The date of the last one"),
  last_agent: text
    .anyText("An agent", "sales")
    .optional()
    .describe("The agent that took the last one, by its name in [agents], else by its id"),
});

/** `[[expect]]` */
export const expectation = z
  .strictObject({
    to: needed(text.dialled, '"+12137771235"', "The number dialled"),
    from: needed(
      text.anyText("A caller", "+12137771234", "anonymous"),
      '"+12137771234"',
      'Who calls: a number, or a word such as "anonymous"',
    ),
    at: text
      .anyText("A time", "2026-12-25T10:00[America/Los_Angeles]", "2026-12-25T18:00Z")
      .optional()
      .describe('When: "2026-12-25T10:00[America/Los_Angeles]"; without it, now'),
    sms: z.boolean().default(false).describe("Whether it is a text"),
    agent_id: text
      .anyText("An agent id", "agent_0123456789abcdef0123456789")
      .optional()
      .describe("The id of the agent bound to the number in Retell; without it, none is bound"),
    headers: tableOf(z.string().describe("The header's value"))
      .default({})
      .describe("SIP headers of the call"),
    over: oneOrMany(limitName).default([]).describe("Limits to treat as reached"),
    exists: oneOrMany(flagFile)
      .default([])
      .describe("The files of `exists` conditions that are there; the others are not"),
    lookup: givenLookups,
    history: givenHistory
      .optional()
      .describe("The caller's earlier calls to this client; without it, there are none"),
    agent: z.string().optional().describe("The agent that must take it, by name or id"),
    pass: z.literal(true).optional().describe("It must be left to the agent bound in Retell"),
    reject: z.literal(true).optional().describe("It must be declined"),
    rule: z
      .string()
      .optional()
      .describe("The name of the rule that must decide, or, if it continues, that must apply"),
    variables: values.default({}).describe("Dynamic variables it must have, among others"),
  })
  .meta({
    description: "A call, and what must become of it",
    [EXCLUSIVE]: ["agent", "pass", "reject"],
  });
