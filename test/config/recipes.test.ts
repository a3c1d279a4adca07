import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { plain, reportOf } from "../../src/config/findings/report.ts";
import { loadConfig } from "../../src/config/load.ts";
import { RECIPES } from "../../tools/reference.ts";
import { directory, KEY, ROOT } from "../harness.ts";
import { RECIPE_ENV } from "./recipe-env.ts";

/** A recipe leaves out what every configuration has. */
const ACCOUNT = '\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

describe("recipes", () => {
  test.each([...RECIPES])("%s has no errors and no warnings, and does what it expects", async (recipe) => {
    const files: Record<string, Uint8Array> = {};
    for (const name of new Bun.Glob("**/*").scanSync(join(ROOT, "test/recipes"))) {
      files[name] = await Bun.file(join(ROOT, "test/recipes", name)).bytes();
    }
    await using copy = await directory(files);
    await copy.write(recipe, `${await Bun.file(copy.file(recipe)).text()}${ACCOUNT}`);
    const loaded = await loadConfig(copy.file(recipe), RECIPE_ENV);
    expect(reportOf(loaded.diagnostics, plain).trim()).toBe("");
    expect(loaded.config?.routing.numbers.length).toBeGreaterThan(0);
  });

  test("config.example.toml has no errors and no warnings, and does what it expects", async () => {
    const loaded = await loadConfig(join(ROOT, "config.example.toml"), { RETELL_API_KEY: KEY });
    expect(reportOf(loaded.diagnostics, plain).trim()).toBe("");
    expect(loaded.config).toBeDefined();
  });
});
