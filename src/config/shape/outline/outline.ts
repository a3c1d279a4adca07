/**
 * The outline of a schema: all that must be so of a document, without its words. It is made from the schema by
 * `make reference`, as plain data: zod takes longer to make the schema than a start has, and is asked only where
 * something does not fit.
 */

/** What a value must be, and what it becomes. */
export type Outline =
  | { readonly kind: "text" | "flag" | "anything" }
  | { readonly kind: "number"; readonly isWhole: boolean; readonly above?: number; readonly least?: number }
  /** One of these values. */
  | { readonly kind: "choice"; readonly values: readonly unknown[] }
  /** May be left out; `needed` is an example of a key that must be given nevertheless: see `missing.ts`. */
  | { readonly kind: "optional"; readonly of: Outline; readonly needed?: string }
  /** May be left out, and is this then. */
  | { readonly kind: "default"; readonly of: Outline; readonly value: unknown }
  /** May be left out, and is what this becomes then. */
  | { readonly kind: "prefault"; readonly of: Outline; readonly value: unknown }
  /** The first of these that fits. */
  | { readonly kind: "union"; readonly options: readonly Outline[] }
  | { readonly kind: "array"; readonly items: Outline; readonly least?: number }
  /** A table with names of a person's choice. */
  | { readonly kind: "record"; readonly entries: Outline }
  | TableOutline;

/** A table with these keys and no others. */
export interface TableOutline {
  readonly kind: "table";
  readonly keys: { readonly [key: string]: Outline };
  /** By a key that must be given, the one that may be given in its place. */
  readonly alternatives?: { readonly [key: string]: string };
}

/** The outlines that one consists of, without what these consist of. */
export function innerOutlines(outline: Outline): readonly Outline[] {
  switch (outline.kind) {
    case "optional":
    case "default":
    case "prefault":
      return [outline.of];
    case "union":
      return outline.options;
    case "array":
      return [outline.items];
    case "record":
      return [outline.entries];
    case "table":
      return Object.values(outline.keys);
    case "text":
    case "flag":
    case "anything":
    case "number":
    case "choice":
      return [];
  }
}
