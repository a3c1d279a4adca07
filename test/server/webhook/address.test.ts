import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { AddressBlock } from "../../../src/config/read/settings/settings.ts";
import { compileAddresses, senderAddress } from "../../../src/server/webhook/address.ts";

/** `10.0.0.0/8` as a block. */
function block(text: string): AddressBlock {
  const [address = "", prefix] = text.split("/");
  const family = address.includes(":") ? "ipv6" : "ipv4";
  return { family, address, prefix: Number(prefix ?? (family === "ipv4" ? 32 : 128)) };
}

const compile = (...texts: string[]) => compileAddresses(texts.map(block));

const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
const ipv4 = octets.map((parts) => parts.join("."));
const ipv6 = fc
  .array(fc.nat(0xffff), { minLength: 8, maxLength: 8 })
  // Not the block of IPv4 addresses, which are read as such.
  .filter((groups) => groups[0] !== 0)
  .map((groups) => groups.map((group) => group.toString(16)).join(":"));
const address = fc.oneof(ipv4, ipv6);

describe("compileAddresses", () => {
  test.each<[blocks: string[], address: string, isIn: boolean]>([
    [[], "127.0.0.1", false],
    [["127.0.0.1"], "127.0.0.1", true],
    [["127.0.0.1"], "127.0.0.2", false],
    [["127.0.0.1"], "::ffff:127.0.0.1", true],
    [["10.0.0.0/8"], "10.255.255.255", true],
    [["10.0.0.0/8"], "11.0.0.0", false],
    [["10.1.2.3/8"], "10.200.0.1", true],
    [["0.0.0.0/0"], "203.0.113.9", true],
    [["0.0.0.0/0"], "2001:db8::1", false],
    [["::1"], "::1", true],
    [["::1"], "0:0:0:0:0:0:0:1", true],
    [["2001:db8::/32"], "2001:DB8:ffff::1", true],
    [["2001:db8::/32"], "2001:db9::1", false],
    [["::/0"], "2001:db8::1", true],
    [["192.0.2.1", "2001:db8::/32"], "2001:db8::5", true],
    [["192.0.2.1", "2001:db8::/32"], "192.0.2.1", true],
    [["0.0.0.0/0", "::/0"], "unknown", false],
    [["0.0.0.0/0", "::/0"], "", false],
    [["0.0.0.0/0", "::/0"], "1.2.3", false],
    [["0.0.0.0/0", "::/0"], "1.2.3.4:80", false],
  ])("of %j, %s: %p", (blocks, candidate, isIn) => {
    expect(compile(...blocks)(candidate)).toBe(isIn);
  });

  test("a block of IPv4 addresses holds exactly those with its leading bits", () => {
    const bits = (parts: readonly number[]) =>
      parts.map((part) => part.toString(2).padStart(8, "0")).join("");
    fc.assert(
      fc.property(octets, octets, fc.nat(32), (base, candidate, prefix) => {
        const isIn = bits(base).slice(0, prefix) === bits(candidate).slice(0, prefix);
        expect(compile(`${base.join(".")}/${prefix}`)(candidate.join("."))).toBe(isIn);
      }),
    );
  });
});

describe("senderAddress", () => {
  const isTrusted = compile("127.0.0.1", "10.0.0.0/8", "fd00::/8");

  test.each<[peer: string | undefined, forwardedFor: string | null | undefined, client: string | undefined]>([
    // Without a trusted proxy, the peer is the client.
    ["192.0.2.1", undefined, "192.0.2.1"],
    ["192.0.2.1", "198.51.100.1", "192.0.2.1"],
    ["192.0.2.1", "nonsense", "192.0.2.1"],
    ["2001:db8::1", "198.51.100.1", "2001:db8::1"],
    ["::ffff:192.0.2.1", "198.51.100.1", "192.0.2.1"],
    // A trusted proxy is believed.
    ["127.0.0.1", undefined, "127.0.0.1"],
    ["127.0.0.1", null, "127.0.0.1"],
    ["127.0.0.1", "", "127.0.0.1"],
    ["127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["fd00::5%eth0", "198.51.100.1", "198.51.100.1"],
    // From the right, past trusted proxies only.
    ["127.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"],
    ["127.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.1", "198.51.100.1"],
    ["127.0.0.1", "203.0.113.9,198.51.100.1 ,\t10.0.0.1,  fd00::7", "198.51.100.1"],
    ["127.0.0.1", "10.0.0.2, 10.0.0.1", "10.0.0.2"],
    // Every way to write an address.
    ["127.0.0.1", "198.51.100.1:50123", "198.51.100.1"],
    ["127.0.0.1", "[2001:db8::1]:50123", "2001:db8::1"],
    ["127.0.0.1", "[2001:db8::1]", "2001:db8::1"],
    ["127.0.0.1", "2001:db8::1", "2001:db8::1"],
    ["127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"],
    ["127.0.0.1", "::FFFF:198.51.100.1", "198.51.100.1"],
    ["127.0.0.1", "[::ffff:198.51.100.1]:443", "198.51.100.1"],
    ["127.0.0.1", "203.0.113.9, 10.0.0.1:8080", "203.0.113.9"],
    // What is no address ends the reading: what stands left of it may be made up.
    ["127.0.0.1", "unknown", undefined],
    ["127.0.0.1", "203.0.113.9, unknown", undefined],
    ["127.0.0.1", "203.0.113.9, ", undefined],
    ["127.0.0.1", "203.0.113.9, , 10.0.0.1", undefined],
    ["127.0.0.1", "198.51.100.1.example.com", undefined],
    ["127.0.0.1", "198.51.100.256", undefined],
    ["127.0.0.1", "[198.51.100.1", undefined],
    ["127.0.0.1", "198.51.100.1 198.51.100.2", undefined],
    ["127.0.0.1", "2001:db8::1::2", undefined],
    // On a Unix socket only a proxy of this machine can be.
    [undefined, undefined, undefined],
    [undefined, "198.51.100.1", "198.51.100.1"],
    [undefined, "203.0.113.9, 198.51.100.1, 127.0.0.1", "198.51.100.1"],
    [undefined, "unknown", undefined],
    // A peer that is no address cannot be trusted.
    ["unknown", "198.51.100.1", undefined],
  ])("from %p forwarding %p, it is %p", (peer, forwardedFor, client) => {
    expect(senderAddress(peer, forwardedFor, isTrusted)).toBe(client);
  });

  test("whatever a client makes up, the address that the first trusted proxy saw counts", () => {
    const stranger = address.filter((candidate) => !isTrusted(candidate));
    const proxies = fc.array(fc.constantFrom("10.0.0.1", "fd00::7", "127.0.0.1"));
    fc.assert(
      fc.property(fc.string(), stranger, proxies, (madeUp, seen, hops) => {
        expect(senderAddress("127.0.0.1", [madeUp, seen, ...hops].join(", "), isTrusted)).toBe(seen);
      }),
    );
  });

  test("what an untrusted peer forwards makes no difference", () => {
    const stranger = address.filter((candidate) => !isTrusted(candidate));
    fc.assert(
      fc.property(stranger, fc.option(fc.string()), (peer, forwardedFor) => {
        expect(senderAddress(peer, forwardedFor, isTrusted)).toBe(peer);
      }),
    );
  });
});
