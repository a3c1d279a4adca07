import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import type { ReadRemote, Remote } from "../../../../src/config/files/remote.ts";
import { loadConfig } from "../../../../src/config/load.ts";
import { sizeOf } from "../../../../src/routing/callers/sets.ts";
import { directory } from "../../../harness.ts";
import { contactsOf, phoneKeys } from "../../../routing/plans.ts";
import { ACCOUNT, ENV, expectMistakes, expectWarnings } from "../../cases.ts";

/** What a URL answers: a text; or a type and a text. */
type Answers = string | readonly [type: string, text: string];

function content(answer: Answers): Remote {
  const [type, text] = typeof answer === "string" ? ["text/plain", answer] : answer;
  const bytes = new TextEncoder().encode(text);
  const digest = createHash("sha256").update(bytes).digest("hex");
  return { kind: "content", content: { bytes, type, digest } };
}

/** Loads a configuration whose URLs, by their names, answer this; the others were not asked. */
async function loadWith(
  files: string | Readonly<Record<string, string>>,
  answers: Readonly<Record<string, Answers | Remote>>,
  pause?: () => void,
) {
  const all = typeof files === "string" ? { "config.toml": files } : files;
  await using dir = await directory(Object.fromEntries(Object.entries(all)));
  const remote: ReadRemote = async (sources) =>
    new Map(
      sources.flatMap(({ id, name }): [string, Remote][] => {
        const answer = answers[name];
        if (answer === undefined) return [];
        return [[id, typeof answer === "object" && "kind" in answer ? answer : content(answer)]];
      }),
    );
  const env = { ...ENV, TOKEN: "token-0123456789" };
  const loaded = await loadConfig(dir.file("config.toml"), env, "required", undefined, { remote, pause });
  const said = loaded.diagnostics
    .filter(({ message }) => !message.includes("every user of this machine"))
    .map(({ severity, file, line, column, message, hint }) => {
      const name = file.startsWith("http") ? file : file.slice(dir.path.length + 1);
      return `${name}:${line}:${column}: ${severity}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
    });
  return { ...loaded, said };
}

const LIST = `[lists]\nspam = { url = "https://lists.example/spam" }\n[defaults]\ndeny = ["@spam"]\n${ACCOUNT}`;

/** The contacts of one URL. @param more what stands in `[contacts]` besides */
function contacts(more = ""): string {
  return `[contacts]\nurl = "https://crm.example/people"\n${more}\n[numbers."+12137771235"]\nagent = "agent_1"\nvariables = { a = "\${contact.plan}" }\n${ACCOUNT}`;
}

describe("a list from a URL", () => {
  test.each<[what: string, answer: Answers]>([
    ["lines", "+12137770001 # somebody\n\n# and\n(213) 777-0002\n+1900*\n"],
    ["CSV with a column `number`", "name,Number\nAnn,+12137770001\nBob,+12137770002\nCy,+1900*\n"],
    ["CSV in quotes", '"number","name"\n"+12137770001","A, B"\n"+12137770002",""\n"+1900*",""\n'],
    ["a JSON array of texts and numbers", '["+12137770001", 12137770002, "+1900*"]'],
    ["a JSON array of objects", '[{"number":"+12137770001"},{"number":12137770002},{"number":"+1900*"}]'],
    [
      "text with a byte order mark and Windows' line ends",
      "\ufeff+12137770001\r\n+12137770002\r\n+1900*\r\n",
    ],
  ])("may be %s", async (_what, answer) => {
    const { config, said, remote } = await loadWith(`country = "US"\n${LIST}`, { "lists.spam": answer });
    expect(said).toEqual([]);
    const spam = config?.routing.lists.get("spam");
    expect([spam?.numbers, spam?.prefixes]).toEqual([phoneKeys(12137770001, 12137770002), ["+1900"]]);
    expect(remote).toMatchObject([{ kind: "content", entries: 3, errors: 0 }]);
  });

  test.each<[what: string, answer: Answers, said: string]>([
    ["lines", "+12137770001\nfoo\n", ':2:1: error: "foo" is not a valid caller pattern'],
    [
      "CSV without the column",
      ["text/csv", "phone\n+12137770001\n"],
      ":1:1: error: the first line of a CSV file must name its columns, one of them `number`",
    ],
    [
      "JSON with a caller that is none",
      '[\n "+12137770001",\n "foo"\n]',
      ':3:3: error: "foo" is not a valid caller pattern',
    ],
    ["JSON with null", '["+12137770001", null]', ":1:18: error: this item names no caller: null"],
    [
      "an object without `number`",
      '[{"number":"+12137770001"},{"phone":"1"}]',
      ":1:28: error: this object has no number",
    ],
    [
      "objects of which none has a `number`",
      '[{"phone":"+12137770001"}]',
      ":1:1: error: the objects must have a key `number`, and none has (their keys: phone)",
    ],
    [
      "an object",
      '{"data": []}',
      ':1:1: error: the JSON must be an array, found an object (say where it is: at = "data")',
    ],
    ["broken JSON", '["+12137770001",\n', ":2:1: error: this is not JSON: here must be a value"],
    ["a web page", "<!DOCTYPE html>\n<html>Sign in</html>", ":1:1: error: this is a web page"],
  ])("that is %s is located by URL and line", async (_what, answer, expected) => {
    const { config, said, remote } = await loadWith(LIST, { "lists.spam": answer });
    expect(config).toBeUndefined();
    expect(said).toHaveLength(1);
    expect(said[0]).toStartWith(`https://lists.example/spam${expected}`);
    expect(remote).toMatchObject([{ kind: "content", errors: 1 }]);
  });

  test("stands beside a file: both are in the list", async () => {
    const both = LIST.replace("{ url", '{ file = "spam.txt", url');
    const files = { "config.toml": both, "spam.txt": "+12137770009\n" };
    const { config, said } = await loadWith(files, { "lists.spam": "+12137770001" });
    expect(said).toEqual([]);
    expect(config?.routing.lists.get("spam")?.numbers).toEqual(phoneKeys(12137770001, 12137770009));
  });

  test("that nobody asked is empty, and one that must be there and is not is an error", async () => {
    const notAsked = await loadWith(LIST, {});
    expect(notAsked.said).toEqual([]);
    expect(notAsked.remote).toMatchObject([{ kind: "not asked", entries: 0 }]);
    const list = notAsked.config?.routing.lists.get("spam");
    expect(list && sizeOf(list)).toBe(0);
    const { said } = await loadWith(LIST, { "lists.spam": { kind: "failed", problem: "status 404" } });
    expect(said).toEqual(['config.toml:2:16: error: cannot fetch "https://lists.example/spam": status 404']);
  });

  test("that is long is read with pauses, and is the same as without", async () => {
    const numbers = Array.from(
      { length: 40_000 },
      (_, at) => `+1${2_137_000_000 + ((at * 7919) % 40_009)}\n`,
    );
    let pauses = 0;
    const read = async (pause?: () => void) =>
      (await loadWith(LIST, { "lists.spam": numbers.join("") }, pause)).config?.routing.lists.get("spam");
    const spam = await read(() => pauses++);
    // After every 64 KiB that are read, 8 times, and when callers are sorted.
    expect(pauses).toBeGreaterThan(8);
    expect(spam && sizeOf(spam)).toBe(40_000);
    expect(spam).toEqual(await read());
  });

  test("changes the hash with its content", async () => {
    const hashes = ["+12137770001", "+12137770002", "+12137770001"].map(
      async (text) => (await loadWith({ "config.toml": LIST }, { "lists.spam": text })).remote.length,
    );
    expect(await Promise.all(hashes)).toEqual([1, 1, 1]);
    await using dir = await directory({ "config.toml": LIST });
    const hashOf = async (text: string) => {
      const known: ReadRemote = async ([source]) => new Map(source ? [[source.id, content(text)]] : []);
      return (await loadConfig(dir.file("config.toml"), ENV, "required", undefined, { remote: known })).hash;
    };
    expect(await hashOf("+12137770001")).toBe(await hashOf("+12137770001"));
    expect(await hashOf("+12137770001")).not.toBe(await hashOf("+12137770002"));
  });
});

