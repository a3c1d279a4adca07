/** What the comparison needs of the machine, and what it does where that is not there. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../harness.ts";

/** Something that is missing. */
export interface Absent {
  readonly what: string;
  /** How to get it. */
  readonly remedy: string;
}

const PEERS = join(ROOT, "test/bench/servers/peers");
/** Of Debian. */
const PACKAGES: Readonly<Record<string, string>> = {
  wrk: "wrk",
  webhook: "webhook",
  taskset: "util-linux",
  perf: "linux-perf",
};

/** What every comparison needs, and is missing. */
export function missingForAll(): Absent[] {
  if (process.platform !== "linux") return [{ what: "Linux", remedy: "the comparison reads /proc" }];
  return ["wrk", "taskset"].flatMap((tool) => toolMissing(tool) ?? []);
}

/** A program of a Debian package, if it is not there. */
export function toolMissing(tool: string): Absent | undefined {
  if (Bun.which(tool)) return undefined;
  return { what: tool, remedy: `apt-get install ${PACKAGES[tool] ?? tool}` };
}

/** Node 20 or newer, if it is not there. */
export function nodeMissing(): Absent | undefined {
  const node = Bun.which("node");
  const version = node ? Bun.spawnSync([node, "--version"]).stdout.toString().trim() : "none";
  return Number(/^v(\d+)/.exec(version)?.[1]) >= 20
    ? undefined
    : { what: "node 20", remedy: `found: ${version}` };
}

/** Packages of test/bench/servers/peers; installed there, by the versions in its package-lock.json, where they are not yet. */
export function packagesMissing(names: readonly string[]): Absent | undefined {
  const isThere = () => names.every((name) => existsSync(join(PEERS, "node_modules", name, "package.json")));
  if (isThere()) return undefined;
  const npm = Bun.which("npm");
  if (!npm) return { what: names.join(" and "), remedy: "install npm, which installs them" };
  const { exitCode, stderr } = Bun.spawnSync([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: PEERS,
  });
  return exitCode === 0 && isThere()
    ? undefined
    : { what: names.join(" and "), remedy: `npm ci failed: ${stderr.toString().trim()}` };
}
