import { afterAll, beforeAll, describe, expect, setSystemTime, test } from "bun:test";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import Retell from "retell-sdk";
import { keyedDigest, signBody, type Verdict, verifySignature } from "../../src/retell/signature.ts";
import { quickDigest } from "../../src/server/runtime.ts";
import { callBody, KEY } from "../harness.ts";

/** A quarter past eleven, some day: what `v=` says is compared with it. */
const NOW_MS = 1_784_632_500_000;
const FIVE_MINUTES_MS = 5 * 60 * 1000;

// The SDK reads the clock by itself; standing still, it reads the one that we are given.
beforeAll(() => {
  setSystemTime(NOW_MS);
});
afterAll(() => {
  setSystemTime();
});

const bytes = (text: string) => new TextEncoder().encode(text);

/** The digest by the definition: HMAC-SHA256 over the body followed by the timestamp. */
function hmac(body: string | Uint8Array, timestamp: number | string, key = KEY): string {
  return createHmac("sha256", key)
    .update(Buffer.concat([Buffer.from(body), Buffer.from(String(timestamp))]))
    .digest("hex");
}

function verify(body: string | Uint8Array, header: string | null | undefined, keys = [KEY]): boolean {
  const received = typeof body === "string" ? bytes(body) : body;
  return verifySignature(received, header, keys.map(keyedDigest), NOW_MS, FIVE_MINUTES_MS).kind === "good";
}

const BODY = callBody();
const GOOD = `v=${NOW_MS},d=${hmac(BODY, NOW_MS)}`;

/** A header with a digest that is right for its timestamp, as it is printed again. */
const signedAt = (timestampMs: number) => `v=${timestampMs},d=${hmac(BODY, timestampMs)}`;

