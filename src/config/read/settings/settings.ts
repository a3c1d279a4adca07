/** What the configuration says about the server, the log and the account, with its texts read. */
import { isIP } from "node:net";
import { type Findings, type Path, quote } from "../../findings/findings.ts";
import { readDuration } from "../../shape/duration.ts";
import { fittingItems } from "../../shape/fitting.ts";
import type { ClientDocument, Document } from "../../shape/schema/schema.ts";
import type { Reading } from "../file.ts";
import { apiKeyProblem } from "./api-key.ts";
import { publicUrlProblem } from "./public-url.ts";
import { readState } from "./state.ts";

/** Where to listen. */
export type ListenAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** One address, or a block of addresses. */
export interface AddressBlock {
  readonly family: "ipv4" | "ipv6";
  readonly address: string;
  /** How many leading bits of the address count. */
  readonly prefix: number;
}

/** `[server]`, read. */
export interface ServerSettings {
  readonly listen: ListenAddress;
  /** Without a trailing slash, unless that is all: with one it is the same path. */
  readonly path: string;
  /** Empty: every address may post. */
  readonly allowIps: readonly AddressBlock[];
  readonly trustedProxies: readonly AddressBlock[];
  /** What Retell should call: https, without a login, a query or a fragment. */
  readonly publicUrl: string | undefined;
  /** The directory for what must survive a restart, as an absolute path; undefined: nothing is kept. */
  readonly state: string | undefined;
}

/** `[log]`, read. */
export type LogSettings = Document["log"];

/** A key that requests may be signed with. */
export interface ApiKey {
  readonly key: string;
  /** The client whose numbers it is for; empty for those of the main file, and of clients without a key. */
  readonly client: string;
}

/** `[retell]`, read. */
export interface RetellSettings {
  /** Those of all files. */
  readonly apiKeys: readonly ApiKey[];
  /** What Retell is asked about the account with, instead of those: at most one a file. */
  readonly accountKeys: readonly ApiKey[];
  /** How old, or how far ahead, a signature may be, in milliseconds. */
  readonly maxAgeMs: number;
}

/** The main file, as far as its `[server]` is read. */
interface ServerSource {
  readonly document: Pick<Document, "server">;
  readonly pathOf: (file: string) => string;
  readonly findings: Findings;
}

/** `[history]`, read. */
export interface HistorySettings {
  /** How long calls are remembered, in milliseconds. */
  readonly keepMs: number;
}

/** Reads `[history]`. */
export function readHistory({ keep }: Document["history"], findings: Findings): HistorySettings {
  const keepMs = readDuration(keep);
  if (keepMs === undefined || keepMs === 0) {
    const found = findings.quote(keep);
    findings.error(["history", "keep"], `\`keep\` must be a duration such as "90d", found ${found}`);
  }
  return { keepMs: keepMs ?? 0 };
}

const ANY_PORT: ListenAddress = { kind: "tcp", host: "127.0.0.1", port: 0 };

/** Reads `[server]`. */
export function readServer(
  { document: { server }, pathOf, findings }: ServerSource,
  reading: Pick<Reading, "env" | "secrets">,
): ServerSettings {
  const listen = readListenAddress(server.listen);
  if (!listen) {
    findings.error(
      ["server", "listen"],
      `\`listen\` must be "address:port", "[IPv6 address]:port" or "unix:/path", found ${findings.quote(server.listen)}`,
    );
  }
  if (!/^\/[\w\-.~%/]*$/.test(server.path)) {
    findings.error(
      ["server", "path"],
      `\`path\` must begin with "/" and contain only letters, digits and -._~%/, found ${findings.quote(server.path)}`,
    );
  }
  return {
    listen: listen ?? ANY_PORT,
    path: server.path.replace(/(.)\/$/, "$1"),
    allowIps: readBlocks(server.allow_ips, ["server", "allow_ips"], findings),
    trustedProxies: readBlocks(server.trusted_proxies, ["server", "trusted_proxies"], findings),
    publicUrl:
      server.public_url === undefined
        ? undefined
        : readPublicUrl(server.public_url, ["server", "public_url"], findings),
    state: readState(server.state, pathOf, reading, findings),
  };
}

