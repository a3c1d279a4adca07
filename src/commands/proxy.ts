/** `switchhook proxy`: what a reverse proxy needs to hand calls on. */
import { InvalidArgumentError } from "commander";
import { printableLines } from "../config/findings/printable.ts";
import { type ListenAddress, readListenAddress } from "../config/read/settings.ts";
import { type ProxyName, proxySnippet } from "../deploy/proxies.ts";
import { findConfig, loadGoodConfig } from "./config-file.ts";
import { print } from "./terminal.ts";

/** Options of `proxy`. */
export interface ProxyCommandOptions {
  /** By default the host of `[server] public_url`. */
  readonly domain?: string;
  readonly listen?: ListenAddress;
  readonly config?: string;
}

/** Where the webhook is, where no configuration says. */
const DEFAULT_PATH = "/webhook";

/** Prints the snippet for a proxy; exit code 1 where nothing says where the server listens, 2 where nothing names its host. */
export async function proxy(
  kind: ProxyName,
  { domain: named, listen, config }: ProxyCommandOptions,
): Promise<number> {
  const isSaid = listen !== undefined && findConfig(config) === undefined;
  const server = isSaid
    ? { listen, path: DEFAULT_PATH, publicUrl: undefined }
    : (await loadGoodConfig(config, "optional"))?.config.server;
  if (!server) return 1;
  const domain = named ?? URL.parse(server.publicUrl ?? "")?.hostname;
  if (domain === undefined) {
    print(
      process.stderr,
      "switchhook: name the host that Retell calls: --domain NAME, or public_url in [server]",
    );
    return 2;
  }
  const snippet = proxySnippet(kind, { domain, listen: listen ?? server.listen, path: server.path });
  print(process.stdout, printableLines(snippet).trimEnd());
  return 0;
}

/** Reads the value of `--domain`: it stands in a configuration as it is. */
export function readDomain(text: string): string {
  if (/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(text))
    return text.toLowerCase();
  throw new InvalidArgumentError("It must be a host name such as calls.example.");
}

/** Reads the value of `--listen`. */
export function readListenOption(text: string): ListenAddress {
  const address = readListenAddress(text);
  if (address) return address;
  throw new InvalidArgumentError('It must be "address:port", "[IPv6 address]:port" or "unix:/path".');
}
