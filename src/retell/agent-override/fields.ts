/** What the fields of an override are made of. Messages are predicates: "must be between 0 and 2". */
import * as z from "zod";

/** A text that is not one of the names in a list; keeps the names apart in types. */
export type OtherName = string & Record<never, never>;

/** Any text. */
export const text = z.string();

/** A number within no stated range. */
export const number = z.number();

export const flag = z.boolean();

/** A number, ends included. */
export function between(least: number, most: number): z.ZodNumber {
  const error = `must be between ${least} and ${most}`;
  return z.number().min(least, error).max(most, error);
}

/** A number, `least` included. */
export function atLeast(least: number): z.ZodNumber {
  return z.number().min(least);
}

const otherName: z.ZodType<OtherName, OtherName> = text;

/** One of a list of names. Retell adds to its lists all the time: texts that are not on it are accepted too. */
export function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.union([z.enum(names), otherName]);
}

/** A table whose fields can each be left out. Fields that are not known here are accepted. */
export function settings<Shape extends z.ZodRawShape>(fields: Shape) {
  return z.looseObject(fields).partial();
}

/** A table with fields that it must have. Fields that are not known here are accepted. */
export function table<Shape extends z.ZodRawShape>(fields: Shape) {
  return z.looseObject(fields);
}

/** A form of a table that `type` tells from the others. */
export function variant<const Type extends string, Shape extends z.ZodRawShape>(type: Type, fields: Shape) {
  return z.looseObject({ type: z.literal(type).describe(`The kind: ${type}`), ...fields });
}

type Variant = z.ZodObject<{ type: z.ZodLiteral<string> }>;

/** A table in one of several forms, told apart by `type`. A type that is not known here may have any fields. */
export function variants<const Forms extends readonly [Variant, ...Variant[]]>(forms: Forms) {
  const types = forms.flatMap(({ shape }) => [...shape.type.values]);
  const otherType = otherName
    .refine((type) => !types.includes(type), { error: "must be another type", abort: true })
    .meta({ not: { enum: types }, description: "Another kind, which may have any fields" });
  return z.union([...forms, z.looseObject({ type: otherType })]);
}