describe("contacts from a URL", () => {
  const ROWS = [
    { number: "+12137770001", values: ["+12137770001", "Ann", "gold"] },
    { number: "+12137770002", values: ["+12137770002", "", "1.5"] },
  ];

  test.each<[what: string, answer: Answers, more: string]>([
    ["CSV", ["text/csv", "number,first_name,plan\n+12137770001,Ann,gold\n+12137770002,,1.5\n"], ""],
    [
      "a JSON array of flat objects",
      '[{"number":"+12137770001","first_name":"Ann","plan":"gold"},{"number":"+12137770002","first_name":null,"plan":1.5}]',
      "",
    ],
    [
      "JSON with the array somewhere inside",
      '{"result":{"records":[{"number":"+12137770001","first_name":" Ann ","plan":"gold"},{"number":"+12137770002","plan":1.5}]}}',
      'at = "result.records"',
    ],
  ])("may be %s", async (_what, answer, more) => {
    const { config, said } = await loadWith(contacts(`variables = ["first_name"]\n${more}`), {
      contacts: answer,
    });
    expect(said).toEqual([]);
    const plan = config?.routing.contacts;
    expect({ ...plan, contacts: contactsOf(plan) }).toMatchObject({
      columns: ["number", "first_name", "plan"],
      variables: ["first_name"],
      contacts: ROWS,
    });
  });

  test("have columns for `agent` and `presets`, which are checked", async () => {
    const answer =
      '[\n{"number":"+12137770001","plan":"","agent":"nobody"},\n{"number":"+12137770002","presets":"warm;cold"}\n]';
    const { said } = await loadWith(`[presets.warm.agent]\nvoice_speed = 1\n${contacts()}`, {
      contacts: answer,
    });
    expect(said).toEqual([
      'https://crm.example/people:2:45: error: there is no agent "nobody" in [agents], and it does not look like an agent id (agent ids look like "agent_0123456789abcdef")',
      'https://crm.example/people:3:42: error: there is no preset "cold" in [presets]',
    ]);
  });

  test("leave out columns that hold arrays or objects, with a warning", async () => {
    const answer = '[{"number":"+12137770001","plan":"gold","tags":["a"]}]';
    const { config, said } = await loadWith(contacts(), { contacts: answer });
    expect(said).toEqual([
      "https://crm.example/people:1:41: warning: `tags` is left out: it holds an array, and a column holds text",
    ]);
    expect(config?.routing.contacts.columns).toEqual(["number", "plan"]);
  });

  test("that stand there twice count once, with one warning for all of them", async () => {
    const answer = "number,plan\n+12137770001,a\n+12137770001,b\n+1 213 777 0001,c\n";
    const { config, said } = await loadWith(contacts(), { contacts: answer });
    expect(said).toEqual([
      "https://crm.example/people:3:1: warning: +12137770001, +1 213 777 0001: the number of a contact already; the first contact of each is used",
    ]);
    expect(contactsOf(config?.routing.contacts).map(({ values }) => values[1])).toEqual(["a"]);
  });

  test("stand beside a file, whose row of a number is the one that counts", async () => {
    const files = {
      "config.toml": contacts('file = "own.csv"'),
      "own.csv": "number,plan\n+12137770001,own\n",
    };
    const { config, said } = await loadWith(files, {
      contacts: '[{"number":"+12137770001","plan":"theirs"},{"number":"+12137770002","plan":"gold"}]',
    });
    expect(said).toEqual([]);
    expect(contactsOf(config?.routing.contacts).map(({ values }) => values[1])).toEqual(["own", "gold"]);
  });

  test.each<[what: string, answers: Readonly<Record<string, Answers>>]>([
    ["that were not asked", {}],
    ["of an empty array", { contacts: "[]" }],
  ])("%s have the columns that variables and templates name", async (_what, answers) => {
    const { config, said } = await loadWith(contacts('variables = ["first_name"]'), answers);
    expect(said).toEqual([]);
    const plan = config?.routing.contacts;
    expect([plan?.variables, contactsOf(plan)]).toEqual([["first_name"], []]);
  });

  test("must have the columns that are named", async () => {
    const { said } = await loadWith(contacts('variables = ["first_nam"]'), {
      contacts: "number,first_name\n+12137770001,Ann\n",
    });
    expect(said).toEqual([
      'config.toml:3:14: error: the contacts have no column "first_nam" (did you mean "first_name"?)',
      'config.toml:6:20: error: the contacts have no column "plan" (their columns: number, first_name)',
    ]);
  });

  test("of a JSON array that is elsewhere say so", async () => {
    const { said } = await loadWith(contacts('at = "data.rows"'), { contacts: '{"data":{"people":[]}}' });
    expect(said).toEqual([
      "https://crm.example/people:1:1: error: there is nothing at `data.rows`: `data` has no `rows` (its keys: people)",
    ]);
    const csv = await loadWith(contacts('at = "data"'), { contacts: "number,plan\n" });
    expect(csv.said).toEqual([
      'https://crm.example/people:1:1: error: this is not JSON, and `at` says where in JSON the array is: "data"',
    ]);
  });

  test("of a client are the client's own", async () => {
    const url = (name: string) =>
      `[contacts]\nurl = "https://crm.example/${name}"\nheaders = { authorization = "Bearer \${env:TOKEN}" }\n`;
    const { config, remote, said } = await loadWith(
      {
        "config.toml": `include = ["clients/*.toml"]\n${ACCOUNT}`,
        "clients/acme.toml": `${url("acme")}[numbers."+12137770010"]\nagent = "agent_a"\n`,
        "clients/bolt.toml": `${url("bolt")}[numbers."+12137770020"]\nagent = "agent_b"\n`,
      },
      { "acme/contacts": "number\n+12137770001\n", "bolt/contacts": "number\n+12137770002\n+12137770003\n" },
    );
    expect(said).toEqual([]);
    expect(
      config?.routing.clients.map(({ client, contacts }) => [
        client,
        contacts && contactsOf(contacts).length,
      ]),
    ).toEqual([
      ["acme", 1],
      ["bolt", 2],
    ]);
    expect(remote[0]?.source.headers).toEqual({ authorization: "Bearer token-0123456789" });
    expect(new Set(remote.map(({ source }) => source.id)).size).toBe(2);
  });
});

