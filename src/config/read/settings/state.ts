/** `[server] state`: the directory where the program keeps what must survive a restart. */
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { displayName } from "../../files/sources.ts";
import { type Findings, quote } from "../../findings/findings.ts";
import type { Reading } from "../file.ts";

/**
 * The directory as an absolute path: what the file says, else what systemd gives (`StateDirectory=` of a unit, the first
 * one where it names several). Undefined where there is neither: then nothing is kept.
 *
 * A path that is no directory is a warning for whoever checks the configuration. `serve` does not look here, since a disk
 * that hangs would hang it too: it fails where it starts and cannot make the directory. Whether it may be written to is seen
 * only then, since whoever checks a configuration is often another user than the one who serves it.
 */
export function readState(
  written: string | undefined,
  pathOf: (file: string) => string,
  { env, secrets }: Pick<Reading, "env" | "secrets">,
  findings: Findings,
): string | undefined {
  if (written === undefined) return env.STATE_DIRECTORY?.split(":")[0] || undefined;
  if (written === "") {
    findings.error(["server", "state"], "`state` must be a directory, found an empty text", {
      hint: 'write the directory, such as "/var/lib/switchhook", or leave `state` out to keep nothing',
    });
    return undefined;
  }
  const path = pathOf(written);
  const obstacle = secrets === "optional" ? obstacleTo(path) : undefined;
  if (obstacle !== undefined) {
    const place = obstacle === path ? "it" : quote(displayName(obstacle));
    const message = `nothing can be kept in ${findings.quote(written)}: ${place} is not a directory`;
    findings.warning(["server", "state"], message);
  }
  return path;
}

/** What stands at a path, or at the nearest one above it that there is, and is no directory; undefined where all is well. */
function obstacleTo(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? undefined : path;
  } catch {
    const parent = dirname(path);
    return parent === path ? undefined : obstacleTo(parent);
  }
}
