/** Reading what is asked of one account, and remembering what could not be read. */
import type {
  Account,
  AccountAgent,
  AccountNumber,
  AgentVersion,
  Capacity,
  EngineType,
  KeyOwner,
} from "../../../account/account.ts";
import { type ApiProblem, type ApiResult, problemWords } from "../../../account/api.ts";

/** What is known of an account; undefined what could not be read, or was not asked for. */
export interface AccountRead {
  /** The client whose account it is; empty for that of the main file. */
  readonly client: string;
  readonly owner: KeyOwner | undefined;
  readonly numbers: readonly AccountNumber[] | undefined;
  readonly agents: ReadonlyMap<string, AccountAgent> | undefined;
  /** By the id of the agent. */
  readonly versions: ReadonlyMap<string, readonly AgentVersion[]>;
  /** By `keyOf` the agent. */
  readonly engines: ReadonlyMap<string, EngineType>;
  readonly voices: ReadonlySet<string> | undefined;
  readonly knowledgeBases: ReadonlySet<string> | undefined;
  readonly capacity: Capacity | undefined;
}

/** Something that could not be asked, and why. Plain data. */
export interface NotChecked {
  /** The client whose account it is; empty for that of the main file. */
  readonly client: string;
  readonly what: string;
  readonly why: string;
}

/** What is wanted of an account besides its numbers, agents and capacity. */
export interface Wanted {
  readonly voices: boolean;
  readonly knowledgeBases: boolean;
  /** Ids of agents. */
  readonly versions: ReadonlySet<string>;
  /** Agents whose engine matters, by `keyOf` them; those that are bound to numbers too. */
  readonly engines: (
    numbers: readonly AccountNumber[],
  ) => ReadonlyMap<string, { readonly id: string; readonly version: number | string | undefined }>;
}

/** Told how many requests are done, of how many. */
export type Progress = (done: number, of: number) => void;

/** Reads an account. @param missed gets what could not be read */
export async function readAccount(
  account: Account,
  client: string,
  owner: KeyOwner | ApiProblem,
  wanted: Wanted,
  missed: NotChecked[],
  progress: Progress,
): Promise<AccountRead> {
  const miss = (what: string, problem: ApiProblem) =>
    missed.push({ client, what, why: problemWords(problem) });
  let [done, of] = [0, 0];
  const ask = async <Value>(what: string, asked: Promise<ApiResult<Value>>): Promise<Value | undefined> => {
    progress(done, ++of);
    const result = await asked;
    progress(++done, of);
    if (result.kind === "ok") return result.value;
    miss(what, result);
    return undefined;
  };
  const [numbers, agents, voices, knowledgeBases, capacity] = await Promise.all([
    ask("numbers", account.numbers()),
    ask("agents", account.agents()),
    wanted.voices ? ask("voices", account.voices()) : undefined,
    wanted.knowledgeBases ? ask("knowledge bases", account.knowledgeBases()) : undefined,
    ask("calls at once", account.capacity()),
  ]);
  const byId = agents && new Map(agents.map((agent) => [agent.id, agent]));
  const isThere = (id: string) => byId?.has(id) ?? false;
  const versioned = [...wanted.versions].filter(isThere);
  const engined = [...wanted.engines(numbers ?? [])].filter(([, { id }]) => isThere(id));
  const [versions, engines] = await Promise.all([
    eachOf(versioned, "versions of agents", ask, (id) => account.versions(id)),
    eachOf(engined, "response engines of agents", ask, ([, { id, version }]) =>
      account.engine({ id, channel: byId?.get(id)?.channel }, version),
    ),
  ]);
  return {
    ...{ client, numbers, agents: byId, voices, knowledgeBases, capacity },
    owner: "kind" in owner ? undefined : owner,
    versions: new Map(versions),
    engines: new Map(engines.map(([[key], engine]) => [key, engine])),
  };
}

type Ask = <Value>(what: string, asked: Promise<ApiResult<Value>>) => Promise<Value | undefined>;

/**
 * Asks the same of many agents. Where the first may not be asked, or gets no answer, nor would the others, which are
 * not asked then.
 */
async function eachOf<Item, Value>(
  items: readonly Item[],
  what: string,
  ask: Ask,
  read: (item: Item) => Promise<ApiResult<Value>>,
): Promise<(readonly [Item, Value])[]> {
  const [first, ...rest] = items;
  if (first === undefined) return [];
  const one = async (item: Item) => [item, await ask(what, known(read(item)))] as const;
  const told = await one(first);
  if (told[1] === undefined) return [];
  const all = [told, ...(await Promise.all(rest.map(one)))];
  return all.flatMap(([item, found]) => (found?.value === undefined ? [] : [[item, found.value] as const]));
}

/** What Retell does not know is no value, and no problem: that a version is not there is told by the list of them. */
async function known<Value>(
  asked: Promise<ApiResult<Value>>,
): Promise<ApiResult<{ readonly value?: Value }>> {
  const result = await asked;
  if (result.kind === "ok") return { kind: "ok", value: { value: result.value } };
  return result.kind === "status" && (result.status === 404 || result.status === 422)
    ? { kind: "ok", value: {} }
    : result;
}
