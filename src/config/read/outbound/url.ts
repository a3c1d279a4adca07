/** The URLs of services that are asked or told about calls. */
import { BlockList, isIP } from "node:net";
import { readTemplate, type Segment } from "../../../routing/templates/template.ts";
import type { Findings, Path } from "../../findings/findings.ts";

/**
 * Checks a URL, in whose path and query templates may stand; what is wrong is reported.
 *
 * @param text with its load-time templates filled
 * @returns whether it can be used
 */
export function checkUrl(text: string, path: Path, findings: Findings): boolean {
  const template = readTemplate(text);
  // Reported already.
  if ("problem" in template) return false;
  const [head = ""] = template.segments;
  const isLiteral = template.segments.every((segment) => typeof segment === "string");
  const literal = typeof head === "string" ? head : "";
  const fail = (message: string, hint?: string, part?: string) => {
    findings.error(path, message, { hint, part });
    return false;
  };
  if (!isLiteral && !/^[^:/?#]*:\/\/[^/?#]*[/?#]/.test(literal)) {
    return fail(
      "the scheme, host and port of a URL must be literal",
      "${…} may stand in its path and its query",
      firstTemplate(text, template.segments),
    );
  }
  const url = URL.parse(
    template.segments.map((segment) => (typeof segment === "string" ? segment : "x")).join(""),
  );
  if (!url || !/^https?:$/.test(url.protocol) || !/^https?:\/\/[^/\\?#]/i.test(literal)) {
    return fail(`a URL must begin with "https://" or "http://" and a host, found ${findings.quote(text)}`);
  }
  if (url.username !== "" || url.password !== "") {
    return fail("a URL must not contain a login", 'use headers = { authorization = "Basic …" }');
  }
  if (url.hash !== "" || text.endsWith("#")) {
    return fail('what follows "#" in a URL is never sent', 'write "%23" for a "#" that is meant to be sent');
  }
  if (/\/\.{1,2}(?:[/?]|$)/.test(literalPath(text))) {
    return fail('the path of a URL must not have the parts "." and ".."');
  }
  if (url.protocol === "http:" && !isPrivateHost(url.hostname)) {
    findings.warning(path, `"http://" sends what it says about callers over the network in plain text`, {
      hint: `use "https://${url.host}"`,
    });
  }
  return true;
}

function firstTemplate(text: string, segments: readonly Segment[]): string | undefined {
  const first = segments.find((segment) => typeof segment !== "string");
  return first && text.slice(first.offset, first.offset + first.length);
}

function literalPath(text: string): string {
  return text.split("?", 1)[0] ?? "";
}

const PRIVATE = new BlockList();
PRIVATE.addSubnet("127.0.0.0", 8, "ipv4");
PRIVATE.addSubnet("10.0.0.0", 8, "ipv4");
PRIVATE.addSubnet("172.16.0.0", 12, "ipv4");
PRIVATE.addSubnet("192.168.0.0", 16, "ipv4");
PRIVATE.addSubnet("169.254.0.0", 16, "ipv4");
// Shared by carriers and their customers, and by private networks such as Tailscale's.
PRIVATE.addSubnet("100.64.0.0", 10, "ipv4");
PRIVATE.addAddress("::1", "ipv6");
PRIVATE.addSubnet("fc00::", 7, "ipv6");
PRIVATE.addSubnet("fe80::", 10, "ipv6");

/** Names that the public DNS does not have: a machine of the same network, or a container beside this one. */
const PRIVATE_NAME = /^[^.]+$|\.(?:localhost|local|internal|lan|home\.arpa|test)$/i;

/** Whether a host is this machine, or one of a private network. */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const family = isIP(host);
  return family === 0 ? PRIVATE_NAME.test(host) : PRIVATE.check(host, family === 4 ? "ipv4" : "ipv6");
}
