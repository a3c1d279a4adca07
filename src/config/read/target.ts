/** Who takes a call: `agent`, `split`, `pass` or `reject` of a route or a rule. */
import type { Share, Target } from "../../routing/plan.ts";
import type { Path } from "../findings/findings.ts";
import { fittingEntries } from "../shape/fitting.ts";
import type { RuleDocument } from "../shape/schema/schema.ts";
import { findAgent, type ReadContext } from "./references.ts";

type TargetDocument = Pick<RuleDocument, "agent" | "split" | "split_by" | "pass" | "reject">;

const TARGETS = ["agent", "split", "pass", "reject"] as const;

/** Who takes the call; undefined where the route does not say. */
export function readTarget(route: TargetDocument, path: Path, context: ReadContext): Target | undefined {
  const { findings } = context;
  let first: (typeof TARGETS)[number] | undefined;
  let second: typeof first;
  for (const key of TARGETS) {
    if (route[key] === undefined) continue;
    if (first === undefined) first = key;
    else second ??= key;
  }
  if (first && second) {
    const message = `a route can have only one of agent, split, pass and reject; this one also has ${first}`;
    const related = { path: [...path, first], message: `${first} is here` };
    findings.error([...path, second], message, { at: "key", related });
  }
  if (route.split_by !== undefined && route.split === undefined) {
    findings.error([...path, "split_by"], "`split_by` has no effect without `split`", {
      at: "key",
    });
  }
  if (route.agent !== undefined) {
    const agent = readAgent(route.agent, path, "agent", "value", context);
    return agent && { kind: "agent", agent };
  }
  if (route.split !== undefined) return readSplit(route.split, route.split_by, [...path, "split"], context);
  if (route.reject) return { kind: "reject" };
  return route.pass && { kind: "pass" };
}

function readAgent(text: string, table: Path, key: string, at: "key" | "value", context: ReadContext) {
  const found = findAgent(text, context);
  if ("agent" in found) return found.agent;
  context.findings.error([...table, key], found.problem, { at, hint: found.hint });
  return undefined;
}

function readSplit(
  split: NonNullable<TargetDocument["split"]>,
  by: TargetDocument["split_by"],
  path: Path,
  context: ReadContext,
): Target {
  const shares = fittingEntries(split).flatMap(([name, weight]): Share[] => {
    const agent = readAgent(name, path, name, "key", context);
    if (!Number.isFinite(weight)) {
      context.findings.error([...path, name], `a weight must be a number, found ${weight}`);
      return [];
    }
    return agent ? [{ name, agent, weight }] : [];
  });
  const total = fittingEntries(split).reduce((sum, [, weight]) => sum + weight, 0);
  if (total === 0) context.findings.error(path, "a split needs at least one agent with a weight over 0");
  return { kind: "split", shares, by: by ?? "caller" };
}
