/** The flag files that rules ask for: whether each is there. */

import type { ConditionPlan, Flag, FlagPlan } from "../../routing/plan.ts";
import { flagOf } from "../../routing/rules/conditions.ts";
import { conditionsIn, rulesetsIn } from "../../routing/walk.ts";
import type { TextFiles } from "../files/text-file.ts";
import type { Path } from "../findings/findings.ts";
import type { FileScope } from "./judged-scope.ts";

/** Looks for every flag file once. One that cannot be looked for is reported, and taken for one that is not there. */
export function findFlags(scopes: readonly FileScope[], files: TextFiles): readonly Flag[] {
  const flags = new Map<string, Flag>();
  for (const { source, plan, routes, findings } of scopes) {
    for (const { path, rule } of [...routes, ...rulesetsIn(plan).values()].flatMap(({ rules }) => rules)) {
      for (const asked of flagsIn(rule.when, [...path, "when"])) {
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

function flagsIn(
  when: readonly ConditionPlan[],
  path: Path,
): { readonly path: Path; readonly flag: FlagPlan }[] {
  return conditionsIn(when, path).flatMap(({ table, condition }) =>
    condition.kind === "exists" ? condition.flags.map((flag) => ({ path: [...table, "exists"], flag })) : [],
  );
}
