import { expect, test } from "bun:test";
import { ACCOUNT, expectMistakes, load } from "../cases.ts";

const TOP =
  "country, timezone, locale, include, server, admin, log, history, shared, retell, defaults, agents, presets, lists, contacts, schedules, limits, lookups, notify, rulesets, numbers, expect";
const ROUTE = "agent, split, split_by, pass, reject, delay, presets, variables, metadata, notify";
const NUMBER = `allow, deny, ${ROUTE}, rulesets, rules, sms`;

test.each([
  ["the top of the file", "«nmubers» = {}", "at the top of the file", 'did you mean "numbers"?'],
  ["the top of the file, as a table", "[«server_»]", "at the top of the file", 'did you mean "server"?'],
  ["the top of the file, near nothing", "«wombat» = 1", "at the top of the file", `known here: ${TOP}`],
  ["[server]", '[server]\n«listn» = "x"', "in [server]", 'did you mean "listen"?'],
  ["[log]", '[log]\n«levl» = "info"', "in [log]", 'did you mean "level"?'],
  [
    "[retell]",
    '[retell]\napi_key = "${env:RETELL_API_KEY}"\n«max_aeg» = "5m"',
    "in [retell]",
    'did you mean "max_age"?',
  ],
  ["an agent", '[agents]\na = { id = "agent_1", «versoin» = 1 }', "in [agents.a]", 'did you mean "version"?'],
  ["a preset", "[presets.warm]\n«agnt».volume = 1", "in [presets.warm]", 'did you mean "agent"?'],
  ["a list", '[lists]\nspam = { «fiel» = "x" }', "in [lists.spam]", 'did you mean "file"?'],
  ["[defaults]", "[defaults]\n«denny» = []", "in [defaults]", 'did you mean "deny"?'],
  [
    "a number",
    '[numbers."+12137771235"]\n«agnet» = "x"',
    'in [numbers."+12137771235"]',
    'did you mean "agent"?',
  ],
  ["a number, near nothing", '[numbers."*"]\n«wombat» = 1', 'in [numbers."*"]', `known here: ${NUMBER}`],
  [
    "a rule",
    '[[numbers."*".rules]]\n«wehn» = { open = "office" }',
    'in [[numbers."*".rules]]',
    'did you mean "when"?',
  ],
  [
    "a rule, near nothing",
    '[[numbers."*".rules]]\n«wombat» = {}',
    'in [[numbers."*".rules]]',
    `known here: name, when, continue, ${ROUTE}`,
  ],
  [
    "a condition",
    '[[numbers."*".rules]]\nwhen = { «calller» = "*" }',
    'in [numbers."*".rules.when]',
    'did you mean "caller"?',
  ],
  [
    "a condition, near nothing",
    '[[numbers."*".rules]]\nwhen = { «wombat» = "*" }',
    'in [numbers."*".rules.when]',
    "known here: caller, contact, dialled, forwarded_from, open, closed, header, now, schedule, lookup, history, from_country, from_number, to_number, channel, call_id, agent_id, client, exists, over, not",
  ],
  [
    "[numbers.X.sms]",
    '[numbers."*".sms]\n«agnet» = "agent_1"',
    'in [numbers."*".sms]',
    'did you mean "agent"?',
  ],
  ["[contacts]", '[contacts]\n«fiel» = "a.csv"', "in [contacts]", 'did you mean "file"?'],
  ["a schedule", '[schedules.a]\n«timezon» = "UTC"', "in [schedules.a]", 'did you mean "timezone"?'],
  ["a limit", '[limits.a]\n«call» = 1\nper = "1d"', "in [limits.a]", 'did you mean "calls"?'],
  [
    "an expectation",
    '[[expect]]\nto = "+12137771235"\n«form» = "+12137771234"',
    "in [[expect]]",
    'did you mean "from"?',
  ],
] as const)("an unknown key in %s is an error, with what it may be", async (_where, text, place, hint) => {
  const [, key = ""] = /«(.*)»/.exec(text) ?? [];
  await expectMistakes(withAccount(text), [[`unknown key "${key}" ${place}`, hint]]);
});

