/** The copies of remote lists and contacts, which a start without network uses. */
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import type { RemoteSource } from "../../../config/files/remote.ts";
import { errorCode } from "../../../config/files/text-file.ts";
import { PRIVATE_DIRECTORY, stateProblem } from "../../state.ts";
import { contentOf } from "./fetch.ts";
import type { Known } from "./known.ts";

/** Its owner may read and write it: contacts are nobody else's. */
const PRIVATE_FILE = 0o600;

/** What stands in the first line of a copy, before what was fetched. */
const HEADER = v.object({
  name: v.string(),
  url: v.string(),
  type: v.string(),
  digest: v.string(),
  etag: v.optional(v.string()),
  lastModified: v.optional(v.string()),
  entries: v.number(),
});

/** A copy as it was read; undefined where there is none; or why it cannot be used. */
export type CopyRead = Known | undefined | { readonly problem: string };

/** Copies in a state directory; without one, nothing is kept. */
export class RemoteCopies {
  readonly #directory: string | undefined;

  /** @param state the state directory */
  constructor(state: string | undefined) {
    this.#directory = state === undefined ? undefined : join(state, "remote");
  }

  /** Reads the copy of a source. Never rejects. One that is not what was written is not used. */
  async read({ id }: RemoteSource): Promise<CopyRead> {
    if (this.#directory === undefined) return undefined;
    const path = join(this.#directory, id);
    try {
      const [bytes, { mtimeMs }] = await Promise.all([readFile(path), stat(path)]);
      const end = bytes.indexOf(0x0a);
      const header = v.safeParse(HEADER, parsed(bytes.subarray(0, Math.max(0, end)).toString()));
      if (!header.success) return { problem: `${path} is not a copy that this program wrote` };
      const { type, digest, entries, etag, lastModified } = header.output;
      const content = await contentOf(bytes.subarray(end + 1), type);
      if (content.digest !== digest) return { problem: `${path} is damaged` };
      return { content, entries, fetchedMs: mtimeMs, validators: { etag, lastModified } };
    } catch (error) {
      return errorCode(error) === "ENOENT" ? undefined : { problem: `${path}: ${stateProblem(error)}` };
    }
  }

  /**
   * Writes the copy of a source: beside the old one first, and then in its place, so that there is always a whole one.
   *
   * @returns why that failed
   */
  async write({ id, name, shown }: RemoteSource, known: Known): Promise<string | undefined> {
    if (this.#directory === undefined) return undefined;
    const path = join(this.#directory, id);
    const { content, entries, fetchedMs, validators } = known;
    const { bytes, type, digest } = content;
    const header = { name, url: shown, type, digest, entries, ...validators };
    const beside = `${path}.new`;
    try {
      await mkdir(this.#directory, { recursive: true, mode: PRIVATE_DIRECTORY });
      await rm(beside, { force: true });
      const file = await open(beside, "wx", PRIVATE_FILE);
      try {
        await file.writeFile(`${JSON.stringify(header)}\n`);
        await writeSlices(bytes, (slice) => file.write(slice));
        await file.utimes(fetchedMs / 1000, fetchedMs / 1000);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
      return undefined;
    } catch (error) {
      return `${path}: ${stateProblem(error)}`;
    }
  }

  /** Notes that the copy of a source is still what its URL answers. @returns whether there is one */
  async confirm({ id }: RemoteSource, atMs: number): Promise<boolean> {
    if (this.#directory === undefined) return true;
    const touching = utimes(join(this.#directory, id), atMs / 1000, atMs / 1000);
    return touching.then(
      () => true,
      () => false,
    );
  }

  /** Deletes the copies of everything but these sources: nobody's contacts stay when the configuration drops them. */
  async keepOnly(sources: readonly RemoteSource[]): Promise<void> {
    if (this.#directory === undefined) return;
    const kept = new Set(sources.map(({ id }) => id));
    const names = await readdir(this.#directory).catch(() => []);
    for (const name of names) {
      if (/^[0-9a-f]{32}(?:\.new)?$/.test(name) && !kept.has(name.slice(0, 32)))
        await rm(join(this.#directory, name), { force: true }).catch(() => {});
    }
  }
}

/** How much is written at a time. */
const SLICE_BYTES = 1024 * 1024;

/** What threads share cannot be written as it is. */
async function writeSlices(bytes: Uint8Array, write: (slice: Uint8Array) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) await write(bytes.slice(at, at + SLICE_BYTES));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
