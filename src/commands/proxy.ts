/** `switchhook proxy`: what a reverse proxy needs to hand calls on. */
import { InvalidArgumentError } from "commander";
import { printableLines } from "../config/findings/printable.ts";
import { type ProxyName, proxySnippet } from "../deploy/proxies.ts";
import { findListenPlace, type ListenPlaceOptions } from "./listen-place.ts";
import { print } from "./terminal.ts";

/** Options of `proxy`. */
export interface ProxyCommandOptions extends ListenPlaceOptions {
  readonly domain: string;
}

/** Prints the snippet for a proxy; exit code 1 where nothing says where the server listens. */
export async function proxy(kind: ProxyName, { domain, ...options }: ProxyCommandOptions): Promise<number> {
  const place = await findListenPlace(options);
  if (!place) return 1;
  print(process.stdout, printableLines(proxySnippet(kind, { domain, ...place })).trimEnd());
  return 0;
}

/** Reads the value of `--domain`: it stands in a configuration as it is. */
export function readDomain(text: string): string {
  if (/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(text))
    return text.toLowerCase();
  throw new InvalidArgumentError("It must be a host name such as calls.example.");
}
