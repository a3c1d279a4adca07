/**
 * Makes a release twice from the commit that is checked out, in two folders of different names and depths, and ends with 1 where
 * the two differ. What is not committed is not in it.
 *
 * Names of targets as arguments limit it to these.
 */
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ROOT } from "../../test/harness.ts";

const BASE = join(ROOT, "dist/reproduce");

process.exitCode = await main(process.argv.slice(2));

async function main(targets: readonly string[]): Promise<number> {
  await rm(BASE, { recursive: true, force: true });
  // Somebody may commit meanwhile.
  const commit = Bun.spawnSync(["git", "rev-parse", "HEAD"], { cwd: ROOT }).stdout.toString().trim();
  const [one, other] = [
    await releaseIn(join(BASE, "one"), commit, targets),
    await releaseIn(join(BASE, "another/deeper"), commit, targets),
  ];
  await rm(BASE, { recursive: true });
  const differing = one.split("\n").filter((line) => !other.split("\n").includes(line));
  if (one !== other) {
    console.error(`The second release differs from the first in:\n${differing.join("\n")}`);
    return 1;
  }
  console.log(`${one}\nMade twice, every file is the same.`);
  return 0;
}

/** @returns the checksums of the release */
async function releaseIn(folder: string, commit: string, targets: readonly string[]): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  run(["git", "clone", "--quiet", "--no-checkout", ROOT, folder], ROOT);
  run(["git", "checkout", "--quiet", "--detach", commit], folder);
  run(["cp", "-Rl", join(ROOT, "node_modules"), folder], ROOT);
  run([process.execPath, "tools/release/release.ts", ...targets], folder);
  return await readFile(join(folder, "dist/release/SHA256SUMS"), "utf8");
}

function run(command: string[], cwd: string): void {
  const { success, stderr } = Bun.spawnSync(command, { cwd, stdout: "inherit" });
  if (!success) throw new Error(`${command.slice(0, 2).join(" ")} failed: ${stderr}`);
}
