/** The options that describe a call, as `explain` and `send` take them. */
import { type Command, InvalidArgumentError } from "commander";
import { dateProblem, type GivenHistory } from "../config/judge/expectations/given-history.ts";
import { agentIdProblem } from "../config/read/references.ts";
import type { InboundEvent } from "../retell/event.ts";

/** A call as described on the command line. */
export interface CallOptions {
  readonly to: string;
  readonly from: string;
  readonly sms?: true;
  /** The id of the agent bound to the number in Retell. */
  readonly agent?: string;
  readonly header?: Readonly<Record<string, string>>;
}

/** Adds the options that describe a call to a command. */
export function addCallOptions(command: Command): Command {
  return command
    .requiredOption("--to <number>", "the number dialled, such as +12137771235")
    .requiredOption("--from <number>", 'the caller: a number, or a word such as "anonymous"')
    .option("--sms", "a text message instead of a call")
    .option("--agent <id>", "the agent bound to the number in Retell; by default none", readAgentId)
    .option<Record<string, string>>(
      "--header <name=value>",
      "SIP header of the call (repeatable)",
      readHeader,
    );
}

/** The event that Retell would send for a call so described. */
export function eventOf({ to, from, sms, agent, header }: CallOptions, id: string | undefined): InboundEvent {
  return {
    channel: sms ? "chat" : "call",
    to,
    from,
    id,
    boundAgentId: agent,
    headers: sms ? {} : (header ?? {}),
  };
}

function readAgentId(text: string): string {
  const problem = agentIdProblem(text);
  if (problem) throw new InvalidArgumentError(`It must be an agent id: ${problem}.`);
  return text;
}

/** Reads an option `--history calls=3`, and adds it to those before. */
export function readHistory(text: string, before: GivenHistory = {}): GivenHistory {
  const [, part, value = ""] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  switch (part) {
    case "calls":
      if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError("`calls` must be a whole number.");
      return { ...before, calls: Number(value) };
    case "last": {
      const problem = dateProblem(value);
      if (problem) throw new InvalidArgumentError(`\`last\` ${problem}.`);
      return { ...before, last: value };
    }
    case "last_agent":
      return { ...before, last_agent: value };
  }
  throw new InvalidArgumentError("It must be calls=NUMBER, last=DATE or last_agent=AGENT.");
}

function readHeader(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = /^([^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must be name=value.");
  return { ...before, [name.toLowerCase()]: value };
}
