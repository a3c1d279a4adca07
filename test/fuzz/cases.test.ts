import { describe, expect, test } from "bun:test";
import { caseNames, inputsOf, problemOf, readCase } from "./cases.ts";

describe("an input that went wrong once", () => {
  test.each([...caseNames])("%s does not go wrong again", async (name) => {
    expect(await problemOf(readCase(name))).toBeUndefined();
  });
});

describe("random inputs", () => {
  test("are the same for the same seed, whichever were made before", () => {
    const [all, one] = [inputsOf(7), inputsOf(7)];
    for (let index = 0; index < 40; index += 2) all(index);
    expect(one(38)).toEqual(all(38));
    expect(inputsOf(8)(38)).not.toEqual(one(38));
  });

  test("do not go wrong: the first hundred", async () => {
    const inputAt = inputsOf(1);
    for (let index = 0; index < 100; index++) {
      expect([index, await problemOf(inputAt(index))]).toEqual([index, undefined]);
    }
  });
});
