/** What a server needs on the disk. */
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../harness.ts";

const FOLDERS = [join(ROOT, "test/bench/servers/peers/node_modules"), join(ROOT, "node_modules")];

/**
 * The size of programs and npm packages together, in bytes. A package counts with all that it depends on, each once.
 *
 * @param names paths of files, programs in `PATH`, or packages that are installed
 */
export function bytesOf(names: readonly string[]): number {
  const packages = new Set<string>();
  let bytes = 0;
  for (const name of names) {
    const program = name.includes("/") ? name : Bun.which(name);
    if (folderOf(name)) collect(name, packages);
    else if (program) bytes += statSync(realpathSync(program)).size;
  }
  for (const folder of packages) bytes += folderBytes(folder);
  return bytes;
}

function folderOf(name: string): string | undefined {
  if (name.startsWith("/")) return undefined;
  return FOLDERS.map((folder) => join(folder, name)).find((folder) =>
    existsSync(join(folder, "package.json")),
  );
}

/** Adds the folder of a package, and those of all that it depends on. */
function collect(name: string, into: Set<string>): void {
  const folder = folderOf(name);
  if (folder === undefined || into.has(folder)) return;
  into.add(folder);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const dependency of Object.keys(dependencies)) collect(dependency, into);
}

function folderBytes(folder: string): number {
  return readdirSync(folder).reduce((sum, entry) => {
    const path = join(folder, entry);
    const stat = lstatSync(path);
    return sum + (stat.isDirectory() ? folderBytes(path) : stat.size);
  }, 0);
}
