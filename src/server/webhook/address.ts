/** Who posted a request, behind proxies that can be trusted to say. */
import { BlockList, isIP } from "node:net";
import type { AddressBlock } from "../../config/read/settings/settings.ts";

/** Whether an address is in a set. */
export type AddressTest = (address: string) => boolean;

/** Compiles blocks of addresses into one test. An IPv4 address matches in its IPv6 form too. */
export function compileAddresses(blocks: readonly AddressBlock[]): AddressTest {
  const list = new BlockList();
  for (const { family, address, prefix } of blocks) list.addSubnet(address, prefix, family);
  return (address) => {
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
  };
}

/**
 * The address that posted a request.
 *
 * `X-Forwarded-For` is believed only from a trusted proxy, and read from the right: each proxy adds whom it was asked
 * by at the end, so what stands left of an address that is not a trusted proxy may be made up.
 *
 * @param peer the other end of the connection; undefined on a Unix socket, where only a proxy of this machine can be
 * @returns undefined where a trusted proxy names something that is not an address
 */
export function senderAddress(
  peer: string | undefined,
  forwardedFor: string | null | undefined,
  isTrusted: AddressTest,
): string | undefined {
  let client = peer === undefined ? undefined : normalize(peer);
  if (peer !== undefined && (client === undefined || !isTrusted(client))) return client;
  const hops = forwardedFor ? forwardedFor.split(",") : [];
  for (const hop of hops.reverse()) {
    client = normalize(hop.trim());
    if (client === undefined || !isTrusted(client)) return client;
  }
  return client;
}

/** Takes port, brackets and zone off an address, and reads `::ffff:192.0.2.1` as the IPv4 address it is. */
function normalize(text: string): string | undefined {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = bare.replace(/%.*$/, "");
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address;
  return isIP(mapped) === 0 ? undefined : mapped;
}
