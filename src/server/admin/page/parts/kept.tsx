/** @jsxImportSource hono/jsx */
/** What one form of the page says, kept while another one is sent. */

/** Hidden fields for the parameters of another form. */
export function Kept({ query, names }: { query: URLSearchParams; names: readonly string[] }) {
  const said = names.flatMap((name) => query.getAll(name).map((value) => [name, value] as const));
  return (
    <>{said.map(([name, value]) => value !== "" && <input type="hidden" name={name} value={value} />)}</>
  );
}
