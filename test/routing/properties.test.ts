import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { answerBody } from "../../src/retell/answer.ts";
import { decide } from "../../src/routing/decide.ts";
import type { NumberPlan } from "../../src/routing/plan.ts";
import { compileTable } from "../../src/routing/table.ts";
import { outcomeWords, whyWords } from "../../src/routing/words.ts";
import { answerOf } from "../../src/server/webhook/app.ts";
import { documentedBody } from "../retell/documented.ts";
import { anyCall, anyCircumstances, anyEntry, anyPlan, DENIED, together } from "./arbitrary.ts";
import { callers, decided, type PlanSays, plan } from "./plans.ts";

/** Whole plans are large; these are enough for each part of one to matter, and quick on a busy machine. */
const RUNS = { numRuns: 120 };

describe("whatever the plan, the call and the moment,", () => {
  test("there is a decision, it can be told in words, and its answer is one that Retell documents", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), anyCircumstances(), (says, of, under) => {
        const decision = decided(says, of, under);
        const answer = answerOf(decision);
        const body: unknown = JSON.parse(JSON.stringify(answerBody(of.channel, answer)));
        expect(v.safeParse(documentedBody(of.channel, answer.outcome), body).issues).toBeUndefined();
        expect(answer.outcome === "reject").toBe(decision.outcome === "reject");
        if (decision.outcome !== "reject") {
          for (const value of Object.values(decision.variables)) expect(value).toBeString();
          expect(decision.delayMs).toBeWithin(0, 8001);
        }
        for (const words of [whyWords(decision), outcomeWords(decision)]) {
          expect(words).not.toMatch(/undefined|\[object/);
        }
      }),
      RUNS,
    );
  });

  test("the decision is the same every time", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), anyCircumstances(), (says, of, under) => {
        const checked = plan(says);
        const table = compileTable(checked);
        const first = JSON.stringify(decide(table, of, under));
        expect(JSON.stringify(decide(table, of, under))).toBe(first);
        expect(JSON.stringify(decide(compileTable(checked), of, under))).toBe(first);
        // As it comes from the thread that reads the configuration.
        expect(JSON.stringify(decide(compileTable(structuredClone(checked)), of, under))).toBe(first);
      }),
      RUNS,
    );
  });

  test("deciding other calls at other moments in between changes nothing", () => {
    const question = () => fc.tuple(anyCall(), anyCircumstances());
    fc.assert(
      fc.property(
        anyPlan(),
        question(),
        fc.array(question(), { maxLength: 4 }),
        (says, [of, under], others) => {
          const table = compileTable(plan(says));
          const before = JSON.stringify(decide(table, of, under));
          for (const [other, otherwise] of others) decide(table, other, otherwise);
          expect(JSON.stringify(decide(table, of, under))).toBe(before);
        },
      ),
      RUNS,
    );
  });

  test("a limit is asked at most once, and none about a call that is denied", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), anyCircumstances(), (says, of, under) => {
        const asked: string[] = [];
        const decision = decided(says, of, {
          ...under,
          isOver: (use) => {
            asked.push(use.name);
            return under.isOver(use);
          },
        });
        whyWords(decision);
        expect(asked).toEqual([...new Set(asked)]);
        const kinds = decision.steps.map(({ kind }) => kind);
        if (kinds.includes("denied") || kinds.includes("not allowed")) expect(asked).toEqual([]);
      }),
      RUNS,
    );
  });

  test("who is denied is rejected, whoever is allowed and whatever the rules", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), anyCircumstances(), (says, of, under) => {
        const numbers = (says.numbers ?? []).map((number) => ({ ...number, allow: callers("*") }));
        const denied = numbers.map((number) => ({ ...number, deny: callers("*") }));
        const open = decided({ ...says, numbers }, of, under);
        const closed = decided({ ...says, numbers: denied }, of, under);
        expect(closed.entry).toBe(open.entry);
        if (closed.entry !== undefined) expect(closed).toMatchObject({ outcome: "reject", rule: undefined });
      }),
      RUNS,
    );
  });

  test("one more entry to deny, wherever, never lets in a call that was rejected", () => {
    const place = fc.constantFrom("defaults", "number", "sms", "list");
    fc.assert(
      fc.property(
        anyPlan(),
        anyCall(),
        anyCircumstances(),
        anyEntry(false),
        place,
        (says, of, under, entry, where) => {
          const before = decided(says, of, under);
          const after = decided(stricter(says, entry, where), of, under);
          if (before.outcome === "reject") expect(after.outcome).toBe("reject");
          // What is not rejected for it is decided as before.
          if (after.outcome !== "reject") {
            expect(JSON.stringify(answerOf(after))).toBe(JSON.stringify(answerOf(before)));
          }
        },
      ),
      RUNS,
    );
  });
});

/** The plan with one more entry that denies. */
function stricter(says: PlanSays, entry: string, where: string): PlanSays {
  const more = callers(entry);
  const numbers = (change: (number: NumberPlan) => NumberPlan) => ({
    ...says,
    numbers: (says.numbers ?? []).map(change),
  });
  switch (where) {
    case "defaults":
      return {
        ...says,
        defaults: { ...says.defaults, deny: together(says.defaults?.deny ?? callers(), more) },
      };
    case "number":
      return numbers((number) => ({ ...number, deny: together(number.deny, more) }));
    case "sms":
      return numbers((number) => ({
        ...number,
        sms: number.sms && { ...number.sms, deny: together(number.sms.deny, more) },
      }));
    default:
      return { ...says, lists: { ...says.lists, [DENIED]: [...(says.lists?.[DENIED] ?? []), entry] } };
  }
}
