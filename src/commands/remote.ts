/** Lists and contacts that come from URLs, for commands that do not serve. */
import type { ReadRemote, Remote, RemoteRead } from "../config/files/remote.ts";
import { printable } from "../config/findings/printable.ts";
import { openClient } from "../outbound/client.ts";
import { RemoteCopies } from "../server/live/remote/copies.ts";
import { fetchRemote } from "../server/live/remote/fetch.ts";
import { AT_ONCE, Slots } from "../server/live/remote/slots.ts";
import { type Good, loadGoodConfig } from "./config-file.ts";
import { print } from "./terminal.ts";

/**
 * Loads the configuration to decide calls by, with the server's copies of what URLs hold; says what is used instead of each.
 *
 * @param nowMs when, as `loadConfig` takes it
 * @returns undefined where it has errors or there is none, which is reported then
 */
export async function loadWithCopies(named: string | undefined, nowMs?: number): Promise<Good | undefined> {
  const loaded = await loadGoodConfig(named, "optional", nowMs, { remote: readCopies });
  const uses = loaded ? remoteUses(loaded.remote, false) : [];
  for (const note of remoteNotes(uses)) print(process.stderr, `note: ${printable(note)}`);
  return loaded;
}

/** Reads the copies in the state directory, and asks nobody. */
export const readCopies: ReadRemote = async (sources, state) => {
  const copies = new RemoteCopies(state);
  const known = new Map<string, Remote>();
  for (const source of sources) {
    const copy = await copies.read(source);
    // One that this user may not read is as good as none.
    if (copy && "content" in copy) known.set(source.id, { kind: "content", content: copy.content });
  }
  return known;
};

/** Asks every URL; one that gives no content is an error. Those whose secrets are missing here are not asked. */
export const fetchAll: ReadRemote = async (sources) => {
  const client = openClient();
  const slots = new Slots(AT_ONCE);
  const { signal } = new AbortController();
  try {
    const answers = sources
      .filter(({ isAskable }) => isAskable)
      .map(async (source): Promise<[string, Remote]> => {
        const answer = await slots.within(source, () => fetchRemote(source, undefined, client, signal));
        if (answer.kind === "fetched") return [source.id, { kind: "content", content: answer.content }];
        const problem = answer.kind === "failed" ? answer.problem : "it answered that nothing has changed";
        return [source.id, { kind: "failed", problem }];
      });
    return new Map(await Promise.all(answers));
  } finally {
    client.close();
  }
};

/** What a command knows of a URL, for programs. */
export interface RemoteUse {
  readonly name: string;
  readonly url: string;
  /** `fetched` now, a `copy` of the server's, or `empty` where there is neither. */
  readonly used: "fetched" | "copy" | "empty";
  readonly entries: number;
}

/** What was used of each URL. @param isOnline whether they were asked */
export function remoteUses(remote: readonly RemoteRead[], isOnline: boolean): RemoteUse[] {
  return remote.map(({ source: { name, shown }, kind, entries }) => ({
    ...{ name, url: shown },
    used: kind !== "content" ? "empty" : isOnline ? "fetched" : "copy",
    entries,
  }));
}

/** Says which URLs were not asked, and what was used instead; one line for all of each kind. @param remedy what helps */
export function remoteNotes(uses: readonly RemoteUse[], remedy = ""): string[] {
  const named = (used: RemoteUse["used"]) => uses.filter((use) => use.used === used).map(({ name }) => name);
  const [copies, empty] = [named("copy"), named("empty")];
  return [
    ...(copies.length > 0
      ? [`not asked: ${namesWords(copies)}; the server's last copy is used. ${remedy}`.trimEnd()]
      : []),
    ...(empty.length > 0 ? [`not asked: ${namesWords(empty)}; treated as empty. ${remedy}`.trimEnd()] : []),
  ];
}

/** So many are named. */
const MOST_NAMED = 5;

function namesWords(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
