import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFile } from "node:fs/promises";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { CHROMIUM, openChromium } from "../chromium.ts";
import {
  adminOf,
  ask,
  BINARY,
  type Directory,
  directory,
  post,
  ROOT,
  type RunningServer,
  run,
  serve,
  textBody,
  until,
} from "../harness.ts";

setDefaultTimeout(240_000);

if (CHROMIUM === undefined) console.log("Skipped: there is no Chromium (apt-get install chromium)");

const CONFIG = `timezone = "America/Los_Angeles"

[server]
listen = "127.0.0.1:0"
[admin]
listen = "127.0.0.1:0"
[retell]
api_key = "\${env:RETELL_API_KEY}"

[schedules.office]
open = ["mon-fri 09:00-17:00"]

[lookups.crm]
url = "http://127.0.0.1:1/\${from_number}"
timeout = "1s"

[numbers."+12137771235"]
agent = "agent_12345"
variables = { plan = "\${lookup.crm.plan:-none}" }

[[numbers."+12137771235".rules]]
name = "after hours"
when = { closed = "office" }
agent = "agent_night"

[numbers."*"]
reject = true
`;

/** A caller who tries what can be tried. */
const EVIL = '"><img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';

/** What a page says, and what goes wrong in it. */
async function open(browser: Browser, url: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  page.on("request", (request) => {
    const { origin } = new URL(request.url());
    if (origin !== new URL(url).origin && origin !== "null") problems.push(`asked ${origin}`);
  });
  await page.goto(url);
  return { page, problems, [Symbol.asyncDispose]: () => context.close() };
}

