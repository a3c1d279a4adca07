/** `when`: what a rule asks for. */
import { callersOf } from "../../routing/callers/sets.ts";
import type { ConditionPlan } from "../../routing/plan.ts";
import type { Path } from "../findings/findings.ts";
import { fittingEntries } from "../shape/fitting.ts";
import type { RuleDocument } from "../shape/schema.ts";
import { eachOf, type ReadContext, readCallers, readNames } from "./references.ts";

/** A `when`, as it is written. */
export type When = NonNullable<RuleDocument["when"]>;

type Reader<Value> = (value: Value, path: Path, context: ReadContext) => readonly ConditionPlan[];

/** How each key of `when` is read: a key of the schema that is missing here does not compile. */
const READERS: { readonly [Key in keyof Required<When>]: Reader<NonNullable<When[Key]>> } = {
  caller: (texts, path, context) => [
    { kind: "caller", callers: callersOf(readCallers(texts, path, context)) },
  ],
  open: (texts, path, context) => [{ kind: "open", schedules: readNames(texts, path, "schedules", context) }],
  closed: (texts, path, context) => [
    { kind: "closed", schedules: readNames(texts, path, "schedules", context) },
  ],
  header: (headers, path, context) =>
    fittingEntries(headers).map(([name, values]) => ({
      kind: "header",
      name: name.toLowerCase(),
      values: readHeaderValues(values, [...path, name], context),
    })),
  over: (texts, path, context) => [{ kind: "over", limits: readNames(texts, path, "limits", context) }],
};

/** Reads the conditions of a rule, all of which must hold; names that are not known are reported and left out. */
export function readConditions(when: When, path: Path, context: ReadContext): ConditionPlan[] {
  const read = <Key extends keyof When>(key: Key): readonly ConditionPlan[] => {
    const value = when[key];
    return value === undefined ? [] : READERS[key](value, [...path, key], context);
  };
  return (Object.keys(READERS) as (keyof When)[]).flatMap(read);
}

function readHeaderValues(
  values: string | readonly (string | undefined)[],
  path: Path,
  { findings }: ReadContext,
): string[] {
  return eachOf(values, path).map(({ path: place, item }) => {
    if (item.slice(0, -1).includes("*")) {
      const found = findings.quote(item);
      findings.error(place, `a header value may contain "*" only at its end, found ${found}`);
    }
    return item;
  });
}
