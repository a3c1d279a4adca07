/** A signed test call to a URL, to see whether this configuration answers there. */
import { randomBytes, randomUUID } from "node:crypto";
import * as v from "valibot";
import type { InboundEvent } from "../../../retell/event.ts";
import { requestBody } from "../../../retell/request.ts";
import { SIGNATURE_HEADER, signBody } from "../../../retell/signature.ts";
import { RETELL_TIMEOUT_MS } from "../../../retell/timing.ts";
import type { NumberPlan, RoutingPlan, Target } from "../../../routing/plan.ts";
import { viewsOf } from "../../../routing/table/scopes.ts";
import { routesIn, rulesetsIn } from "../../../routing/walk.ts";
import { exchange, exchangeProblem, type Incoming, urlTarget } from "../../exchange.ts";

/** A number that nobody has: those from 555-0100 to 555-0199 are kept for examples. */
const CALLER = "+12025550100";

const answerSchema = v.object({
  call_inbound: v.object({
    override_agent_id: v.optional(v.string()),
    reject: v.optional(v.literal(true)),
  }),
});

/**
 * Calls a number of the configuration at a URL, once signed with its key and once with a random one, and says what is
 * wrong with the answers; undefined where they can be those of this configuration.
 *
 * @param key the key that Retell signs with
 * @param number the dialled number, in E.164 form
 * @param plan its entry
 */
export async function testCallProblem(
  url: URL,
  key: string,
  number: string,
  plan: NumberPlan,
  routing: RoutingPlan,
): Promise<string | undefined> {
  const forged = await call(url, `key_${randomBytes(16).toString("hex")}`, number);
  if (typeof forged === "string") return forged;
  if (forged.status !== 401) {
    return `a call with a wrong signature was answered with ${forged.status}, where this program answers 401`;
  }
  const answered = await call(url, key, number);
  if (typeof answered === "string") return answered;
  if (answered.status === 401)
    return "the server there does not accept the signature of this configuration's API key (401)";
  if (answered.status !== 200) return `it was answered with the status ${answered.status}`;
  const read = v.safeParse(answerSchema, parsed(answered.body));
  if (!read.success) return "the answer is not that of an inbound webhook";
  const { override_agent_id: id, reject } = read.output.call_inbound;
  const outcome = reject ? "reject" : (id ?? "pass");
  if (outcomesOf(plan, routing).has(outcome)) return undefined;
  return `the answer is ${outcomeWords(outcome)}, which this configuration never gives to calls to ${number}; is the server there running it?`;
}

async function call(url: URL, key: string, number: string): Promise<Incoming | string> {
  const nowMs = Date.now();
  const id = `switchhook-test-${randomUUID()}`;
  const event: InboundEvent = {
    ...{ from: CALLER, to: number, id, boundAgentId: undefined, headers: {} },
    channel: "call",
  };
  const body = Buffer.from(JSON.stringify(requestBody(event, nowMs)));
  const headers = { "content-type": "application/json", [SIGNATURE_HEADER]: signBody(body, key, nowMs) };
  try {
    return await exchange(urlTarget(url), { method: "POST", headers, body, timeoutMs: RETELL_TIMEOUT_MS });
  } catch (error) {
    return `there is no answer: ${exchangeProblem(error)}`;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Whatever calls to a number by somebody unknown can come to: ids of agents, `pass`, `reject`. Not just what this one
 * should come to: a limit that is reached and a look-up that fails are known to the server alone.
 */
function outcomesOf(plan: NumberPlan, routing: RoutingPlan): ReadonlySet<string> {
  const view = viewsOf(routing).get(plan.client);
  if (!view) return new Set();
  const [route] = routesIn({ numbers: [plan], defaults: view.defaults });
  const rulesets = rulesetsIn(view);
  const rules = [
    ...(route?.rules ?? []),
    ...(route?.rulesets ?? []).flatMap((name) => rulesets.get(name)?.rules ?? []),
  ];
  const targets = [plan.target, ...rules.map(({ rule }) => rule.target)];
  // Whether the caller is screened is for lists to say, which the server may have newer ones of.
  return new Set(["reject", ...targets.flatMap(outcomesIn)]);
}

function outcomesIn(target: Target | undefined): readonly string[] {
  switch (target?.kind) {
    case "agent":
      return [target.agent.id];
    case "split":
      return target.shares.map(({ agent }) => agent.id);
    case "pass":
    case "reject":
      return [target.kind];
    case undefined:
      return [];
  }
}

function outcomeWords(outcome: string): string {
  switch (outcome) {
    case "reject":
      return "a rejection";
    case "pass":
      return "to leave the call to the bound agent";
    default:
      return `the agent ${JSON.stringify(outcome)}`;
  }
}
