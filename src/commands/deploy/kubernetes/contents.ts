/** What ConfigMap and Secret hold of a configuration: its files, unchanged, and the names of what it takes from elsewhere. */
import { readFileSync } from "node:fs";
import { basename, dirname, relative } from "node:path";
import { displayName } from "../../../config/files/sources.ts";
import { counted } from "../../../config/findings/counted.ts";
import type { Taken } from "../../../config/shape/elsewhere.ts";
import { CONFIG_DIRECTORY, type Contents, type SecretItem } from "../../../deploy/kubernetes/options.ts";
import type { Good } from "../../config-file.ts";
import { secretIn } from "./secret-in.ts";

/** The most bytes that the values of a ConfigMap may have together: https://kubernetes.io/docs/concepts/configuration/configmap */
const LARGEST = 1_048_576;

/** How many files are named where they are too large together. */
const LARGEST_NAMED = 3;

/**
 * What ConfigMap and Secret hold of a configuration, or why they cannot.
 *
 * @param loaded with the files that it was read from
 */
export function contentsOf(loaded: Good): Contents | { readonly problem: string } {
  const directory = dirname(loaded.path);
  const isSecret = new Set(loaded.taken.flatMap(({ path }) => path ?? []));
  const flags = loaded.config.routing.flags.map(({ path }) => path);
  const missing = new Set(loaded.config.routing.flags.flatMap(({ path, isThere }) => (isThere ? [] : path)));
  const paths = [...loaded.files.keys()].filter(
    (path) => !isSecret.has(path) && !basename(path).includes("*"),
  );
  const secretFiles = loaded.taken.filter(({ source }) => source === "file");

  const outside = [...paths, ...secretFiles.flatMap(({ path }) => path ?? [])].find(
    (path) => relative(directory, path).split("/")[0] === "..",
  );
  if (outside !== undefined) {
    return {
      problem: `${displayName(outside)} is not below ${displayName(directory)}, whose files are mounted as ${CONFIG_DIRECTORY}; move it there${
        isSecret.has(outside) ? ', or use "${credential:NAME}"' : ""
      }`,
    };
  }

  const key = keysOf();
  const files: { key: string; path: string; text: string }[] = [];
  for (const path of paths.filter((path) => !missing.has(path))) {
    const below = relative(directory, path);
    const text = flags.includes(path) ? "" : textOf(path);
    if (text === undefined)
      return { problem: `${displayName(path)} is not UTF-8, and a ConfigMap holds text` };
    const secret = secretIn(text, loaded);
    if (secret) return { problem: `${displayName(path)} contains ${secret}` };
    files.push({ key: key(below), path: below, text });
  }
  const problem = sizeProblem(files);
  if (problem !== undefined) return { problem };
  const secretKey = keysOf();
  const secretsFrom = (wanted: Taken["source"]): SecretItem[] =>
    loaded.taken
      .filter(({ source }) => source === wanted)
      .map(({ name, path, isOptional }) => {
        const below = wanted === "file" && path !== undefined ? relative(directory, path) : name;
        return { key: secretKey(below), path: below, isOptional };
      });
  return {
    main: basename(loaded.path),
    files,
    flags: [...missing].map((path) => relative(directory, path)).map((path) => ({ key: key(path), path })),
    secrets: {
      variables: secretsFrom("env"),
      credentials: secretsFrom("credential"),
      files: secretsFrom("file"),
    },
  };
}

/**
 * Gives paths keys, which may have letters, digits, `-`, `_` and `.` only: `clients__acme.toml`. Different paths have
 * different keys, and the same ones for as long as none comes before them.
 */
function keysOf(): (path: string) => string {
  const taken = new Set<string>();
  return (path) => {
    const plain = path
      .replaceAll("/", "__")
      .replace(/[^-._a-zA-Z0-9]/g, "_")
      .replace(/^\.\./, "__")
      .slice(0, 240);
    let key = plain;
    for (let at = 2; taken.has(key); at++) key = `${plain}-${at}`;
    taken.add(key);
    return key;
  };
}

function textOf(path: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch {
    return undefined;
  }
}

function sizeProblem(files: readonly { readonly path: string; readonly text: string }[]): string | undefined {
  const sized = files.map(({ path, text }) => ({ path, bytes: Buffer.byteLength(text) }));
  const bytes = sized.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= LARGEST) return undefined;
  const largest = sized
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, LARGEST_NAMED)
    .map((file) => `${file.path} (${kibibytes(file.bytes)})`);
  return `the ${counted(files.length, "file has", "files have")} ${kibibytes(bytes)} together, and a ConfigMap holds ${kibibytes(LARGEST)} at most; take large lists and contacts from a URL (\`url = …\`): ${largest.join(", ")}`;
}

function kibibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024).toLocaleString("en-US")} KiB`;
}