describe("what the SDK's verify says of a header, ours says too", () => {
  test.each<[name: string, header: string, accepted: boolean]>([
    ["as the SDK makes it", GOOD, true],
    ["with the digest in upper case", `v=${NOW_MS},d=${hmac(BODY, NOW_MS).toUpperCase()}`, true],
    ["with the letters in upper case", `V=${NOW_MS},D=${hmac(BODY, NOW_MS)}`, true],
    ["with zeros before the timestamp", `v=000${NOW_MS},d=${hmac(BODY, NOW_MS)}`, true],
    ["with the zeros signed along", `v=000${NOW_MS},d=${hmac(BODY, `000${NOW_MS}`)}`, false],
    ["exactly five minutes old", signedAt(NOW_MS - FIVE_MINUTES_MS), true],
    ["a millisecond older than that", signedAt(NOW_MS - FIVE_MINUTES_MS - 1), false],
    ["exactly five minutes ahead", signedAt(NOW_MS + FIVE_MINUTES_MS), true],
    ["a millisecond further ahead", signedAt(NOW_MS + FIVE_MINUTES_MS + 1), false],
    ["in seconds instead of milliseconds", signedAt(Math.round(NOW_MS / 1000)), false],
    ["of the epoch", signedAt(0), false],
    ["with a timestamp beyond the safe integers", `v=${2 ** 53},d=${hmac(BODY, 2 ** 53)}`, false],
    ["with a timestamp beyond all numbers", `v=${"9".repeat(400)},d=${hmac(BODY, "Infinity")}`, false],
    ["with a negative timestamp", `v=-7,d=${hmac(BODY, -7)}`, false],
    ["with a fraction in the timestamp", `v=${NOW_MS}.0,d=${hmac(BODY, NOW_MS)}`, false],
    ["with an exponent in the timestamp", `v=1e12,d=${hmac(BODY, 1e12)}`, false],
    ["with digits of another script", `v=${"١".repeat(13)},d=${hmac(BODY, NOW_MS)}`, false],
    ["without a timestamp", `v=,d=${hmac(BODY, "")}`, false],
    ["without a digest", `v=${NOW_MS},d=`, false],
    ["with 63 hex digits", GOOD.slice(0, -1), false],
    ["with 62 hex digits, whole bytes", GOOD.slice(0, -2), false],
    ["with 65 hex digits", `${GOOD}0`, false],
    ["with 66 hex digits, whole bytes", `${GOOD}00`, false],
    ["with a letter that is not hex", `${GOOD.slice(0, -1)}g`, false],
    ["with its last digit altered", GOOD.slice(0, -1) + (GOOD.endsWith("0") ? "1" : "0"), false],
    [
      "with its first digit altered",
      GOOD.replace(/d=(.)/, (_, digit) => `d=${digit === "0" ? 1 : 0}`),
      false,
    ],
    ["with another timestamp than was signed", GOOD.replace(`${NOW_MS}`, `${NOW_MS - 1}`), false],
    ["of the body alone", `v=${NOW_MS},d=${hmac(BODY, "")}`, false],
    ["with the parts the other way round", `d=${hmac(BODY, NOW_MS)},v=${NOW_MS}`, false],
    ["with the digest alone", hmac(BODY, NOW_MS), false],
    ["with a scheme before it", `sha256=${hmac(BODY, NOW_MS)}`, false],
    ["with a space after the comma", GOOD.replace(",", ", "), false],
    ["with white space before it", ` ${GOOD}`, false],
    ["with white space after it", `${GOOD} `, false],
    ["with a line end after it", `${GOOD}\n`, false],
    ["on a second line", `\n${GOOD}`, false],
    ["given twice", `${GOOD}, ${GOOD}`, false],
    ["empty", "", false],
  ])("a signature %s", async (_, header, accepted) => {
    expect(await Retell.verify(BODY, KEY, header)).toBe(accepted);
    expect(verify(BODY, header)).toBe(accepted);
  });

  test("whatever the header is", async () => {
    await fc.assert(
      fc.asyncProperty(anyHeader(), async (header) => {
        expect(verify(BODY, header)).toBe(await Retell.verify(BODY, KEY, header));
      }),
      { numRuns: 1000 },
    );
  });

  test("whatever the time of the signature", async () => {
    const nearTheLimit = fc
      .tuple(fc.constantFrom(-1, 1), fc.integer({ min: -3, max: 3 }))
      .map(([side, offMs]) => NOW_MS + side * FIVE_MINUTES_MS + offMs);
    await fc.assert(
      fc.asyncProperty(fc.oneof(nearTheLimit, fc.maxSafeNat()), async (timestampMs) => {
        const header = signedAt(timestampMs);
        expect(verify(BODY, header)).toBe(await Retell.verify(BODY, KEY, header));
      }),
      { numRuns: 300 },
    );
  });
});

test.each([null, undefined])("rejects a request whose signature is %p", (header) => {
  expect(verify(BODY, header)).toBe(false);
});

test.each<[what: string, header: string | null | undefined, verdict: Verdict]>([
  ["nothing", undefined, { kind: "no signature" }],
  ["an empty header", "", { kind: "no signature" }],
  ["something else", "trust me", { kind: "malformed signature" }],
  ["a time beyond counting", `v=${"9".repeat(400)},d=${hmac(BODY, NOW_MS)}`, { kind: "malformed signature" }],
  ["another key", `v=${NOW_MS},d=${hmac(BODY, NOW_MS, "other")}`, { kind: "wrong key" }],
  ["another key and an old time", `v=${NOW_MS - 1e9},d=${hmac(BODY, 1, "other")}`, { kind: "wrong key" }],
  ["an old time", signedAt(NOW_MS - 312_000), { kind: "stale signature", offsetMs: -312_000 }],
  ["a time to come", signedAt(NOW_MS + 360_001), { kind: "stale signature", offsetMs: 360_001 }],
  ["a good one", GOOD, { kind: "good", keyAt: 0 }],
])("tells what is wrong with a signature: %s", (_what, header, verdict) => {
  expect(verifySignature(bytes(BODY), header, [keyedDigest(KEY)], NOW_MS, FIVE_MINUTES_MS)).toEqual(verdict);
});

