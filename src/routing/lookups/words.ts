/** Look-ups in words. */
import type { Unasked } from "./request.ts";
import type { LookupResult } from "./result.ts";

/** What is shown of what was found, in UTF-16 code units. */
const MOST_SHOWN = 200;

/** `found {"plan":"gold"}`, `missing (not asked: the caller withholds the number)`, `failed: no answer within 1.5 s` */
export function lookupWords(result: LookupResult, unasked?: Unasked): string {
  switch (result.kind) {
    case "found": {
      const text = JSON.stringify(result.value);
      return `found ${text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN - 1)}…` : text}`;
    }
    case "missing":
      return unasked === undefined ? "missing" : `missing (not asked: ${unaskedWords(unasked)})`;
    case "failed":
      return `failed: ${result.reason}`;
  }
}

/** Why a look-up is not asked. */
export function unaskedWords(unasked: Unasked): string {
  switch (unasked) {
    case "withheld":
      return "it needs the caller's number, which is withheld";
    case "path":
      return 'a part of its path would be empty, "." or ".."';
    case "secret":
      return "its URL needs a secret that is not set here";
  }
}
