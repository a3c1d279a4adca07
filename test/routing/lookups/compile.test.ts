import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { receive } from "../../../src/routing/arrival.ts";
import type { Call } from "../../../src/routing/callers/call.ts";
import { circumstancesOf } from "../../../src/routing/circumstances.ts";
import type { LookupPlan } from "../../../src/routing/lookups/plan.ts";
import type { JsonValue } from "../../../src/routing/lookups/result.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { call, contact, facts, line, plan, rule } from "../plans.ts";

/** What a look-up asks about a call, or why it asks nothing. */
function asked(says: Partial<LookupPlan>, of: Partial<Call> = {}) {
  return asker(says)(of);
}

/** A look-up that is asked about calls. */
function asker(says: Partial<LookupPlan>) {
  const whole = {
    contacts: {
      columns: ["id"],
      contacts: [contact("+12137771234", ["c 1"]), contact("+12137779999", ["..", ""])],
    },
    numbers: [line("*", { rules: [rule({ when: { lookups: { crm: ["found"] } } })] })],
    lookups: { crm: says },
  };
  const table = compileTable(plan(whole));
  return (of: Partial<Call>) => {
    const arrival = receive(table, call(of));
    const lookup = arrival.scope.lookups.get("crm");
    if (!lookup) throw new Error("there is no look-up");
    return lookup.ask(circumstancesOf(arrival, facts()));
  };
}

describe("a look-up asks", () => {
  test("by GET, with every value encoded for where it stands", () => {
    const url = "https://crm.example:8443/${contact.id}/x?n=${from_number}&q=${header.x-q}&z=1";
    expect(
      asked({ url, headers: { authorization: "t" } }, { headers: { "x-q": "a&b=c#d/é'*\r\n" } }),
    ).toEqual({
      id: "/crm",
      url: "https://crm.example:8443/c%201/x?n=%2B12137771234&q=a%26b%3Dc%23d%2F%C3%A9%27%2A%0D%0A&z=1",
      method: "GET",
      headers: { accept: "application/json", authorization: "t" },
      body: undefined,
      at: [],
      timeoutMs: 1500,
      cacheMs: 0,
      ca: undefined,
    });
  });

  test("by POST where it has a body, in whose texts values stand as JSON", () => {
    const body = { phone: "${from_number|last4}", deep: [{ q: 'a "${header.x-q}"' }, 1, true, null] };
    const request = asked({ url: "https://crm.example/", body }, { headers: { "x-q": '", "admin": "1\n' } });
    if (typeof request === "string") throw new Error(request);
    expect(request.method).toBe("POST");
    expect(request.headers).toEqual({ accept: "application/json", "content-type": "application/json" });
    expect(JSON.parse(request.body ?? "")).toEqual({
      phone: "1234",
      deep: [{ q: 'a "", "admin": "1\n"' }, 1, true, null],
    });
  });

  test("with a body that is one text", () => {
    const request = asked({ url: "https://crm.example/", body: "${from_number}" });
    expect(typeof request === "string" ? request : request.body).toBe('"+12137771234"');
  });

  test("with the header that the configuration says, instead of its own", () => {
    const request = asked({ headers: { accept: "application/vnd.crm+json" } });
    expect(typeof request === "string" ? request : request.headers).toEqual({
      accept: "application/vnd.crm+json",
    });
  });
});

describe("a look-up asks nothing", () => {
  test.each([
    ["its URL", { url: "https://crm.example/?n=${from_number|digits}" }],
    ["its path", { url: "https://crm.example/${from_number}" }],
    ["its body", { url: "https://crm.example/", body: { a: ["${from_number}"] } }],
  ] as const)("of a withheld caller where %s needs the number", (_what, says) => {
    expect(asked(says, { from: "anonymous" })).toBe("withheld");
    expect(asked(says)).not.toBeString();
  });

  test.each([
    ["a fallback stands in for the number", { url: "https://crm.example/?n=${from_number:-none}" }],
    ["the number is not needed", { url: "https://crm.example/?n=${to_number}" }],
  ] as const)("but asks about a withheld caller where %s", (_what, says) => {
    expect(asked(says, { from: "anonymous" })).not.toBeString();
  });

  test.each([
    ["https://crm.example/${header.x-q}", "."],
    ["https://crm.example/${header.x-q}/a", ".."],
    ["https://crm.example/a/${header.x-q}?a=b", ""],
    ["https://crm.example/a//${header.x-q}/", ""],
  ])("where a part of the path of %s is %j", (url, value) => {
    expect(asked({ url }, { headers: { "x-q": value } })).toBe("path");
  });

  test("where a contact's column would lead elsewhere", () => {
    const url = "https://crm.example/${contact.id}/x";
    expect(asked({ url }, { from: "+12137779999" })).toBe("path");
    expect(asked({ url }, { from: "+12137770000" })).toBe("path");
    expect(asked({ url })).not.toBeString();
  });

  test("where a secret of its URL is not there", () => {
    expect(asked({ url: undefined })).toBe("secret");
  });
});

test("whatever a caller sends stays one value in the URL and in the body", () => {
  const body: JsonValue = { a: "x${header.x-q}", b: 1 };
  const url = "https://crm.example/v1/${header.x-q}/x?a=${header.x-q}&b=1";
  const ask = asker({ url, body });
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const request = ask({ headers: { "x-q": value } });
      if (typeof request === "string") return;
      const { origin, pathname, searchParams, hash } = new URL(request.url);
      expect([origin, pathname.split("/").length, hash]).toEqual(["https://crm.example", 4, ""]);
      expect([...searchParams.keys()]).toEqual(["a", "b"]);
      expect(JSON.parse(request.body ?? "")).toEqual({ a: `x${value}`, b: 1 });
    }),
  );
});
