/** Arbitrary plans that the configuration would let through, and arbitrary calls, for properties. */
import fc from "fast-check";
import type { Call } from "../../src/routing/callers/call.ts";
import { readCaller } from "../../src/routing/callers/callers.ts";
import { callersOf, entriesOf } from "../../src/routing/callers/sets.ts";
import type { CallerHistory, Facts } from "../../src/routing/circumstances.ts";
import { LOOKUP_STATES } from "../../src/routing/lookups/plan.ts";
import type { JsonValue, LookupResult } from "../../src/routing/lookups/result.ts";
import type {
  Additions,
  Agent,
  Callers,
  NumberPlan,
  RoutePlan,
  RulePlan,
  Target,
} from "../../src/routing/plan.ts";
import {
  agent,
  callers,
  contact,
  facts,
  line,
  PASS,
  type PlanSays,
  REJECT,
  rule,
  schedule,
  texts,
  type WhenSays,
} from "./plans.ts";

/** Few numbers, close to each other, so that plans and calls often meet. */
const NUMBERS = ["+12137771234", "+12137771235", "+12137779999", "+14165551234", "+525512345678"];
const PRESETS = ["one", "two"];
const RULESETS = ["shared", "other"];
const NOTICES = ["slack", "crm"];
const LIMITS = ["newcomer", "line", "rush"];
const HEADERS = ["x-a", "x-b", "constructor"];
const FLAGS = ["/flags/closed", "/flags/storm"];
/** What conditions compare with values, as templates write it. */
const VALUES = [
  ...["from_number", "from_country", "forwarded_from", "channel", "agent_id", "client", "header.x-a"],
  ...["contact.first_name", "now.daypart", "now.hour", "schedule.office.state", "schedule.office.holiday"],
  ...["lookup.crm.plan", "lookup.billing.0.value", "lookup.none.plan"],
  ...["history.calls", "history.last_agent"],
];
const LOOKUPS = ["crm", "billing"];
const COLUMNS = ["first_name", "constructor", "__proto__"];
const SCHEDULES = {
  office: schedule("America/Los_Angeles", ["mon-fri 09:00-17:30", "fri 22:00-02:00"], {
    "2026-12-25": "closed",
    "12-24": "09:00-12:00",
    "12-27/01-02": "closed",
    "2027-01-01/2027-01-05": "10:00-11:00",
  }),
  night: schedule("Europe/Berlin", ["mon-sun 22:00-06:00"]),
  never: schedule("UTC", []),
};

const anyBody = { phone: "${from_number:-none}", tags: ["${contact.first_name}", 1, null] };

/** The list that nothing but `deny` names. */
export const DENIED = "denied";

/** An entry of a set of callers, which may name {@link DENIED} only where `inDeny` says so. */
export function anyEntry(inDeny: boolean): fc.Arbitrary<string> {
  return fc.oneof(plainEntry(), fc.constantFrom("@outer", "@inner", ...(inDeny ? [`@${DENIED}`] : [])));
}

function plainEntry(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(...NUMBERS, "withheld", "contact", "country:US", "country:MX", "*"),
    fc
      .tuple(fc.constantFrom(...NUMBERS), fc.integer({ min: 2, max: 12 }))
      .map(([number, end]) => `${number.slice(0, end)}*`),
  );
}

/** Any call, from and to numbers that {@link anyPlan} knows more often than not. */
export function anyCall(): fc.Arbitrary<Call> {
  const party = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...NUMBERS) },
    { weight: 1, arbitrary: fc.constantFrom("anonymous", "", "+266696687", "alice", "2137771234") },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  );
  const text = fc.oneof(fc.string(), fc.constantFrom("${from_number}", "{{name}}", "${", "", "gold"));
  return fc.record({
    channel: fc.constantFrom("call", "call", "chat"),
    from: party,
    to: party,
    id: fc.option(text, { nil: undefined }),
    boundAgentId: fc.option(text, { nil: undefined }),
    headers: fc.dictionary(fc.constantFrom(...HEADERS, "diversion", "history-info"), fc.oneof(text, party)),
  });
}

function anyHistory(): fc.Arbitrary<CallerHistory> {
  return fc.record({
    calls: fc.nat(3),
    last: fc.constantFrom(undefined, "2026-12-24"),
    lastAgent: fc.constantFrom(undefined, "agent_1", "${from_number}"),
  });
}

/** Any moment, any limits reached, and any history. */
export function anyFacts(): fc.Arbitrary<Facts> {
  const nowMs = fc.integer({ min: Date.UTC(2026), max: Date.UTC(2027) });
  return fc
    .record({
      ...{ nowMs, drawKey: fc.string(), usedUp: fc.subarray(LIMITS), there: fc.subarray(FLAGS) },
      results: fc.dictionary(fc.constantFrom(...LOOKUPS), anyResult()),
      history: fc.option(anyHistory(), { nil: undefined }),
    })
    .map(({ usedUp, there, results, ...says }) => {
      const lookups = new Map(Object.entries(results).map(([name, result]) => [`/${name}`, result]));
      return facts({ ...says, over: new Set(usedUp), flags: new Set(there), lookups });
    });
}

