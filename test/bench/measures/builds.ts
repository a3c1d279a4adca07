/** The executables of Switchhook that a benchmark measures. */
import { resolve } from "node:path";
import { BINARY } from "../../harness.ts";

/** Those that are named, as absolute paths, since servers run elsewhere; dist/switchhook where none is. */
export function buildsNamed(named: readonly string[]): readonly string[] {
  return named.length > 0 ? named.map((build) => resolve(build)) : BINARY;
}
