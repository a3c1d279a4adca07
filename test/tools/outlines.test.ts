import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { client, document } from "../../src/config/shape/outline/outlines.ts";
import { clientSchema, documentSchema } from "../../src/config/shape/schema/schema.ts";
import { outlineOf } from "../../tools/outlines.ts";

test("the outlines are those of the schema; `make reference` writes them", () => {
  expect<unknown>(document).toEqual(outlineOf(documentSchema));
  expect<unknown>(client).toEqual(outlineOf(clientSchema));
});

describe("what an outline cannot say is refused when it is made", () => {
  test.each<[what: string, schema: z.ZodType]>([
    ["a text that has a form by its type", z.email()],
    ["a text that is checked", z.string().min(2)],
    ["a value that is changed", z.string().trim()],
    ["a value that becomes another", z.string().transform(Number)],
    ["a number with a largest value", z.number().max(5)],
    ["a number of another kind", z.int32()],
    ["an array with a most", z.array(z.string()).max(2)],
    ["a record with keys of one form", z.record(z.string().min(2), z.number())],
    ["a record with some keys", z.record(z.enum(["a"]), z.number())],
    ["a table that may have other keys", z.looseObject({ a: z.number() })],
    ["a table that loses other keys", z.object({ a: z.number() })],
    ["a table that is checked", z.strictObject({ a: z.number() }).refine(() => false)],
    ["a union that is checked", z.union([z.string(), z.number()]).refine(() => false)],
    ["a choice that is checked", z.enum(["a", "b"]).refine(() => false)],
    ["a time", z.date()],
  ])("%s", (_what, schema) => {
    expect(() => outlineOf(schema)).toThrow("Cannot make an outline");
    expect(() => outlineOf(z.strictObject({ inside: schema.optional() }))).toThrow("Cannot make an outline");
  });
});