/** What services may answer: whatever JSON can say. */
function anyResult(): fc.Arbitrary<LookupResult> {
  const text = fc.oneof(fc.string(), fc.constantFrom("gold", "${from_number}", "{{name}}", "__proto__"));
  const table = fc.dictionary(fc.constantFrom("plan", "value", "0", "__proto__"), fc.oneof(text, fc.nat()));
  const found = fc.oneof(table, fc.array(fc.oneof(table, text, fc.constant(null)), { maxLength: 2 }));
  return fc.oneof(
    fc.constantFrom<LookupResult>({ kind: "missing" }, { kind: "failed", reason: "503" }),
    found.map((value): LookupResult => ({ kind: "found", value: value as JsonValue })),
  );
}

/** Any plan that the configuration would let through. */
export function anyPlan(): fc.Arbitrary<PlanSays> {
  const entries = (inDeny: boolean) => fc.array(anyEntry(inDeny), { maxLength: 3 });
  const none = { weight: 3, arbitrary: fc.constant(callers()) };
  const deny = fc.oneof(none, { weight: 2, arbitrary: setOf(entries(true)) });
  const allow = fc.oneof(none, { weight: 1, arbitrary: setOf(entries(false)) });
  const route = fc.record<RoutePlan>({
    ...anyAdditions(),
    target: anyTarget(),
    deny,
    allow: fc.option(allow, { nil: undefined }),
    rules: fc.array(anyRule(), { maxLength: 3 }),
    rulesets: fc.option(fc.subarray(RULESETS), { nil: undefined }),
  });
  const number: fc.Arbitrary<NumberPlan> = fc
    .tuple(
      fc.constantFrom(...NUMBERS, "+1*", "+1213*", "*", "*", "*"),
      route,
      fc.option(route, { nil: undefined }),
    )
    .map(([entry, says, sms]) => line(entry, { ...says, ...(sms && { sms: texts(sms) }) }));
  const limit = fc.record({
    calls: fc.integer({ min: 1 }),
    perMs: fc.integer({ min: 1 }),
    by: fc.constantFrom("caller" as const, "number" as const, "all" as const),
  });
  return fc.record({
    country: fc.constantFrom(undefined, "US" as const),
    presets: fc.record({ one: anyTable(), two: anyTable() }),
    lists: fc.record({
      [DENIED]: fc.array(fc.oneof(plainEntry(), fc.constantFrom("@outer", "@inner")), { maxLength: 2 }),
      outer: fc.array(fc.oneof(plainEntry(), fc.constant("@inner")), { maxLength: 2 }),
      inner: fc.array(plainEntry(), { maxLength: 2 }),
    }),
    contacts: fc.record({
      columns: fc.constant(COLUMNS),
      variables: fc.subarray(COLUMNS),
      contacts: fc.array(anyContact(), { maxLength: 3 }),
    }),
    schedules: fc.constant(SCHEDULES),
    limits: fc.record({ newcomer: limit, line: limit, rush: limit }),
    notices: fc.constant({
      slack: { body: { text: "${agent:-nobody}: ${reason}, ${lookup.crm.plan:-} ${history.calls:-}" } },
      crm: {},
    }),
    lookups: fc.constant({ crm: {}, billing: { url: "https://b.example/${header.x-a}", body: anyBody } }),
    rulesets: fc.record({
      shared: fc.array(anyRule(), { maxLength: 2 }),
      other: fc.array(anyRule(), { maxLength: 2 }),
    }),
    defaults: fc.record({
      ...anyAdditions(),
      deny,
      allow,
      unrouted: fc.constantFrom("pass" as const, "reject" as const),
      rulesets: fc.subarray(RULESETS),
    }),
    numbers: fc.uniqueArray(number, { minLength: 1, maxLength: 3, selector: ({ entry }) => entry }),
  });
}

function setOf(entries: fc.Arbitrary<string[]>): fc.Arbitrary<Callers> {
  return entries.map((written) => callers(...written));
}

/** A template, or text that looks like one. */
function anyTemplate(): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    ...["plain", "$${x}", "{{name}}", "$", "${from_number}", "${to_number}", "${from_country:-none}"],
    ...["${channel}", "${call_id:-}", "${agent_id}", "${header.x-a:-basic}", "${header.constructor}"],
    ...["${contact.first_name:-there}", "${contact.__proto__}", "${contact.constructor:-{{name}}}"],
    ...[
      "${from_number|spoken}",
      "${header.x-a|first|title:-none}",
      "${forwarded_from|national}",
      "${client}",
    ],
    ...["${lookup.crm.plan}", "${lookup.billing.0.value|upper:-none}", "${lookup.none.x}"],
    ...["${now.long}", "${now.daypart|upper}", "${schedule.office.opens:-never}", "${schedule.none.state}"],
    ...["${history.calls}", "${history.last:-never}", "${history.last_agent|upper}"],
  );
  // Otherwise a "$" at the end of one piece would escape the next.
  return fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join(" "));
}

