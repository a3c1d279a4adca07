/** What people are told of a call. */
import type { Call } from "../../../src/routing/callers/call.ts";
import type { Facts } from "../../../src/routing/circumstances.ts";
import { stepWords } from "../../../src/routing/words/decisions.ts";
import { decided, type PlanSays } from "../plans.ts";

/** The steps in words, a line each. */
export function told(says: PlanSays, of: Partial<Call> = {}, under: Partial<Facts> = {}): string[] {
  return decided(says, of, under).steps.map((step) => {
    const { topic, finding } = stepWords(step);
    return `${topic}: ${finding}`;
  });
}
