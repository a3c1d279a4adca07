/** Names for the agents of an account, as an imported configuration has them. */
import type { AccountAgent, BoundAgent } from "../../../account/account.ts";
import { agentIdProblem } from "../../../config/read/references.ts";

/** An agent of `[agents]`. */
export interface NamedAgent {
  readonly name: string;
  readonly id: string;
  readonly version: number | string | undefined;
  /** What it is called in Retell. */
  readonly title: string | undefined;
  /** Whether a number says `latest`, which is left out: it may be a draft. */
  readonly isLatest: boolean;
}

/** Gives names to agents, each once, in the order in which they are asked for. */
export class AgentNames {
  readonly #known: ReadonlyMap<string, AccountAgent>;
  readonly #named = new Map<string, NamedAgent>();
  readonly #taken = new Set<string>();

  /** @param agents those of the account; empty where they could not be read */
  constructor(agents: readonly AccountAgent[]) {
    this.#known = new Map(agents.map((agent) => [agent.id, agent]));
  }

  /** The agent of a number; undefined where its id is none. */
  named({ id, version: bound }: BoundAgent): NamedAgent | undefined {
    if (agentIdProblem(id) !== undefined) return undefined;
    const isLatest = bound === "latest";
    const version = isLatest || bound === "" ? undefined : bound;
    const key = JSON.stringify([id, version]);
    const known = this.#named.get(key);
    if (known && (known.isLatest || !isLatest)) return known;
    const title = this.#known.get(id)?.name;
    const agent = { name: known?.name ?? this.#free(title ?? id, version), id, version, title, isLatest };
    this.#named.set(key, agent);
    return agent;
  }

  /** Those that were asked for. */
  get used(): readonly NamedAgent[] {
    return [...this.#named.values()];
  }

  /** Those of the account that nobody asked for. */
  get others(): readonly AccountAgent[] {
    const used = new Set(this.used.map(({ id }) => id));
    return [...this.#known.values()].filter(({ id }) => !used.has(id));
  }

  #free(title: string, version: NamedAgent["version"]): string {
    const plain = nameOf(title) || "agent";
    const isTaken = (name: string) => this.#taken.has(name);
    const suffix = typeof version === "number" ? `v${version}` : version;
    const versioned = suffix === undefined ? plain : nameOf(`${plain}_${suffix}`);
    let name = isTaken(plain) ? versioned : plain;
    for (let at = 2; isTaken(name); at++) name = `${plain}_${at}`;
    this.#taken.add(name);
    return name;
  }
}

/** Longer names are cut. */
const LONGEST = 40;

/** `Front Desk (new)` becomes `front_desk_new`: what TOML needs no quotes for. */
function nameOf(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "_")
    .slice(0, LONGEST)
    .replace(/^_+|_+$/g, "");
}
