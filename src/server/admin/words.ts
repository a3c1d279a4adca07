/** How a server stands, in words: for `switchhook status` and the status page. */
import { counted } from "../../config/findings/counted.ts";
import type { StatusReport } from "./report.ts";

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
