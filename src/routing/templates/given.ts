/** What an agent is given along with a call: one text for all of it. */
import type { Circumstances } from "../circumstances.ts";
import type { Fill } from "./fill.ts";
import { compileMembers, type JsonTemplate } from "./json.ts";

/** What the places that apply to a call say together. */
export interface Gifts {
  readonly variables: JsonTemplate;
  readonly metadata: JsonTemplate;
  readonly override: JsonTemplate;
}

/** So many combinations of one route are known again: each takes 1 to 2 KB, and some 6 µs to be put together. */
const MOST_KNOWN = 8;

/** The texts of what one route gives: the latest combinations of what places say, put together. */
export class GivenTexts {
  readonly #known: { readonly gifts: Gifts; readonly fill: Fill<string> }[] = [];

  /** The text for a call, as `Context.given` has it. */
  fill(gifts: Gifts, circumstances: Circumstances): string {
    for (const known of this.#known) {
      const { variables, metadata, override } = known.gifts;
      if (variables === gifts.variables && metadata === gifts.metadata && override === gifts.override) {
        return known.fill(circumstances);
      }
    }
    const fill = compileMembers({
      dynamic_variables: gifts.variables,
      metadata: gifts.metadata,
      agent_override: gifts.override,
    });
    if (this.#known.length === MOST_KNOWN) this.#known.shift();
    this.#known.push({ gifts, fill });
    return fill(circumstances);
  }
}
