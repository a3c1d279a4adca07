/** docs/OPERATING.md tells what every line of the log means. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { ROOT } from "../harness.ts";

/** Where a message is logged, with its text as far as it is written there; a part that is filled in ends it. */
const LOGGED = /\blog(?:\.(?:info|warning|error)|\[[^\]]+\])\(\s*(?:"([^"]+)"|`((?:[^`$\\]|\\.)+))/g;

test("every message that the server logs is explained", async () => {
  const text = await Bun.file(join(ROOT, "docs/OPERATING.md")).text();
  const messages: string[] = [];
  for await (const file of new Bun.Glob("src/server/**/*.ts").scan(ROOT)) {
    const source = await Bun.file(join(ROOT, file)).text();
    for (const [, plain, template = ""] of source.matchAll(LOGGED)) {
      messages.push(plain ?? template.replaceAll("\\`", "`"));
    }
  }
  // What is found must be about what there is: fewer mean that the pattern is out of date.
  expect(messages.length).toBeGreaterThan(30);
  expect(messages.filter((message) => !text.includes(message))).toEqual([]);
});

test("links lead to where there is something", async () => {
  const text = await Bun.file(join(ROOT, "docs/OPERATING.md")).text();
  const headings = (markdown: string) =>
    new Set(
      Array.from(markdown.matchAll(/^#+ (.+)$/gm), ([, title = ""]) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w -]/g, "")
          .replaceAll(" ", "-"),
      ),
    );
  for (const [, path = "", anchor] of text.matchAll(/\]\(([^)#]*)(?:#([^)]+))?\)/g)) {
    const file = Bun.file(join(ROOT, "docs", path || "OPERATING.md"));
    expect([path, await file.exists()]).toEqual([path, true]);
    if (anchor) expect([anchor, headings(await file.text()).has(anchor)]).toEqual([anchor, true]);
  }
});
