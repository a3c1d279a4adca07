/** `[shared]`: the server through which several machines count calls together. */
import { isIP } from "node:net";
import { didYouMean, type Findings, type Path } from "../../findings/findings.ts";
import { eachOf } from "../../shape/fitting.ts";
import type { Document } from "../../shape/schema/schema.ts";
import type { NamedFile } from "../callers/lists.ts";
import { readCertificates } from "../outbound/certificates.ts";
import { isPrivateHost } from "../outbound/url.ts";

/** A machine and a port. */
export interface HostPort {
  /** A name or an address, that of IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Where the server is. */
export type SharedPlace =
  | { readonly kind: "server"; readonly node: HostPort }
  /** Sentinels that know which server is the master of that name now. */
  | { readonly kind: "sentinels"; readonly nodes: readonly HostPort[]; readonly name: string }
  /** Some nodes of a cluster. */
  | { readonly kind: "cluster"; readonly nodes: readonly HostPort[] }
  /** A URL is a secret that is not here, so only these are known, or none. No server starts so. */
  | { readonly kind: "unknown"; readonly nodes: readonly HostPort[] };

/** The port of a server where a URL names none. */
export const SERVER_PORT = 6379;

/** `[shared]`, read. Plain data. */
export interface SharedSettings {
  readonly place: SharedPlace;
  readonly isEncrypted: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly sentinelPassword: string | undefined;
  readonly database: number;
  /** The authorities to trust besides the well-known ones, as PEM. */
  readonly ca: string | undefined;
  readonly prefix: string;
  /** Whether anything reads `history.*`: only then callers' calls are counted. */
  readonly readsHistory: boolean;
}

/** The main file, as far as `[shared]` is read. */
interface SharedSource {
  readonly document: Pick<Document, "shared">;
  readonly files: { readonly certificates: readonly NamedFile[] };
  readonly findings: Findings;
}

/** A file whose templates and conditions use names. */
interface NamesSource {
  readonly uses: readonly { readonly name: { readonly kind: string } }[];
}

/** Reads `[shared]`; undefined where there is none. @param all every file */
export function readShared(
  { document: { shared }, files, findings }: SharedSource,
  all: readonly NamesSource[],
): SharedSettings | undefined {
  if (!shared) return undefined;
  const { url, urls, prefix, ca } = shared;
  if (/[{}\s]/.test(prefix)) {
    findings.error(["shared", "prefix"], "`prefix` must not contain white space or braces", {
      hint: 'such as "switchhook:"',
    });
  }
  if (url !== undefined && urls !== undefined) {
    const hint = "`url` is for one server or its sentinels, `urls` for the nodes of a cluster";
    findings.error(["shared", "urls"], "`url` and `urls` exclude each other", { at: "key", hint });
  }
  const isCluster = url === undefined && urls !== undefined;
  const written = isCluster ? eachOf(urls, ["shared", "urls"]) : eachOf(url ?? [], ["shared", "url"]);
  const read = written.flatMap(({ path, item }) => readUrl(item, path, isCluster, findings) ?? []);
  const [first] = read;
  if (!first)
    return { ...UNKNOWN, prefix, password: shared.password, sentinelPassword: shared.sentinel_password };
  if (read.some(({ isEncrypted }) => isEncrypted !== first.isEncrypted)) {
    findings.error(["shared", "urls"], '`urls` must be all "redis://" or all "rediss://"');
  }
  for (const key of ["username", "password"] as const) {
    if (shared[key] === undefined || first[key] === undefined) continue;
    findings.error(["shared", key], `\`${key}\` is also in the URL; say it once`, { at: "key" });
  }
  if (ca !== undefined && !first.isEncrypted) {
    findings.error(["shared", "ca"], '`ca` needs "rediss://": without TLS there are no certificates', {
      at: "key",
    });
  }
  const certificates =
    ca !== undefined && first.isEncrypted
      ? readCertificates(["shared", "ca"], files.certificates, findings)
      : undefined;
  if (shared.sentinel_password !== undefined && first.name === undefined) {
    findings.error(["shared", "sentinel_password"], "`sentinel_password` needs sentinels in `url`", {
      at: "key",
      hint: 'such as url = "redis+sentinel://10.0.0.5,10.0.0.6/switchhook"',
    });
  }
  return {
    place:
      written.length < (isCluster ? urls.length : 1)
        ? { kind: "unknown", nodes: read.flatMap(({ nodes }) => nodes) }
        : placeOf(read, first, isCluster),
    isEncrypted: first.isEncrypted,
    username: shared.username ?? first.username,
    password: shared.password ?? first.password,
    sentinelPassword: shared.sentinel_password,
    database: first.database,
    ca: certificates,
    prefix,
    readsHistory: all.some(({ uses }) => uses.some(({ name }) => name.kind === "history")),
  };
}

/**
 * The ports that a URL names, with those that it implies: a server's where sentinels name it. Undefined where it cannot
 * be told, since templates hide it.
 */
export function portsNamedIn(written: string): number[] | undefined {
  const match = URL_FORM.exec(written.replace(/\$\{[^}]*\}/g, "secret"));
  const scheme = match?.[1]?.toLowerCase() ?? "";
  if (!match || !SCHEMES.includes(scheme)) return undefined;
  const isSentinel = scheme.endsWith("+sentinel");
  const nodes = nodesIn(match[3] ?? "", isSentinel);
  if (nodes.includes(undefined)) return undefined;
  return [...nodes.flatMap((node) => node?.port ?? []), ...(isSentinel ? [SERVER_PORT] : [])];
}