const anyKey = () => fc.constantFrom("a", "b", "__proto__", "constructor");

function anyTable(): fc.Arbitrary<Record<string, unknown>> {
  const template = anyTemplate();
  const value = fc.oneof(template, fc.nat(), fc.boolean(), fc.array(template, { maxLength: 2 }));
  return fc.dictionary(anyKey(), fc.oneof(value, fc.dictionary(anyKey(), value, { maxKeys: 2 })), {
    maxKeys: 2,
  });
}

function anyAdditions(): { readonly [Key in keyof Additions]: fc.Arbitrary<Additions[Key]> } {
  return {
    presets: fc.subarray(PRESETS),
    variables: fc.dictionary(anyKey(), anyTemplate(), { maxKeys: 2 }),
    metadata: anyTable(),
    delayMs: fc.option(fc.nat({ max: 8000 }), { nil: undefined }),
    notify: fc.subarray(NOTICES),
  };
}

function anyAgent(): fc.Arbitrary<Agent> {
  const version = fc.constantFrom(undefined, 0, 3, "prod");
  return fc
    .record({ id: fc.constantFrom("agent_1", "agent_2", "agent_3"), version, presets: fc.subarray(PRESETS) })
    .map(({ id, ...says }) => agent(id, says));
}

function anyTarget(): fc.Arbitrary<Target> {
  const weight = fc.oneof(fc.nat({ max: 100 }), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }));
  const shares = fc
    .uniqueArray(fc.record({ agent: anyAgent(), weight }), {
      minLength: 1,
      maxLength: 3,
      selector: ({ agent }) => agent.id,
    })
    .filter((all) => all.some(({ weight }) => weight > 0))
    .map((all) => all.map((share) => ({ name: share.agent.name ?? share.agent.id, ...share })));
  return fc.oneof(
    fc.constantFrom(PASS, REJECT),
    anyAgent().map((agent): Target => ({ kind: "agent", agent })),
    fc
      .record({ shares, by: fc.constantFrom("caller" as const, "call" as const) })
      .map((says): Target => ({ kind: "split", ...says })),
  );
}

type NotSays = Omit<WhenSays, "not">;

/** Any rule, one that continues as often as not. */
export function anyRule(): fc.Arbitrary<RulePlan> {
  const names = (all: readonly string[]) => fc.subarray([...all], { minLength: 1 });
  const tests = names(["gold", "g*", "*", "", "> 5", "*a*", "text", "evening", "open"]);
  const plain: { readonly [Key in keyof NotSays]-?: fc.Arbitrary<NonNullable<NotSays[Key]>> } = {
    caller: fc.array(anyEntry(false), { minLength: 1, maxLength: 3 }),
    open: names(Object.keys(SCHEDULES)),
    closed: names(Object.keys(SCHEDULES)),
    header: fc.dictionary(fc.constantFrom(...HEADERS), names(["gold", "g*", "*"]), { maxKeys: 2 }),
    over: names(LIMITS),
    values: fc.dictionary(fc.constantFrom(...VALUES), tests, { maxKeys: 2 }),
    contact: fc.boolean(),
    dialled: fc.array(anyEntry(false), { minLength: 1, maxLength: 2 }),
    forwarded: fc.array(anyEntry(false), { minLength: 1, maxLength: 2 }),
    exists: names(FLAGS),
    lookups: fc.dictionary(fc.constantFrom(...LOOKUPS, "none"), fc.subarray([...LOOKUP_STATES]), {
      maxKeys: 1,
    }),
  };
  const conditions = { ...plain, not: fc.record(plain, { requiredKeys: [] }) };
  // Rules that ask for much seldom hold.
  const { caller, closed, over, values, not } = conditions;
  const when = fc.oneof<fc.Arbitrary<WhenSays>[]>(
    fc.record(conditions, { requiredKeys: [] }),
    fc.record({ caller, over }, { requiredKeys: [] }),
    fc.record({ closed, over }, { requiredKeys: [] }),
    fc.record({ values, not }, { requiredKeys: [] }),
  );
  return fc
    .record({
      ...anyAdditions(),
      name: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
      continues: fc.boolean(),
      target: fc.option(anyTarget(), { nil: undefined }),
      when,
    })
    .map(rule);
}

function anyContact() {
  const values = fc.array(fc.oneof(fc.string(), anyTemplate()), { maxLength: COLUMNS.length });
  const own = fc.option(anyAgent(), { nil: undefined });
  return fc
    .tuple(fc.constantFrom(...NUMBERS), values, fc.record({ agent: own, presets: fc.subarray(PRESETS) }))
    .map(([number, cells, says]) => contact(number, cells, says));
}

/** The two sets together. */
export function together(one: Callers, other: Callers): Callers {
  return callersOf(
    [one, other].flatMap((set) => {
      const entries = entriesOf(set, Number.POSITIVE_INFINITY).map((entry) => readCaller(entry, undefined));
      return entries.flatMap((read) => ("matcher" in read ? [read.matcher] : []));
    }),
  );
}