test("whatever a URL answers, it is read or reported with its line", async () => {
  const config = `country = "US"\n${contacts('variables = ["first_name"]')}${LIST.split(ACCOUNT)[0]}`;
  const field = fc.oneof(
    fc.constantFrom("+12137770001", "213 777 0002", "number", "", '"', "@spam", "*"),
    fc.string(),
  );
  const csv = fc
    .array(fc.array(field, { maxLength: 4 }), { maxLength: 5 })
    .map((rows) => rows.map((row) => row.join(",")).join("\n"));
  const object = fc.dictionary(
    fc.constantFrom("number", "first_name", "plan", "agent", "x"),
    fc.oneof(field, fc.jsonValue()),
  );
  const json = fc.array(fc.oneof(object, field)).map((items) => JSON.stringify(items, null, 1));
  const answer = fc.oneof(fc.string(), csv, json, fc.json());
  await fc.assert(
    fc.asyncProperty(answer, answer, async (list, people) => {
      const { config: loaded, said } = await loadWith(config, { "lists.spam": list, contacts: people });
      const located = said.filter((line) => line.includes(": error: "));
      expect(loaded === undefined).toBe(located.length > 0);
    }),
    { numRuns: 150 },
  );
});

describe("an expectation", () => {
  const expecting = (agent: string) =>
    `${contacts()}[[numbers."+12137771235".rules]]\nwhen = { contact.plan = "gold" }\nagent = "agent_gold"\n[[expect]]\nto = "+12137771235"\nfrom = "+12137770001"\nagent = "${agent}"\n`;

  test("sees what a URL holds", async () => {
    const answers = { contacts: "number,plan\n+12137770001,gold\n" };
    expect((await loadWith(expecting("agent_gold"), answers)).said).toEqual([]);
    const { config, said } = await loadWith(expecting("agent_1"), answers);
    expect(config).toBeUndefined();
    expect(said[0]).toContain('error: expected agent "agent_1", found agent agent_gold');
  });

  test("that does not hold without a URL that was not asked is a warning", async () => {
    const { config, said } = await loadWith(expecting("agent_gold"), {});
    expect(config).toBeDefined();
    expect(said[0]).toContain(
      'warning: expected agent "agent_gold", found agent agent_1; this may be because contacts was not fetched',
    );
  });
});

