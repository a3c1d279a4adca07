/** The names that a template may use for what is known of a call. */
import { headerOf } from "../callers/call.ts";
import type { Circumstances } from "../circumstances.ts";

/** The value for a call; undefined where the call has none. */
type Placeholder = (circumstances: Circumstances) => string | undefined;

const PLACEHOLDERS: Readonly<Record<string, Placeholder>> = {
  from_number: ({ call, caller }) => caller.number ?? (caller.withheld ? undefined : call.from),
  to_number: ({ dialled }) => dialled,
  from_country: ({ caller }) => caller.country,
  channel: ({ call }) => call.channel,
  call_id: ({ call }) => call.id,
  agent_id: ({ call }) => call.boundAgentId,
};

/** Every name without a dot, and the forms of those with one, for messages and suggestions. */
export const PLACEHOLDER_NAMES: readonly string[] = [
  ...Object.keys(PLACEHOLDERS),
  "contact.COLUMN",
  "header.NAME",
];

const HEADER = /^header\.(\S+)$/;
const CONTACT = /^contact\.(.+)$/;

/** The column of the contacts that a name stands for, if it is one of those. */
export function contactColumn(name: string): string | undefined {
  return CONTACT.exec(name)?.[1];
}

/** What fills `name`, or undefined where there is no such name. */
export function placeholder(name: string): Placeholder | undefined {
  const header = HEADER.exec(name)?.[1]?.toLowerCase();
  if (header) return ({ call }) => headerOf(call, header);
  const column = contactColumn(name);
  if (column) return ({ caller, columns }) => caller.contact?.values[columns.get(column) ?? -1];
  return Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : undefined;
}