/** What is known where no URL can be read. */
const UNKNOWN: Omit<SharedSettings, "prefix" | "password" | "sentinelPassword"> = {
  place: { kind: "unknown", nodes: [] },
  ...{ isEncrypted: false, username: undefined },
  ...{ database: 0, ca: undefined, readsHistory: false },
};

interface UrlRead {
  readonly nodes: readonly HostPort[];
  readonly isEncrypted: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  /** What sentinels call the master; undefined for a server. */
  readonly name: string | undefined;
}

function placeOf(read: readonly UrlRead[], { nodes, name }: UrlRead, isCluster: boolean): SharedPlace {
  if (isCluster) return { kind: "cluster", nodes: read.flatMap((one) => one.nodes) };
  if (name !== undefined) return { kind: "sentinels", nodes, name };
  return { kind: "server", node: nodes[0] ?? { host: "localhost", port: SERVER_PORT } };
}

const SENTINEL_PORT = 26379;
const SCHEMES = ["redis", "rediss", "redis+sentinel", "rediss+sentinel"];
const SENTINELS = 'such as url = "redis+sentinel://10.0.0.5,10.0.0.6/switchhook"';
const EXAMPLE = 'such as "redis://10.0.0.5:6379"';
/** Scheme, login, hosts and the rest. */
const URL_FORM = /^([a-z+]+):\/\/(?:(.*)@)?([^/?#@]*)(?:\/([^?#]*))?$/is;

function readUrl(text: string, path: Path, isCluster: boolean, findings: Findings): UrlRead | undefined {
  const fail = (message: string, hint: string | undefined = EXAMPLE): undefined => {
    findings.error(path, message, { hint });
    return undefined;
  };
  const match = URL_FORM.exec(text);
  const scheme = (match?.[1] ?? /^[^:/]*/.exec(text)?.[0] ?? "").toLowerCase();
  if (!SCHEMES.includes(scheme)) {
    const message = `a URL must begin with "redis://", "rediss://" or "redis+sentinel://", found ${findings.quote(text)}`;
    return fail(message, didYouMean(scheme, SCHEMES) ?? EXAMPLE);
  }
  if (!match) return fail(`this is not the URL of a server, found ${findings.quote(text)}`);
  const [, , login, hosts = "", rest = ""] = match;
  const isSentinel = scheme.endsWith("+sentinel");
  if (isCluster && isSentinel)
    return fail("`urls` are nodes of a cluster; sentinels go into `url`", SENTINELS);
  const nodes = nodesIn(hosts, isSentinel);
  const known = nodes.flatMap((node) => node ?? []);
  if (known.length < nodes.length) return fail(`a URL must name a host, found ${findings.quote(text)}`);
  if (known.length > 1 && !isSentinel) {
    return fail(
      "only sentinels can be several in one URL",
      'for a cluster: urls = ["redis://10.0.0.5", "redis://10.0.0.6"]',
    );
  }
  const [name, database] = isSentinel ? nameAndDatabase(rest) : [undefined, rest];
  if (name === "")
    return fail(
      "a URL of sentinels must end with the name of the master",
      'such as "redis+sentinel://10.0.0.5,10.0.0.6/switchhook"',
    );
  if (!/^\d{0,4}$/.test(database))
    return fail(
      `a database must be a number, found ${findings.quote(database)}`,
      'such as "redis://10.0.0.5:6379/0"',
    );
  if (isCluster && Number(database) !== 0) return fail("a cluster has only the database 0", EXAMPLE);
  const isEncrypted = scheme.startsWith("rediss");
  const beyond = known.find(({ host }) => !isPrivateHost(host));
  if (!isEncrypted && beyond) {
    findings.warning(
      path,
      `"${scheme}://" sends passwords and counts to ${findings.quote(beyond.host)} in plain text`,
      {
        hint: `use "${scheme.replace("redis", "rediss")}://"`,
      },
    );
  }
  const [user, secret] = loginOf(login);
  return { nodes: known, isEncrypted, username: user, password: secret, database: Number(database), name };
}

/** `name` or `name/1` */
function nameAndDatabase(rest: string): readonly [name: string, database: string] {
  const [name = "", database = ""] = rest.split("/", 2);
  return [name, database];
}

/** Undefined in place of what is no host. */
function nodesIn(hosts: string, isSentinel: boolean): (HostPort | undefined)[] {
  const port = isSentinel ? SENTINEL_PORT : SERVER_PORT;
  return hosts.split(",").map((host) => readHost(host.trim(), port));
}

/** `host`, `host:6379`, `[::1]:6379` */
function readHost(text: string, defaultPort: number): HostPort | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:\s[\]]+))(?::(\d{1,5}))?$/.exec(text);
  const [, v6, host = v6, port] = match ?? [];
  if (host === undefined || (v6 !== undefined && isIP(v6) !== 6)) return undefined;
  const number = port === undefined ? defaultPort : Number(port);
  return number >= 1 && number <= 65_535 ? { host, port: number } : undefined;
}

/** `user:password`, `:password` or `user`, encoded as in any URL. */
function loginOf(login: string | undefined): readonly [string | undefined, string | undefined] {
  if (login === undefined) return [undefined, undefined];
  const colon = login.indexOf(":");
  const [user, password] = colon < 0 ? [login, ""] : [login.slice(0, colon), login.slice(colon + 1)];
  return [decoded(user) || undefined, decoded(password) || undefined];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