test("takes the limit of age from its caller, to the millisecond and to both sides", () => {
  const within = (ageMs: number, maxAgeMs: number) =>
    verifySignature(bytes(BODY), signedAt(NOW_MS - ageMs), [keyedDigest(KEY)], NOW_MS, maxAgeMs).kind ===
    "good";
  expect([within(0, 0), within(1, 0), within(-1, 0)]).toEqual([true, false, false]);
  expect([within(1000, 1000), within(1001, 1000)]).toEqual([true, false]);
  expect([within(-1000, 1000), within(-1001, 1000)]).toEqual([true, false]);
});

test("rejects a timestamp beyond the safe integers even where the clock has come that far", () => {
  const near = (timestampMs: number) =>
    verifySignature(bytes(BODY), signedAt(timestampMs), [keyedDigest(KEY)], timestampMs, FIVE_MINUTES_MS)
      .kind === "good";
  expect([near(2 ** 53 - 1), near(2 ** 53)]).toEqual([true, false]);
});

describe("a body verifies as the bytes that were signed, and as no others:", () => {
  test.each<[name: string, body: string]>([
    ["JSON", BODY],
    ["an empty body", ""],
    ["a body that ends in digits, like the timestamp that follows it", "17846325"],
    ["umlauts, an emoji and Chinese", '{"from_number":"+4930901820","name":"Jürgen 📞 你好"}'],
    ["a byte order mark", `\uFEFF${BODY}`],
    ["line ends of every kind", "{\r\n}\r\n\n"],
    ["a NUL", "{\0}"],
    ["64 KiB", "x".repeat(65_536)],
  ])("%s", async (_, body) => {
    const header = await Retell.sign(body, KEY);
    expect(verify(body, header)).toBe(true);
    expect(signBody(bytes(body), KEY, NOW_MS)).toBe(header);
    expect(verify(`${body} `, header)).toBe(false);
  });

  test.each<[name: string, body: readonly number[]]>([
    ["bytes that are not UTF-8", [0x7b, 0xff, 0xfe, 0x80, 0x7d]],
    ["a lone half of a character", [0x22, 0xc3, 0x22]],
    ["a byte order mark", [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
    ["a byte order mark of UTF-16", [0xff, 0xfe, 0x7b, 0x00]],
  ])("%s", (_, body) => {
    const received = Uint8Array.from(body);
    const header = `v=${NOW_MS},d=${hmac(received, NOW_MS)}`;
    expect(verify(received, header)).toBe(true);
    expect(signBody(received, KEY, NOW_MS)).toBe(header);
    // What a decoder makes of the same bytes is something else.
    expect(verify(new TextDecoder().decode(received), header)).toBe(false);
  });

  test("any one bit altered is noticed", () => {
    fc.assert(
      fc.property(fc.nat({ max: BODY.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        const altered = bytes(BODY).map((byte, index) => (index === at ? byte ^ (1 << bit) : byte));
        expect(verify(altered, GOOD)).toBe(false);
      }),
    );
  });

  test("a body that was parsed and serialised again does not verify", async () => {
    const body = '{ "event": "call_inbound", "event_timestamp": 1.0 }';
    const header = await Retell.sign(body, KEY);
    expect(verify(body, header)).toBe(true);
    expect(verify(JSON.stringify(JSON.parse(body)), header)).toBe(false);
  });

  test("digits do not move between the body and the timestamp", () => {
    // The bytes under the digest are the same; the timestamp is not.
    const header = `v=${NOW_MS},d=${hmac("7", NOW_MS)}`;
    expect(verify("7", header)).toBe(true);
    expect(verify("", header.replace("v=", "v=7"))).toBe(false);
  });
});

describe("with several keys, a signature by any one of them is good:", () => {
  test.each<[name: string, keys: readonly string[], accepted: boolean]>([
    ["the only one", [KEY], true],
    ["the first of three", [KEY, "key_b", "key_c"], true],
    ["the middle one of three", ["key_a", KEY, "key_c"], true],
    ["the last of three", ["key_a", "key_b", KEY], true],
    ["the same key twice", [KEY, KEY], true],
    ["not another key", ["key_a"], false],
    ["not any of other keys", ["key_a", "key_b", "key_c"], false],
    ["not a key that differs in case", [KEY.toUpperCase()], false],
    ["not a key with a line end", [`${KEY}\n`], false],
    ["not the beginning of a key", [KEY.slice(0, -1)], false],
    ["not where there are none", [], false],
  ])("%s", (_, keys, accepted) => {
    expect(verify(BODY, GOOD, [...keys])).toBe(accepted);
  });
});

describe("with several keys, it is told which of them a signature was made with,", () => {
  const keys = ["key_a", "key_b", "key_c"];
  test.each([
    ["as both runtimes make digests", keyedDigest],
    ["as Bun makes them quickly", quickDigest],
  ])("%s, whatever was verified before", (_how, digestOf) => {
    const digests = keys.map(digestOf);
    const placeOf = (key: string, body: string) => {
      const header = signBody(bytes(body), key, NOW_MS);
      const verdict = verifySignature(bytes(body), header, digests, NOW_MS, FIVE_MINUTES_MS);
      return verdict.kind === "good" ? verdict.keyAt : verdict.kind;
    };
    for (const body of [BODY, "", BODY]) {
      const signers = ["key_c", "key_a", "other", "key_b", "other", "key_c"];
      expect(signers.map((key) => placeOf(key, body))).toEqual([2, 0, "wrong key", 1, "wrong key", 2]);
    }
  });
});

describe("the SDK and we understand each other,", () => {
  /** Text without halves of characters: what has a form in UTF-8. */
  const wellFormed = (constraints: { minLength: number; maxLength: number }) =>
    fc.string({ unit: "binary", ...constraints });
  const body = wellFormed({ minLength: 0, maxLength: 300 });
  // Longer keys than a block of SHA-256 are hashed first.
  const key = wellFormed({ minLength: 1, maxLength: 100 });

  test("whatever body and key the SDK signs with", async () => {
    await fc.assert(
      fc.asyncProperty(body, key, async (text, secret) => {
        expect(verify(text, await Retell.sign(text, secret), [secret])).toBe(true);
      }),
    );
  });

  test("whatever body and key we sign with", async () => {
    await fc.assert(
      fc.asyncProperty(body, key, async (text, secret) => {
        expect(await Retell.verify(text, secret, signBody(bytes(text), secret, NOW_MS))).toBe(true);
      }),
    );
  });

  test("and neither takes what another key signed", async () => {
    await fc.assert(
      fc.asyncProperty(body, key, key, async (text, secret, other) => {
        const header = signBody(bytes(text), secret, NOW_MS);
        expect(verify(text, header, [other])).toBe(await Retell.verify(text, other, header));
      }),
    );
  });
});

/** Any text, and good headers with something done to them: most of the latter are wrong by a hair. */
function anyHeader(): fc.Arbitrary<string> {
  const at = fc.nat({ max: GOOD.length });
  const piece = fc.oneof(
    fc.constantFrom("0", "f", "F", "g", " ", "\n", "\t", ",", "v=", "d=", "V", "-", "+", ".", "ſ", "０"),
    fc.string({ unit: "binary", maxLength: 3 }),
  );
  return fc.oneof(
    fc.string({ unit: "binary" }),
    fc.tuple(fc.string(), fc.string()).map(([version, digest]) => `v=${version},d=${digest}`),
    fc.mixedCase(fc.constant(GOOD)),
    fc.nat({ max: 400 }).map((zeros) => GOOD.replace("v=", `v=${"0".repeat(zeros)}`)),
    fc.tuple(at, piece).map(([index, text]) => GOOD.slice(0, index) + text + GOOD.slice(index)),
    fc.tuple(at, piece).map(([index, text]) => GOOD.slice(0, index) + text + GOOD.slice(index + 1)),
    fc.tuple(at, at).map(([from, to]) => GOOD.slice(0, from) + GOOD.slice(to)),
  );
}
