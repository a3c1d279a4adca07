/** What is said of accounts, and said once. */
import type { Findings, Path } from "../../../config/findings/findings.ts";

/** `the account`, or whose it is. */
export function accountWords(client: string): string {
  return client === "" ? "the account" : `the account of the client ${JSON.stringify(client)}`;
}

/** So many are named. */
const MOST_NAMED = 8;

/** `a, b and 3 more` */
export function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** What was said at which place already: an agent is used in many. */
export class Told {
  readonly #said = new Map<Findings, Set<string>>();

  /** Whether it has not been said there yet; from now on it has. */
  isNew(findings: Findings, path: Path, what: string): boolean {
    const said = this.#said.get(findings) ?? new Set();
    this.#said.set(findings, said);
    const key = JSON.stringify([path, what]);
    if (said.has(key)) return false;
    said.add(key);
    return true;
  }
}
