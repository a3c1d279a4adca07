/** `switchhook systemd`: unit files for this machine. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { printable } from "../../config/findings/printable.ts";
import { socketUnitFile } from "../../deploy/socket-unit.ts";
import { unitFile } from "../../deploy/unit.ts";
import { isCompiled } from "../../version.ts";
import { print } from "../terminal.ts";
import { findListenPlace, type ListenPlaceOptions } from "./listen-place.ts";

/** Options of `systemd`. */
export interface SystemdOptions extends ListenPlaceOptions {
  readonly socket?: true;
}

/** Where the README puts the executable. */
const INSTALLED = "/usr/local/bin/switchhook";

/** Prints the unit of the service, or of its socket; exit code 1 where there can be no such socket. */
export async function systemd({ socket, ...options }: SystemdOptions): Promise<number> {
  if (socket) return await printSocketUnit(options);
  const executable = isCompiled ? process.execPath : INSTALLED;
  print(process.stdout, unitFile({ executable, systemdVersion: await systemdVersion() }).trimEnd());
  return 0;
}

async function printSocketUnit(options: ListenPlaceOptions): Promise<number> {
  const place = await findListenPlace(options);
  if (!place) return 1;
  try {
    print(process.stdout, socketUnitFile(place.listen).trimEnd());
    return 0;
  } catch (error) {
    print(process.stderr, `switchhook: ${printable(error instanceof Error ? error.message : String(error))}`);
    return 1;
  }
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
