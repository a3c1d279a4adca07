import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { line, plan, REJECT, rule, to } from "../../routing/plans.ts";
import { adminOf, answered, NOW_MS } from "./seen.ts";

const ROUTING = plan({
  numbers: [
    line("+12137771235", {
      target: to("agent_1"),
      rules: [rule({ when: { values: { from_number: ["+12137770000"] } }, target: REJECT })],
    }),
    line("+12137771236", { target: to("agent_2") }),
  ],
});

async function page(path: string, ...args: Parameters<typeof adminOf>): Promise<string> {
  const response = await adminOf(...args).app.request(path);
  expect(response.status).toBe(200);
  return await response.text();
}

/** The callers of the decisions that a page shows. */
function callersIn(html: string): string[] {
  return Array.from(html.matchAll(/<li><time.*?<span class="party">([^<]*)</g), ([, caller = ""]) => caller);
}

describe("the page", () => {
  test("may run its own style and script, and nothing else", async () => {
    const response = await adminOf(ROUTING, []).app.request("/");
    const html = await response.text();
    const policy = response.headers.get("content-security-policy") ?? "";
    for (const tag of ["style", "script"]) {
      const [whole, ...others] = html.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, "gs"));
      const hash = createHash("sha256")
        .update(whole?.[1] ?? "")
        .digest("base64");
      expect(others).toEqual([]);
      expect(policy).toContain(`${tag}-src 'sha256-${hash}'`);
    }
    expect(policy).toStartWith("default-src 'none'; ");
    expect(policy).toEndWith("form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    expect(html).not.toMatch(/ (?:style|on\w+)="| (?:src|href)="(?!\/|#|data:image)/);
  });

  test("says what to do where there are no calls", async () => {
    const html = await page("/", ROUTING, []);
    expect(html).toContain("switchhook send --to");
    expect(html).toContain("No calls in the last 24 hours.");
  });

  test("shows what callers supply as text, and what cannot be seen as escapes", async () => {
    const evil = '"><script>alert(1)</script>\u202e<img src=x onerror=alert(2)>';
    const html = await page(`/?number=${encodeURIComponent("<script>")}`, ROUTING, [
      answered(ROUTING, { from: evil, to: evil, headers: { x: evil } }),
    ]);
    expect(html).not.toContain("<script>alert");
    expect(html).not.toContain("<img");
    expect(html).not.toContain("\u202e");
    expect(callersIn(html)[0]).toContain("&lt;script&gt;alert(1)&lt;/script&gt;\\u202e&lt;img");
  });

  test.each([
    ["outcome=reject", ["+12137770000"]],
    ["outcome=agent", ["+12137770002", "+12137770001"]],
    ["number=777-0001", ["+12137770001"]],
    ["number=%2B12137771236", ["+12137770002"]],
    ["number=%2B12137771236&outcome=reject", []],
    ["client=/", ["+12137770002", "+12137770001", "+12137770000"]],
    ["client=acme", []],
  ])("shows the calls that pass the filter %p", async (query, callers) => {
    const calls = [
      answered(ROUTING, { from: "+12137770000" }),
      answered(ROUTING, { from: "+12137770001" }),
      answered(ROUTING, { from: "+12137770002", to: "+12137771236" }),
    ];
    expect(callersIn(await page(`/?${query}`, ROUTING, calls))).toEqual(callers);
  });

  test("counts the calls of the last day by hour, and those of each number", async () => {
    const calls = [
      answered(ROUTING),
      answered(ROUTING, { from: "+12137770000" }),
      answered(ROUTING),
      answered(ROUTING, { to: "+12137771236" }),
    ];
    const html = await page("/", ROUTING, calls);
    const rows = (section: string) =>
      Array.from(
        html
          .slice(html.indexOf(`<section id="${section}"`))
          .split("</section>")[0]
          ?.matchAll(/<tr><th scope="row">(.*?)<\/th>(.*?)<\/tr>/gs) ?? [],
        ([, name = "", cells = ""]) =>
          [name, ...cells.matchAll(/<td(?: class="number")?>(\d+)<\/td>/g)].map((part) =>
            typeof part === "string" ? part.replace(/<.*?>/g, "") : Number(part[1]),
          ),
      );
    expect(rows("activity").filter(([, ...counts]) => counts.some((count) => count !== 0))).toEqual([
      ["20:00", 3, 0, 1],
    ]);
    expect(rows("totals")).toEqual([
      ["+12137771235", 3],
      ["+12137771236", 1],
    ]);
  });

  test("shows the newest 200 decisions", async () => {
    const calls = Array.from({ length: 205 }, (_, at) =>
      answered(ROUTING, { from: `+1213777${2000 + at}` }, { agoMs: 1000 * (205 - at) }),
    );
    const shown = callersIn(await page("/", ROUTING, calls));
    expect([shown.length, shown[0], shown.at(-1)]).toEqual([200, "+12137772204", "+12137772005"]);
  });

  test("hides numbers where they are hidden in the log, from its filter too", async () => {
    const calls = [answered(ROUTING)];
    const html = await page("/", ROUTING, calls, { isMasked: true });
    expect(html).toContain("+1******1234");
    expect(html).not.toContain("+12137771235</");
    expect(callersIn(await page("/?number=777-1234", ROUTING, calls, { isMasked: true }))).toEqual([]);
  });

  test("says when schedules change, each in its own time zone", async () => {
    const always = Array.from({ length: 7 }, () => [{ start: 9 * 60, end: 17 * 60 + 30 }]);
    const today = { kind: "date", from: "2026-12-02", to: "2026-12-02" } as const;
    const week = { weekly: always, except: [], holidays: undefined };
    const routing = plan({
      schedules: {
        office: { timezone: "America/New_York", ...week },
        berlin: { timezone: "Europe/Berlin", ...week, except: [{ ...today, hours: [] }] },
      },
    });
    const html = await page("/", routing, []);
    expect(html).toContain("Closes at 17:30, in 1 h 48 min.");
    expect(html).toContain("15:42 in America/New_York");
    expect(html).toContain("Opens on 3 Dec at 09:00, in 11 h 18 min. An exception applies.");
  });

  test("shows what is refused as `check` does", async () => {
    const { app, standing } = adminOf(ROUTING, []);
    standing.reloaded({
      ...{ kind: "refused", file: "/etc/switchhook/config.toml", hash: "ba9876543210" },
      diagnostics: [
        {
          ...{ severity: "error", file: "config.toml", line: 8, column: 1, length: 5 },
          ...{ message: 'unknown key "agnet"', hint: 'did you mean "agent"?', excerpt: "agnet = 1" },
          related: undefined,
        },
      ],
    });
    const html = await (await app.request("/")).text();
    expect(html).toContain("A newer configuration is kept out");
    expect(html).toContain(
      "config.toml:8:1: error: unknown key &quot;agnet&quot;\n  8 | agnet = 1\n    | ^^^^^\n",
    );
  });

  test("says which look-ups are paused and which files from URLs are stale, and that calls are answered", async () => {
    const problem = { words: "status 503", sinceMs: NOW_MS - 120_000 };
    const source = { url: "https://lists.example/spam.txt", fetchedMs: NOW_MS - 7_200_000, entries: 1200 };
    const lastFailure = { atMs: NOW_MS - 5000, reason: "it answered 500" };
    const html = await page("/", ROUTING, [], {
      remote: [{ ...source, name: "lists.spam", isStale: true, problem }],
      lookups: [{ id: "/crm", pausedSinceMs: NOW_MS - 5000, lastFailure, underWay: 0, cached: 3 }],
    });
    const text = html.replaceAll(/<[^>]+>/g, "");
    expect(text).toContain("Calls are answered; lists.spam is stale, and 1 more");
    expect(text).toContain("status 503, since 20:40 (2 min)");
    expect(text).toContain("1,200 entries, confirmed at 18:42https://lists.example/spam.txt");
    expect(text).toContain("Not asked since 20:41 (5 s): it failed time after time.");
  });

  test("is not sent again while nothing has changed", async () => {
    const { app, tell } = adminOf(ROUTING, []);
    const etag = (await app.request("/")).headers.get("etag") ?? "";
    const again = () => app.request("/", { headers: { "if-none-match": etag } });
    expect((await again()).status).toBe(304);
    tell(answered(ROUTING));
    expect((await again()).status).toBe(200);
  });

  test("explains a call, and says what is wrong with a question", async () => {
    const call = "to=%2B12137771235&from=%2B12137770000&at=2026-12-25T10:00Z";
    const html = await page(`/?${call}`, ROUTING, []);
    expect(html).toContain("Result: rejected.");
    expect(html).toContain("[[expect]]\nto = &quot;+12137771235&quot;");
    expect(await page("/?to=1", ROUTING, [])).toContain("`from` is missing");
  });
});
