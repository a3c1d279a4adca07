/** The options that describe a call, as `explain` and `send` take them. */
import { type Command, InvalidArgumentError } from "commander";
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

function readHeader(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = /^([^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must be name=value.");
  return { ...before, [name.toLowerCase()]: value };
}
