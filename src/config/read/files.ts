/** The files of a configuration together, with what they take from URLs. */
import type { Remote, RemoteRead } from "../files/remote.ts";
import type { Sources } from "../files/sources.ts";
import type { ClientDocument, Document } from "../shape/schema/schema.ts";
import { type FileRead, hideKeys, type Reading, readFile, withRemotes } from "./file.ts";
import { readServer, type ServerSettings } from "./settings/settings.ts";

/** The files of a configuration, each with what it takes from elsewhere. */
export interface FilesRead {
  readonly main: FileRead<Document>;
  readonly clients: readonly FileRead<ClientDocument>[];
  readonly server: ServerSettings;
  /** What became of each URL, once its texts are read. */
  readonly remote: () => readonly RemoteRead[];
}

/** Reads every file as far as that goes without the others, and asks what is known of their URLs. */
export async function readFiles({ main, clients, isWhole }: Sources, reading: Reading): Promise<FilesRead> {
  // The secrets of every file are known before anything is said of one.
  for (const source of [main, ...clients]) hideKeys(source);
  const first = await readFile(main, "document", isWhole, reading);
  const others: FileRead<ClientDocument>[] = [];
  for (const client of clients) {
    others.push(await readFile(client, "client", isWhole, reading, first));
  }
  const server = readServer(first, reading);
  // Those of all files at once: whoever has to ask for them asks for many at a time.
  const remotes = [first, ...others].flatMap((file) => file.remotes.map(({ source }) => source));
  const known = remotes.length > 0 ? await reading.remote(remotes, server.state) : new Map<string, Remote>();
  for (const { id } of remotes) reading.files.take(id, digestOf(known.get(id)));
  const files = [first, ...others];
  const { pause } = reading.files;
  return {
    main: withRemotes(first, known, pause),
    clients: others.map((client) => withRemotes(client, known, pause)),
    server,
    remote() {
      const reads = new Map(files.flatMap(({ files }) => [...files.reads]));
      return remotes.map((source) => ({
        source,
        kind: known.get(source.id)?.kind ?? "not asked",
        ...(reads.get(source.id) ?? { entries: 0, errors: 0 }),
      }));
    },
  };
}

function digestOf(remote: Remote | undefined): string {
  return remote?.kind === "content" ? remote.content.digest : (remote?.kind ?? "not asked");
}
