/** Holds the worked example of docs/CONTRIBUTING.md to the sources: its steps are done on a copy of them. */
import { expect, test } from "bun:test";
import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import { directory, ROOT } from "../harness.ts";

/** What the copy is made of. The tests are there for the scenario. */
const COPIED = [
  "main.ts",
  "package.json",
  "tsconfig.json",
  "src",
  "test/harness.ts",
  "test/scenarios",
] as const;

const SECTION = /^## Worked example.*?(?=^## )/ms;
const STEP = /^### Step \d: /m;

/** A fenced block of the document, and the file that the last path above it names. */
interface Block {
  readonly file: string;
  readonly language: string;
  readonly text: string;
}

test("the compiler names the places in the document, and the finished example passes its scenario", async () => {
  const document = await Bun.file(join(ROOT, "docs/CONTRIBUTING.md")).text();
  const [, name = "", keys = "", answers = "", scenario = ""] = (SECTION.exec(document)?.[0] ?? "").split(
    STEP,
  );
  await using copy = await directory({});
  for (const path of COPIED) await cp(join(ROOT, path), join(copy.path, path), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(copy.path, "node_modules"));

  await applyAll(name, copy.path);
  const named = placesIn(name);
  expect(named).not.toBeEmpty();
  expect(await complaints(copy.path)).toEqual(named);

  await applyAll(keys, copy.path);
  expect(await complaints(copy.path)).toEqual([...named, ...placesIn(keys)].sort());

  await applyAll(answers, copy.path);
  expect(await complaints(copy.path)).toEqual([]);

  const [written] = blocksIn(scenario);
  if (!written) throw new Error("the document has no scenario");
  await Bun.write(join(copy.path, written.file), `${written.text}\n`);
  const { exitCode, output } = await bun(copy.path, "test", "./test/scenarios", "-t", "own-number");
  expect(output).toContain(" 1 pass\n");
  expect(exitCode).toBe(0);
}, 400_000);

/** `FILE PLACE` of each row of a table. */
function placesIn(text: string): string[] {
  return [...text.matchAll(/^\| `(\S+)` \| `(\S+)` \|/gm)]
    .map(([, file, place]) => `${file} ${place}`)
    .sort();
}

function blocksIn(text: string): Block[] {
  let file = "";
  return [...text.matchAll(/^`(\S+)`$|^```(\w+)\n(.*?)\n```$/gms)].flatMap(([, path, language, block]) => {
    if (path !== undefined) file = path;
    return language === undefined || block === undefined ? [] : [{ file, language, text: block }];
  });
}

/** Makes every change that a text shows. What is changed must be there, and once. */
async function applyAll(text: string, root: string): Promise<void> {
  for (const { file, language, text: change } of blocksIn(text)) {
    if (language !== "diff") continue;
    const side = (left: string) =>
      change
        .split("\n")
        .filter((line) => !line.startsWith(left))
        .map((line) => line.slice(1))
        .join("\n");
    const path = join(root, file);
    const parts = (await Bun.file(path).text()).split(side("+"));
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places for\n${change}`);
    await Bun.write(path, parts.join(side("-")));
  }
}

/** What the compiler complains of: `FILE PLACE`, where the place is the function or constant that the line is in. */
async function complaints(root: string): Promise<string[]> {
  const { output } = await bun(
    root,
    // On one thread it needs half the processor time, which other tests need too.
    ...["node_modules/.bin/tsc", "--pretty", "false", "--singleThreaded"],
    // What one step leaves as it is, is not checked again by the next.
    ...["--incremental", "--tsBuildInfoFile", "checked.tsbuildinfo"],
  );
  const found = [...output.matchAll(/^(\S+)\((\d+),\d+\): error /gm)].map(async ([, file = "", line]) => {
    const lines = (await Bun.file(join(root, file)).text()).split("\n").slice(0, Number(line));
    const declared = lines.map(
      (text) => /^(?:export )?(?:function|const) (\w+)|^ {2}(#?\w+)\(.*\{$/.exec(text) ?? [],
    );
    const [, outer, method] = declared.findLast((match) => match.length > 0) ?? [];
    return `${file} ${outer ?? method}`;
  });
  return (await Promise.all(found)).sort();
}

async function bun(cwd: string, ...args: readonly string[]) {
  const child = Bun.spawn([process.execPath, ...args], {
    cwd,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [exitCode, ...outputs] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { exitCode, output: outputs.join("") };
}
