/** `switchhook systemd`: a unit file for this machine. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { unitFile } from "../deploy/unit.ts";
import { isCompiled } from "../version.ts";
import { print } from "./terminal.ts";

/** Where the README puts the executable. */
const INSTALLED = "/usr/local/bin/switchhook";

/** Prints the unit file; exit code 0. */
export async function systemd(): Promise<number> {
  const executable = isCompiled ? process.execPath : INSTALLED;
  print(process.stdout, unitFile({ executable, systemdVersion: await systemdVersion() }).trimEnd());
  return 0;
}

/** The version of this machine's systemd; 0 where there is none, and nothing is known of the one that the unit is for. */
async function systemdVersion(): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)("systemctl", ["--version"]);
    return Number(/^systemd (\d+)/.exec(stdout)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
