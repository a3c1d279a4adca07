/** Everything in a configuration that an expectation can test. */
import { readCaller } from "../../../routing/callers/callers.ts";
import type { CountryCode } from "../../../routing/callers/phones/phone.ts";
import { rulesetsIn } from "../../../routing/walk.ts";
import type { Path } from "../../findings/findings.ts";
import { fittingItems } from "../../shape/fitting.ts";
import type { JudgedScope } from "../judged-scope.ts";

/** Callers as `deny` and `allow` say them; undefined where a place does not. */
export type WrittenCallers = readonly (string | undefined)[] | undefined;

/** Something that an expectation tests, or does not. Plain data. */
export type Thing = {
  /** The client whose file says it; empty for the main file. */
  readonly client: string;
  /** Where it stands in that file. */
  readonly path: Path;
} & (
  | { readonly kind: "client" }
  /** An entry of `[numbers]`, for calls. */
  | { readonly kind: "number"; readonly entry: string }
  /** The `sms` of one. */
  | { readonly kind: "sms"; readonly entry: string }
  /** `at` counts from 0. */
  | { readonly kind: "rule"; readonly name: string | undefined; readonly at: number }
  /** A list that `deny` or `allow` names; or all of its other entries, and then `list` is undefined. */
  | {
      readonly kind: "screen";
      readonly key: ScreenKey;
      readonly list: string | undefined;
      /** Its entries as they are written: the first few. */
      readonly entries: string;
    }
);

/** What callers are screened by. */
export type ScreenKey = "deny" | "allow";

/** So many entries of a screen are named. */
const MOST_ENTRIES = 3;

/** Everything that expectations can test, file by file, in the order of the configuration. */
export function* thingsIn(scopes: readonly JudgedScope[]): Generator<Thing> {
  for (const scope of scopes) {
    const { source, plan, routes } = scope;
    const { client, document } = source;
    if (client !== "" && plan.numbers.length > 0) yield { kind: "client", client, path: [] };
    yield* screensIn(document.defaults, client, ["defaults"], plan.country);
    for (const { path, name, rules } of rulesetsIn(plan).values()) {
      // What a client uses of the main file's is there already.
      if (client !== "" && !Object.hasOwn(document.rulesets, name)) continue;
      for (const [at, { rule }] of rules.entries()) {
        yield { kind: "rule", client, path: [...path, at], name: rule.name, at };
      }
    }
    for (const { path, channel, number, rules } of routes) {
      const { entry } = number;
      yield { kind: channel === "call" ? "number" : "sms", client, path, entry };
      const written = document.numbers[entry];
      yield* screensIn(channel === "call" ? written : written?.sms, client, path, plan.country);
      for (const [at, { path: place, rule }] of rules.entries()) {
        yield { kind: "rule", client, path: place, name: rule.name, at };
      }
    }
  }
}

function* screensIn(
  written: Partial<Readonly<Record<ScreenKey, WrittenCallers>>> | undefined,
  client: string,
  path: Path,
  country: CountryCode | undefined,
): Generator<Thing> {
  for (const key of ["deny", "allow"] as const) {
    const place = [...path, key];
    const lists = new Set<string>();
    const others: string[] = [];
    for (const { at, item } of fittingItems(written?.[key] ?? [])) {
      const list = listIn(item, country);
      if (list === undefined) others.push(item);
      else if (!lists.has(list)) {
        lists.add(list);
        yield { kind: "screen", client, path: [...place, at], key, list, entries: item };
      }
    }
    if (others.length === 0) continue;
    const more = others.length - MOST_ENTRIES;
    const entries = others.slice(0, MOST_ENTRIES).join(", ") + (more > 0 ? ` and ${more} more` : "");
    yield { kind: "screen", client, path: place, key, list: undefined, entries };
  }
}

function listIn(entry: string, country: CountryCode | undefined): string | undefined {
  const read = readCaller(entry, country);
  return "matcher" in read && read.matcher.kind === "list" ? read.matcher.list : undefined;
}
