/** Starting what was compiled, where this machine can. */
import { existsSync } from "node:fs";
import { version } from "../../src/version.ts";
import type { Target } from "./targets.ts";

/** How to start executables for another kind of machine: with an emulator, and that machine's C library. */
const EMULATORS: Readonly<Record<string, { readonly command: readonly string[]; readonly library: string }>> =
  {
    "linux-arm64": {
      command: ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"],
      library: "/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1",
    },
  };

/**
 * Starts an executable with `--version`, and says what came of it, or why it was not started.
 *
 * @throws if it does not say its version
 */
export async function tryExecutable({ name }: Target, executable: string): Promise<string> {
  const how = starter(name);
  if (typeof how === "string") return `not started: ${how}`;
  const { stdout, stderr, success } = Bun.spawnSync([...how, executable, "--version"], { timeout: 60_000 });
  const said = stdout.toString().trim();
  if (!success || !said.startsWith(`switchhook ${version} `)) {
    throw new Error(`${name} does not start: ${said}${stderr}`);
  }
  return said;
}

/** What stands before the executable; or why it cannot be started. */
function starter(name: string): readonly string[] | string {
  if (name === "linux-x64") {
    const isHere = process.platform === "linux" && process.arch === "x64";
    return isHere ? [] : "this is another machine";
  }
  const emulator = EMULATORS[name];
  if (!emulator) return "this is another machine";
  const { command, library } = emulator;
  if (!Bun.which(command[0] ?? "") || !existsSync(library)) {
    return "it needs the Debian packages qemu-user-static, libc6-arm64-cross and libstdc++6-arm64-cross";
  }
  return command;
}
