/** Reading what the main file says for many clients: once for each, since names mean each client's own things first. */
import { type Finding, Findings } from "../findings/findings.ts";
import type { ReadContext } from "./references.ts";

/** So many clients are named where something is wrong for some of them only. */
const MOST_NAMED = 3;

/** Readings of one part of the main file; what is wrong in several of them is reported once. */
export class SharedReading {
  readonly #findings: Findings;
  readonly #found = new Map<string, { readonly finding: Finding; readonly clients: string[] }>();
  #readings = 0;

  /** @param findings those of the main file */
  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Reads it in the scope of one client, or of the main file itself. */
  read<Read>(scope: ReadContext, read: (context: ReadContext) => Read): Read {
    const findings = new Findings(this.#findings);
    const result = read({ ...scope, findings });
    this.#readings++;
    for (const finding of findings.inDocument) {
      const { severity, path, at, part, message } = finding;
      const key = JSON.stringify([severity, path, at, part, finding.mayBeElsewhere || message]);
      const known = this.#found.get(key) ?? { finding, clients: [] };
      known.clients.push(scope.client);
      this.#found.set(key, known);
    }
    return result;
  }

  /**
   * Reports what is wrong. What is missing for some clients, and may be, is not; of anything else that is wrong for some
   * only, it is said for which.
   */
  report(): void {
    for (const { finding, clients } of this.#found.values()) {
      if (clients.length === this.#readings) this.#findings.inDocument.push(finding);
      else if (!finding.mayBeElsewhere) {
        const message = `${finding.message}; this is so for ${clientsWords(clients)}`;
        this.#findings.inDocument.push({ ...finding, message });
      }
    }
  }
}

/** `the main file`, `the clients acme, bolt, cafe and 2 more` */
function clientsWords(clients: readonly string[]): string {
  const named = clients.filter((client) => client !== "");
  const shown = named.slice(0, MOST_NAMED);
  const more = named.length - shown.length;
  const words = `the ${named.length === 1 ? "client" : "clients"} ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  const main = named.length < clients.length ? ["the main file's own numbers"] : [];
  return [...main, ...(named.length > 0 ? [words] : [])].join(" and ");
}
