import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { answerText } from "../../src/retell/answer.ts";
import { limitsAsked, receive } from "../../src/routing/arrival.ts";
import { decide, dependsOnTime, explainCall, knownAbout } from "../../src/routing/decide.ts";
import type { Decision } from "../../src/routing/decision.ts";
import type { NumberPlan } from "../../src/routing/plan.ts";
import { compileTable } from "../../src/routing/table/compile.ts";
import { outcomeWords, reasonWords, stepWords } from "../../src/routing/words/decisions.ts";
import { documentedBody } from "../retell/documented.ts";
import { anyCall, anyEntry, anyFacts, anyPlan, DENIED, together } from "./arbitrary.ts";
import { callers, decided, type PlanSays, plan, readGiven } from "./plans.ts";

/** Whole plans are large; these are enough for each part of one to matter, and quick on a busy machine. */
const RUNS = { numRuns: 40 };

describe("whatever the plan, the call and the moment,", () => {
  test("there is a decision, it can be told in words, and its answer is one that Retell documents", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), anyFacts(), (says, of, under) => {
        const { decision, steps, ...given } = decided(says, of, under);
        const body: unknown = JSON.parse(answerText(of.channel, decision));
        expect(v.safeParse(documentedBody(of.channel, decision.outcome), body).issues).toBeUndefined();
        if (given.outcome !== "reject") {
          for (const value of Object.values(given.variables)) expect(value).toBeString();
          expect(given.delayMs).toBeWithin(0, 8001);
        }
        const told = steps.map(stepWords).flatMap(({ topic, finding }) => [topic, finding]);
        for (const words of [...told, reasonWords(decision), outcomeWords(decision)]) {
          expect(words).not.toMatch(/undefined|\[object/);
        }
      }),
      RUNS,
    );
  });

  test("the decision is the same every time", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), anyFacts(), (says, of, under) => {
        const checked = plan(says);
        const table = compileTable(checked);
        const first = JSON.stringify(explainCall(table, of, under).decision);
        expect(JSON.stringify(explainCall(table, of, under).decision)).toBe(first);
        expect(JSON.stringify(explainCall(compileTable(checked), of, under).decision)).toBe(first);
        // As it comes from the thread that reads the configuration.
        expect(JSON.stringify(explainCall(compileTable(structuredClone(checked)), of, under).decision)).toBe(
          first,
        );
      }),
      RUNS,
    );
  });

  test("deciding other calls at other moments in between changes nothing", () => {
    const question = () => fc.tuple(anyCall(), anyFacts());
    fc.assert(
      fc.property(
        anyPlan(),
        question(),
        fc.array(question(), { maxLength: 4 }),
        (says, [of, under], others) => {
          const table = compileTable(plan(says));
          const before = JSON.stringify(explainCall(table, of, under).decision);
          for (const [other, otherwise] of others) explainCall(table, other, otherwise);
          expect(JSON.stringify(explainCall(table, of, under).decision)).toBe(before);
        },
      ),
      RUNS,
    );
  });

  test("recording the steps changes nothing, and all of it is plain data", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), anyFacts(), (says, of, under) => {
        const table = compileTable(plan(says));
        const explained = explainCall(table, of, under);
        const arrival = receive(table, of);
        const unrecorded = decide(arrival, knownAbout(arrival, under));
        const cause = ({ cause, ...rest }: Decision) => ({ ...rest, cause: cause.kind });
        expect(cause(unrecorded)).toEqual(cause(explained.decision));
        for (const data of [unrecorded, explained.decision, explained.steps]) {
          expect(structuredClone(data)).toEqual(data);
        }
      }),
      RUNS,
    );
  });

  test("a limit that was asked is one that could be asked, and none is asked about a call that is denied", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), anyFacts(), (says, of, under) => {
        const { arrival, decision } = explainCall(compileTable(plan(says)), of, under);
        const uses = limitsAsked(arrival).map(({ name }) => name);
        expect(uses).toEqual([...new Set(uses)]);
        expect(decision.limits).toEqual([...new Set(decision.limits)]);
        expect(uses).toEqual(expect.arrayContaining([...decision.limits]));
        if ("refused" in arrival.next) expect(uses).toEqual([]);
      }),
      RUNS,
    );
  });

  test("where no schedule can matter, the decision is the same at any time", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), anyFacts(), anyFacts(), (says, of, under, { nowMs }) => {
        const table = compileTable(plan(says));
        const { arrival, decision } = explainCall(table, of, under);
        if (dependsOnTime(arrival, under)) return;
        const later = { ...under, nowMs };
        expect(dependsOnTime(arrival, later)).toBe(false);
        // A limit may be asked at one time only, which changes what is counted, but not what becomes of the call.
        // And what templates say may be the time itself.
        const result = (found: Decision) => {
          const given = readGiven(found);
          return {
            ...given,
            ...{ limits: [], cause: found.cause.kind, metadata: {}, override: {} },
            variables: given.outcome === "reject" ? [] : Object.keys(given.variables),
          };
        };
        expect(result(decide(arrival, later))).toEqual(result(decision));
      }),
      RUNS,
    );
  });

  test("who is denied is rejected, whoever is allowed and whatever the rules", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), anyFacts(), (says, of, under) => {
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
        anyFacts(),
        anyEntry(false),
        place,
        (says, of, under, entry, where) => {
          const before = decided(says, of, under);
          const after = decided(stricter(says, entry, where), of, under);
          if (before.outcome === "reject") expect(after.outcome).toBe("reject");
          // What is not rejected for it is decided as before.
          if (after.outcome !== "reject") {
            expect(answerText(of.channel, after.decision)).toBe(answerText(of.channel, before.decision));
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
