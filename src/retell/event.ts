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

/**
 * A field that is not needed to decide: where Retell sends it in a form not known here, it counts as absent. A
 * newer Retell must not cost a call.
 */
const optionalText = v.fallback(v.optional(v.string()), undefined);

const parties = {
  from_number: v.string("must be a string"),
  to_number: v.pipe(v.string("must be a string"), v.nonEmpty("must not be empty")),
  agent_id: optionalText,
};

const callSchema = v.object({
  call_inbound: v.object({
    ...parties,
    call_id: optionalText,
    custom_sip_headers: v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined),
  }),
});

const chatSchema = v.object({ chat_inbound: v.object({ ...parties, chat_id: optionalText }) });

const eventSchema = v.object({ event: v.string("must be a string") });

/** Reads the body of a request whose signature was good. Never throws. */
export function readEvent(body: Uint8Array): ReadEvent {
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(body));
  } catch {
    return { kind: "invalid", problem: "the body must be JSON in UTF-8" };
  }
  const event = v.safeParse(eventSchema, json);
  if (!event.success) return { kind: "invalid", problem: describe(event.issues) };

  switch (event.output.event) {
    case "call_inbound": {
      const read = v.safeParse(callSchema, json);
      if (!read.success) return { kind: "invalid", problem: describe(read.issues) };
      const call = read.output.call_inbound;
      return {
        kind: "inbound",
        event: {
          channel: "call",
          from: call.from_number,
          to: call.to_number,
          id: call.call_id,
          boundAgentId: call.agent_id,
          headers: lowerCaseNames(call.custom_sip_headers ?? {}),
        },
      };
    }
    case "chat_inbound": {
      const read = v.safeParse(chatSchema, json);
      if (!read.success) return { kind: "invalid", problem: describe(read.issues) };
      const chat = read.output.chat_inbound;
      return {
        kind: "inbound",
        event: {
          channel: "chat",
          from: chat.from_number,
          to: chat.to_number,
          id: chat.chat_id,
          boundAgentId: chat.agent_id,
          headers: {},
        },
      };
    }
    default:
      return { kind: "other", name: event.output.event };
  }
}

/** SIP header names are compared in lower case; a value that is not a string is left out. */
function lowerCaseNames(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const lower: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === "string") lower[name.toLowerCase()] = value;
  }
  return lower;
}

/** `call_inbound.from_number is missing; call_inbound.to_number must be a string` */
function describe(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues
    .map((issue) => {
      const path = v.getDotPath(issue) ?? "the body";
      if (issue.input === undefined) return `${path} is missing`;
      return `${path} ${issue.kind === "schema" && issue.type === "object" ? "must be an object" : issue.message}`;
    })
    .join("; ");
}
