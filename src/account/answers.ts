/**
 * What the API answers, as far as it is used; what else is there is ignored. A field that is needed and missing makes
 * the answer unreadable; one that is not, and has a form not known here, counts as absent.
 */
import * as v from "valibot";

const text = v.string("must be a string");
const optionalText = v.fallback(v.nullish(text), undefined);
const version = v.union([v.number(), v.string()]);
const optionalVersion = v.fallback(v.nullish(version), undefined);

const boundAgents = v.fallback(
  v.nullish(
    v.array(v.object({ agent_id: text, weight: v.fallback(v.number(), 1), agent_version: optionalVersion })),
  ),
  undefined,
);

/** A number. */
export const phoneNumber = v.object({
  phone_number: text,
  nickname: optionalText,
  inbound_agents: boundAgents,
  inbound_sms_agents: boundAgents,
  inbound_webhook_url: optionalText,
  inbound_sms_webhook_url: optionalText,
  allowed_inbound_country_list: v.fallback(v.nullish(v.array(v.string())), undefined),
  fallback_number: optionalText,
});

/** An agent of a list. */
export const agentItem = v.object({
  agent_id: text,
  agent_name: optionalText,
  channel: optionalText,
  tags: v.fallback(
    v.nullish(v.record(v.string(), v.object({ version: v.fallback(v.optional(v.number()), undefined) }))),
    undefined,
  ),
});

/** A version of an agent. */
export const agentVersion = v.object({
  version: v.number("must be a number"),
  is_published: v.fallback(v.boolean(), true),
});

/** An agent at one of its versions. */
export const agentDetails = v.object({
  response_engine: v.object({ type: text }),
});

/** A voice. */
export const voice = v.object({ voice_id: text });

/** A knowledge base. */
export const knowledgeBase = v.object({ knowledge_base_id: text });

/** Whose key it is. */
export const keyInfo = v.object({ api_key_name: optionalText, org_name: optionalText });

const optionalCount = v.fallback(v.nullish(v.number()), undefined);

/** How many calls there may be at once. */
export const concurrency = v.object({
  concurrency_limit: v.number("must be a number"),
  concurrency_burst_limit: optionalCount,
  reserved_inbound_concurrency: optionalCount,
});

/** A page of a list. */
export const page = v.object({
  items: v.array(v.unknown(), "must be an array"),
  has_more: v.fallback(v.boolean(), false),
  pagination_key: optionalText,
});

/** Reads a value, or says where it has another form: `items.3.agent_id must be a string`. */
export function readAs<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): { readonly value: v.InferOutput<Schema> } | { readonly problem: string } {
  const read = v.safeParse(schema, value, { abortEarly: true });
  if (read.success) return { value: read.output };
  const [issue] = read.issues;
  const path = v.getDotPath(issue);
  return { problem: path ? `${path} ${sentence(issue)}` : `it ${sentence(issue)}` };
}

function sentence({ message, expected, received }: v.BaseIssue<unknown>): string {
  if (message.startsWith("must")) return received === "undefined" ? "is missing" : message;
  return received === "undefined"
    ? "is missing"
    : `must be ${expected === "Object" ? "an object" : expected}`;
}
