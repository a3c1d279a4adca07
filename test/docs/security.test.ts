/** What the page on security says of the program holds for it. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import Retell from "retell-sdk";
import { lockedPackages } from "../../tools/audit/advisories.ts";
import { type BundledPackage, bundledPackages } from "../../tools/release/bundled.ts";
import { ask, BINARY, callBody, DENO, directory, KEY, ROOT, serve } from "../harness.ts";
import { connectRaw, destinationOf, requestHead } from "../raw-http.ts";

const PAGE = join(ROOT, "docs/SECURITY.md");
const page = await Bun.file(PAGE).text();
const START = "<!-- what is inside: UPDATE=1 make test T=test/docs/security.test.ts -->\n";
const END = "<!-- end -->\n";

describe("what is inside the executable", () => {
  test("is listed with its licence and its size, and counted", async () => {
    const listed = page.slice(page.indexOf(START) + START.length, page.indexOf(END));
    const wanted = insideOf(await bundledPackages());
    if (process.env.UPDATE === "1") await Bun.write(PAGE, page.replace(listed, wanted));
    else expect(withoutSizes(listed)).toBe(withoutSizes(wanted));
    const sizes = new Map(sizesIn(wanted));
    // A size is right to a fifth: it changes a little with every version of the bundler.
    for (const [name, size] of sizesIn(listed)) {
      expect([name, Math.abs(Math.log((size + 1) / ((sizes.get(name) ?? 0) + 1))) < 0.2]).toEqual([
        name,
        true,
      ]);
    }
  });
});

function insideOf(packages: readonly BundledPackage[]): string {
  const bundled = packages.filter(({ name }) => name !== "bun");
  const [bun] = packages.filter(({ name }) => name === "bun");
  const rows = bundled
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ name, license, bytes }) => `| \`${name}\` | ${license} | ${Math.ceil(bytes / 1000)} kB |`);
  const total = bundled.reduce((sum, { bytes }) => sum + bytes, 0);
  return `The executable has ${bundled.length} packages inside, minified ${(total / 1e6).toFixed(1)} MB together, and Bun, nearly all of its size:

| package | licence | minified |
|---|---|---|
| \`bun\` | ${bun?.license}, with parts under others | 120 MB |
${rows.join("\n")}

\`package-lock.json\` names ${lockedPackages()} packages, with those for development and for other machines.
`;
}

function withoutSizes(text: string): string {
  return text
    .replace(/[\d.]+ [kM]B/g, "…")
    .split("\n")
    .toSorted()
    .join("\n");
}

function sizesIn(text: string): [name: string, kB: number][] {
  return [...text.matchAll(/^\| `([^`]+)` .*\| (\d+) kB \|$/gm)].map(([, name = "", size]) => [
    name,
    Number(size),
  ]);
}

describe("what is checked, in order", () => {
  /** What a request gets that fails a check and all after it, in the order of the page. */
  const refused: readonly (readonly [check: string, status: number, request: Promised])[] = [
    ["it is strictly HTTP", 400, async () => get("/x", { "Content-Length": "1, 2" })],
    ["the path", 404, async () => get("/x")],
    ["the method is POST", 405, async () => get("/webhook")],
    ["the client's address", 403, async () => post("x".repeat(70_000), "198.51.100.1")],
    ["the body is at most 64 KiB", 413, async () => post("x".repeat(70_000))],
    ["the signature", 401, async () => post("no JSON", OURS, "key_that_is_wrong")],
    ["the body is a JSON event", 400, async () => post("no JSON")],
    ["the key is that of the number", 401, async () => post(callBody({ to_number: "+12137770001" }))],
  ];

  test("is what the page says, and the first that fails ends it", async () => {
    const table = page.slice(
      page.indexOf("## What is checked, in order"),
      page.indexOf("What could be read in two ways"),
    );
    const rows = [...table.matchAll(/^\| (?!check |-)(.+?) \| (\d+)/gm)].map(([, check, status]) => [
      check,
      Number(status),
    ]);
    expect(rows).toEqual(refused.map(([check, status]) => [expect.stringContaining(check), status]));

    await using dir = await directory({
      "config.toml": `include = "clients/*.toml"
[server]
listen = "127.0.0.1:0"
allow_ips = ["${OURS}"]
trusted_proxies = ["127.0.0.1"]
[retell]
api_key = "\${env:RETELL_API_KEY}"
`,
      "clients/acme.toml":
        '[retell]\napi_key = "key_of_acme_0123"\n[numbers."+12137770001"]\nagent = "agent_1"\n',
    });
    await using server = await serve(BINARY, dir.file("config.toml"));
    const answers = [];
    for (const [check, , request] of refused) {
      using connection = await connectRaw(destinationOf(server.url));
      connection.send(await request());
      answers.push([check, (await connection.answer()).status]);
    }
    expect(answers).toEqual(refused.map(([check, status]) => [check, status]));
    expect(server.log()).not.toContain("agent_1");
  });
});

type Promised = () => Promise<string>;
/** The address that may post; a proxy tells it. */
const OURS = "192.0.2.7";

function get(path: string, headers: Readonly<Record<string, string>> = {}): string {
  return requestHead(
    `GET ${path}`,
    Object.entries({ Host: "x", "X-Forwarded-For": "198.51.100.1", ...headers }),
  );
}

async function post(body: string, from = OURS, key = KEY): Promise<string> {
  const headers = {
    ...{ Host: "x", "X-Forwarded-For": from, "Content-Length": String(body.length) },
    "X-Retell-Signature": await Retell.sign(body, key),
  };
  return requestHead("POST /webhook", Object.entries(headers)) + body;
}

test("the permissions under Deno are those that it names", async () => {
  const [, block = ""] = /```sh\n(deno run [^`]+)```/.exec(page) ?? [];
  await using dir = await directory({
    "config.toml": `[server]\nlisten = "127.0.0.1:0"\n[retell]\napi_key = "\${env:RETELL_API_KEY}"\n[numbers."+12137771235"]\nagent = "agent_1"\n`,
  });
  // As it stands, in the checkout; but for the place of the configuration, and a port that is free.
  const args = block.replaceAll("\\\n", " ").trim().split(/\s+/).slice(1);
  const command = args
    .slice(0, args.indexOf("serve"))
    .map((arg) => arg.replace("config.toml", dir.file("config.toml")).replace(":8787", ":0"));
  await using server = await serve([DENO, ...command], dir.file("config.toml"), { cwd: ROOT });
  expect(await ask(server.url)).toEqual({ call_inbound: { override_agent_id: "agent_1" } });
});
