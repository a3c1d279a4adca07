/** Loading a configuration with what was fetched for it, as far as that is good. */

import type { ReadRemote, Remote, RemoteRead, RemoteSource } from "../../../config/files/remote.ts";
import type { Diagnostic } from "../../../config/findings/findings.ts";
import type { Loaded } from "../../../config/load.ts";
import type { Held } from "./known.ts";

/** Why something that was fetched is not put in force. Plain data. */
export type RemoteRefusal =
  /** The errors in it; or those that come of it elsewhere, such as an expectation that does not hold. */
  | { readonly kind: "broken"; readonly diagnostics: readonly Diagnostic[] }
  /** It has no entries, and what is in force has some. */
  | { readonly kind: "empty"; readonly before: number };

/** What became of something that was fetched, by the id of its source. Plain data. */
export type Verdict =
  | { readonly id: string; readonly digest: string; readonly kind: "taken"; readonly entries: number }
  | {
      readonly id: string;
      readonly digest: string;
      readonly kind: "refused";
      readonly refusal: RemoteRefusal;
    };

/** A configuration, and what was used for it. */
export interface Accepted {
  readonly loaded: Loaded;
  readonly verdicts: readonly Verdict[];
}

/** Loads a configuration with what is known of remote sources. */
export type Load = (remote: ReadRemote) => Promise<Loaded>;

/** Tells what is known of the sources of a configuration, by their ids; one that it leaves out has not been asked. */
export type Meet = (
  sources: readonly RemoteSource[],
  state: string | undefined,
) => Promise<ReadonlyMap<string, Held>>;

/**
 * Loads a configuration with everything that was fetched since it was loaded last, but for what is broken: that is left
 * out, and what was good stays in its place. So one source that is broken keeps none of the others waiting.
 *
 * Where the files of the configuration are at fault, nothing is said of what was fetched: it is tried again with the
 * next load.
 */
export async function loadAccepting(load: Load, meet: Meet): Promise<Accepted> {
  const trial = new Trial(load);
  for (let loaded = await trial.first(meet); ; loaded = await trial.load(trial.left)) {
    const chosen = trial.left;
    const tried = loaded.remote.filter(({ source }) => chosen.has(source.id));
    if (tried.filter((read) => trial.refuse(read, loaded)).length > 0) continue;
    if (loaded.config) return trial.accepted(loaded, chosen);
    if (tried.length === 0) return trial.accepted(loaded, new Set());
    return await oneByOne(trial, tried, loaded);
  }
}

/** Finds out which of several is to blame for errors that are in none of them. */
async function oneByOne(trial: Trial, tried: readonly RemoteRead[], together: Loaded): Promise<Accepted> {
  const taken = new Set<string>();
  let loaded = await trial.load(taken);
  if (!loaded.config) return trial.accepted(loaded, taken);
  for (const { source } of tried) {
    const next = tried.length === 1 ? together : await trial.load(new Set([...taken, source.id]));
    if (next.config) {
      taken.add(source.id);
      loaded = next;
    } else {
      const diagnostics = next.diagnostics.filter(({ severity }) => severity === "error");
      trial.blame(source.id, { kind: "broken", diagnostics });
    }
  }
  return trial.accepted(loaded, taken);
}

/** Loads with one choice after the other, and keeps what was refused. */
class Trial {
  readonly #load: Load;
  #held: ReadonlyMap<string, Held> = new Map();
  readonly #refused = new Map<string, RemoteRefusal>();

  constructor(load: Load) {
    this.#load = load;
  }

  /** The candidates that are not refused. */
  get left(): ReadonlySet<string> {
    const left = [...this.#held].filter(([id, { candidate }]) => candidate && !this.#refused.has(id));
    return new Set(left.map(([id]) => id));
  }

  /** Loads with every candidate, of what is known by the time that the sources are. */
  first(meet: Meet): Promise<Loaded> {
    return this.#load(async (sources, state) => {
      this.#held = await meet(sources, state);
      return this.#known(sources, this.left);
    });
  }

  /** Loads with the candidates of these ids, and with what is good of the others. */
  load(chosen: ReadonlySet<string>): Promise<Loaded> {
    return this.#load(async (sources) => this.#known(sources, chosen));
  }

  /** Whether a candidate is broken in itself. */
  refuse({ source, entries, errors }: RemoteRead, { diagnostics }: Loaded): boolean {
    const before = this.#held.get(source.id)?.good?.entries ?? 0;
    if (errors > 0) {
      const inIt = diagnostics.filter(({ file, severity }) => severity === "error" && file === source.shown);
      this.blame(source.id, { kind: "broken", diagnostics: inIt });
      return true;
    }
    if (entries > 0 || before === 0 || source.allowEmpty) return false;
    this.blame(source.id, { kind: "empty", before });
    return true;
  }

  blame(id: string, refusal: RemoteRefusal): void {
    this.#refused.set(id, refusal);
  }

  #known(sources: readonly RemoteSource[], chosen: ReadonlySet<string>): Map<string, Remote> {
    const known = new Map<string, Remote>();
    for (const { id } of sources) {
      const held = this.#held.get(id);
      if (held) known.set(id, remoteOf(held, chosen.has(id)));
    }
    return known;
  }

  accepted(loaded: Loaded, taken: ReadonlySet<string>): Accepted {
    const digestOf = (id: string) => this.#held.get(id)?.candidate?.digest ?? "";
    const verdicts: Verdict[] = loaded.remote.flatMap(({ source: { id }, entries }) =>
      taken.has(id) ? [{ id, digest: digestOf(id), kind: "taken", entries }] : [],
    );
    for (const [id, refusal] of this.#refused)
      verdicts.push({ id, digest: digestOf(id), kind: "refused", refusal });
    return { loaded, verdicts };
  }
}

function remoteOf({ good, candidate, problem }: Held, isChosen: boolean): Remote {
  const content = isChosen ? candidate : good?.content;
  if (content) return { kind: "content", content };
  return problem === undefined ? { kind: "missing" } : { kind: "failed", problem };
}
