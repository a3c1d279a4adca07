/** `switchhook proxy`: what a reverse proxy needs to hand calls on. */
import { InvalidArgumentError } from "commander";
import { printableLines } from "../../config/findings/printable.ts";
import { type ProxyName, proxySnippet } from "../../deploy/proxies.ts";
import { print } from "../terminal.ts";
import { findListenPlace, type ListenPlaceOptions } from "./listen-place.ts";

/** Options of `proxy`. */
export interface ProxyCommandOptions extends ListenPlaceOptions {
  /** By default the host of `[server] public_url`. */
  readonly domain?: string;
}

/** Prints the snippet for a proxy; exit code 1 where nothing says where the server listens, 2 where nothing names its host. */
export async function proxy(
  kind: ProxyName,
  { domain: named, ...options }: ProxyCommandOptions,
): Promise<number> {
  const place = await findListenPlace(options);
  if (!place) return 1;
  const domain = named ?? URL.parse(place.publicUrl ?? "")?.hostname;
  if (domain === undefined) {
    print(
      process.stderr,
      "switchhook: name the host that Retell calls: --domain NAME, or public_url in [server]",
    );
    return 2;
  }
  print(process.stdout, printableLines(proxySnippet(kind, { domain, ...place })).trimEnd());
  return 0;
}

/** Reads the value of `--domain`: it stands in a configuration as it is. */
export function readDomain(text: string): string {
  if (/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(text))
    return text.toLowerCase();
  throw new InvalidArgumentError("It must be a host name such as calls.example.");
}
