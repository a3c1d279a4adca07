/** What all files say about routing, with their texts read and their names looked up. */

import { contactBook } from "../../routing/callers/contact-book.ts";
import type { ContactsPlan, NumberPlan, RoutingPlan, RulePlan, ScopePlan } from "../../routing/plan.ts";
import { rulesetsOf } from "../../routing/walk.ts";
import { fittingEntries } from "../shape/fitting.ts";
import type { NamedThings } from "./names.ts";
import type { ReadContext } from "./references.ts";
import { layered, type OwnDefaults, readDefaults, readNumbers, readRuleset, type Taken } from "./routes.ts";
import { type Knowledge, readThings, type ScopeSource, type ScopeThings } from "./scope.ts";
import { SharedReading } from "./shared-reading.ts";

/**
 * Reads everything that decides calls; `things` is what can be named in each scope, by the name of the client.
 *
 * What the main file says for its clients too, `[defaults]` and rulesets, is read for each of them that uses it: a name
 * in it is that of the client's own thing, where there is one.
 */
export function readRouting(
  main: ScopeSource,
  clients: readonly ScopeSource[],
  known: Knowledge,
): { readonly plan: RoutingPlan; readonly things: ReadonlyMap<string, NamedThings> } {
  const taken: Taken = new Map();
  const names = clients.map(({ client }) => client);
  const ofMain = withNumbers(readThings(main, known, names), taken);
  const scopes = [
    ofMain,
    ...clients.map((client) => withNumbers(readThings(client, known, names, ofMain), taken)),
  ];

  const sharedDefaults = new SharedReading(main);
  const rulesets = new SharedRulesets(main);
  const [plan, ...others] = scopes.map((scope): ScopePlan => {
    const isUsed = scope.numbers.length > 0 || scopes.every(({ numbers }) => numbers.length === 0);
    const common = readCommonDefaults(main, scope, isUsed ? sharedDefaults : new SharedReading(main));
    const own = scope === ofMain ? undefined : readDefaults(scope.source.document.defaults, scope.context);
    const defaults = layered(common, own);
    return planOf(scope, defaults, rulesetsFor(scope, scope === ofMain, defaults, rulesets));
  });
  sharedDefaults.report();
  rulesets.report();
  if (!plan) throw new Error("Cannot read the routing plan: there is no main file");
  const contacts = plan.contacts ?? NO_CONTACTS;
  return {
    plan: {
      ...plan,
      contacts,
      clients: others,
      // Looked for when all rules are known that ask for them.
      flags: [],
      numbers: scopes.flatMap(({ numbers }) => numbers),
    },
    things: new Map(scopes.map(({ context }) => [context.client, context.things])),
  };
}

const NO_CONTACTS: ContactsPlan = { columns: [], variables: [], contacts: contactBook([]) };

/** A file, with its numbers. */
type Scope = ScopeThings & { readonly numbers: readonly NumberPlan[] };

function withNumbers(things: ScopeThings, taken: Taken): Scope {
  const { source, context } = things;
  return { ...things, numbers: readNumbers(source.document.numbers, taken, context) };
}

/** `[defaults]` of the main file, as they are meant for the numbers of a scope. */
function readCommonDefaults(
  { document }: ScopeSource,
  { context }: Scope,
  shared: SharedReading,
): OwnDefaults {
  return shared.read(context, (as) => readDefaults(document.defaults, as));
}

/** The rulesets of a scope: its own, and those of the main file that its numbers use. */
function rulesetsFor(
  { source, context, numbers }: Scope,
  isMain: boolean,
  defaults: ScopePlan["defaults"],
  shared: SharedRulesets,
): Map<string, readonly RulePlan[]> {
  const used = new Set<string>();
  for (const number of numbers) {
    for (const name of rulesetsOf(number, "call", defaults)) used.add(name);
    if (number.sms) for (const name of rulesetsOf(number.sms, "text", defaults)) used.add(name);
  }
  const rulesets = new Map<string, readonly RulePlan[]>();
  if (!isMain) {
    for (const [name, rules] of fittingEntries(source.document.rulesets)) {
      rulesets.set(name, readRuleset(name, rules, context));
    }
  }
  for (const name of isMain ? shared.names : used) {
    if (rulesets.has(name)) continue;
    const rules = shared.read(name, context, isMain && !used.has(name));
    if (rules) rulesets.set(name, rules);
  }
  return rulesets;
}

/** The rulesets of the main file, each read for every scope that uses it. */
class SharedRulesets {
  readonly names: readonly string[];
  readonly #main: ScopeSource;
  readonly #readings = new Map<string, SharedReading>();
  /** Those that the main file's own numbers do not use: they are judged so only where no client uses them. */
  readonly #unused = new Map<string, SharedReading>();

  constructor(main: ScopeSource) {
    this.#main = main;
    this.names = fittingEntries(main.document.rulesets).map(([name]) => name);
  }

  read(name: string, context: ReadContext, isUnused: boolean): RulePlan[] | undefined {
    const rules = this.#main.document.rulesets[name];
    if (!rules) return undefined;
    const readings = isUnused ? this.#unused : this.#readings;
    const reading = readings.get(name) ?? new SharedReading(this.#main);
    readings.set(name, reading);
    return reading.read(context, (as) => readRuleset(name, rules, as));
  }

  report(): void {
    for (const name of this.names) (this.#readings.get(name) ?? this.#unused.get(name))?.report();
  }
}

function planOf(
  { source, context, ...things }: Scope,
  defaults: ScopePlan["defaults"],
  rulesets: ScopePlan["rulesets"],
): ScopePlan {
  const { timezone = "UTC", locale, agentNames, presets, lists } = things;
  const { contacts, schedules, limits, notices, lookups } = things;
  const hasAccount =
    source.client !== "" && "retell" in source.document && source.document.retell !== undefined;
  const { client, country } = context;
  return {
    ...{ client, hasAccount, country, timezone, locale, agentNames },
    ...{ presets, lists, contacts, schedules, limits, notices, lookups, rulesets, defaults },
  };
}
