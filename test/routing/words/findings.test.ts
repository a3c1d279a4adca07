import { describe, expect, test } from "bun:test";
import type { RulePlan } from "../../../src/routing/plan.ts";
import { line, type PlanSays, rule, schedule } from "../plans.ts";
import { told } from "./told.ts";

describe("people are told of a rule", () => {
  const schedules = {
    office: schedule("America/Los_Angeles", ["mon-fri 09:00-17:30"], { "2026-12-25": "closed" }),
    night: schedule("UTC", ["mon-sun 22:00-06:00"]),
  };
  const limit = { calls: 8, perMs: 86_400_000, by: "caller" } as const;
  const limits = { newcomer: limit, rush: limit };
  const lists = { vip: ["+14165551234"], friends: ["@vip", "+1213*"] };
  const of = { headers: { "x-tier": "gold" } };
  /** Christmas Day, 10:00 in Los Angeles. */
  const nowMs = Date.UTC(2026, 11, 25, 18);
  const over = new Set(["rush"]);
  const numbers = Array.from({ length: 7 }, (_, digit) => `+1416555000${digit}`);

  test.each<[words: string, rule: RulePlan]>([
    ["rule 1: always applies (no `when`)", rule({})],
    ['rule "all calls": always applies (no `when`)', rule({ name: "all calls" })],
    [
      'rule "friends": applies: the caller matched @friends → +1213*',
      rule({ name: "friends", when: { caller: ["@friends"] } }),
    ],
    [
      "rule 1: does not apply: the caller is not in @vip, withheld, contact",
      rule({ when: { caller: ["@vip", "withheld", "contact"] } }),
    ],
    [
      "rule 1: does not apply: the caller is not in +14165550000, +14165550001, +14165550002, +14165550003, +14165550004 and 2 more",
      rule({ when: { caller: numbers } }),
    ],
    [
      'rule 1: applies: "office" – it is Friday, 25 December 2026, 10:00 in America/Los_Angeles: closed, because 2026-12-25 is an exception',
      rule({ when: { closed: ["office"] } }),
    ],
    [
      'rule 1: does not apply: one of them must be open; "office" – it is Friday, 25 December 2026, 10:00 in America/Los_Angeles: closed, because 2026-12-25 is an exception; "night" – it is Friday, 25 December 2026, 18:00 in UTC: closed, Fridays are open 22:00-06:00',
      rule({ when: { open: ["office", "night"] } }),
    ],
    [
      'rule 1: applies: header x-tier is "gold"; wanted: silver, gold*',
      rule({ when: { header: { "x-tier": ["silver", "gold*"] } } }),
    ],
    [
      'rule 1: does not apply: header x-tier is "gold"; wanted: silver',
      rule({ when: { header: { "x-tier": ["silver"] } } }),
    ],
    [
      "rule 1: does not apply: header x-lang is missing; wanted: es",
      rule({ when: { header: { "x-lang": ["es"] } } }),
    ],
    ['rule 1: applies: the limit "rush" is reached', rule({ when: { over: ["rush"] } })],
    [
      'rule 1: applies: the limit "newcomer" is not reached, the limit "rush" is reached',
      rule({ when: { over: ["newcomer", "rush"] } }),
    ],
    ['rule 1: does not apply: the limit "newcomer" is not reached', rule({ when: { over: ["newcomer"] } })],
    [
      'rule "busy": applies: header x-tier is "gold"; wanted: gold; the caller matched +1213*; the limit "rush" is reached',
      rule({ name: "busy", when: { over: ["rush"], caller: ["+1213*"], header: { "x-tier": ["gold"] } } }),
    ],
    [
      'rule "busy": does not apply: the caller is not in withheld',
      rule({ name: "busy", when: { over: ["rush"], caller: ["withheld"], header: { "x-tier": ["gold"] } } }),
    ],
  ])("%s", (words, rule) => {
    const says: PlanSays = { lists, schedules, limits, numbers: [line("*", { rules: [rule] })] };
    expect(told(says, of, { nowMs, over })).toEqual([
      'dialled number: +12137771235 has no entry of its own and falls back to [numbers."*"]',
      words,
      "target: pass: Retell's bound agent takes it (from the number)",
    ]);
  });
});
