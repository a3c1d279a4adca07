import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MOMENT_FORMS, momentText, readMoment } from "../../../src/routing/time/moment.ts";

const LA = "America/Los_Angeles";
const NONE: ReadonlySet<string> = new Set();
const ONE: ReadonlySet<string> = new Set([LA]);
const TWO: ReadonlySet<string> = new Set([LA, "Europe/Berlin"]);

describe("a moment is read from", () => {
  test.each<[text: string, utc: string]>([
    ["2026-12-25T10:00[America/Los_Angeles]", "2026-12-25T18:00:00Z"],
    ["2026-07-25T10:00[America/Los_Angeles]", "2026-07-25T17:00:00Z"],
    ["2026-12-25 10:00[america/los_angeles]", "2026-12-25T18:00:00Z"],
    ["2026-12-25T10:00:30[Europe/Berlin]", "2026-12-25T09:00:30Z"],
    ["2026-12-25[America/Los_Angeles]", "2026-12-25T08:00:00Z"],
    ["2026-12-25T10:00-08:00[America/Los_Angeles]", "2026-12-25T18:00:00Z"],
    ["2026-12-25T10:00[-08:00]", "2026-12-25T18:00:00Z"],
    ["2026-12-25T18:00Z", "2026-12-25T18:00:00Z"],
    ["2026-12-25t18:00z", "2026-12-25T18:00:00Z"],
    ["2026-12-25T18:00:30.5Z", "2026-12-25T18:00:30.5Z"],
    ["2026-12-25T18:00Z[America/Los_Angeles]", "2026-12-25T18:00:00Z"],
    ["2026-12-25T10:00-08:00", "2026-12-25T18:00:00Z"],
    ["2026-12-25T10:00-0800", "2026-12-25T18:00:00Z"],
    ["2026-12-25T10:00-08", "2026-12-25T18:00:00Z"],
    ["2026-12-25 10:00+05:30", "2026-12-25T04:30:00Z"],
    ["2026-12-25T10:00+00:00:30", "2026-12-25T09:59:30Z"],
    // The clock skips this time, and shows these twice.
    ["2026-03-08T02:30[America/Los_Angeles]", "2026-03-08T10:30:00Z"],
    ["2026-11-01T01:30[America/Los_Angeles]", "2026-11-01T08:30:00Z"],
    ["2026-11-01T01:30-08:00[America/Los_Angeles]", "2026-11-01T09:30:00Z"],
  ])("%p, whatever zones the schedules have", (text, utc) => {
    const nowMs = Temporal.Instant.from(utc).epochMilliseconds;
    for (const zones of [NONE, ONE, TWO]) expect(readMoment(text, zones)).toEqual({ nowMs });
  });

  test.each<[text: string, utc: string]>([
    ["2026-12-25T10:00", "2026-12-25T18:00:00Z"],
    ["2026-07-25 10:00", "2026-07-25T17:00:00Z"],
    ["2026-12-25", "2026-12-25T08:00:00Z"],
    ["2026-12-25T10", "2026-12-25T18:00:00Z"],
  ])("%p in the only zone that the schedules have", (text, utc) => {
    expect(readMoment(text, ONE)).toEqual({ nowMs: Temporal.Instant.from(utc).epochMilliseconds });
  });
});

describe("a moment is not read from", () => {
  test.each([
    ["no zone", NONE],
    ["several zones", TWO],
  ])("a local time where the schedules have %s", (_, zones) => {
    expect(readMoment("2026-12-25T10:00", zones)).toEqual({
      problem: `"2026-12-25T10:00" has no time zone; use ${MOMENT_FORMS}`,
    });
  });

  test.each([
    "",
    "now",
    "tomorrow 10:00",
    "10:00",
    "25.12.2026 10:00",
    "2026-12",
    "2026-13-25T10:00",
    "2026-02-30T10:00",
    "2026-12-25T24:00",
    "2026-12-25T10:00 ",
    "2026-12-25T10:00[Mars/Phobos]",
    "2026-12-25T10:00[]",
    "2026-12-25T10:00[",
    "2026-12-25T10:00+01:00[America/Los_Angeles]",
    "2026-12-25T10:00+25:00",
    "2026-12-25Z",
    "1798221600000",
    "+999999-12-25T10:00Z",
  ])("%p", (text) => {
    for (const zones of [NONE, ONE, TWO]) {
      expect(readMoment(text, zones)).toEqual({
        problem: `${JSON.stringify(text)} is not a valid time; use ${MOMENT_FORMS}`,
      });
    }
  });
});

test("whatever the text, it is read as a moment or refused with the forms that would be right", () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]?[0-9:.Z+[\]-]*$/));
  fc.assert(
    fc.property(text, fc.constantFrom(NONE, ONE, TWO), (text, zones) => {
      const read = readMoment(text, zones);
      if ("problem" in read) expect(read.problem).toEndWith(`; use ${MOMENT_FORMS}`);
      else expect(read.nowMs).toBeInteger();
    }),
    { numRuns: 500 },
  );
});

describe("a moment is written", () => {
  test.each<[utc: string, zones: readonly string[], text: string]>([
    ["2026-12-25T18:00:00Z", [LA], "2026-12-25T10:00[America/Los_Angeles]"],
    ["2026-12-25T18:00:59.999Z", [LA], "2026-12-25T10:00[America/Los_Angeles]"],
    ["2026-12-25T18:00:00Z", ["Europe/Berlin", LA], "2026-12-25T19:00[Europe/Berlin]"],
    ["2026-12-25T18:00:00Z", [], "2026-12-25T18:00[UTC]"],
    ["2026-11-01T08:30:00Z", [LA], "2026-11-01T01:30[America/Los_Angeles]"],
    ["2026-11-01T09:30:00Z", [LA], "2026-11-01T01:30-08:00[America/Los_Angeles]"],
  ])("%s, with schedules in %j: %p", (utc, zones, text) => {
    expect(momentText(Temporal.Instant.from(utc).epochMilliseconds, new Set(zones))).toBe(text);
  });

  test("so that it is read as the same minute, also where the clock is put back", () => {
    const around = (utc: string) => {
      const minute = Temporal.Instant.from(utc).epochMilliseconds / 60_000;
      return fc.integer({ min: minute - 300, max: minute + 300 });
    };
    const minutes = fc.oneof(
      around("2026-11-01T09:00Z"),
      around("2026-10-25T01:00Z"),
      around("2026-03-08T10:00Z"),
      fc.integer({ min: Date.UTC(2020) / 60_000, max: Date.UTC(2040) / 60_000 }),
    );
    const ms = fc.nat({ max: 59_999 });
    fc.assert(
      fc.property(minutes, ms, fc.constantFrom(LA, "Europe/Berlin", "UTC"), (minute, ms, zone) => {
        const nowMs = minute * 60_000;
        const zones = new Set([zone]);
        expect(readMoment(momentText(nowMs + ms, zones), zones)).toEqual({ nowMs });
      }),
      { numRuns: 500 },
    );
  });
});
