/** Reading what the main file says for many clients: once for each, since names mean each client's own things first. */
import { type Finding, Findings } from "../findings/findings.ts";
import type { ReadContext } from "./references.ts";

/** So many clients are named where something is wrong for some of them only. */
const MOST_NAMED = 3;

type Source = Pick<ReadContext, "pathOf" | "uses" | "findings">;

/** Readings of one part of the main file; what is wrong in several of them is reported once. */
export class SharedReading {
  readonly #source: Source;
  readonly #findings: Findings;
  readonly #readings: { readonly client: string; readonly findings: Findings }[] = [];
  readonly #sameBy: "message" | "place";

  /**
   * @param source the main file
   * @param sameBy what two findings have in common that are one, besides their place: the message, or nothing
   */
  constructor(source: Source, sameBy: "message" | "place" = "message") {
    this.#source = source;
    this.#findings = source.findings;
    this.#sameBy = sameBy;
  }

  /** Reads it in the scope of one client, or of the main file itself. */
  read<Read>(scope: ReadContext, read: (context: ReadContext) => Read): Read {
    const { pathOf, uses } = this.#source;
    return read({ ...scope, pathOf, uses, findings: this.findingsFor(scope.client) });
  }

  /** Takes what is found wrong with it for one client. */
  findingsFor(client: string): Findings {
    const findings = new Findings(this.#findings);
    this.#readings.push({ client, findings });
    return findings;
  }

  /**
   * Reports what is wrong, and has not been reported yet. What is missing for some clients, and may be, is not; of anything else that is wrong for some
   * only, it is said for which.
   */
  report(): void {
    const found = new Map<string, { readonly finding: Finding; readonly clients: string[] }>();
    for (const { client, findings } of this.#readings) {
      for (const finding of findings.inDocument.splice(0)) {
        const { severity, path, at, part, message } = finding;
        const same = this.#sameBy === "message" ? message : "";
        const key = JSON.stringify([severity, path, at, part, same]);
        const known = found.get(key) ?? { finding, clients: [] };
        known.clients.push(client);
        found.set(key, known);
      }
    }
    for (const { finding, clients } of found.values()) {
      if (clients.length === this.#readings.length) this.#findings.inDocument.push(finding);
      else if (!finding.mayBeElsewhere) {
        const message = `${finding.message}; this applies to ${clientsWords(clients)}`;
        this.#findings.inDocument.push({ ...finding, message });
      }
    }
  }
}

/** `the main file's own numbers and the clients acme, bolt, cafe and 2 more` */
function clientsWords(clients: readonly string[]): string {
  const named = clients.filter((client) => client !== "");
  const shown = named.slice(0, MOST_NAMED);
  const more = named.length - shown.length;
  const words = `the ${named.length === 1 ? "client" : "clients"} ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  const main = named.length < clients.length ? ["the main file's own numbers"] : [];
  return [...main, ...(named.length > 0 ? [words] : [])].join(" and ");
}
