/** What `connect` would change of the numbers of an account. */
import type { AccountNumber } from "../../../account/account.ts";
import { printable } from "../../../config/findings/printable.ts";
import { isSameUrl } from "../../../config/read/settings/public-url.ts";
import type { NumberPlan } from "../../../routing/plan.ts";
import type { EntryFinder } from "../entries.ts";
import type { Opened } from "../open.ts";

/** The URLs of a number that are to be set; undefined: that one stays. */
export interface Change {
  readonly number: AccountNumber;
  /** The entry that it matches; undefined where it was named and matches none. */
  readonly plan: NumberPlan | undefined;
  readonly calls: string | undefined;
  readonly texts: string | undefined;
}

/** The changes to one account. */
export interface AccountChanges {
  readonly opened: Opened & { readonly account: NonNullable<Opened["account"]> };
  readonly changes: readonly Change[];
  /** How many of its numbers are to be as they should, whether or not they are already. */
  readonly wanted: number;
}

/**
 * The changes to an account: of the numbers that an entry matches, or of those that are named. Texts come here where the
 * number has a route for them.
 *
 * @param named whether a number is named; undefined: none is
 */
export function changesOf(
  client: string,
  numbers: readonly AccountNumber[],
  url: string,
  find: EntryFinder,
  named: ((number: string) => boolean) | undefined,
): Pick<AccountChanges, "changes" | "wanted"> {
  const wanted = numbers
    .map((number) => ({ number, plan: find(client, number) }))
    .filter(({ number, plan }) => (named ? named(number.number) : plan !== undefined));
  const changes = wanted.flatMap(({ number, plan }) => {
    const calls = isRight(number.webhookUrl, url) ? undefined : url;
    const texts = !plan?.sms || isRight(number.textWebhookUrl, url) ? undefined : url;
    return calls === undefined && texts === undefined ? [] : [{ number, plan, calls, texts }];
  });
  return { changes, wanted: wanted.length };
}

function isRight(set: string | undefined, url: string): boolean {
  return set !== undefined && isSameUrl(set, url);
}

/** `+12137771235 (Front desk)`, and below it what changes. */
export function changeLines({ number, calls, texts }: Change): string[] {
  const name = number.nickname === undefined ? "" : ` (${number.nickname})`;
  const line = (what: string, from: string | undefined, to: string) =>
    printable(`  ${what}: ${from === undefined ? "not set" : shownUrl(from)} → ${to}`);
  return [
    printable(`${number.number}${name}`),
    ...(calls === undefined ? [] : [line("calls", number.webhookUrl, calls)]),
    ...(texts === undefined ? [] : [line("texts", number.textWebhookUrl, texts)]),
  ];
}

/** A URL without what may be a secret in it. */
function shownUrl(text: string): string {
  const url = URL.parse(text);
  if (!url) return JSON.stringify(text);
  return `${url.origin}${url.pathname}${url.search === "" ? "" : "?…"}`;
}
