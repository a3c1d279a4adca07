/** The flag files that rules ask for: whether each is there. */

import type { ConditionPlan, Flag, FlagPlan } from "../../routing/plan.ts";
import { flagOf } from "../../routing/rules/conditions.ts";
import { rulesetsIn } from "../../routing/walk.ts";
import type { TextFiles } from "../files/text-file.ts";
import type { Path } from "../findings/findings.ts";
import type { FileScope } from "./judged-scope.ts";

/** Looks for every flag file once. One that cannot be looked for is reported, and taken for one that is not there. */
export function findFlags(scopes: readonly FileScope[], files: TextFiles): readonly Flag[] {
  const flags = new Map<string, Flag>();
  for (const { source, plan, routes, findings } of scopes) {
    for (const { path, rule } of [...routes, ...rulesetsIn(plan).values()].flatMap(({ rules }) => rules)) {
      for (const asked of rule.when.flatMap((condition) => flagsIn(condition, [...path, "when"]))) {
        const flag = flagOf(asked.flag, source.client);
        if (flags.has(flag.path)) continue;
        const found = files.isThere(flag.path);
        if (typeof found === "object") {
          const message = `cannot check whether the file ${findings.quote(flag.name)} exists: ${found.problem}`;
          findings.error(asked.path, message);
        }
        flags.set(flag.path, { ...flag, isThere: found === true });
      }
    }
  }
  return [...flags.values()];
}

function flagsIn(condition: ConditionPlan, path: Path): { readonly path: Path; readonly flag: FlagPlan }[] {
  switch (condition.kind) {
    case "exists":
      return condition.flags.map((flag) => ({ path: [...path, "exists"], flag }));
    case "not":
      return condition.conditions.flatMap((inner) => flagsIn(inner, [...path, "not"]));
    case "value":
    case "caller":
    case "contact":
    case "dialled":
    case "forwarded":
    case "open":
    case "closed":
    case "lookup":
    case "over":
      return [];
  }
}
