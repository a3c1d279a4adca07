import { describe, expect, test } from "bun:test";
import { redirectOf } from "../../src/outbound/redirect.ts";

const to = (from: string, location: string, mayLeave: boolean) => {
  const next = redirectOf(new URL(from), 302, location, mayLeave);
  return next instanceof URL ? next.href : next;
};

describe("a redirect to another server", () => {
  test.each<[from: string, location: string, next: string]>([
    ["https://docs.example/pub", "https://content.example/csv", "https://content.example/csv"],
    ["http://docs.example/pub", "https://content.example/csv", "https://content.example/csv"],
    ["http://127.0.0.1:1/pub", "http://127.0.0.1:2/csv", "http://127.0.0.1:2/csv"],
    ["https://docs.example/pub", "//content.example/csv", "https://content.example/csv"],
  ])("is followed by a request that may leave, from %s to %s, and by no other", (from, location, next) => {
    expect(to(from, location, true)).toBe(next);
    expect(to(from, location, false)).toEqual({ kind: "redirect elsewhere", to: new URL(next).origin });
  });

  test.each<[from: string, location: string, origin: string]>([
    ["https://docs.example/pub", "http://content.example/csv", "http://content.example"],
    ["https://docs.example/pub", "http://docs.example/pub", "http://docs.example"],
    ["https://docs.example/pub", "ftp://content.example/csv", "ftp://content.example"],
    ["https://docs.example/pub", "file:///etc/passwd", "file://"],
  ])("is not followed from %s to %s", (from, location, origin) => {
    expect(to(from, location, true)).toEqual({ kind: "redirect elsewhere", to: origin });
  });

  test("takes no login along", () => {
    expect(to("https://ann:secret@docs.example/pub", "https://content.example/csv", true)).toBe(
      "https://content.example/csv",
    );
    expect(to("https://ann:secret@docs.example/pub", "/csv", true)).toBe(
      "https://ann:secret@docs.example/csv",
    );
  });
});
