import { describe, expect, test } from "bun:test";
import { loadConfig } from "../../../src/config/load.ts";
import { receive } from "../../../src/routing/arrival.ts";
import { countOf, NO_KEYS } from "../../../src/routing/callers/phones/phone-keys.ts";
import { decide } from "../../../src/routing/decide.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { directory, KEY } from "../../harness.ts";
import { facts, readGiven } from "../../routing/plans.ts";
import { ACCOUNT, ENV, expectMistakes, expectWarnings, load, loadGood, type Said } from "../cases.ts";

/** What the agent of every number is given for a call. */
async function decided(text: string, env = ENV, files: Record<string, string> = {}) {
  const config = await loadGood({ ...files, "config.toml": `${text}\n${ACCOUNT}` }, env);
  const arrival = receive(compileTable(config.routing), {
    ...{ channel: "call", from: "+12137771234", to: "+12137771235", id: "call_1", boundAgentId: undefined },
    headers: { "x-tier": "${to_number}" },
  });
  const decision = decide(arrival, facts({ nowMs: 0, drawKey: "call_1" }));
  const given = readGiven(decision);
  if (given.outcome === "reject") throw new Error("The call must not be rejected");
  return given;
}

const inVariable = async (template: string, env = ENV, files: Record<string, string> = {}) =>
  (await decided(`[numbers."*"]\nvariables = { a = '${template}' }`, env, files)).variables.a;

