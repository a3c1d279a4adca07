import { describe, expect, test } from "bun:test";
import { packNumbers, unpackNumbers } from "../../../../src/server/live/parcel/packed-numbers.ts";
import { ACCOUNT, loadGood } from "../../../config/cases.ts";

async function numbersIn(tables: string) {
  return (await loadGood(`${tables}${ACCOUNT}`)).routing.numbers;
}

const entry = (at: number, says: string) => `[numbers."+1213777123${at}"]\nagent = "agent_${at}"\n${says}\n`;

describe("packed entries of [numbers]", () => {
  test.each([
    ["its rules", 'rules = [{ when = { caller = ["+14155550100", "+44*"] }, reject = true }]'],
    ["its route for texts", 'sms = { pass = true, deny = ["+14155550100"] }'],
    ["itself, also of those whom it allows", 'deny = ["+14155550100"]\nallow = ["+14155550101", "+1415*"]'],
  ])("an entry has the sets of callers of %s", async (_what, says) => {
    const numbers = await numbersIn(entry(1, says) + entry(2, ""));
    const { planAt } = unpackNumbers(packNumbers(numbers));
    expect([planAt(0), planAt(1)]).toEqual([...numbers]);
  });

  test("have a set that several of them have once", async () => {
    const deny = 'deny = ["+14155550100", "withheld"]';
    const packed = packNumbers(await numbersIn(entry(1, deny) + entry(2, deny) + entry(3, "")));
    // That one, and the one with nobody in it.
    expect(packed.sets.ends.length).toBe(2);
    const { planAt } = unpackNumbers(packed);
    expect(planAt(0).deny).toBe(planAt(1).deny);
    expect(planAt(2).deny).not.toBe(planAt(1).deny);
  });
});
