/** The events that Retell sends to the webhook of a phone number. */
import * as v from "valibot";

/** An inbound call, or an inbound text message. */
export type Channel = "call" | "chat";

/** One inbound call or text, as Retell asks about it. */
export interface InboundEvent {
  readonly channel: Channel;
  /** Who calls: normally E.164, but a withheld or SIP caller arrives as something else. */
  readonly from: string;
  /** The number dialled. */
  readonly to: string;
  /** The id of the call or text: the same on every retry. Older Retell versions send none. */
  readonly id: string | undefined;
  /** The agent bound to the number, if there is one. */
  readonly boundAgentId: string | undefined;
  /** SIP headers, names in lower case; a text has none. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a body turned out to be. */
export type ReadEvent =
  | { readonly kind: "inbound"; readonly event: InboundEvent }
  /** An event of another kind of webhook, such as `call_ended`. */
  | { readonly kind: "other"; readonly name: string }
  /** Not an event; `problem` says what is missing or wrong. */
  | { readonly kind: "invalid"; readonly problem: string };

const decoder = new TextDecoder("utf-8", { fatal: true });

const eventSchema = v.object({ event: v.string("must be a string") });

/** What is needed to decide. What is not is no part of a schema: its reading would take longer than all of this. */
const partiesSchema = v.object({
  from_number: v.string("must be a string"),
  to_number: v.pipe(v.string("must be a string"), v.nonEmpty("must not be empty")),
});

const headersSchema = v.fallback(v.record(v.string(), v.unknown()), {});

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

/** Reads the body of a request whose signature was good. Never throws. */
export function readEvent(body: Uint8Array): ReadEvent {
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(body));
  } catch {
    return { kind: "invalid", problem: "the body must be JSON in UTF-8" };
  }
  const read = v.safeParse(eventSchema, json);
  if (!read.success) return { kind: "invalid", problem: describe(read.issues) };
  const name = read.output.event;
  if (name !== "call_inbound" && name !== "chat_inbound") return { kind: "other", name };

  const inbound = fieldsOf(json)[name];
  const parties = v.safeParse(partiesSchema, inbound);
  if (!parties.success) return { kind: "invalid", problem: describe(parties.issues, name) };
  const { from_number: from, to_number: to } = parties.output;
  const { agent_id, call_id, chat_id, custom_sip_headers } = fieldsOf(inbound);
  const isCall = name === "call_inbound";
  return {
    kind: "inbound",
    event: {
      channel: isCall ? "call" : "chat",
      from,
      to,
      id: optionalText(isCall ? call_id : chat_id),
      boundAgentId: optionalText(agent_id),
      headers:
        isCall && custom_sip_headers !== undefined
          ? lowerCaseNames(v.parse(headersSchema, custom_sip_headers))
          : NO_HEADERS,
    },
  };
}

/** The fields of what a schema has found to be an object. */
function fieldsOf(object: unknown): Readonly<Record<string, unknown>> {
  return object as Readonly<Record<string, unknown>>;
}

/**
 * A field that is not needed to decide: where Retell sends it in a form not known here, it counts as absent. A
 * newer Retell must not cost a call.
 */
function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** SIP header names are compared in lower case; a value that is not a string is left out. */
function lowerCaseNames(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const lower: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === "string") lower[name.toLowerCase()] = value;
  }
  return lower;
}

/** `call_inbound.from_number is missing; call_inbound.to_number must be a string` @param within the field that was read */
function describe(issues: readonly v.BaseIssue<unknown>[], within?: string): string {
  return issues
    .map((issue) => {
      const fields = [within, v.getDotPath(issue)].filter((part) => part != null);
      const path = fields.join(".") || "the body";
      if (issue.input === undefined) return `${path} is missing`;
      return `${path} ${issue.kind === "schema" && issue.type === "object" ? "must be an object" : issue.message}`;
    })
    .join("; ");
}
