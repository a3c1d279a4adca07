import { expect, test } from "bun:test";
import { readme, readmeWithReference } from "../../tools/reference.ts";

test("the README's reference is what the definition of the configuration says; `make reference` writes it", async () => {
  expect(await readme()).toBe(await readmeWithReference());
});