describe("a URL", () => {
  test.each<[text: string, message: string | RegExp, hint: string | undefined]>([
    ['lists.l = { url = «"ftp://lists.example/"» }', /^a URL must begin with "https:\/\/"/, undefined],
    ['lists.l = { url = «"lists.example/spam.txt"» }', /^a URL must begin with "https:\/\/"/, undefined],
    [
      'lists.l = { url = «"https://ann:secret@lists.example/"» }',
      "a URL must not contain a login",
      'use headers = { authorization = "Basic …" }',
    ],
    [
      'lists.l = { url = "https://lists.example/", every = «"500ms"» }',
      '`every` must be a duration of 1s or more, such as "10m", found "500ms"',
      undefined,
    ],
    [
      'lists.l = { url = "https://lists.example/", every = «"soon"» }',
      '`every` must be a duration of 1s or more, such as "10m", found "soon"',
      undefined,
    ],
    [
      'lists.l = { url = "https://lists.example/", headers = { «if-none-match» = "x" } }',
      'the header "if-none-match" is written by Switchhook itself',
      undefined,
    ],
    [
      'lists.l = { url = "https://lists.example/", headers = { «"a b"» = "x" } }',
      '"a b" is not the name of a header',
      undefined,
    ],
  ])("is checked: %s", async (text, message, hint) => {
    await expectMistakes(`${text}\n${ACCOUNT}`, [[message, hint]]);
  });

  test("of a list or contacts on the open network by http is warned of, and on a private one is not", async () => {
    const at = (host: string) =>
      `[contacts]\nurl = "http://${host}/people.csv"\n[numbers."*"]\npass = true\n${ACCOUNT}`;
    for (const host of ["127.0.0.1:8080", "10.1.2.3", "[::1]:80", "crm.internal", "sheets"]) {
      expect((await loadWith(at(host), {})).said).toEqual([]);
    }
    expect((await loadWith(at("crm.example"), {})).said).toEqual([
      expect.stringContaining('warning: "http://" sends'),
    ]);
  });

  test("is what `every`, `headers` and `at` are for", async () => {
    await expectWarnings(
      {
        "config.toml": `[lists]\nspam = { file = "spam.txt", «every» = "1m", «at» = "data" }\n[defaults]\ndeny = ["@spam"]\n[numbers."*"]\npass = true\n${ACCOUNT}`,
        "spam.txt": "+12137770001",
      },
      [["`every` is for a `url`, and there is none here"], ["`at` is for a `url`, and there is none here"]],
    );
  });

  test("with a secret in it is never shown with it", async () => {
    const text = LIST.replace("/spam", "/spam?key=${env:TOKEN}");
    const { said, remote } = await loadWith(text, { "lists.spam": "token-0123456789\n" });
    expect(said).toHaveLength(1);
    expect(JSON.stringify([said, remote[0]?.source.shown, remote[0]?.source.id])).not.toContain(
      "token-0123456789",
    );
    expect(remote[0]?.source.url).toBe("https://lists.example/spam?key=token-0123456789");
    expect(said[0]).toStartWith("https://lists.example/spam?key=${env:TOKEN}:1:1: error");
  });
});
