/** The layers of a call as servers from the sources, each of which answers as far as its layer goes. */
import { join } from "node:path";
import { ROOT } from "../../harness.ts";
import { type Server, serversIn } from "../servers/servers.ts";
import { EVERYTHING } from "../servers/switchhook.ts";
import { LAYERS } from "./layers.ts";

/**
 * Servers, from the outermost layer on; the last one is the whole server.
 *
 * @param dir a directory for their files @param only names of layers; undefined: all of them
 * @throws for a name that no layer has
 */
export function layerServers(dir: string, only: string | undefined): Server[] {
  const whole = serversIn(dir, [join(ROOT, "main.ts")]).find(({ name }) => name === EVERYTHING);
  if (!whole) throw new Error(`there is no server ${EVERYTHING}`);
  const parts = Object.entries(LAYERS).map(
    ([name, about]): Server => ({
      ...{ name, about, verifies: false, files: [], answer: () => undefined },
      command: async (port) => [
        ...[process.execPath, join(import.meta.dir, "server.ts"), name],
        ...[String(port), join(dir, name)],
      ],
    }),
  );
  const { command } = whole;
  const last: Server = {
    ...whole,
    ...{ name: "observers", about: "log, history, metrics, status: the whole server", files: [] },
    command: async (port) => [process.execPath, ...(await command(port))],
  };
  const servers = [...parts, last];
  const names = servers.map(({ name }) => name);
  const wanted = only?.split(",") ?? names;
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`There is no layer ${unknown}; there are ${names.join(", ")}`);
  return servers.filter(({ name }) => wanted.includes(name));
}
