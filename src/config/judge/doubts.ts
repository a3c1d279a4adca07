/** What is found only because a URL was not fetched, perhaps: it is no error. */
import { Findings } from "../findings/findings.ts";
import type { NamedRemote } from "../read/callers/remote.ts";
import type { ScopeSource } from "../read/scope.ts";

/** Findings about calls to the numbers of a file: doubts, where a list or contacts that they may depend on are empty for now. */
export function doubting(
  { files, findings }: Pick<ScopeSource, "files" | "findings">,
  main: Pick<ScopeSource, "files"> | undefined,
): Findings {
  const names = new Set([files, main?.files].flatMap((named) => (named?.missing ?? []).map(nameOf)));
  if (names.size === 0) return findings;
  const named = [...names].slice(0, MOST_NAMED).join(" and ");
  return new Doubts(findings, `${named} ${names.size === 1 ? "was" : "were"} not fetched`);
}

/** So many are named. */
const MOST_NAMED = 2;

function nameOf({ source }: NamedRemote): string {
  return source.name;
}

class Doubts extends Findings {
  readonly #findings: Findings;
  readonly #reason: string;

  constructor(findings: Findings, reason: string) {
    super(findings);
    this.#findings = findings;
    this.#reason = reason;
  }

  override error(...[path, message, details]: Parameters<Findings["error"]>): void {
    this.#findings.warning(path, `${message}; this may be because ${this.#reason}`, details);
  }
}
