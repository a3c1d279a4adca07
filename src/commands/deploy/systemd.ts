/** `switchhook systemd`: unit files for this machine. */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
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

/** Where the README puts the configuration. */
const INSTALLED_CONFIG = "/etc/switchhook/config.toml";

/** Prints the unit of the service, or of its socket; exit code 1 where there can be none, 2 where an option is for the other one. */
export async function systemd({ socket, ...options }: SystemdOptions): Promise<number> {
  if (!socket && options.listen) {
    print(
      process.stderr,
      "switchhook: --listen is for --socket: the service itself listens where [server] listen says",
    );
    return 2;
  }
  try {
    const unit = await (socket ? socketUnit(options) : serviceUnit(options));
    if (unit === undefined) return 1;
    print(process.stdout, unit.trimEnd());
    return 0;
  } catch (error) {
    print(process.stderr, `switchhook: ${printable(error instanceof Error ? error.message : String(error))}`);
    return 1;
  }
}

async function serviceUnit({ config }: ListenPlaceOptions): Promise<string> {
  return unitFile({
    executable: isCompiled ? process.execPath : INSTALLED,
    config: config === undefined ? INSTALLED_CONFIG : resolve(config),
    systemdVersion: await systemdVersion(),
  });
}

/** Undefined where nothing says where to listen, or the configuration has errors, which is reported then. */
async function socketUnit(options: ListenPlaceOptions): Promise<string | undefined> {
  const place = await findListenPlace(options);
  return place && socketUnitFile(place.listen);
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
