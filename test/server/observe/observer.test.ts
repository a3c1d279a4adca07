import { expect, test } from "bun:test";
import { fanOut, type Observer } from "../../../src/server/observe/observer.ts";
import { line, plan, to } from "../../routing/plans.ts";
import { answered } from "../admin/seen.ts";

const ROUTING = plan({ numbers: [line("*", { target: to("agent_1") })] });

/** An observer that notes what it is told, and throws once it has noted something. */
function noting(failsAt?: string) {
  const told: string[] = [];
  const note = (what: string) => {
    told.push(what);
    if (what === failsAt) throw new Error(`failed at ${what}`);
  };
  const observer: Partial<Observer> = {
    answered: ({ event }) => note(`call ${event.id}`),
    misplaced: note,
    reading: () => note("reading"),
  };
  return { told, observer };
}

test("each observer is told everything in order, and a fault in one costs nobody else anything", () => {
  const [first, faulty, last] = [noting(), noting("call 1"), noting("reading")];
  const faults: string[] = [];
  const all = fanOut([first.observer, faulty.observer, {}, last.observer], (error) => {
    faults.push(String(error));
  });
  all.answered(answered(ROUTING, { id: "1" }));
  all.reading();
  all.answered(answered(ROUTING, { id: "2" }));
  all.misplaced("call_ended");
  expect(first.told).toEqual([]);
  all.flush();
  const everything = ["call 1", "reading", "call 2", "call_ended"];
  expect([first.told, faulty.told, last.told]).toEqual([everything, everything, everything]);
  expect(faults).toEqual(["Error: failed at call 1", "Error: failed at reading"]);
});

test("what an observer sets off is told in the next turn, after everything of this one", async () => {
  const { told, observer } = noting();
  const all = fanOut([{ reading: () => all.misplaced("set off") }, observer], () => {});
  const done = new Promise<void>((resolve) => {
    observer.settled = resolve;
  });
  all.reading();
  all.answered(answered(ROUTING, { id: "1" }));
  setImmediate(() => all.settled());
  await done;
  expect(told).toEqual(["reading", "call 1", "set off"]);
});
