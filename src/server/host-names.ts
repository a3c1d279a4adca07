/**
 * Looking up the names of other servers, such that a name that nobody answers for holds up nothing else.
 *
 * What Bun uses by itself, `getaddrinfo`, holds a thread of the runtime's for tens of seconds where no name server answers. On
 * one or two cores there are two of them, and log, history and the watch of the files need them as well.
 */
import type { LookupAddress } from "node:dns";
import { readFileSync, statSync } from "node:fs";
import type { LookupFunction } from "node:net";
import { errorCode } from "../config/files/text-file.ts";
import { Places } from "../outbound/places.ts";
import { lookUpBeside } from "./runtime.ts";

/** How names are looked up. Each rejects as `node:dns` does where there is no address. */
export interface NameSources {
  /** Asks `/etc/hosts` and the name servers, and holds no thread. */
  readonly beside: (name: string) => Promise<readonly LookupAddress[]>;
  /** Asks whatever this machine knows names by (nsswitch.conf(5)), and holds a thread. */
  readonly system: (name: string) => Promise<readonly LookupAddress[]>;
}

/**
 * How many names are asked about at once: of the answers to more, the kernel would drop some, since a socket holds only a few
 * hundred; and one thread at most is held.
 */
const AT_ONCE = { beside: 64, system: 1 } as const;

/** Makes a function that looks names up for `node:net`, for any family of addresses. */
export function lookupOf({ beside, system }: NameSources): LookupFunction {
  const besides = atMost(AT_ONCE.beside, beside);
  const bySystem = atMost(AT_ONCE.system, system);
  const find = async (name: string) => {
    // Bun leaves these to the system whoever is to be asked, and so would hold a thread for each.
    if (MULTICAST.test(name)) return await bySystem(name);
    try {
      return await besides(name);
    } catch (error) {
      const code = codeOf(error);
      if (code === "ETIMEOUT" || (code === "ESERVFAIL" && !SINGLE.test(name))) throw unresolved(name);
    }
    // Other sources than name servers may know it: multicast DNS, containers of this machine.
    return await bySystem(name);
  };
  return (name, { all }, callback) => {
    find(name).then(
      (found) => {
        const [first] = found;
        if (all) callback(null, [...found]);
        else if (first) callback(null, first.address, first.family);
        else callback(unresolved(name), "");
      },
      (error: Error) => callback(error, all ? [] : ""),
    );
  };
}

/**
 * How a server looks names up; undefined where the runtime's own way holds nothing up: Deno has hundreds of threads, and macOS
 * needs none.
 */
export const hostNames: LookupFunction | undefined =
  lookUpBeside &&
  afterLook(
    lookupOf({
      beside: asking(lookUpBeside),
      system: async (name) => (await dns()).promises.lookup(name, { all: true }),
    }),
  );

/** Names of multicast DNS: RFC 6762. */
const MULTICAST = /\.local\.?$/i;

/**
 * Names without a dot. Name servers may have trouble with them (systemd's says so), though other sources know them; of others it
 * would be no better to ask once more, with a thread held.
 */
const SINGLE = /^[^.]+\.?$/;

/** Without what Bun puts before the codes of its own look-ups. */
function codeOf(error: unknown): string {
  return (errorCode(error) ?? "").replace(/^DNS_/, "");
}

/** What `node:dns` says where name servers do not answer. */
function unresolved(name: string): Error {
  return Object.assign(new Error(`getaddrinfo EAI_AGAIN ${name}`), { code: "EAI_AGAIN" });
}

/** Looks up so many names at once, the others in the order of coming; those who want the same name share the answer. */
function atMost<Found>(count: number, find: (name: string) => Promise<Found>): typeof find {
  const places = new Places(count);
  const asked = new Map<string, Promise<Found>>();
  return (name) => {
    const known = asked.get(name);
    if (known) return known;
    const found = places.within(() => find(name)).finally(() => asked.delete(name));
    asked.set(name, found);
    return found;
  };
}

/** Loaded by the first look-up: a server that asks nobody starts sooner. */
const dns = () => import("node:dns");

/** Where the name servers are told: resolv.conf(5). */
const NAME_SERVERS = "/etc/resolv.conf";

let seenNameServers: string | undefined;

/** Asks the name servers of now, also about a name that those of before are being asked about: they are left. */
function afterLook(lookup: LookupFunction): LookupFunction {
  return (name, options, callback) => {
    void followNameServers().then(() => lookup(name, options, callback));
  };
}

/** Asks, whatever was answered before: c-ares would keep that for as long as it may be kept, though a server has moved. */
function asking(ask: NameSources["beside"]): NameSources["beside"] {
  return async (name) => {
    await forgetAnswers();
    return await ask(name);
  };
}

/**
 * Takes over the name servers where they have changed. Bun reads the file once, but a network may come up, or change, while the server runs:
 * `getaddrinfo` looks at it each time too.
 */
async function followNameServers(): Promise<void> {
  const { setServers } = await dns();
  try {
    const stats = statSync(NAME_SERVERS, { throwIfNoEntry: false });
    const look = stats ? `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeMs}` : "none";
    const before = seenNameServers;
    seenNameServers = look;
    if (before === undefined || before === look) return;
    setServers(nameServersIn(stats ? readFileSync(NAME_SERVERS, "utf8") : ""));
  } catch {
    // It cannot be read, or names what cannot be used: those of before may do.
  }
}

/** An address that nobody has: RFC 5737. */
const NOBODY = "192.0.2.1";
/** IPv6 addresses that mean nothing without the interface, which cannot be set. */
const LINK_LOCAL = /^\[?fe[89ab]/i;

/** Has c-ares forget what was answered, as it does when its name servers change. What it asks them at the time goes on. */
async function forgetAnswers(): Promise<void> {
  const { getServers, setServers } = await dns();
  const servers = getServers();
  if (servers.length === 0 || servers.some((server) => LINK_LOCAL.test(server))) return;
  setServers([...servers, NOBODY]);
  setServers(servers);
}

/** The name servers of a resolv.conf(5); without one, that is this machine. */
export function nameServersIn(text: string): string[] {
  const servers = Array.from(text.matchAll(/^nameserver[ \t]+(\S+)/gm), ([, address = ""]) => address);
  return servers.length > 0 ? servers : ["127.0.0.1"];
}
