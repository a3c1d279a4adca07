/** What zod keeps of a schema, as far as it is read here: zod has no other way to ask. */
import type * as z from "zod";

/** The parts of zod's definitions that say what is in a value. Of other types, nothing but the type is read. */
export type Definition = {
  /** What else must be so: limits of a number, the form of a text. */
  readonly checks?: readonly unknown[];
  /** The check that a type is by itself, such as that of whole numbers. */
  readonly check?: string;
} & (
  | { readonly type: "string" | "boolean" | "unknown" | "number" }
  | { readonly type: "optional"; readonly innerType: z.core.$ZodType }
  | {
      readonly type: "default" | "prefault";
      readonly innerType: z.core.$ZodType;
      readonly defaultValue: unknown;
    }
  | { readonly type: "union"; readonly options: readonly z.core.$ZodType[] }
  | { readonly type: "array"; readonly element: z.core.$ZodType }
  | { readonly type: "record"; readonly keyType: z.core.$ZodType; readonly valueType: z.core.$ZodType }
  | { readonly type: "object"; readonly shape: Readonly<Record<string, z.core.$ZodType>> }
);

/** The definition of a schema. */
export function definitionOf(schema: z.core.$ZodType): Definition {
  return (schema as z.ZodType as { readonly def: Definition }).def;
}
