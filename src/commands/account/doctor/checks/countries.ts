/** Country filters at Retell that contradict those of the configuration. */
import type { AccountNumber } from "../../../../account/account.ts";
import { countryOf } from "../../../../routing/callers/phones/phone.ts";
import { countOf, keysIn } from "../../../../routing/callers/phones/phone-keys.ts";
import { numberEntry } from "../../../../routing/callers/sets.ts";
import type { Callers } from "../../../../routing/plan.ts";
import { routesIn } from "../../../../routing/walk.ts";
import { listed } from "../words.ts";
import type { MatchedEntry } from "./numbers.ts";

/** So many of the numbers that are let in are looked at. */
const MOST_NUMBERS = 1000;

/** Warns where the configuration lets in whom Retell does not, and where it rejects all whom Retell lets in. */
export function judgeCountries(entries: readonly MatchedEntry[]): void {
  for (const { scope, plan, numbers } of entries) {
    const filtered = numbers.filter(({ countries }) => countries.length > 0);
    if (filtered.length === 0) continue;
    const { findings, document } = scope.source;
    const { defaults } = scope.plan;
    const path = ["numbers", plan.entry];
    const allow = plan.allow ?? defaults.allow;
    for (const { number, countries } of filtered) {
      const lets = `Retell lets only callers from ${listed(countries)} call ${number}`;
      const shut = countriesIn(allow).filter((country) => !countries.includes(country));
      if (shut.length > 0) {
        const where = plan.allow
          ? [...path, "allow"]
          : document.defaults.allow
            ? ["defaults", "allow"]
            : path;
        findings.warning(where, `\`allow\` lets in callers from ${listed(shut)}, but ${lets}`, { at: "key" });
      }
      const denied = [defaults.deny, plan.deny].flatMap((deny) => deny.countries);
      if (countries.every((country) => denied.some((one) => one === country))) {
        const where = plan.deny.countries.length > 0 ? [...path, "deny"] : path;
        findings.warning(
          where,
          `nobody can get through: \`deny\` rejects ${listed(countries)}, and ${lets}`,
          {
            at: "key",
          },
        );
      }
      warnOfRules(scope, plan, { number, countries }, lets);
    }
  }
}

/** A rule for callers from countries that Retell does not let in never applies. */
function warnOfRules(
  scope: MatchedEntry["scope"],
  plan: MatchedEntry["plan"],
  { countries }: Pick<AccountNumber, "number" | "countries">,
  lets: string,
): void {
  const [placed] = routesIn({ numbers: [plan], defaults: scope.plan.defaults });
  for (const { path, rule } of placed?.rules ?? []) {
    for (const condition of rule.when) {
      if (condition.kind !== "caller" || !isCountriesOnly(condition.callers)) continue;
      const named = condition.callers.countries;
      if (named.some((country) => countries.includes(country))) continue;
      const message = `this rule never applies: it is for callers from ${listed(named)}, and ${lets}`;
      scope.source.findings.warning([...path, "when", "caller"], message);
    }
  }
}

function isCountriesOnly({ numbers, prefixes, texts, lists, countries, withheld, contact, anyone }: Callers) {
  const others = countOf(numbers) + prefixes.length + texts.length + lists.length;
  return countries.length > 0 && others === 0 && !withheld && !contact && !anyone;
}

/** The countries that a set names, or that numbers in it belong to. */
function countriesIn({ countries, numbers }: Callers): string[] {
  const ofNumbers = [...keysIn(numbers).take(MOST_NUMBERS)].map((key) => countryOf(numberEntry(key)));
  return [...new Set([...countries, ...ofNumbers.filter((country) => country !== undefined)])];
}
