/** The decision on one call: one pure function over the table. */
import { type Call, callerOf } from "./call.ts";
import type { JsonTable } from "./merge.ts";
import { sentNumber } from "./phone.ts";
import type { Scene } from "./placeholders.ts";
import type { Agent } from "./plan.ts";
import type { AppliedPreset, Line, Route, Screen, Table } from "./table.ts";

/** What becomes of a call, and the steps that led there. */
export type Decision =
  | ({ readonly outcome: "agent"; readonly agent: Agent } & Context & Why)
  /** The agent that Retell has bound to the number takes it. */
  | ({ readonly outcome: "pass" } & Context & Why)
  | ({ readonly outcome: "reject" } & Why);

/** What the agent is given along with the call. */
export interface Context {
  readonly variables: Readonly<Record<string, string>>;
  readonly metadata: JsonTable;
  readonly override: JsonTable;
}

/** Why a call was decided as it was. */
export interface Why {
  /** The entry of `[numbers]` that decided, as written; undefined where none matched. */
  readonly entry: string | undefined;
  readonly steps: readonly Step[];
}

/** One step on the way to a decision. */
export type Step =
  | { readonly kind: "line"; readonly dialled: string; readonly line: Line }
  | { readonly kind: "unrouted"; readonly dialled: string; readonly unrouted: "pass" | "reject" }
  /** `hit` is the entry that holds, after the lists that lead to it. */
  | { readonly kind: "denied"; readonly screen: Screen; readonly hit: readonly string[] }
  | { readonly kind: "not denied"; readonly screens: readonly Screen[] }
  | { readonly kind: "allowed"; readonly screen: Screen; readonly hit: readonly string[] }
  | { readonly kind: "not allowed"; readonly screen: Screen }
  | { readonly kind: "no route for texts" }
  | { readonly kind: "target"; readonly route: Route }
  | { readonly kind: "presets"; readonly presets: readonly AppliedPreset[] };

const NOTHING: Context = { variables: {}, metadata: {}, override: {} };

/** Decides who takes `call`. Never throws; the same call always gets the same decision. */
export function decide(table: Table, call: Call): Decision {
  const dialled = sentNumber(call.to, table.country) ?? call.to;
  const line = table.lineFor(dialled);
  if (!line) {
    const steps: Step[] = [{ kind: "unrouted", dialled, unrouted: table.unrouted }];
    return table.unrouted === "reject"
      ? { outcome: "reject", entry: undefined, steps }
      : { outcome: "pass", ...NOTHING, entry: undefined, steps };
  }

  const { entry, route } = line;
  const steps: Step[] = [{ kind: "line", dialled, line }];
  const caller = callerOf(call.from, table.country);

  for (const screen of line.deny) {
    const hit = screen.test(caller);
    if (hit) return { outcome: "reject", entry, steps: [...steps, { kind: "denied", screen, hit }] };
  }
  if (line.deny.length > 0) steps.push({ kind: "not denied", screens: line.deny });

  if (line.allow) {
    const hit = line.allow.test(caller);
    if (!hit)
      return { outcome: "reject", entry, steps: [...steps, { kind: "not allowed", screen: line.allow }] };
    steps.push({ kind: "allowed", screen: line.allow, hit });
  }

  if (call.channel === "chat") {
    return { outcome: "pass", ...NOTHING, entry, steps: [...steps, { kind: "no route for texts" }] };
  }

  steps.push({ kind: "target", route });
  const { target } = route;
  if (target.kind === "reject") return { outcome: "reject", entry, steps };
  if (route.presets.length > 0) steps.push({ kind: "presets", presets: route.presets });
  const context = contextOf(route, { call, caller });
  return target.kind === "agent"
    ? { outcome: "agent", agent: target.agent, ...context, entry, steps }
    : { outcome: "pass", ...context, entry, steps };
}

function contextOf(route: Route, scene: Scene): Context {
  return {
    variables: route.variables(scene),
    metadata: route.metadata(scene),
    override: route.override(scene),
  };
}