describe("a template", () => {
  test("that stands in many places is judged in each of them", async () => {
    const stranger: Said = [/there is no "\$\{from_numbr\}"/, 'did you mean "from_number"?'];
    const all = 'a = "${from_number}"\nb = "«${from_numbr}»"\n';
    await expectMistakes(
      `[defaults.variables]\n${all}[numbers."*".variables]\n${all}[agents]\nx = "«\${from_number}»"\n${ACCOUNT}`,
      [stranger, stranger, [/differs from call to call/]],
    );
  });

  test("that many entries have is filled for each of them", async () => {
    const entry = (at: number) => `[numbers."+1213777123${at}"]\nvariables = { a = "\${to_number}" }\n`;
    const config = await loadGood({ "config.toml": `${entry(0)}${entry(1)}${ACCOUNT}` });
    const given = config.routing.numbers.map(({ variables }) => variables);
    expect(given).toEqual([{ a: "${to_number}" }, { a: "${to_number}" }]);
  });

  test("that names what is not there is told of in each entry that has it", async () => {
    const entry = (at: number) => `[numbers."+1213777123${at}"]\nvariables = { a = "«\${contact.plan}»" }\n`;
    const said: Said = ['"${contact.plan}" is a column of the contacts, but there is no [contacts]'];
    await expectMistakes(`${entry(0)}${entry(1)}${ACCOUNT}`, [said, said]);
  });

  test("that stands where it may be missing and where it must not must be there", async () => {
    const { taken } = await load('[retell]\naccount_key = "${env:KEY}"\napi_key = "${env:KEY}"\n', { KEY });
    expect(taken).toEqual([{ source: "env", name: "KEY", path: undefined, isOptional: false }]);
  });

  test("is filled from the environment wherever it stands", async () => {
    const env = { ...ENV, A: "agent_1", PORT: "8080", TENANT: "acme", FILE: "spam.txt", DENY: "withheld" };
    const config = await loadGood(
      {
        "config.toml": `
[server]\nlisten = "127.0.0.1:\${env:PORT}"
[agents]\na = { id = "\${env:A}", version = "\${env:TENANT}" }
[lists]\nspam = { file = "\${env:FILE}" }
[numbers."*"]\nagent = "a"\ndeny = ["\${env:DENY}", "@spam"]\nmetadata = { t = ["\${env:TENANT}-\${env:TENANT}"] }
${ACCOUNT}`,
        "spam.txt": "+12137771234",
      },
      env,
    );
    expect(config.server.listen).toEqual({ kind: "tcp", host: "127.0.0.1", port: 8080 });
    expect(config.routing.numbers).toMatchObject([
      {
        target: { agent: { id: "agent_1", version: "acme" } },
        deny: { withheld: true, lists: ["spam"] },
        metadata: { t: ["acme-acme"] },
      },
    ]);
    expect(countOf(config.routing.lists.get("spam")?.numbers ?? NO_KEYS)).toBe(1);
    expect(config.retell.apiKeys).toEqual([{ key: KEY, client: "" }]);
  });

  test("is filled from a file beside the configuration, without the line end at its end", async () => {
    expect(await inVariable("${file:secrets/a}", ENV, { "secrets/a": "\ufeffone\ntwo\r\n" })).toBe(
      "one\ntwo",
    );
  });

  test("is filled from systemd's credentials", async () => {
    await using credentials = await directory({ a: "secret\n" });
    const env = { ...ENV, CREDENTIALS_DIRECTORY: credentials.path };
    expect(await inVariable("${credential:a}", env)).toBe("secret");
    await expectMistakes(
      `[numbers."*"]\nvariables = { a = "«\${credential:b}»" }\n${ACCOUNT}`,
      [[/^the credential b cannot be read: there is no such file$/]],
      env,
    );
  });

  test.each([
    ["${env:NONE:-x}", "x"],
    ["${env:EMPTY:-x}", "x"],
    ["${env:NONE:-}", ""],
    ["${env:NONE:-a:-b}", "a:-b"],
    ["${env:NONE:-a b $ {}", "a b $ {"],
    ["${file:none:-x}", "x"],
    ["${file:empty:-x}", "x"],
    ["${credential:none:-x}", "x"],
    ["${env:SET:-x}", "set"],
    ["<${env:SET}${env:SET}>", "<setset>"],
    ["$${env:SET}", "${env:SET}"],
    ["$${env:SET} ${env:SET}", "${env:SET} set"],
    ["$$${env:SET}", "$${env:SET}"],
    ["$ {env:SET} {{name}} $", "$ {env:SET} {{name}} $"],
    ["${from_number} ${call_id}", "+12137771234 call_1"],
    ["${agent_id:-none}", "none"],
    ["${env:SET|upper}", "SET"],
    ["${env:NAME|trim|first|title}", "Ann"],
    ["${env:NONE|upper:-x}", "x"],
    ["${file:number|national}", "(213) 777-1234"],
    ["${from_number|last4|upper:-none}", "1234"],
    ["$${from_number}", "${from_number}"],
  ])("%s is %j", async (template, value) => {
    expect(
      await inVariable(
        template,
        { ...ENV, SET: "set", EMPTY: "", NAME: " ann lee" },
        { empty: "\n", number: "+1 213-777-1234\n" },
      ),
    ).toBe(value);
  });

  test.each([
    ["the environment", "${env:ODD}"],
    ["a file", "${file:odd}"],
  ])("is never read in what was filled in, from %s, nor in what a caller sent", async (_name, template) => {
    const odd = "${from_number} $${to_number} ${env:RETELL_API_KEY} ${";
    const env = { ...ENV, ODD: odd };
    const { variables, metadata, override } = await decided(
      `[presets.p.agent]\nvoice_id = '${template}'
[numbers."*"]\npresets = ["p"]\nvariables = { a = '${template}', b = '\${header.x-tier}' }\nmetadata = { a = ['${template}'] }`,
      env,
      { odd },
    );
    expect(variables).toEqual({ a: odd, b: "${to_number}" });
    expect(metadata).toEqual({ a: [odd] });
    expect(override).toEqual({ agent: { voice_id: odd } });
  });

  const FORMS = "${env:NAME}, ${file:path} or ${credential:name}";
  const NAMES =
    "from_number, to_number, from_country, forwarded_from, channel, call_id, agent_id, client, contact.COLUMN, header.NAME, now.PART, schedule.NAME.PART, lookup.NAME.PATH, history.PART";
  const FILTERS = "national, international, digits, last4, spoken, first, upper, lower, title, trim";

  test.each<[string, Said]>([
    ["«${env:NONE}»", [/^the environment variable NONE is not set$/]],
    ["a «${env:EMPTY}» b", [/^the environment variable EMPTY is set, but empty$/]],
    ["«${file:none}»", [/^the file none cannot be read: there is no such file$/]],
    ["«${file:empty}»", [/^the file empty cannot be read: it is empty$/]],
    ["«${file:.}»", [/^the file \. cannot be read: it is a directory$/]],
    [
      "«${credential:a}»",
      [
        /^the credential a cannot be read: CREDENTIALS_DIRECTORY is not set$/,
        "systemd sets it for a unit with LoadCredential= or SetCredential=",
      ],
    ],
    ["«${credential:a/b:-x}»", [/^"a\/b" is not the name of a credential; it must not contain "\/"$/]],
    ["«${wombat:a}»", [`there is no "\${wombat:a}"; it must be ${FORMS}`]],
    ["«${env:}»", [`there is no "\${env:}"; it must be ${FORMS}`]],
    ["«${file:}»", [`there is no "\${file:}"; it must be ${FORMS}`]],
    ["«${credential:}»", [`there is no "\${credential:}"; it must be ${FORMS}`]],
    ["«${from_numer}»", [`there is no "\${from_numer}"; a call has ${NAMES}`, 'did you mean "from_number"?']],
    ["«${HOME}»", [`there is no "\${HOME}"; a call has ${NAMES}`, 'did you mean "${env:HOME}"?']],
    ["«${contact.}»", [`there is no "\${contact.}"; a call has ${NAMES}`]],
    ["«${header.}»", [`there is no "\${header.}"; a call has ${NAMES}`]],
    ["«${}»", [`there is no "\${}"; a call has ${NAMES}`]],
    ["«${Call_id|upper}»", [`there is no "\${Call_id}"; a call has ${NAMES}`, 'did you mean "call_id"?']],
    [
      "«${now.dates}»",
      [
        'there is no "${now.dates}"; `now` has date, time, weekday, day, hour, daypart, iso, long',
        'did you mean "now.date"?',
      ],
    ],
    [
      "«${schedule.office}»",
      [
        /^there is no "\$\{schedule\.office\}"; write schedule\.NAME\. and one of state, opens, closes, holiday$/,
      ],
    ],
    [
      "«${schedule.office.state}»",
      ['there is no schedule "office" in [schedules]', "there is no [schedules] yet"],
    ],
    [
      "a «${from_number|nationel}» b",
      [`there is no filter "nationel"; the filters are ${FILTERS}`, 'did you mean "national"?'],
    ],
    ["«${from_number|}»", [`there is no filter ""; the filters are ${FILTERS}`]],
    ["«${env:NONE|shout}»", [`there is no filter "shout"; the filters are ${FILTERS}`]],
    [
      "a «${from_number:-none|national}» b",
      ['a filter must stand before ":-" and the fallback; write "${from_number|national:-none}"'],
    ],
  ])("that cannot be filled is located: %s", async (template, said) => {
    await expectMistakes(
      {
        "config.toml": `[numbers."*"]\nvariables = { a = "«»", b = "x" }\n${ACCOUNT}`.replace(
          "«»",
          () => template,
        ),
        empty: "",
      },
      [said],
      { ...ENV, EMPTY: "" },
    );
  });

  test("of a time warns once where the file names no time zone", async () => {
    await expectWarnings(
      `[numbers."*"]\nvariables = { a = "x «\${now.date}»", b = "\${now.time}" }\n${ACCOUNT}`,
      [
        [
          "this time is in UTC, because the file sets no time zone",
          'add one at the top of the file: timezone = "America/Los_Angeles"',
        ],
      ],
    );
    await loadGood(
      `timezone = "Europe/Berlin"\n[numbers."*"]\nvariables = { a = "\${now.date}" }\n${ACCOUNT}`,
    );
  });

  test("of a schedule names one that there is", async () => {
    await expectMistakes(
      `timezone = "UTC"\n[schedules.office]\nopen = ["daily 9-17"]
[numbers."*"]\nvariables = { a = "\${schedule.office.opens}", b = "«\${schedule.ofice.opens|upper}»" }\n${ACCOUNT}`,
      [['there is no schedule "ofice" in [schedules]', 'did you mean "office"?']],
    );
  });

  test("that is not closed is located", async () => {
    await expectMistakes(`[numbers."*"]\nvariables = { a = «"x \${from_number"» }\n${ACCOUNT}`, [
      [/^a template "\$\{" has no closing "\}"; write "\$\$\{" for a literal "\$\{"$/],
    ]);
  });

  test("cannot stand in a fallback", async () => {
    await expectMistakes(`[numbers."*"]\nvariables = { a = «"\${env:NONE:-$\${from_number}"» }\n${ACCOUNT}`, [
      [/^a template "\$\{" must be closed by "\}" before the next one begins; templates cannot be nested$/],
    ]);
  });

  test("that differs from call to call stands in variables, metadata, presets, look-ups and notices only", async () => {
    const said: Said = [
      /^"\$\{from_number\}" differs from call to call, and can be used only in variables, metadata, presets, look-ups and notices$/,
    ];
    await expectMistakes(
      `[agents]\na = "«\${from_number}»"\n[defaults]\ndeny = ["«\${from_number}»"]
[numbers."*"]\nagent = "x-«\${from_number}»"\n${ACCOUNT}`,
      [said, said, said],
    );
  });

  test("without its `env:` is told how it is written", async () => {
    await expectMistakes('[retell]\napi_key = "«${RETELL_API_KEY}»"\n', [
      [`there is no "\${RETELL_API_KEY}"; here it must be ${FORMS}`, 'did you mean "${env:RETELL_API_KEY}"?'],
    ]);
  });

  test("that cannot be filled has no further mistakes as its consequence", async () => {
    const unset: Said = [/^the environment variable NONE is not set$/];
    await expectMistakes(
      `[server]\nlisten = "«\${env:NONE}»"\nallow_ips = ["«\${env:NONE}»", "::1"]
[agents]\na = { id = "«\${env:NONE}»" }\n[lists]\nl = { file = "«\${env:NONE}»" }
[numbers."*"]\nagent = "a"\ndeny = ["«\${env:NONE}»", «"bad"», "@l"]
[retell]\napi_key = ["«\${env:NONE}»"]\nmax_age = "«\${env:NONE}»"\n`,
      [
        unset,
        unset,
        unset,
        unset,
        unset,
        [
          /^"bad" is not a valid caller pattern/,
          '"text:bad" matches callers that the carrier sends as "bad"',
        ],
        unset,
        unset,
      ],
    );
  });

  test.each([
    ["${env:NONE}", /^the environment variable NONE is not set$/],
    ["${file:none}", /^the file none cannot be read: there is no such file$/],
    ["${credential:key}", /^the credential key cannot be read: CREDENTIALS_DIRECTORY is not set$/],
  ])("may be missing in [retell] where the caller needs no secret: %s", async (template, message) => {
    await using dir = await directory({
      "config.toml": `[retell]\napi_key = "${template}"\n[numbers."*"]\npass = true\n`,
    });
    const optional = await loadConfig(dir.file("config.toml"), {}, "optional");
    expect(optional.config?.retell.apiKeys).toEqual([]);
    expect(optional.diagnostics).toMatchObject([
      { severity: "warning", line: 2, column: 12, message: expect.stringMatching(message) },
    ]);
    const required = await loadConfig(dir.file("config.toml"), {}, "required");
    expect(required.config).toBeUndefined();
    expect(required.diagnostics).toMatchObject([
      { severity: "error", message: expect.stringMatching(message) },
    ]);
  });

  test("may be missing in [notify] too: then it is known who would be told", async () => {
    const notice = `[notify.a]
url = "\${env:NONE}"
headers = { authorization = "Bearer \${env:NONE}" }
key = "\${credential:none}"
body = { token = "\${env:NONE}", text = "\${reason}" }
[defaults]
notify = ["a"]
`;
    await using dir = await directory({ "config.toml": notice + ACCOUNT });
    const optional = await loadConfig(dir.file("config.toml"), ENV, "optional");
    expect(optional.config?.routing.defaults.notify).toEqual(["a"]);
    expect(optional.config?.routing.notices.get("a")).toEqual({
      url: undefined,
      headers: {},
      body: { text: "${reason}" },
      key: undefined,
      ca: undefined,
    });
    expect(optional.diagnostics.map(({ severity, line }) => [severity, line])).toEqual([
      ["warning", 2],
      ["warning", 3],
      ["warning", 4],
      ["warning", 5],
    ]);
    const required = await loadConfig(dir.file("config.toml"), ENV, "required");
    expect(required.config).toBeUndefined();
    expect(required.diagnostics.every(({ severity }) => severity === "error")).toBe(true);
  });

  test.each([
    ["elsewhere than in [retell]", '[numbers."*"]\nvariables = { a = "${env:NONE}" }\n'],
    ["when it could never be filled", '[agents]\na = "${wombat:a}"\n'],
  ])("is an error whatever the caller needs %s", async (_name, text) => {
    await using dir = await directory({ "config.toml": text + ACCOUNT });
    const { config, diagnostics } = await loadConfig(dir.file("config.toml"), ENV, "optional");
    expect(config).toBeUndefined();
    expect(diagnostics).toMatchObject([{ severity: "error" }]);
  });

  test("names files that are then followed", async () => {
    const { files } = await load({
      "config.toml": `[lists]\na = { file = "a.txt" }\n[numbers."*"]\nvariables = { b = "\${file:b:-x}" }\n${ACCOUNT}`,
    });
    expect([...files.keys()].map((file) => file.split("/").at(-1)).sort()).toEqual([
      "a.txt",
      "b",
      "config.toml",
    ]);
  });
});
