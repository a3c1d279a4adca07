import { expect, test } from "bun:test";
import { relative } from "node:path";
import { ROOT } from "../../harness.ts";

/** The packages and folders that a start may do without, each in a file that it would be loaded by. */
const LATER = [
  "node_modules/zod/",
  "node_modules/date-holidays/",
  "node_modules/@redis/",
  "node_modules/commander/",
  "src/config/shape/schema/",
  "src/server/admin/page/",
  "src/account/",
];

test("`serve` loads nothing that a start can do without", async () => {
  const loaded = await filesLoadedBy("src/commands/server/serve.ts");
  expect(loaded).toContain("src/config/load.ts");
  expect(loaded.filter((file) => LATER.some((part) => file.includes(part)))).toEqual([]);
});

test("the command line loads no command before one is named", async () => {
  const loaded = await filesLoadedBy("main.ts");
  expect(loaded).toContain("src/commands/definitions.ts");
  expect(loaded.filter((file) => /^src\/(?:server|config)\/(?:server|load)\.ts$/.test(file))).toEqual([]);
});

/** Every file that is there once a file is loaded; what is imported by a call is not. */
async function filesLoadedBy(entry: string): Promise<readonly string[]> {
  const { metafile } = await Bun.build({ entrypoints: [`${ROOT}/${entry}`], target: "bun", metafile: true });
  const inputs = metafile?.inputs ?? {};
  const nameOf = (path: string) => relative(ROOT, new URL(path, `file://${process.cwd()}/`).pathname);
  const start = Object.keys(inputs).find((path) => nameOf(path) === entry);
  const loaded = new Set<string>();
  const waiting = start === undefined ? [] : [start];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (loaded.has(path)) continue;
    loaded.add(path);
    for (const imported of inputs[path]?.imports ?? []) {
      if (imported.kind !== "dynamic-import" && inputs[imported.path]) waiting.push(imported.path);
    }
  }
  return [...loaded].map(nameOf);
}
