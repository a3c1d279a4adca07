/** What the configuration says about the listener for those who run the server. */
import type { Findings } from "../../findings/findings.ts";
import type { Document } from "../../shape/schema/schema.ts";
import { type ListenAddress, readListenAddress } from "./settings.ts";

/** `[admin]`, read. */
export interface AdminSettings {
  /** Undefined where the configuration names no address: then it is a socket in the runtime directory, if there is one. */
  readonly listen: ListenAddress | undefined;
  /** What every client must show; undefined where none is needed. */
  readonly token: string | undefined;
}

/** Shorter tokens can be guessed. */
const SHORTEST_TOKEN = 16;

/** Reads `[admin]`. */
export function readAdmin({ listen: written, token }: Document["admin"], findings: Findings): AdminSettings {
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    findings.error(["admin", "token"], "`token` must be printable ASCII without blanks");
  } else if (token !== undefined && token.length < SHORTEST_TOKEN) {
    findings.error(["admin", "token"], `\`token\` must have at least ${SHORTEST_TOKEN} characters`, {
      hint: "make one with: openssl rand -hex 32",
    });
  }
  if (written === undefined) return { listen: undefined, token };
  const path = ["admin", "listen"];
  const listen = readListenAddress(written);
  if (!listen) {
    findings.error(
      path,
      `\`listen\` must be "address:port", "[IPv6 address]:port" or "unix:/path", found ${findings.quote(written)}`,
    );
  } else if (!isLocal(listen)) {
    const reach = `${findings.quote(written)} can be reached from other machines`;
    if (token === undefined) {
      findings.error(path, `${reach}, and \`token\` is not set`, {
        hint: 'set token = "${env:SWITCHHOOK_ADMIN_TOKEN}", or listen on "127.0.0.1:8788"',
      });
    } else {
      findings.warning(path, `${reach}: it shows who calls, and why each call went where it went`, {
        hint: 'listen on "127.0.0.1:8788" unless a firewall or a private network keeps others out',
      });
    }
  }
  return { listen, token };
}

/** Reports an admin listener at the address of the webhook, of which only one could listen. */
export function checkApart(
  webhook: ListenAddress,
  { listen }: Pick<AdminSettings, "listen">,
  findings: Findings,
): void {
  if (listen === undefined || !isSame(webhook, listen)) return;
  findings.error(["admin", "listen"], "the webhook listens at this address, by `listen` of [server]", {
    hint: "give it a port of its own, which only those who run the server can reach",
  });
}

function isSame(one: ListenAddress, other: ListenAddress): boolean {
  if (one.kind === "unix" && other.kind === "unix") return one.path === other.path;
  if (one.kind === "unix" || other.kind === "unix") return false;
  // Any free port is another one each time.
  if (one.port !== other.port || one.port === 0) return false;
  return one.host === other.host || [one, other].some(({ host }) => host === "0.0.0.0" || host === "::");
}

/** Whether only this machine can reach an address. */
function isLocal(address: ListenAddress): boolean {
  return address.kind === "unix" || /^(?:127(?:\.\d+){3}|::1|localhost)$/i.test(address.host);
}
