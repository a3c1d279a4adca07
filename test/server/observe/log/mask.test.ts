import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { maskNumber, maskParty, maskText } from "../../../../src/server/observe/log/mask.ts";

test.each([
  ["+12137771234", "+1******1234"],
  ["+442079460018", "+44******0018"],
  ["+4930901820", "+49****1820"],
  ["+35312345678", "+353****5678"],
  ["12137771234", "*******1234"],
  // No country begins so: nothing in front is shown.
  ["+99912345678", "+*******5678"],
  ["+44 (0)20 7946 0018", "+44 (*)** **** 0018"],
])("%s is shown as %s", (number, masked) => {
  expect(maskNumber(number)).toBe(masked);
});

test.each([
  ["anonymous", "anonymous"],
  ["", ""],
  ["12345", "*2345"],
  ["sip:+12125550111@203.0.113.7", "sip:+1******0111@203.0.113.7"],
  ["sip:2125550111@trunk.example;user=phone", "sip:******0111@trunk.example;user=phone"],
  ["212 555 0111", "*** *** 0111"],
])("of a caller %p the log shows %p", (party, masked) => {
  expect(maskParty(party)).toBe(masked);
});

describe("in a text", () => {
  test.each([
    ["a call from +12125550111 failed", "a call from +1******0111 failed"],
    ["(212) 555-0111", "(***) ***-0111"],
    ["212-555-0399 is wrong", "***-***-0399 is wrong"],
    ["1-212-555-0399", "*-***-***-0399"],
    ["212.555.0399", "***.***.0399"],
    ["<tel:+1-212-555-0399>;reason=busy", "<tel:+1-***-***-0399>;reason=busy"],
    ["<sip:12125550399@trunk.example>", "<sip:*******0399@trunk.example>"],
    ["+49 30/901820", "+49 **/**1820"],
    ["555-0111", "***-0111"],
    ["2125550111, 2125550112", "******0111, ******0112"],
    ["2125550111 2125550112 2125550113", "******0111 ******0112 ******0113"],
    ["x+12125550111y", "x+1******0111y"],
  ])("%p is shown as %p", (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  test.each([
    "agent_0123456789abcdef",
    "call_0123456789",
    "12345678-8fd5-4d23-ab50-123456789012",
    "12345678-1234-1234-1234-123456789012",
    "100.20.5.228",
    "2001:db8:6::1",
    "2026-11-25T09:30:00.123Z",
    "2026-11-25 09:30:00.123",
    "closed by 2026-12-24/2026-12-27",
    "open 08:00-18:00",
    "config.toml:1234:12: error",
    "/etc/switchhook/config-2026-11-25.toml",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "made 312 s ago",
    "40 rules, 1,200 numbers",
    "+1900*",
  ])("%p is left as it is", (text) => {
    expect(maskText(text)).toBe(text);
  });

  test("no number of ten digits is left, however it is grouped", () => {
    const separators = fc.constantFrom("", " ", "-", ".", ") ", "/");
    fc.assert(
      fc.property(
        fc.stringMatching(/^[2-9]\d{9}$/),
        separators,
        separators,
        fc.constantFrom("", "tel:", "+1", "+1 (", "1-"),
        (digits, first, second, before) => {
          const text = `${before}${digits.slice(0, 3)}${first}${digits.slice(3, 6)}${second}${digits.slice(6)}`;
          expect(maskText(`<${text}>`).replaceAll(/\D/g, "").length).toBeLessThanOrEqual(5);
        },
      ),
    );
  });

  test("a long text takes no longer than its length says: the test would time out", () => {
    for (const text of [
      "1 ".repeat(30_000),
      "1-".repeat(30_000),
      "1".repeat(60_000),
      "+1".repeat(30_000),
      "(1".repeat(30_000),
    ]) {
      expect(maskText(`${text}x`)).toEndWith("x");
    }
  });
});

test("a long text of almost-numbers takes time that grows with its length, not with its square", () => {
  const steps = (count: number) => {
    const beganMs = performance.now();
    maskText(`${"1-(".repeat(count)}1-a`);
    return performance.now() - beganMs;
  };
  // 64 times as long: a square would take 4096 times as long, here well over a minute.
  steps(1000);
  expect(steps(64_000)).toBeLessThan(20_000);
});
