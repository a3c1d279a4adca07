import { expect, test } from "bun:test";
import { readme, readmeWithReference } from "../../tools/reference.ts";

test("the README's synopsis, reference, recipes and coverage are what the program and its tested files say; `make reference` writes it", async () => {
  expect(await readme()).toBe(await readmeWithReference());
});
