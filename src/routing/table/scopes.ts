/** What names mean for the numbers of each client: the client's own things, else those of the main file. */
import type { ContactsPlan, NumberPlan, RoutingPlan, ScopePlan } from "../plan.ts";

/** A scope with everything that can be named in it. */
export interface ScopeView extends ScopePlan {
  readonly contacts: ContactsPlan;
  /** Whose contacts they are, and whose lists, where it has none of its own: another scope is compiled already. */
  readonly contactsOf: string;
  /** The names of its own lists. */
  readonly ownLists: ReadonlySet<string>;
  /** What is counted together, by the name of a limit: those of two clients count apart. */
  readonly limitIds: ReadonlyMap<string, string>;
  /** Whose look-up each name means: what is known of one is not known of that of another client. */
  readonly lookupIds: ReadonlyMap<string, string>;
  /** Who is told, by the name of a notice: those of two clients are told apart. */
  readonly noticeIds: ReadonlyMap<string, string>;
}

/** What names mean for the numbers of one file, and these numbers. */
export type ScopedPlan = ScopeView & { readonly numbers: readonly NumberPlan[] };

type Scopes = Pick<RoutingPlan, "clients"> & ScopePlan & { readonly contacts: ContactsPlan };

/** Every scope as its numbers see it, by the name of its client: that of the main file first. */
export function viewsOf(plan: Scopes): ReadonlyMap<string, ScopeView> {
  return new Map([plan, ...plan.clients].map((scope) => [scope.client, viewOf(scope, plan)]));
}

function viewOf(scope: ScopePlan, main: Scopes): ScopeView {
  const isMain = scope.client === main.client;
  const own = isMain ? undefined : scope;
  return {
    client: scope.client,
    hasAccount: scope.hasAccount,
    country: scope.country,
    timezone: scope.timezone,
    locale: scope.locale,
    agentNames: over(main.agentNames, own?.agentNames),
    presets: over(main.presets, own?.presets),
    lists: over(main.lists, own?.lists),
    contacts: scope.contacts ?? main.contacts,
    contactsOf: scope.contacts ? scope.client : main.client,
    schedules: over(main.schedules, own?.schedules),
    limits: over(main.limits, own?.limits),
    lookups: over(main.lookups, own?.lookups),
    notices: over(main.notices, own?.notices),
    rulesets: scope.rulesets,
    defaults: scope.defaults,
    ownLists: new Set(scope.lists.keys()),
    limitIds: over(idsOf(main, main.limits), own && idsOf(own, own.limits)),
    lookupIds: over(idsOf(main, main.lookups), own && idsOf(own, own.lookups)),
    noticeIds: over(idsOf(main, main.notices), own && idsOf(own, own.notices)),
  };
}

function over<Thing>(
  main: ReadonlyMap<string, Thing>,
  own: ReadonlyMap<string, Thing> | undefined,
): ReadonlyMap<string, Thing> {
  return own && own.size > 0 ? new Map([...main, ...own]) : main;
}

/** A client's name has no slash, since it is that of a file: so no two things of one kind have one id. */
function idsOf({ client }: ScopePlan, things: ReadonlyMap<string, unknown>): ReadonlyMap<string, string> {
  return new Map(Array.from(things.keys(), (name) => [name, idOf(client, name)]));
}

/** What tells a thing from all others of its kind: `client/name`, or `/name` for one of the main file. */
export function idOf(client: string, name: string): string {
  return `${client}/${name}`;
}
