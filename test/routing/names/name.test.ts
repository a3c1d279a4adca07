import { describe, expect, test } from "bun:test";
import { isTimedName, type Name, nameText, readName } from "../../../src/routing/names/name.ts";

const NAMES: readonly [text: string, name: Name][] = [
  ["from_number", { kind: "from_number" }],
  ["to_number", { kind: "to_number" }],
  ["from_country", { kind: "from_country" }],
  ["forwarded_from", { kind: "forwarded_from" }],
  ["channel", { kind: "channel" }],
  ["call_id", { kind: "call_id" }],
  ["agent_id", { kind: "agent_id" }],
  ["client", { kind: "client" }],
  ["contact.first_name", { kind: "contact", column: "first_name" }],
  ["contact.First Name", { kind: "contact", column: "First Name" }],
  ["contact.a.b", { kind: "contact", column: "a.b" }],
  ["header.x-tier", { kind: "header", header: "x-tier" }],
  ["header.a.b", { kind: "header", header: "a.b" }],
  ["now.date", { kind: "now", part: "date" }],
  ["now.daypart", { kind: "now", part: "daypart" }],
  ["schedule.office.opens", { kind: "schedule", schedule: "office", part: "opens" }],
  ["schedule.after hours.state", { kind: "schedule", schedule: "after hours", part: "state" }],
  ["schedule.office.west.holiday", { kind: "schedule", schedule: "office.west", part: "holiday" }],
];

test.each(NAMES)("%s is a name, and is written so", (text, name) => {
  expect(readName(text)).toEqual({ name });
  expect(nameText(name)).toBe(text);
});

test("names of headers are the same in any case", () => {
  expect(readName("header.X-Tier")).toEqual(readName("header.x-tier"));
});

test("only times and schedules differ from one moment to another", () => {
  const timed = NAMES.filter(([, name]) => isTimedName(name)).map(([text]) => text);
  expect(timed).toEqual(NAMES.map(([text]) => text).filter((text) => /^(now|schedule)\./.test(text)));
});

describe("there is no name", () => {
  test.each([
    "",
    "name",
    "From_number",
    " from_number",
    "from_number ",
    "header",
    "header.",
    "headers.x",
    "contact",
    "contact.",
    "contacts.first_name",
    "now",
    "now.",
    "now.Date",
    "now.year",
    "schedule.office",
    "schedule.opens",
    "schedule..opens",
    "schedule.office.open",
    "constructor",
    "__proto__",
    "toString",
    "env:HOME",
  ])("%p, and what is wrong is said", (text) => {
    const read = readName(text);
    if ("name" in read) throw new Error(`It is ${nameText(read.name)}`);
    expect(read.problem).toStartWith(`there is no "\${${text}}"; `);
  });

  test("header.x tier: a header's name has no blank", () => {
    const read = readName("header.x tier");
    expect("problem" in read && read.problem).toBe(
      '"x tier" is not the name of a SIP header; use letters, digits and dashes, as in header.x-tier',
    );
  });

  test.each([
    ["now.houre", "`now` has date, time, weekday, day, hour, daypart, iso, long", "now.hour"],
    [
      "schedule.office.opened",
      "write schedule.NAME. and one of state, opens, closes, holiday",
      "schedule.office.opens",
    ],
    ["fromnumber", "a call has from_number, to_number,", "from_number"],
  ])("%s, and what may be meant is known", (text, problem, near) => {
    const read = readName(text);
    if ("name" in read) throw new Error(`It is ${nameText(read.name)}`);
    expect(read.problem).toContain(problem);
    expect(read.near).toContain(near);
  });
});
