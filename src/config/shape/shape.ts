/** Holds a document against the schema. */
import type { RawTable } from "../files/toml/document.ts";
import type { Findings } from "../findings/findings.ts";
import { reportMissing } from "./missing.ts";
import { fitOf, MISFIT } from "./outline/fits.ts";
import type { TableOutline } from "./outline/outline.ts";
import { client, document } from "./outline/outlines.ts";
import type { ClientDocument, Document } from "./schema/schema.ts";

/** What is read, by what it is: a main file, that of a client, and `[admin]` of a main file alone. */
export interface Shapes {
  readonly document: Document;
  readonly client: ClientDocument;
  readonly admin: Pick<Document, "admin">;
}

const OUTLINES: { readonly [Name in keyof Shapes]: TableOutline } = {
  document,
  client,
  admin: { kind: "table", keys: { admin: document.keys.admin } },
};

/**
 * Checks the shape of a document. What does not fit is reported and removed from `values`, so that the rest can be
 * checked further.
 */
export async function checkShape<Name extends keyof Shapes>(
  values: RawTable,
  name: Name,
  findings: Findings,
): Promise<Shapes[Name]> {
  const outline = OUTLINES[name];
  const fitting = fitOf(outline)(values);
  if (fitting === MISFIT) {
    const { reportMisfits, SCHEMAS } = await import("./misfits.ts");
    return reportMisfits(values, SCHEMAS[name], outline, findings) as Shapes[Name];
  }
  reportMissing(values, outline, [], findings);
  return fitting as Shapes[Name];
}
