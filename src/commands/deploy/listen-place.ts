/** Where the server listens, for commands that write other programs' configurations. */
import { InvalidArgumentError } from "commander";
import { type ListenAddress, readListenAddress } from "../../config/read/settings/settings.ts";
import { findConfig, loadGoodConfig } from "../config-file.ts";

/** Options of such a command. */
export interface ListenPlaceOptions {
  readonly listen?: ListenAddress;
  readonly config?: string;
}

/** Where the webhook is. */
export interface ListenPlace {
  readonly listen: ListenAddress;
  readonly path: string;
  /** What Retell should call; undefined where no configuration says. */
  readonly publicUrl: string | undefined;
}

/** The path of the webhook where no configuration says. */
const DEFAULT_PATH = "/webhook";

/**
 * What `--listen` says, else the configuration; its path, if there is a configuration. Undefined where neither says, or
 * the configuration has errors, which is reported then.
 */
export async function findListenPlace({
  listen,
  config,
}: ListenPlaceOptions): Promise<ListenPlace | undefined> {
  if (listen !== undefined && findConfig(config) === undefined) {
    return { listen, path: DEFAULT_PATH, publicUrl: undefined };
  }
  const server = (await loadGoodConfig(config, "optional"))?.config.server;
  return server && { listen: listen ?? server.listen, path: server.path, publicUrl: server.publicUrl };
}

/** Reads the value of `--listen`. */
export function readListenOption(text: string): ListenAddress {
  const address = readListenAddress(text);
  if (address) return address;
  throw new InvalidArgumentError('It must be "address:port", "[IPv6 address]:port" or "unix:/path".');
}
