/** The README's own commands, to be run as they stand. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../harness.ts";

/**
 * The code blocks for a shell in a section of README.md.
 *
 * @param heading the whole line, such as `## Install`
 * @throws if there is no such section
 */
export async function shellBlocks(heading: string): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, "README.md"), "utf8");
  const from = text.indexOf(`\n${heading}\n`);
  if (from < 0) throw new Error(`README.md has no section "${heading}"`);
  const body = text.slice(from + heading.length + 2);
  const depth = heading.indexOf(" ");
  const [section = ""] = body.split(new RegExp(`^#{1,${depth}} `, "m"));
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
}
