/**
 * Makes a release in `dist/release`: an executable for each target, Debian packages, checksums, a bill of materials and the
 * licences. Made twice from one commit, every file is the same, byte for byte.
 *
 * Names of targets as arguments limit it to these.
 */
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { version } from "../../src/version.ts";
import { ROOT } from "../../test/harness.ts";
import { bundledPackages } from "./bundled.ts";
import { buildDeb } from "./deb.ts";
import { licenceTexts } from "./licences.ts";
import { billOfMaterials } from "./sbom.ts";
import { TARGETS, type Target } from "./targets.ts";
import { tryExecutable } from "./try.ts";

const RELEASE = join(ROOT, "dist/release");

await main(process.argv.slice(2));

async function main(names: readonly string[]): Promise<void> {
  const targets = names.length === 0 ? TARGETS : TARGETS.filter(({ name }) => names.includes(name));
  const commit = git("rev-parse", "--short=12", "HEAD");
  const isClean = git("status", "--porcelain", "--untracked-files=no") === "";
  const stamp = isClean ? commit : `${commit}+changes`;
  const epochS = Number(git("log", "-1", "--format=%ct"));
  await rm(RELEASE, { recursive: true, force: true });
  await mkdir(RELEASE, { recursive: true });
  console.log(`Switchhook ${version}, commit ${stamp}`);
  const packages = await bundledPackages();
  const licences = await licenceTexts(packages);

  for (const target of targets) {
    const executable = await compile(target, stamp);
    console.log(`${target.name.padEnd(20)} ${await tryExecutable(target, executable)}`);
    if (!target.debian) continue;
    const deb = join(RELEASE, `switchhook_${version}_${target.debian}.deb`);
    await buildDeb({ binary: executable, architecture: target.debian, epochS, licences, deb });
  }
  const bill = billOfMaterials(packages, epochS, stamp);
  await writeFile(join(RELEASE, "sbom.cdx.json"), `${JSON.stringify(bill, null, 2)}\n`);
  await writeFile(join(RELEASE, "LICENCES.txt"), licences);
  for (const file of ["install.sh", "Dockerfile"]) {
    await cp(join(ROOT, "tools/release", file), join(RELEASE, file));
  }
  await writeChecksums();
}

function git(...args: readonly string[]): string {
  const { success, stdout, stderr } = Bun.spawnSync(["git", ...args], { cwd: ROOT });
  if (!success) throw new Error(`Cannot tell what is released: git ${args.join(" ")}: ${stderr}`);
  return stdout.toString().trim();
}

/** What is compiled depends on the name of the output, so it is the same for every target and every run. */
async function compile({ name, bun }: Target, stamp: string): Promise<string> {
  const folder = join(RELEASE, "compiling");
  await mkdir(folder, { recursive: true });
  const extension = name.endsWith(".exe") ? ".exe" : "";
  const built = Bun.spawnSync(
    [
      process.execPath,
      ...["build", "--compile", "--minify", "--sourcemap", "--bytecode", "--format=esm"],
      ...["--splitting", "--compile-jit-policy=32"],
      ...["--no-compile-autoload-dotenv", "--no-compile-autoload-bunfig"],
      ...["--define", `SWITCHHOOK_COMMIT=${JSON.stringify(stamp)}`, `--target=${bun}`],
      ...["main.ts", "src/server/live/load-worker.ts", "--outfile", join(folder, "switchhook")],
    ],
    { cwd: ROOT },
  );
  if (!built.success) throw new Error(`Cannot compile for ${name}: ${built.stderr}`);
  const executable = join(RELEASE, `switchhook-${name}`);
  await rename(join(folder, `switchhook${extension}`), executable);
  await rm(folder, { recursive: true });
  return executable;
}

/** In the format of `sha256sum`. */
async function writeChecksums(): Promise<void> {
  const lines: string[] = [];
  for (const file of (await readdir(RELEASE)).toSorted()) {
    const digest = createHash("sha256")
      .update(await readFile(join(RELEASE, file)))
      .digest("hex");
    lines.push(`${digest}  ${file}\n`);
  }
  await writeFile(join(RELEASE, "SHA256SUMS"), lines.join(""));
  console.log(`\n${lines.join("")}`);
}
