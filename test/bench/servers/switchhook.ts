/** The two set-ups of Switchhook that are measured. */
import { numberOf } from "../calls/numbers.ts";
import { agentOf, CALLERS, type Call, callerOf, isDenied, NUMBERS } from "../calls/requests.ts";

/** The name of the set-up that does what the servers written by hand do. */
export const MINIMAL = "switchhook, minimal";
/** The name of the set-up that does everything there is for every call. */
export const EVERYTHING = "switchhook, everything on";

/** What is on the list of those who are denied beside callers who call, so that it is as long as real ones are. */
const STRANGERS_DENIED = 100_000;

/** The files of the set-up that does what the servers written by hand do: it routes, and keeps no log of calls. */
export function minimalFiles(port: number): Record<string, string> {
  return {
    "config.toml": `${head(port)}
[log]
level = "warning"

${numbers((number) => `agent = "${agentOf(number)}"`)}`,
  };
}

/** The files of the set-up that does everything there is for every call. */
export function everythingFiles(port: number): Record<string, string> {
  const callers = Array.from({ length: CALLERS }, (_, at) => callerOf(at));
  const strangers = Array.from({ length: STRANGERS_DENIED }, (_, at) => `+1628${2_000_000 + at}`);
  return {
    "spam.txt": lines([...callers.filter(isDenied), ...strangers]),
    "customers.txt": lines(callers),
    "config.toml": `${head(port)}state = "state"

[admin]
listen = "127.0.0.1:0"

[log]
format = "json"

[lists]
spam = { file = "spam.txt" }
customers = { file = "customers.txt" }

[defaults]
deny = ["@spam", "withheld"]
allow = ["@customers"]
variables = { caller = "\${from_number}", dialled = "\${to_number}", ending = "\${from_number|last4}" }

${numbers(
  (number) => `agent = "${agentOf(number)}"
variables = { company = "Client ${number.slice(-3)}", greeting = "Thanks for calling Client ${number.slice(-3)}" }
metadata = { tenant = "client-${number.slice(-3)}" }`,
)}`,
  };
}

/** What the set-up that does everything answers. */
export function everythingAnswer({ from, to }: Call): unknown {
  if (isDenied(from)) return { call_inbound: { reject: true } };
  const company = `Client ${to.slice(-3)}`;
  const known = { caller: from, dialled: to, ending: from.slice(-4) };
  return {
    call_inbound: {
      override_agent_id: agentOf(to),
      dynamic_variables: { ...known, company, greeting: `Thanks for calling ${company}` },
      metadata: { tenant: `client-${to.slice(-3)}` },
    },
  };
}

function head(port: number): string {
  return `[retell]
api_key = "\${env:RETELL_API_KEY}"

[server]
listen = "127.0.0.1:${port}"
`;
}

function numbers(tableOf: (number: string) => string): string {
  return Array.from(
    { length: NUMBERS },
    (_, at) => `[numbers."${numberOf(at)}"]\n${tableOf(numberOf(at))}\n`,
  ).join("\n");
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
