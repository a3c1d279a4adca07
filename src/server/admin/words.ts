/** How a server stands, in words: for `switchhook status` and the status page. */
import { counted } from "../../config/findings/counted.ts";
import { printable } from "../../config/findings/printable.ts";
import type { StatusReport } from "./report.ts";

/** How the server is, in one word for a colour and a sentence. */
export interface Health {
  readonly state: "well" | "attention" | "kept-out";
  readonly words: string;
}

/** Tells how the server is. */
export function healthOf({ refused, lookups, remote, shared }: StatusReport): Health {
  if (refused !== null) return { state: "kept-out", words: "A newer configuration is kept out" };
  const [first, ...others] = [
    ...(shared?.up === false ? ["this machine counts calls by itself"] : []),
    ...remote.flatMap(({ name, stale }) => (stale ? [`${printable(name)} is stale`] : [])),
    ...lookups.flatMap(({ lookup, paused_since: paused }) =>
      paused === null ? [] : [`the look-up ${printable(lookup)} is paused`],
    ),
  ];
  if (first === undefined) return { state: "well", words: "All is well" };
  const more = others.length > 0 ? `, and ${others.length} more` : "";
  return { state: "attention", words: `Calls are answered; ${first}${more}` };
}

/** `120 numbers, 14 clients, 96 expectations` */
export function contentsWords({ numbers, clients, expectations }: StatusReport["config"]): string {
  const parts = [counted(numbers, "number", "numbers")];
  if (clients > 0) parts.push(counted(clients, "client", "clients"));
  if (expectations > 0) parts.push(counted(expectations, "expectation", "expectations"));
  return parts.join(", ");
}

/** `12 s`, `3 min`, `3 h 12 min`, `5 d 3 h`; of milliseconds. */
export function durationWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}