/** How far a page goes beyond its window, in pixels. */
function overflowOf(page: Page): Promise<unknown> {
  return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

describe.skipIf(CHROMIUM === undefined)("the status page in Chromium", () => {
  let browser: Browser;
  let files: Directory;
  let server: RunningServer;
  let admin: string;

  beforeAll(async () => {
    browser = await openChromium();
    files = await directory({ "config.toml": CONFIG });
    server = await serve(BINARY, files.file("config.toml"));
    admin = await adminOf(server);
    await ask(server.url, { call_id: "first" });
    await ask(server.url, { from_number: EVIL, to_number: EVIL, call_id: "evil" });
    await post(server.url, textBody({ from_number: "+12137770000" }));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    await files?.[Symbol.asyncDispose]();
  });

  test("a call shows within two seconds of its happening, and asks nothing of anybody else", async () => {
    await using opened = await open(browser, `${admin}/`);
    const { page, problems } = opened;
    const calls = page.locator(".calls li");
    expect(await calls.count()).toBe(3);
    // It asks every second: what the second answer has shows within two, however slow this machine is. One question may
    // be under way while the call comes, so that its answer does not have it.
    const answers: Promise<string>[] = [];
    page.on("response", (response) => answers.push(response.text()));
    await ask(server.url, { from_number: "+12137774321", call_id: "live" });
    await calls.filter({ hasText: "+12137774321" }).waitFor();
    const texts = await Promise.all(answers);
    expect(texts.filter((text) => !text.includes("2137774321")).length).toBeLessThanOrEqual(1);
    expect(await calls.count()).toBe(4);
    expect(problems).toEqual([]);
  });

  test("what a caller supplies does nothing", async () => {
    await using opened = await open(browser, `${admin}/?${new URLSearchParams({ to: EVIL, from: EVIL })}`);
    const { page, problems } = opened;
    await until(async () => (await page.locator(".explained").count()) === 1);
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.locator(".calls li").filter({ hasText: "<script>" }).count()).toBe(1);
    expect(await page.title()).not.toContain("owned");
    expect(problems).toEqual([]);
  });

  describe.each([
    ["with JavaScript", true],
    ["without JavaScript", false],
  ])("%s", (_how, javaScriptEnabled) => {
    test("the form gives what `explain` gives", async () => {
      await using opened = await open(browser, `${admin}/`, { javaScriptEnabled });
      const { page } = opened;
      const call = ["--to", "+12137771235", "--from", "+12137771234", "--at", "2026-12-25T20:00"];
      const form = page.locator("form.explain");
      await form.locator("[name=to]").fill("+12137771235");
      await form.locator("[name=from]").fill("+12137771234");
      await form.locator("[name=at]").fill("2026-12-25T20:00");
      await form.locator("[name=header]").fill("x-tier=gold\nx-source=web");
      await form.locator("[type=submit]").click();
      await page.locator(".explained").waitFor();
      const headers = ["--header", "x-tier=gold", "--header", "x-source=web"];
      const explain = async (...how: string[]) => {
        const config = files.file("config.toml");
        return (await run([...BINARY, "explain", "-c", config, ...call, ...headers, ...how])).stdout;
      };
      expect(`${await page.locator("#expect").textContent()}\n`).toBe(await explain("--expect"));
      const { steps, answer } = JSON.parse(await explain("--json")) as {
        steps: { topic: string; finding: string }[];
        answer: unknown;
      };
      expect(JSON.parse((await page.locator("#answer").textContent()) ?? "")).toEqual(answer);
      expect(await page.locator(".steps b").allTextContents()).toEqual(steps.map(({ topic }) => topic));
      expect(await page.locator(".steps span").last().textContent()).toBe(steps.at(-1)?.finding ?? "");
    });

    test("the filter shows the calls that it says, and keeps the question", async () => {
      const question = new URLSearchParams({ to: "+12137771235", from: "anonymous" });
      await using opened = await open(browser, `${admin}/?${question}`, { javaScriptEnabled });
      const { page } = opened;
      await page.locator(".filter [name=outcome]").selectOption("pass");
      await page.locator(".filter [type=submit]").click();
      await page.waitForURL(/outcome=pass/);
      expect(await page.locator(".calls .party").allTextContents()).toEqual(["+12137770000", "+12137771235"]);
      expect(await page.locator("form.explain [name=from]").inputValue()).toBe("anonymous");
      expect(await page.locator(".explained").count()).toBe(1);
    });
  });

  test.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 375],
    ["dark", 375],
  ] as const)(
    "axe-core finds nothing and nothing sticks out, %s at %i pixels",
    async (colorScheme, width) => {
      const question = new URLSearchParams({ to: EVIL, from: "x".repeat(300), at: "2026-12-25T20:00" });
      const viewport = { width, height: 812 };
      await using opened = await open(browser, `${admin}/?${question}`, { colorScheme, viewport });
      const { page } = opened;
      await page.locator("summary").first().click();
      // Not as an element: the page runs no script that is not its own.
      await page.evaluate(await readFile(`${ROOT}/node_modules/axe-core/axe.min.js`, "utf8"));
      const found = (await page.evaluate("axe.run().then(({ violations }) => violations)")) as {
        id: string;
        nodes: { html: string; failureSummary: string }[];
      }[];
      expect(found.map(({ id, nodes }) => [id, nodes.map(({ failureSummary }) => failureSummary)])).toEqual(
        [],
      );
      expect(await overflowOf(page)).toBe(0);
    },
  );

  test("it says that a configuration is kept out, and why, without being loaded again", async () => {
    await using opened = await open(browser, `${admin}/`, { viewport: { width: 375, height: 812 } });
    const { page } = opened;
    await files.write("config.toml", CONFIG.replace("reject = true", "rejcet = true"));
    await page.getByRole("heading", { name: "A newer configuration is kept out" }).waitFor();
    const report = await page.locator(".refused pre").textContent();
    const checked = await run([...BINARY, "check", "-c", files.file("config.toml")]);
    expect(report).toContain('did you mean "reject"?');
    expect(checked.stderr + checked.stdout).toContain(report ?? "nothing");
    expect(await overflowOf(page)).toBe(0);
    await files.write("config.toml", CONFIG);
    await page.getByRole("heading", { name: "All is well" }).waitFor();
  });

  test("it says so when the server does not answer any more", async () => {
    await using another = await serve(BINARY, files.file("config.toml"));
    await using opened = await open(browser, `${await adminOf(another)}/`);
    await another.stop();
    await opened.page.getByText("The server does not answer.").waitFor();
  });
});
