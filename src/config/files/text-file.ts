/** Reading the text files of a configuration. */
import { createHash } from "node:crypto";
import {
  type BigIntStats,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Content, NO_PAUSE, type Pause, PIECE_BYTES, UnreadableError } from "./content.ts";
import { decode, type ReadText } from "./decode.ts";
import { wildcard } from "./wildcard.ts";

/**
 * What a file looks like from outside: its size, its time stamps and which file it is. Two looks that are equal mean
 * a file that has not changed.
 */
export type Look = string;

/** Whether a path stands for several files: it has a `*` in its last part. */
function isPattern(path: string): boolean {
  return basename(path).includes("*");
}

/** Tells the names of files that a pattern stands for. */
function nameFilter(pattern: string): (name: string) => boolean {
  return wildcard(basename(pattern));
}

/**
 * Looks at a file, or at which files a pattern stands for; one that is not there, or cannot be seen, has a look of
 * its own. Never throws.
 */
export async function lookAt(path: string): Promise<Look> {
  try {
    if (isPattern(path)) return namesIn(path, await readdir(dirname(path))).join("\n");
    return lookOf(await stat(path, { bigint: true }));
  } catch (error) {
    return errorCode(error) ?? "unknown";
  }
}

/** {@link lookAt}, blocking. */
function lookAtSync(path: string): Look {
  try {
    if (isPattern(path)) return namesIn(path, readdirSync(dirname(path))).join("\n");
    return lookOf(statSync(path, { bigint: true }));
  } catch (error) {
    return errorCode(error) ?? "unknown";
  }
}

function lookOf({ dev, ino, nlink, size, ctimeNs, mtimeNs }: BigIntStats): Look {
  return [dev, ino, nlink, size, ctimeNs, mtimeNs].join(" ");
}

/** Those of the names in its directory that a pattern stands for. */
function namesIn(pattern: string, names: readonly string[]): string[] {
  return names.filter(nameFilter(pattern)).sort();
}

/** The file system that a file was on when it was looked at; undefined where the look does not tell. */
export function deviceOf(look: Look): string | undefined {
  return /^(\d+) \d+ \d+ /.exec(look)?.[1];
}

/** How long a file was when it was looked at, in bytes; 0 where the look does not tell. */
export function sizeOf(look: Look): number {
  return Number(/^\d+ \d+ \d+ (\d+) /.exec(look)?.[1] ?? 0);
}

/**
 * Whether the file system that a look was taken on may keep time stamps in whole seconds only, so that a second
 * change within one may not show. A look ends with the times of the last change of any kind, and of content, in
 * nanoseconds; Deno gives the first of them in whole seconds everywhere.
 */
export function isCoarse(look: Look): boolean {
  return / \d+0{9} \d+0{9}$/.test(look);
}

/**
 * Whether a look is that of a file which is in no directory any more, and yet can be opened by its path: one that is
 * mounted by itself, and was replaced outside its mount. What replaced it cannot be seen from here.
 */
export function isDetached(look: Look): boolean {
  return /^\d+ \d+ 0 \d+ /.test(look);
}

/**
 * What the operating system says where a file cannot be read now, and perhaps can be a moment later: no descriptors or
 * memory left, a network that does not answer, a device that failed once. A file that is not there is none of these.
 */
