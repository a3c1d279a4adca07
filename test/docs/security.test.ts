/** What the page on security says of the program holds for it. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type BundledPackage, bundledPackages } from "../../tools/release/bundled.ts";
import { ask, DENO, directory, ROOT, serve } from "../harness.ts";

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
