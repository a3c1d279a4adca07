/** `switchhook proxy`: what a reverse proxy needs to hand calls on. */
import { InvalidArgumentError } from "commander";
import { printableLines } from "../../config/findings/printable.ts";
import { type ProxyName, type ProxyOptions, proxySnippet } from "../../deploy/proxies.ts";
import { print } from "../terminal.ts";
import { findListenPlace, type ListenPlaceOptions, readListenOption } from "./listen-place.ts";

/** Where the servers listen. */
type Servers = ProxyOptions["servers"];

/** Options of `proxy`. */
export interface ProxyCommandOptions extends Omit<ListenPlaceOptions, "listen"> {
  /** Several, where several servers answer. */
  readonly listen?: Servers;
  /** By default the host of `[server] public_url`. */
  readonly domain?: string;
}

/** Prints the snippet for a proxy; exit code 1 where nothing says where the server listens, 2 where nothing names its host. */
export async function proxy(
  kind: ProxyName,
  { domain: named, listen, config }: ProxyCommandOptions,
): Promise<number> {
  const [first] = listen ?? [];
  const place = await findListenPlace({
    ...(config === undefined ? {} : { config }),
    ...(first && { listen: first }),
  });
  if (!place) return 1;
  const domain = named ?? URL.parse(place.publicUrl ?? "")?.hostname;
  if (domain === undefined) {
    print(
      process.stderr,
      "switchhook: name the host that Retell calls: --domain NAME, or public_url in [server]",
    );
    return 2;
  }
  print(
    process.stdout,
    printableLines(
      proxySnippet(kind, { domain, path: place.path, servers: listen ?? [place.listen] }),
    ).trimEnd(),
  );
  return 0;
}

/** Collects the values of `--listen`. */
export function readServers(text: string, before?: Servers): Servers {
  const server = readListenOption(text);
  if (!before) return [server];
  const all = [...before, server] as const;
  if (all.every(({ kind }) => kind === "tcp")) return all;
  throw new InvalidArgumentError('Several servers must be on "address:port" each.');
}

/** Reads the value of `--domain`: it stands in a configuration as it is. */
export function readDomain(text: string): string {
  if (/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(text))
    return text.toLowerCase();
  throw new InvalidArgumentError("It must be a host name such as calls.example.");
}