test.each([
  ['[server]\n«country» = "US"', '"country" belongs at the top of the file, before the first [table]'],
  ["[log]\n«defaults» = {}", '"defaults" is a table of its own: [defaults]'],
  ["[server]\n«lists» = {}", '"lists" is a table of its own: [lists]'],
  ['[numbers."*"]\n«agents» = {}', '"agents" is a table of its own: [agents]'],
  [
    '[numbers."*"]\n«contacts» = "x.csv"',
    '"contacts" is a table of its own: [contacts], with `file = "…"` below it',
  ],
] as const)("a key of the top of the file that stands in a table is told so: %j", async (text, hint) => {
  await expectMistakes(withAccount(text), [[/^unknown key/, hint]]);
});

test.each([
  ['«listen» = "127.0.0.1:1"', "listen", "server"],
  ['[server]\n«level» = "info"', "level", "log"],
  ['[numbers."*"]\n«unrouted» = "pass"', "unrouted", "defaults"],
  ['[numbers."*"]\n«max_age» = "5m"', "max_age", "retell"],
  ['[numbers."*"]\n«file» = "contacts.csv"', "file", "contacts"],
  ['[[numbers."*".rules]]\n«deny» = []', "deny", 'numbers."*"'],
  ['[[numbers."*".rules]]\nwhen = { «variables» = {} }', "variables", '[numbers."*".rules]'],
  ['[[numbers."*".rules]]\n«caller» = "withheld"', "caller", 'numbers."*".rules.when'],
  ['[numbers."*"]\n«when» = { caller = "withheld" }', "when", '[numbers."*".rules]'],
  ['[[numbers."*".rules]]\n«sms» = {}', "sms", 'numbers."*"'],
] as const)("a key of one table that stands elsewhere is told so: %j", async (text, key, table) => {
  await expectMistakes(withAccount(text), [[/^unknown key/, `"${key}" belongs in [${table}]`]]);
});

test("what the program does not know yet is an unknown key", async () => {
  await expectMistakes(`[«wallets»]\nurl = "redis://10.0.0.5:6379/0"\n${ACCOUNT}`, [
    ['unknown key "wallets" at the top of the file', `known here: ${TOP}`],
  ]);
});

