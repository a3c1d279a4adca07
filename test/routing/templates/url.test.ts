import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { callerOf } from "../../../src/routing/callers/call.ts";
import type { NameContext } from "../../../src/routing/names/value.ts";
import { escapeTemplate } from "../../../src/routing/templates/template.ts";
import { compileUrl } from "../../../src/routing/templates/url.ts";
import { call, facts } from "../plans.ts";

const CONTEXT: NameContext = {
  columnAt: () => undefined,
  schedule: () => undefined,
  asks: { history: () => {}, flag: () => {}, lookup: () => {} },
  texts: new Map(),
  lookupId: () => undefined,
  agentNames: new Map(),
  timezone: "UTC",
  locale: "en-US",
  client: "acme",
  country: "US",
};

function filled(url: string, value: string): string | undefined {
  const inbound = call({ headers: { "x-a": value } });
  return compileUrl(
    url,
    CONTEXT,
  )({
    ...facts(),
    call: inbound,
    dialled: inbound.to,
    caller: callerOf(inbound.from, "US", new Map()),
  });
}

describe("a URL", () => {
  test.each([
    ["https://crm.example/hook", "+1", "https://crm.example/hook"],
    ["https://crm.example/?n=${from_number}", "", "https://crm.example/?n=%2B12137771234"],
    ["https://crm.example/${header.a}/x", "a/b?c#d", "https://crm.example/a%2Fb%3Fc%23d/x"],
    ["https://crm.example/x?a=${header.a}&b=1", "1&b=2", "https://crm.example/x?a=1%26b%3D2&b=1"],
    ["https://crm.example/x?a=${header.a:-no one}", "", "https://crm.example/x?a=no%20one"],
    ["https://crm.example/x?a=${header.a}", "é\ud800", "https://crm.example/x?a=%C3%A9%EF%BF%BD"],
    ["https://crm.example/$${a}", "", "https://crm.example/${a}"],
  ])("%s is filled, with its values encoded", (url, value, right) => {
    expect(filled(url, value)).toBe(right);
  });

  test.each([
    ["https://crm.example/a/${header.a}", ".."],
    ["https://crm.example/a/${header.a}", "."],
    ["https://crm.example/a/${header.a}/b", ".."],
    ["https://crm.example/a/.${header.a}?x=1", "."],
    ["https://crm.example/a/${header.a}${header.a}", "."],
    ["https://crm.example/a/%2e${header.a}", "."],
  ])("%s is not asked with %j, which leads elsewhere", (url, value) => {
    expect(filled(url, value)).toBeUndefined();
  });

  test("may have dots in other places", () => {
    expect(filled("https://crm.example/a/x${header.a}?y=${header.a}", "..")).toBe(
      "https://crm.example/a/x..?y=..",
    );
  });

  test("keeps what was filled in at load as it is", () => {
    expect(filled(`https://crm.example/${escapeTemplate("a/$x")}/\${header.a}`, "b")).toBe(
      "https://crm.example/a/$x/b",
    );
  });

  test("leads to the same host and path, whatever fills it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const url = filled("https://crm.example/v1/${header.a}/x?a=${header.a}&b=1", value);
        if (url === undefined) return;
        const { origin, pathname, searchParams, hash } = new URL(url);
        expect([origin, pathname.split("/").length, hash]).toEqual(["https://crm.example", 4, ""]);
        expect([...searchParams.keys()]).toEqual(["a", "b"]);
      }),
    );
  });
});
