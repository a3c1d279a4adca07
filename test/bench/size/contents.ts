/** Large files for a configuration. */
import { numberOf } from "../calls/numbers.ts";

/** What every configuration begins with. */
export const HEAD: string = '[server]\nlisten = "127.0.0.1:0"\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

/** A file with so many callers, in no order. */
export function listOf(count: number): Uint8Array {
  const bytes = Buffer.alloc(count * 13);
  for (let at = 0; at < count; at++) bytes.write(`${callerAt(at)}\n`, at * 13, "latin1");
  return bytes;
}

/** So many rows of a file of contacts, without its header. */
export function contactsOf(count: number): string {
  return Array.from(
    { length: count },
    (_, at) => `${callerAt(at)},Person ${at},${at % 3 ? "basic" : "gold"},Springfield\n`,
  ).join("");
}

/** Each once: the factor is a prime with no factor in common with the span. */
function callerAt(at: number): string {
  return `+1${2_010_000_000 + ((at * 7_368_787_061) % 790_000_0000)}`;
}

/** So many entries of `[numbers]`, each with what a number usually has. @param denied besides the usual */
export function numbersOf(count: number, denied: readonly string[] = []): string {
  const deny = [...denied, "+1900*", "withheld"].map((caller) => JSON.stringify(caller)).join(", ");
  return Array.from(
    { length: count },
    (_, at) => `[numbers."${numberOf(at)}"]
agent = "agent_${at}"
deny = [${deny}]
variables = { company = "Client ${at}", caller = "\${from_number}" }
metadata = { tenant = "client-${at}" }
`,
  ).join("");
}
