/** The set-up with everything on, loaded in this process. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Config, type Loaded, loadConfig } from "../../../src/config/load.ts";
import { compileDesk, type Desk } from "../../../src/server/live/desk.ts";
import { KEY } from "../../harness.ts";
import { everythingFiles } from "./switchhook.ts";

/** Loads it. @param dir a directory for its files, which is made if need be */
export async function openDesk(dir: string): Promise<{ readonly desk: Desk; readonly config: Config }> {
  await mkdir(dir, { recursive: true });
  for (const [name, text] of Object.entries(everythingFiles(0))) await writeFile(join(dir, name), text);
  const loaded: Loaded = await loadConfig(join(dir, "config.toml"), { RETELL_API_KEY: KEY });
  const config: Config | undefined = loaded.config;
  if (!config) throw new Error("Cannot measure: the configuration has errors");
  return { desk: compileDesk(config, loaded.hash), config };
}
