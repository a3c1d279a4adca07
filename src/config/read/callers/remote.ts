/** The URLs of lists and contacts, and what is known of them. */
import { createHash } from "node:crypto";
import { escapeTemplate } from "../../../routing/templates/template.ts";
import { contentOf, type Pause, unreadable } from "../../files/content.ts";
import type { Remote, RemoteSource } from "../../files/remote.ts";
import type { Findings, Path } from "../../findings/findings.ts";
import { durationText, readDuration } from "../../shape/duration.ts";
import { fittingEntries } from "../../shape/fitting.ts";
import type { ScopeDocument } from "../../shape/schema/schema.ts";
import { readCertificates } from "../outbound/certificates.ts";
import { readHeaders } from "../outbound/headers.ts";
import { checkUrl } from "../outbound/url.ts";
import type { NamedFile } from "./lists.ts";

/** A list or contacts from a URL, and where it is named. */
export interface NamedRemote {
  readonly source: RemoteSource;
  /** Of the table that has the `url`. */
  readonly path: Path;
  /** Where in JSON the array is. */
  readonly at: string | undefined;
}

/** How often a URL is asked where the file does not say, in milliseconds: contacts change all day. */
const EVERY_MS = { lists: 600_000, contacts: 60_000 } as const;
const SHORTEST_MS = 1000;

/** Headers that this program writes itself, or that would change what an answer means. */
const OWN_HEADERS = ["accept-encoding", "if-modified-since", "if-none-match", "range"];

/** Reads the URLs that a file names for lists and contacts. @param certificates the files that are named as `ca` */
export function readRemotes(
  { lists, contacts }: Pick<ScopeDocument, "lists" | "contacts">,
  client: string,
  certificates: readonly NamedFile[],
  findings: Findings,
): NamedRemote[] {
  const tables: (readonly [table: "lists" | "contacts", path: Path, says: Says])[] = [];
  for (const [name, list] of fittingEntries(lists)) {
    if (!Array.isArray(list)) tables.push(["lists", ["lists", name], list]);
  }
  if (contacts) tables.push(["contacts", ["contacts"], contacts]);
  return tables.flatMap(([table, path, says]) =>
    readRemote(table, path, says, client, certificates, findings),
  );
}

/** What a table says of a URL. */
type Says = Pick<
  NonNullable<ScopeDocument["contacts"]>,
  "url" | "every" | "headers" | "at" | "allow_empty" | "ca"
>;

function readRemote(
  table: "lists" | "contacts",
  path: Path,
  says: Says,
  client: string,
  certificates: readonly NamedFile[],
  findings: Findings,
): NamedRemote[] {
  const { url, every, headers, at, allow_empty: allowEmpty, ca } = says;
  const everyMs = every === undefined ? EVERY_MS[table] : readDuration(every);
  if (everyMs === undefined || everyMs < SHORTEST_MS) {
    const message = `\`every\` must be a duration of ${durationText(SHORTEST_MS)} or more, such as "10m", found ${findings.quote(every)}`;
    findings.error([...path, "every"], message);
  }
  const isNamed = url !== undefined || Object.hasOwn(says, "url");
  if (!isNamed) {
    // Where there is no file either, that is enough of a finding.
    if (Object.hasOwn(says, "file"))
      warnWithoutUrl(
        path,
        { every, at, ca, headers: Object.keys(headers).length > 0 || undefined },
        findings,
      );
    return [];
  }
  const sent = readHeaders(headers, [...path, "headers"], OWN_HEADERS, findings);
  const name = `${client === "" ? "" : `${client}/`}${path.join(".")}`;
  // What could not be filled in has been reported, and may be missing where nothing is asked.
  const isAskable = url !== undefined && Object.values(headers).every((value) => value !== undefined);
  if (url !== undefined && !checkUrl(escapeTemplate(url), [...path, "url"], findings)) return [];
  const shown = url === undefined ? `the URL of ${name}` : findings.secrets.named(url);
  // The name is in it, so that URLs which differ only in a secret that is not known as one are still told apart.
  const id = createHash("sha256")
    .update(JSON.stringify([client, path, shown]))
    .digest("hex")
    .slice(0, 32);
  const source = {
    name,
    id,
    url: url ?? "",
    shown,
    headers: sent,
    ca: ca === undefined ? undefined : readCertificates([...path, "ca"], certificates, findings),
    isAskable,
    everyMs: everyMs ?? 0,
    allowEmpty,
  };
  return [{ source, path, at }];
}

/** Warns of what has a meaning only with a `url`. */
function warnWithoutUrl(path: Path, says: Readonly<Record<string, unknown>>, findings: Findings): void {
  for (const [key, value] of Object.entries(says)) {
    if (value === undefined || findings.hasAt([...path, key])) continue;
    findings.warning([...path, key], `\`${key}\` is for a \`url\`, and there is none here`, { at: "key" });
  }
}

/** What is known of a URL, as a file that the configuration names, to be read with pauses; undefined where it is empty for now. */
export function remoteFile(
  { source, path, at }: NamedRemote,
  known: Remote | undefined,
  pause: Pause,
): NamedFile | undefined {
  const { shown } = source;
  const place = [...path, "url"];
  switch (known?.kind) {
    case "content": {
      const fetched = { type: known.content.type, shown, at };
      return {
        file: shown,
        path: place,
        content: contentOf(known.content.bytes, pause),
        remote: { source, fetched },
      };
    }
    case "failed":
      return {
        file: shown,
        path: place,
        content: unreadable(known.problem),
        remote: { source, fetched: undefined },
      };
    case "missing":
    case undefined:
      return undefined;
  }
}
