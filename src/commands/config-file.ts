/** Finding and loading the configuration, for every command that needs one. */
import { existsSync, statSync } from "node:fs";
import { lineOf, reportOf } from "../config/findings/report.ts";
import { type Config, type Loaded, type LoadOptions, loadConfig } from "../config/load.ts";
import type { Secrecy } from "../config/read/file.ts";
import { SECRET_HINT } from "../config/shape/fill.ts";
import { compileAsUsual } from "../server/runtime.ts";
import { paintFor, print } from "./terminal.ts";

/** Where a configuration is looked for when none is named, first to last. */
const DEFAULT_PATHS = ["config.toml", "/etc/switchhook/config.toml"] as const;

/** A configuration without errors. */
export type Good = Loaded & { readonly config: Config };

/**
 * The configuration to use: what `-c` says, else `$SWITCHHOOK_CONFIG`, else the first of {@link DEFAULT_PATHS} that
 * exists; undefined where there is none.
 */
export function findConfig(named: string | undefined): string | undefined {
  return named ?? (process.env.SWITCHHOOK_CONFIG || DEFAULT_PATHS.find((path) => existsSync(path)));
}

/** The same for whoever is about to load it: for a long one, it has what reads it compiled. */
export function findToLoad(named: string | undefined): string | undefined {
  const path = findConfig(named);
  if (path !== undefined && lengthOf(path) > LONG_BYTES) compileAsUsual();
  return path;
}

/** From so many bytes on, some ten thousand numbers, it saves time to compile what reads a configuration. */
const LONG_BYTES = 2 ** 21;

/** 0 for a file that cannot be looked at: whoever reads it says so. */
function lengthOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

/** What is wrong where there is no configuration. */
export const NO_CONFIG = `no configuration found: neither ${DEFAULT_PATHS.join(" nor ")} exists`;

/** Says on standard error that there is no configuration, and what to do. */
export function reportNoConfig(): void {
  print(
    process.stderr,
    `switchhook: ${NO_CONFIG}`,
    'Name one with "-c FILE" or SWITCHHOOK_CONFIG, or create one with "switchhook init".',
  );
}

/**
 * Loads the configuration to use; undefined where it has errors or there is none, which is reported then.
 *
 * @param secrets whether the command needs those of the configuration; one that does not notes which are missing
 * @param nowMs when, as `loadConfig` takes it
 * @param options as `loadConfig` takes them
 */
export function loadGoodConfig(
  named: string | undefined,
  secrets: Secrecy,
  nowMs?: number,
  options?: LoadOptions,
): Promise<Good | undefined> {
  return reportingConfig(named, (path) => loadConfig(path, process.env, secrets, nowMs, options));
}

/** Loads the configuration to use in some way; undefined where it has errors or there is none, which is reported then. */
export async function reportingConfig<Config, Read extends Pick<Loaded, "diagnostics">>(
  named: string | undefined,
  load: (path: string) => Promise<Read & { readonly config: Config | undefined }>,
): Promise<(Read & { readonly config: Config }) | undefined> {
  const path = findToLoad(named);
  if (path === undefined) {
    reportNoConfig();
    return undefined;
  }
  const loaded = await load(path);
  const { config } = loaded;
  if (config) {
    const missing = loaded.diagnostics.filter(({ hint }) => hint === SECRET_HINT);
    for (const diagnostic of missing) print(process.stderr, `note: ${lineOf(diagnostic)}`);
    return { ...loaded, config };
  }
  print(process.stderr, reportOf(loaded.diagnostics, paintFor(process.stderr)));
  return undefined;
}