const PASSING: ReadonlySet<string> = new Set([
  ...["EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "EINTR", "EBUSY"],
  ...["EIO", "ETIMEDOUT", "ESTALE", "EHOSTDOWN", "ENETDOWN", "EREMOTEIO", "ENOTCONN"],
]);

/** Whether a look is that of something that could not be looked at for a reason that may pass: it tells nothing. */
export function isPassing(look: Look): boolean {
  return PASSING.has(look);
}

/** The files that a pattern stands for, as absolute paths; or why their directory cannot be listed. */
export type Listed = { readonly paths: readonly string[] } | { readonly problem: string };

/**
 * Reads text files, and remembers which, and what they looked like before: they are the ones to watch.
 *
 * It blocks its thread. What is read asynchronously goes through a few threads that the whole process shares (two,
 * with Bun on two cores): as many files on a network that hangs, and nothing can be read any more, in any thread.
 */
export class TextFiles {
  readonly #looks = new Map<string, Look>();
  readonly #digests = new Map<string, string>();
  /** Is called again and again while something long is read. */
  readonly pause: Pause;
  #passing: string | undefined;

  constructor(pause: Pause = NO_PAUSE) {
    this.pause = pause;
  }

  /** Why something could not be read, where that may pass by itself. */
  get passing(): string | undefined {
    return this.#passing;
  }

  /** The same for the same files with the same content: 12 hexadecimal digits of a SHA-256. */
  get hash(): string {
    const all = createHash("sha256");
    for (const [path, digest] of [...this.#digests].sort(([a], [b]) => (a < b ? -1 : 1))) {
      all.update(`${path}\n${digest}\n`);
    }
    return all.digest("hex").slice(0, 12);
  }

  /** Every file asked for so far, readable or not. */
  get looks(): ReadonlyMap<string, Look> {
    return this.#looks;
  }

  /** Takes a look at a file, or at the files that a pattern stands for, without reading them. */
  look(path: string): Look {
    // The first look counts: a file that is read twice, and changes in between, has changed.
    const look = this.#looks.get(path) ?? lookAtSync(path);
    this.#looks.set(path, look);
    return look;
  }

  /** Reads a file in UTF-8, with or without a byte order mark, with any line ending. Never throws. */
  read(path: string): ReadText {
    this.look(path);
    try {
      requireRegular(path);
      const bytes = readFileSync(path);
      this.#digests.set(path, createHash("sha256").update(bytes).digest("hex"));
      return decode(bytes);
    } catch (error) {
      this.#note(path, error);
      return { problem: readProblem(error) };
    }
  }

  /** What a file holds, to be read when it is asked for: it must be, for it counts for {@link hash} then. Never throws. */
  open(path: string): Content {
    const bytes = sizeOf(this.look(path));
    const pieces = () => this.#piecesOf(path);
    return { bytes, text: () => this.read(path), pieces, pause: this.pause };
  }

  *#piecesOf(path: string): Generator<Uint8Array, undefined> {
    let descriptor: number | undefined;
    try {
      requireRegular(path);
      const file = openSync(path, "r");
      descriptor = file;
      const hash = createHash("sha256");
      const buffer = new Uint8Array(PIECE_BYTES);
      const next = (): Uint8Array | undefined => {
        const piece = buffer.subarray(0, readSync(file, buffer));
        hash.update(piece);
        return piece.length > 0 ? piece : undefined;
      };
      try {
        for (let piece = next(); piece; piece = next()) {
          yield piece;
          this.pause();
        }
      } finally {
        // Whoever has seen enough leaves the rest, which counts for the hash all the same.
        while (next());
        this.#digests.set(path, hash.digest("hex"));
      }
    } catch (error) {
      this.#note(path, error);
      throw new UnreadableError(readProblem(error));
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  /** Takes something into the hash that is no file. @param name what it is called, by which no path goes */
  take(name: string, digest: string): void {
    this.#digests.set(name, digest);
  }

  /** Whether anything is there by that path: a file, a directory; or why that cannot be told. Never throws. */
  isThere(path: string): boolean | { readonly problem: string } {
    this.look(path);
    try {
      statSync(path);
      this.#digests.set(path, "there");
      return true;
    } catch (error) {
      this.#note(path, error);
      const code = errorCode(error);
      return code === "ENOENT" || code === "ENOTDIR" ? false : { problem: readProblem(error) };
    }
  }

  /** The files that a pattern stands for, by name; a path that is no pattern stands for itself. Never throws. */
  list(pattern: string): Listed {
    if (!isPattern(pattern)) return { paths: [pattern] };
    this.look(pattern);
    try {
      const names = namesIn(pattern, readdirSync(dirname(pattern)));
      return { paths: names.map((name) => join(dirname(pattern), name)) };
    } catch (error) {
      this.#note(pattern, error);
      return { problem: listProblem(error) };
    }
  }

  /** Keeps why a file could not be read. */
  #note(path: string, error: unknown): void {
    const code = errorCode(error) ?? "unknown";
    this.#digests.set(path, code);
    if (PASSING.has(code)) this.#passing ??= `${path}: ${readProblem(error)}`;
  }
}

/** Reading a pipe or a device could wait for ever. @throws for one */
function requireRegular(path: string): void {
  const kind = statSync(path);
  if (!kind.isFile() && !kind.isDirectory()) throw new UnreadableError("it is not a regular file");
}

function readProblem(error: unknown): string {
  switch (errorCode(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file";
    case "EISDIR":
      return "it is a directory";
    case "EACCES":
    case "EPERM":
      return "this user has no permission to read it";
    case "EMFILE":
    case "ENFILE":
      return "there are no file descriptors left";
    case "ELOOP":
      return "its symbolic links form a loop";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function listProblem(error: unknown): string {
  switch (errorCode(error)) {
    case "ENOENT":
      return "there is no such directory";
    case "ENOTDIR":
      return "it is not a directory";
    case "EACCES":
    case "EPERM":
      return "this user has no permission to list it";
    default:
      return readProblem(error);
  }
}

/** `ENOENT` and the like. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
