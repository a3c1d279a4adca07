/** What the expectations of a configuration touch, noted as their calls are decided. */

import type { Arrival } from "../../../routing/arrival.ts";
import { readCaller } from "../../../routing/callers/callers.ts";
import type { CountryCode } from "../../../routing/callers/phones/phone.ts";
import { callersOf, entriesOf } from "../../../routing/callers/sets.ts";
import type { Origin, Step } from "../../../routing/decision.ts";
import type { Path } from "../../findings/findings.ts";
import { fittingItems } from "../../shape/fitting.ts";
import type { JudgedScope } from "../judged-scope.ts";
import type { ScreenKey, Thing, WrittenCallers } from "./things.ts";

/** The `deny` or the `allow` of one place in a file. */
interface Place {
  readonly client: string;
  readonly path: Path;
  readonly written: WrittenCallers;
}

/**
 * Notes what calls touch: the number that each goes to, the rules that apply to it, and what let the caller in or kept
 * them out.
 */
export class Touched {
  readonly #keys = new Set<string>();
  readonly #scopes: ReadonlyMap<string, JudgedScope>;
  readonly #entries = new Map<string, ReadonlySet<string>>();

  constructor(scopes: readonly JudgedScope[]) {
    this.#scopes = new Map(scopes.map((scope) => [scope.source.client, scope]));
  }

  has(thing: Thing): boolean {
    const { client, path } = thing;
    if (thing.kind !== "screen") return this.#keys.has(keyOf(client, path));
    const place = thing.list === undefined ? path : path.slice(0, -1);
    return this.#keys.has(keyOf(client, place)) || this.#keys.has(screenKey(client, place, thing.list));
  }

  /** Notes what a call touches that has been decided. @param steps all that led to the decision */
  add(arrival: Arrival, steps: readonly Step[]): void {
    const { entry, call } = arrival;
    const scope = this.#scopes.get(arrival.scope.client);
    if (!entry || !scope) return;
    const { client } = scope.source;
    this.#add(client, []);
    const isText = call.channel === "chat";
    const path = ["numbers", entry.name, ...(isText && entry.texts ? ["sms"] : [])];
    // A text to a number that has no route for texts says nothing of how its calls are answered.
    if (!isText || entry.texts) this.#add(client, path);
    for (const step of steps) {
      if (step.kind === "rule" && step.holds) this.#addRule(scope, path, step);
    }
    this.#addScreens(scope, path, steps);
  }

  #add(client: string, path: Path): void {
    this.#keys.add(keyOf(client, path));
  }

  #addRule({ source }: JudgedScope, path: Path, { rule }: Step & { kind: "rule" }): void {
    const { client, document } = source;
    const { ruleset, at } = rule;
    if (ruleset === undefined) this.#add(client, [...path, "rules", at]);
    else this.#add(Object.hasOwn(document.rulesets, ruleset) ? client : "", ["rulesets", ruleset, at]);
  }

  #addScreens(scope: JudgedScope, path: Path, steps: readonly Step[]): void {
    // A route for texts is screened by the number's own sets first: how many of these let the caller in tells which is next.
    let passed = 0;
    for (const step of steps) {
      if (step.kind === "allowed") {
        const [place] = this.#placesOf("allow", step.origin, scope, path).slice(passed);
        if (place) this.#addHit(place, step.hit);
        if (step.origin === "number") passed++;
      } else if (step.kind === "refused" && step.cause.kind === "not allowed") {
        const [place] = this.#placesOf("allow", step.cause.origin, scope, path).slice(passed);
        // Whoever is in none of its entries was looked for in all of them.
        if (place) this.#add(place.client, place.path);
      } else if (step.kind === "refused" && step.cause.kind === "denied") {
        const { origin, hit } = step.cause;
        const { country } = scope.plan;
        const places = this.#placesOf("deny", origin, scope, path);
        const denying = places.filter((place) => this.#entriesOf(place, country).has(hit[0] ?? ""));
        // Of the number and its `sms` the number is first; `[defaults]` of both files are one set.
        for (const place of origin === "number" ? denying.slice(0, 1) : denying) this.#addHit(place, hit);
      }
    }
  }

  #addHit({ client, path }: Place, [first = ""]: readonly string[]): void {
    this.#keys.add(screenKey(client, path, first.startsWith("@") ? first.slice(1) : undefined));
  }

  /** The entries of a place, as those that match a caller are named. */
  #entriesOf({ client, path, written }: Place, country: CountryCode | undefined): ReadonlySet<string> {
    const key = JSON.stringify([client, path, country]);
    const known = this.#entries.get(key);
    if (known) return known;
    const matchers = fittingItems(written ?? []).flatMap(({ item }) => {
      const read = readCaller(item, country);
      return "matcher" in read ? [read.matcher] : [];
    });
    const entries = new Set(entriesOf(callersOf(matchers), Number.POSITIVE_INFINITY));
    this.#entries.set(key, entries);
    return entries;
  }

  /** The places that a screen may be of, in the order in which they are looked at. */
  #placesOf(key: ScreenKey, origin: Origin, { source }: JudgedScope, path: Path): readonly Place[] {
    const { client, document } = source;
    if (origin === "defaults") {
      const main = this.#scopes.get("")?.source.document.defaults[key];
      const own = { client, path: ["defaults", key], written: document.defaults[key] };
      const ofMain = { client: "", path: ["defaults", key], written: main };
      if (client === "") return [own];
      if (key === "deny") return [own, ofMain];
      return [own.written ? own : ofMain];
    }
    const [table = "", entry = "", ...sms] = path;
    const number = document.numbers[entry];
    const ofNumber = { client, path: [table, entry, key], written: number?.[key] };
    const ofTexts = { client, path: [...path, key], written: number?.sms?.[key] };
    return [ofNumber, ...(sms.length > 0 ? [ofTexts] : [])].filter(({ written }) => written?.length);
  }
}

function keyOf(client: string, path: Path): string {
  return JSON.stringify([client, ...path]);
}

function screenKey(client: string, path: Path, list: string | undefined): string {
  return JSON.stringify([client, ...path, { list: list ?? null }]);
}