function readPublicUrl(text: string, path: Path, findings: Findings): string | undefined {
  const problem = publicUrlProblem(text);
  if (problem === undefined) return text;
  findings.error(path, `\`public_url\` ${problem}, found ${findings.quote(text)}`, {
    hint: 'such as "https://calls.example/webhook"',
  });
  return undefined;
}

/** A file whose `[retell]` is read. */
interface KeysSource {
  readonly client: string;
  readonly document: {
    readonly retell?: ClientDocument["retell"];
    readonly defaults: { readonly unrouted?: string | undefined };
  };
  readonly findings: Findings;
}

/** Reads `[retell]` of the main file, and the keys of each client that has its own. */
export function readRetell(
  main: KeysSource & { readonly document: Pick<Document, "retell"> },
  clients: readonly KeysSource[],
): RetellSettings {
  const { document, findings } = main;
  const { max_age: maxAge } = document.retell;
  const maxAgeMs = readDuration(maxAge);
  if (maxAgeMs === undefined || maxAgeMs === 0) {
    findings.error(
      ["retell", "max_age"],
      `\`max_age\` must be a duration such as "5m", found ${findings.quote(maxAge)}`,
    );
  }
  const owners = new Map<string, string>();
  const apiKeys = [main, ...clients].flatMap((source) => readKeys(source, owners));
  const accountKeys = [main, ...clients].flatMap(readAccountKey);
  return { apiKeys, accountKeys, maxAgeMs: maxAgeMs ?? 0 };
}

function readAccountKey({ client, document, findings }: KeysSource): ApiKey[] {
  const key = document.retell?.account_key;
  if (key === undefined) return [];
  const problem = apiKeyProblem(key);
  if (problem !== undefined) findings.error(["retell", "account_key"], problem);
  return [{ key, client }];
}

/** @param owners whose each key is; those of this file are added */
function readKeys({ client, document, findings }: KeysSource, owners: Map<string, string>): ApiKey[] {
  if (!document.retell) {
    if (document.defaults.unrouted !== undefined) {
      const message = "`unrouted` in a client's file needs an API key of the client's own, and it has none";
      const hint = "add one in [retell], or set `unrouted` in the main file";
      findings.error(["defaults", "unrouted"], message, { at: "key", hint });
    }
    return [];
  }
  const { api_key: written } = document.retell;
  const path = ["retell", "api_key"];
  const keys = typeof written === "string" ? [written] : (written ?? []);
  return fittingItems(keys).map(({ at, item: key }) => {
    const place = Array.isArray(written) ? [...path, at] : path;
    const problem = apiKeyProblem(key);
    if (problem !== undefined) findings.error(place, problem);
    const owner = owners.get(key) ?? client;
    if (owner !== client) {
      const whose = owner === "" ? "the main file" : `the client ${quote(owner)}`;
      findings.error(place, `this API key already belongs to ${whose}; each client needs a key of its own`, {
        hint:
          owner === ""
            ? "leave it out here; the main file's key also works for clients without one"
            : undefined,
      });
    }
    owners.set(key, owner);
    return { key, client };
  });
}

/** Reads `127.0.0.1:8787`, `[::1]:8787`, `localhost:8787` or `unix:/path`; undefined for anything else. */
export function readListenAddress(text: string): ListenAddress | undefined {
  const socket = /^unix:(.+)$/s.exec(text)?.[1];
  if (socket) return { kind: "unix", path: socket };
  const match = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const v6 = match?.[1];
  const host = v6 ?? match?.[2];
  if (
    !host ||
    port > 65_535 ||
    (v6 !== undefined && isIP(v6) !== 6) ||
    (/^[\d.]+$/.test(host) && isIP(host) !== 4)
  ) {
    return undefined;
  }
  return { kind: "tcp", host, port };
}

function readBlocks(texts: readonly (string | undefined)[], path: Path, findings: Findings): AddressBlock[] {
  return fittingItems(texts).flatMap(({ at, item }) => {
    const block = readBlock(item);
    if (block) return [block];
    findings.error(
      [...path, at],
      `${findings.quote(item)} is not an IP address or a CIDR block such as "10.0.0.0/8"`,
    );
    return [];
  });
}

function readBlock(text: string): AddressBlock | undefined {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return undefined;
  const family = version === 4 ? "ipv4" : "ipv6";
  const most = version === 4 ? 32 : 128;
  if (bits === undefined) return { family, address, prefix: most };
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > most) return undefined;
  return { family, address, prefix: Number(bits) };
}
