/** What the comparison was made with. */
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../harness.ts";

/** A machine, and the programs on it. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  /** Versions of programs and packages, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** This machine. @param build the executable of Switchhook */
export function machine(build: string): Machine {
  const processors = cpus();
  const peers = JSON.parse(readFileSync(join(ROOT, "test/bench/servers/peers/package.json"), "utf8"));
  const project = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const { hono } = project.dependencies;
  return {
    processor: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    versions: {
      switchhook: first([build, "--version"]).replace("switchhook ", ""),
      bun: Bun.version,
      node: first(["node", "--version"]).replace(/^v/, ""),
      hono,
      ...peers.dependencies,
      "retell-sdk": project.devDependencies["retell-sdk"],
      webhook: first(["webhook", "--version"]).replace("webhook version ", ""),
      wrk: /wrk (\S+)/.exec(first(["wrk", "--version"]))?.[1] ?? "none",
    },
  };
}

/** The first line that a program prints; empty where there is no such program. */
function first([program = "", ...args]: readonly string[]): string {
  const path = program.includes("/") ? program : Bun.which(program);
  if (!path) return "none";
  const { stdout, stderr } = Bun.spawnSync([path, ...args], { cwd: ROOT });
  return (stdout.toString() || stderr.toString()).trim().split("\n")[0] ?? "";
}
