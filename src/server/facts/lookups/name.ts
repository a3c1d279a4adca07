/** What look-ups are called. */

/** A look-up's id for people: `crm`, or `acme/crm` for one that is a client's own. */
export function lookupName(id: string): string {
  return id.startsWith("/") ? id.slice(1) : id;
}