const INT = "must be a number or text";
test.each([
  ["country = «5»", "`country` must be text, found 5", 'put it in quotes: "5"'],
  ["country = «true»", "`country` must be text, found true", undefined],
  ["server = «5»", "`server` must be a table, found 5", undefined],
  ["[[«server»]]", "`server` must be a table, found an array", undefined],
  ["agents = «[]»", "`agents` must be a table, found an array", undefined],
  ['presets = «"x"»', '`presets` must be a table, found "x"', undefined],
  ["lists = «5»", "`lists` must be a table, found 5", undefined],
  ["defaults = «5»", "`defaults` must be a table, found 5", undefined],
  ["numbers = «5»", "`numbers` must be a table, found 5", undefined],
  ["[server]\nlisten = «8787»", "`listen` must be text, found 8787", 'put it in quotes: "8787"'],
  ["[server]\npath = «[]»", "`path` must be text, found an array", undefined],
  ['[server]\nallow_ips = «"::1"»', '`allow_ips` must be an array, found "::1"', undefined],
  [
    "[server]\ntrusted_proxies = [«5»]",
    "an entry of `trusted_proxies` must be text, found 5",
    'put it in quotes: "5"',
  ],
  [
    '[log]\nformat = «"jsn"»',
    '`format` must be "auto" or "text" or "json", found "jsn"',
    'did you mean "json"?',
  ],
  [
    '[log]\nlevel = «"loud"»',
    '`level` must be "debug" or "info" or "warning" or "error", found "loud"',
    undefined,
  ],
  ["[log]\nnumbers = «true»", '`numbers` must be "full" or "masked", found true', undefined],
  [
    '[defaults]\nunrouted = «"rejct"»',
    '`unrouted` must be "pass" or "reject", found "rejct"',
    'did you mean "reject"?',
  ],
  ["[defaults]\nallow = «5»", "`allow` must be an array, found 5", undefined],
  ["[defaults]\nvariables = «5»", "`variables` must be a table, found 5", undefined],
  ["[agents]\na = «5»", "`a` must be text or a table, found 5", undefined],
  ["[agents]\na = «[]»", "`a` must be text or a table, found an array", undefined],
  ["[agents]\na = { id = «5» }", "`id` must be text, found 5", 'put it in quotes: "5"'],
  ['[agents]\na = { id = "agent_1", version = «-1» }', "`version` must be 0 or more, found -1", undefined],
  [
    '[agents]\na = { id = "agent_1", version = «1.5» }',
    "`version` must be a whole number or text, found 1.5",
    undefined,
  ],
  ['[agents]\na = { id = "agent_1", version = «true» }', `\`version\` ${INT}, found true`, undefined],
  ['[agents]\na = { id = "agent_1", presets = «"x"» }', '`presets` must be an array, found "x"', undefined],
  [
    '[agents]\na = { id = "agent_1", presets = [«1»] }',
    "an entry of `presets` must be text, found 1",
    'put it in quotes: "1"',
  ],
  ["[presets]\nwarm = «5»", "`warm` must be a table, found 5", undefined],
  ["[presets.warm]\nagent = «5»", "`agent` must be a table, found 5", undefined],
  ["[lists]\nvip = «5»", "`vip` must be an array or a table, found 5", undefined],
  [
    '[lists]\nvip = ["+12137771234", «+12137771236»]',
    "an entry of `vip` must be text, found 12137771236",
    'put it in quotes: "+12137771236"',
  ],
  ["[lists]\nvip = { file = «5» }", "`file` must be text, found 5", 'put it in quotes: "5"'],
  ['[numbers]\n"+12137771235" = «"agent_1"»', '`+12137771235` must be a table, found "agent_1"', undefined],
  ['[[numbers.«"*"»]]', "`*` must be a table, found an array", undefined],
  ['[numbers."*"]\nagent = «{}»', "`agent` must be text, found a table", undefined],
  ['[numbers."*"]\nreject = «"true"»', '`reject` must be true, found "true"', undefined],
  ['[numbers."*"]\nreject = «false»', "`reject` must be true, found false", "leave the key out instead"],
  ['[numbers."*"]\npass = «false»', "`pass` must be true, found false", "leave the key out instead"],
  ['[numbers."*"]\nallow = «"x"»', '`allow` must be an array, found "x"', undefined],
  [
    '[numbers."*"]\ndeny = [«1_213_777_1236»]',
    "an entry of `deny` must be text, found 12137771236",
    'put it in quotes: "1_213_777_1236"',
  ],
  ['[numbers."*"]\nagent = «0x1F»', "`agent` must be text, found 31", 'put it in quotes: "0x1F"'],
  ['[numbers."*"]\ndelay = «4.0»', "`delay` must be text, found 4", 'with its unit, in quotes: "4.0s"'],
  ['[numbers."*"]\ndeny = [«5»]', "an entry of `deny` must be text, found 5", 'put it in quotes: "5"'],
  ['[numbers."*"]\npresets = «"warm"»', '`presets` must be an array, found "warm"', undefined],
  ["expect = [«5»]", "an entry of `expect` must be a table, found 5", undefined],
  [
    '[numbers."*"]\nrules = [{ pass = true }, «"x"»]',
    'an entry of `rules` must be a table, found "x"',
    undefined,
  ],
  ['[numbers."*".sms]\nrules = [«[]»]', "an entry of `rules` must be a table, found an array", undefined],
  ['[numbers."*"]\nmetadata = «5»', "`metadata` must be a table, found 5", undefined],
  [
    '[numbers."*"]\nvariables = { a = «[1]» }',
    "`a` must be text or a number or true or false, found an array",
    undefined,
  ],
  [
    '[numbers."*"]\nvariables = { a = «{ b = 1 }» }',
    "`a` must be text or a number or true or false, found a table",
    undefined,
  ],
  [
    '[numbers."*"]\nvariables = { a = «inf» }',
    "`a` must be text or a number or true or false, found Infinity",
    undefined,
  ],
] as const)("a value of the wrong type is an error: %j", async (text, message, hint) => {
  await expectMistakes(withAccount(text), [hint === undefined ? [message] : [message, hint]]);
});

test.each([
  ['[«expect»]\nto = "+12137771235"', "`expect` must be an array, found a table"],
  ['[numbers."*".«rules»]\nagent = "agent_1"', "`rules` must be an array, found a table"],
])("a table in single brackets that needs double ones is told so: %j", async (text, message) => {
  await expectMistakes(withAccount(text), [[message, "each begins with a line in double brackets: [[…]]"]]);
});

test("a long value is cut in a message", async () => {
  const { diagnostics } = await load(`log = "${"x".repeat(100)}"${ACCOUNT}`);
  expect(diagnostics.map(({ message }) => message)).toEqual([
    `\`log\` must be a table, found "${"x".repeat(56)}…"`,
  ]);
});

/** The account is added where the text under test does not say it. */
function withAccount(text: string): string {
  return text.includes("[retell]") ? text : `${text}\n${ACCOUNT}`;
}
