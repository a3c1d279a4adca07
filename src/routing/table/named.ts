/** Looking up what a plan names. */

/** The thing of a name. @throws for a name that the configuration should have refused */
export function named<Value>(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`Cannot compile the routing table: there is no "${name}"`);
  return value;
}
