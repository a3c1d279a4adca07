import { describe, expect, test } from "bun:test";
import type { Origin } from "../../src/routing/decision.ts";
import { contact, decided, line, type PlanSays, rule, to } from "./plans.ts";

/** Every place that adds to calls, weakest first. */
const PLACES: readonly Origin[] = ["defaults", "agent", "number", "contact", "rule"];

/** Presets that differ in one value, one array and one table, each named after its place. */
const PRESETS = Object.fromEntries(
  PLACES.map((place) => [
    place,
    { agent: { [place]: true, last: place, list: [place], table: { [place]: true, last: place } } },
  ]),
);

/** A plan in which `places` say something, each by its own name. */
function saying(places: readonly Origin[]): PlanSays {
  const presets = (place: Origin) => (places.includes(place) ? [place] : []);
  const additions = (place: Origin) =>
    places.includes(place)
      ? {
          presets: [place],
          variables: { last: place, [place]: "yes" },
          metadata: { last: { [place]: [place] }, [place]: "yes" },
        }
      : {};
  return {
    presets: PRESETS,
    contacts: {
      columns: ["last", "contact"],
      variables: ["last", "contact"],
      contacts: places.includes("contact")
        ? [contact("+12137771234", ["contact", "yes"], { presets: ["contact"] })]
        : [],
    },
    defaults: additions("defaults"),
    numbers: [
      line("*", {
        target: to("agent_1", { presets: presets("agent") }),
        ...additions("number"),
        rules: [rule(additions("rule"))],
      }),
    ],
  };
}

/** What an agent is given where `places` say something. */
function given(places: readonly Origin[]) {
  const decision = decided(saying(places));
  if (decision.outcome !== "agent") throw new Error("No agent takes the call");
  return decision;
}

/** Every two of `places`, the weaker first. */
const pairsOf = (places: readonly Origin[]) =>
  places.flatMap((weaker, at) => places.slice(at + 1).map((stronger) => [stronger, weaker] as const));

const yes = (places: readonly Origin[]) => Object.fromEntries(places.map((place) => [place, "yes"]));
const on = (places: readonly Origin[]) => Object.fromEntries(places.map((place) => [place, true]));

describe("of two presets, that of the", () => {
  test.each(pairsOf(PLACES))(
    "%s wins over that of the %s: tables merge, arrays are replaced",
    (stronger, weaker) => {
      expect(given([weaker, stronger]).override).toEqual({
        agent: {
          ...on([weaker, stronger]),
          last: stronger,
          list: [stronger],
          table: { ...on([weaker, stronger]), last: stronger },
        },
      });
    },
  );
});

describe("of two variables of the same name, that of the", () => {
  // An agent has no variables of its own.
  const places = PLACES.filter((place) => place !== "agent");
  test.each(pairsOf(places))("%s wins over that of the %s, and the others stay", (stronger, weaker) => {
    // What the contacts hand on is there, whoever calls.
    const variables = { contact: "", ...yes([weaker, stronger]), last: stronger };
    expect(given([weaker, stronger]).variables).toEqual(variables);
  });
});

describe("of two metadata of the same name, that of the", () => {
  // Neither an agent nor a contact has metadata.
  const places = PLACES.filter((place) => place !== "agent" && place !== "contact");
  test.each(pairsOf(places))(
    "%s replaces that of the %s as a whole, and the others stay",
    (stronger, weaker) => {
      expect(given([weaker, stronger]).metadata).toEqual({
        ...yes([weaker, stronger]),
        last: { [stronger]: [stronger] },
      });
    },
  );
});

test("all places together add all that they say, and the rule has the last word", () => {
  const { override, variables, metadata, steps } = given(PLACES);
  expect(override).toMatchObject({ agent: { ...on(PLACES), last: "rule", list: ["rule"] } });
  expect(variables).toEqual({ ...yes(["defaults", "number", "contact", "rule"]), last: "rule" });
  expect(metadata).toEqual({ ...yes(["defaults", "number", "rule"]), last: { rule: ["rule"] } });
  expect(steps).toContainEqual({
    kind: "presets",
    presets: PLACES.map((place) => ({ name: place, origin: place, rule: undefined })),
  });
});

test("places that say nothing add nothing", () => {
  expect(given([])).toMatchObject({ override: {}, variables: {}, metadata: {} });
});

test("the presets of one place apply in the order they are named", () => {
  const speed = (...names: Origin[]) =>
    decided({ presets: PRESETS, numbers: [line("*", { presets: names })] });
  expect(speed("rule", "defaults")).toHaveProperty("override.agent.last", "defaults");
  expect(speed("defaults", "rule")).toHaveProperty("override.agent.last", "rule");
});

test("an empty value of a stronger place is a value", () => {
  const says: PlanSays = {
    defaults: { variables: { a: "x" }, metadata: { a: "x" } },
    numbers: [line("*", { variables: { a: "" }, metadata: { a: "" } })],
  };
  expect(decided(says)).toMatchObject({ variables: { a: "" }, metadata: { a: "" } });
});

test("templates are filled wherever they stand", () => {
  const says: PlanSays = {
    presets: { hello: { agent: { greeting: "Hi ${from_number}", "${x}": 1 } } },
    defaults: { variables: { a: "${channel}" }, metadata: { a: { b: "${call_id}" } } },
    numbers: [
      line("*", {
        presets: ["hello"],
        variables: { b: "${to_number}" },
        rules: [rule({ variables: { c: "${from_country}" }, metadata: { c: ["${header.x-a:-none}"] } })],
      }),
    ],
  };
  expect(decided(says)).toMatchObject({
    variables: { a: "call", b: "+12137771235", c: "US" },
    metadata: { a: { b: "call_1" }, c: ["none"] },
    override: { agent: { greeting: "Hi +12137771234", "${x}": 1 } },
  });
});
