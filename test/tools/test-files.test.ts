import { describe, expect, test } from "bun:test";
import { testFilesIn } from "../../tools/test-files.ts";
import { directory } from "../harness.ts";

describe("the files of a run", () => {
  test("are in the order of how long they take, as far as that is known, and then by what they start", () => {
    const paths = testFilesIn(["test/routing", "test/outbound", "test/system"]).map(({ path }) => path);
    expect(paths[0]).toBe("test/system/proxies.test.ts");
    const places = [
      "test/system/rolling.test.ts",
      // One that is known to take long goes before one that starts the program.
      "test/outbound/client.test.ts",
      "test/system/page.test.ts",
      "test/routing/decide.test.ts",
    ].map((path) => paths.indexOf(path));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  test.each([
    ["test/e2e/lifecycle.test.ts", ["the compiled binary", "bun main.ts", "deno run main.ts"]],
    ["test/e2e/changes/live.test.ts", ["the compiled binary", "deno run main.ts"]],
  ])("%s is there once for each of its runtimes, and each test is in one of them", (path, runtimes) => {
    const parts = testFilesIn([path]);
    expect(parts.map(({ title }) => title).sort()).toEqual(
      runtimes.map((name) => `${path} (${name})`).sort(),
    );
    for (const name of [...runtimes.map((runtime) => `${runtime} a test`), "a test without a runtime"]) {
      expect(parts.filter(({ names }) => new RegExp(names ?? "").test(name)).length).toBe(1);
    }
  });

  test("are none of the packages that a folder has", async () => {
    await using files = await directory({ "a.test.ts": "", "node_modules/b/b.test.ts": "" });
    expect(testFilesIn([files.path]).map(({ path }) => path.split("/").at(-1))).toEqual(["a.test.ts"]);
  });
});
