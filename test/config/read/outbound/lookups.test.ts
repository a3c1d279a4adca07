import { describe, expect, test } from "bun:test";
import { plain, reportOf } from "../../../../src/config/findings/report.ts";
import { HAS_OPENSSL, makeCertificates } from "../../../certificates.ts";
import { directory, KEY } from "../../../harness.ts";
import { ACCOUNT, expectMistakes, expectWarnings, load, loadGood } from "../../cases.ts";

const USE = `
[numbers."*"]
agent = "agent_1"
variables = { a = "\${lookup.crm.plan}" }
${ACCOUNT}`;

const crm = async (text: string, env = {}) => {
  const config = await loadGood(`[lookups.crm]\n${text}\n${USE}`, { RETELL_API_KEY: KEY, ...env });
  return config.routing.lookups.get("crm");
};

describe("a look-up", () => {
  test("needs no more than a URL", async () => {
    expect(await crm('url = "https://crm.example/callers"')).toEqual({
      url: "https://crm.example/callers",
      headers: {},
      body: undefined,
      at: [],
      timeoutMs: 1500,
      cacheMs: 0,
      ca: undefined,
    });
  });

  test("says how it is asked", async () => {
    const text = `
url = "https://\${env:HOST}/v1/\${from_number|digits}?key=\${env:KEY}"
headers = { Authorization = "Bearer \${env:TOKEN}", x-a = " b " }
body = { phone = "\${from_number}", list = [1, 2.5, true, { deep = 2026-12-25 }], cost = "$5" }
at = "data.0"
timeout = "0.75s"
cache = "10m"`;
    const found = await crm(text, { HOST: "crm.example", KEY: "a$b", TOKEN: "t_0123456789" });
    expect(found?.url?.replaceAll("\u0000", "")).toBe("https://crm.example/v1/${from_number|digits}?key=a$b");
    expect(found).toMatchObject({
      headers: { authorization: "Bearer t_0123456789", "x-a": "b" },
      body: { phone: "${from_number}", list: [1, 2.5, true, { deep: "2026-12-25" }] },
      at: ["data", "0"],
      timeoutMs: 750,
      cacheMs: 600_000,
    });
  });

  test.each(["text", 5, true, '["a"]'])("may send %j as its body", async (body) => {
    const written = body === "text" ? '"text"' : String(body);
    expect((await crm(`url = "https://a.example/"\nbody = ${written}`))?.body).not.toBeUndefined();
  });

  test("has a place for what `at` leads to by any keys", async () => {
    expect((await crm('url = "https://a.example/"\nat = "records.0.fields"'))?.at).toEqual([
      "records",
      "0",
      "fields",
    ]);
  });

  test.each([
    ["https://crm.example:8443/x?a=${from_number}"],
    ["https://crm.example?a=${from_number}"],
    ["http://127.0.0.1/${from_number}"],
    ["http://[::1]:8080/"],
    ["http://10.1.2.3/"],
    ["http://192.168.0.5:81/"],
    ["http://localhost/"],
    ["http://crm/callers"],
    ["http://crm.internal/callers"],
  ])("may be at %s", async (url) => {
    expect((await crm(`url = "${url}"`))?.url).toBe(url);
  });

  test.each([
    ["http://crm.example/${from_number}", "https://crm.example"],
    ["http://8.8.8.8:8080/", "https://8.8.8.8:8080"],
    ["http://172.32.0.1/", "https://172.32.0.1"],
  ])("is warned of at %s: what it says of callers can be read on the way", async (url, right) => {
    await expectWarnings(`[lookups.crm]\nurl = «"${url}"»\n${USE}`, [
      ['"http://" sends what it says about callers over the network in plain text', `use "${right}"`],
    ]);
  });

  test.each([
    ["timeout", "5.001s"],
    ["timeout", "0s"],
    ["timeout", "soon"],
    ["cache", "-1s"],
    ["cache", "1"],
  ])("cannot have %s = %j", async (key, value) => {
    await expectMistakes(`[lookups.crm]\nurl = "https://a.example/"\n${key} = «"${value}"»\n${USE}`, [
      [
        new RegExp(`^\`${key}\` must be a duration`),
        key === "timeout" ? "the caller hears it ring meanwhile" : undefined,
      ],
    ]);
  });

  test("that nothing uses is warned of, in the file that has it", async () => {
    await expectWarnings(
      {
        "config.toml": `include = ["acme.toml"]\n[lookups.crm]\nurl = "https://a.example/"\n[lookups.«old»]\nurl = "https://a.example/"\n${USE}`,
        "acme.toml":
          '[lookups.crm]\nurl = "https://b.example/"\n[lookups.«older»]\nurl = "https://b.example/"\n',
      },
      [['the look-up "old" is never used'], ['the look-up "older" is never used']],
    );
  });

  test("of a client is used by what the main file says for all", async () => {
    await loadGood({
      "config.toml": `include = ["acme.toml"]\n[defaults]\nvariables = { plan = "\${lookup.crm.plan}" }\n${ACCOUNT}`,
      "acme.toml": '[lookups.crm]\nurl = "https://b.example/"\n[numbers."*"]\nagent = "agent_1"\n',
    });
  });

  test("that is there for no client is an error, and for one is enough", async () => {
    const shared =
      '[[rulesets.r]]\nwhen = { lookup.«crm».plan = "gold" }\nreject = true\n[defaults]\nrulesets = ["r"]\n';
    const acme = '[numbers."*"]\nagent = "agent_1"\n';
    await expectMistakes(
      { "config.toml": `include = ["acme.toml"]\n${shared}${ACCOUNT}`, "acme.toml": acme },
      [['there is no look-up "crm" in [lookups]', "there is no [lookups] yet"]],
    );
    await loadGood({
      "config.toml": `include = ["acme.toml"]\n${shared.replaceAll(/[«»]/g, "")}[numbers."+12137771235"]\nagent = "agent_1"\n${ACCOUNT}`,
      "acme.toml": `${acme}[lookups.crm]\nurl = "https://a.example/"\n`,
    });
  });

  test("as a whole and a value in it cannot both be asked for", async () => {
    const rule = (when: string) =>
      `[lookups.crm]\nurl = "https://a.example/"\n${USE}\n[[numbers."*".rules]]\n${when}\nreject = true\n`;
    const found = await load(rule('when = { lookup.crm = "found", lookup.crm.plan = "gold" }'));
    expect(reportOf(found.diagnostics, plain)).toContain(
      '`lookup.crm = "found"` cannot stand beside a condition on what the look-up found\n',
    );
    const failed = await load(rule('when.lookup.crm.plan = "gold"\nwhen.lookup.crm = "failed"'));
    expect(reportOf(failed.diagnostics, plain)).toContain("a look-up that is failed has no values");
  });
});

describe("secrets of a look-up", () => {
  test("are not shown, wherever they are written", async () => {
    const text = `[lookups.crm]
url = "https://crm.example/?key=\${env:KEY}#x"
headers = { x-token = "a-very-secret-word", "a b" = "x" }
${USE}`;
    const { diagnostics } = await load(text, { RETELL_API_KEY: KEY, KEY: "hidden-key-in-url" });
    const report = reportOf(diagnostics, plain);
    expect(report).toContain("errors");
    expect(report).not.toContain("a-very-secret-word");
    expect(report).not.toContain("hidden-key-in-url");
  });
});

describe.skipIf(!HAS_OPENSSL)("the certificates of a private authority", () => {
  const text = `[lookups.crm]\nurl = "https://crm.internal/"\nca = «"ca.pem"»\n${USE}`;
  const marked = (pem: string) => ({ "config.toml": text, "ca.pem": pem });

  test("are read from their file", async () => {
    await using dir = await directory({});
    const { ca } = makeCertificates(dir.path);
    const config = await loadGood({
      "config.toml": text.replaceAll(/[«»]/g, ""),
      "ca.pem": `The authority\n${ca}${ca}`,
    });
    const found = config.routing.lookups.get("crm")?.ca ?? "";
    expect(found.match(/BEGIN CERTIFICATE/g)?.length).toBe(2);
    expect(found).not.toContain("The authority");
  });

  test("must be certificates", async () => {
    await expectMistakes(marked("hello\n"), [
      [
        /^".*ca\.pem" holds no certificates in PEM form$/,
        'such a file has lines "-----BEGIN CERTIFICATE-----"',
      ],
    ]);
    await expectMistakes(marked("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), [
      [/^certificate 1 in ".*ca\.pem" cannot be read$/],
    ]);
  });

  test.each([
    ["a notice", '[notify.desk]\nurl = "https://desk.internal/"'],
    ["a list", '[lists.vip]\nurl = "https://lists.internal/"'],
    ["contacts", '[contacts]\nurl = "https://people.internal/"'],
  ])("must be there for %s too", async (_, table) => {
    await expectMistakes(`${table}\nca = «"none.pem"»\n[numbers."*"]\nagent = "agent_1"\n${ACCOUNT}`, [
      ['cannot read "none.pem": there is no such file'],
    ]);
  });

  test("have no meaning for a list without a URL", async () => {
    await expectWarnings(
      {
        "config.toml": `[lists.vip]\nfile = "vip.txt"\n«ca» = "ca.pem"\n[defaults]\ndeny = ["@vip"]\n[numbers."*"]\nagent = "agent_1"\n${ACCOUNT}`,
        "vip.txt": "+12137771234\n",
        "ca.pem": "",
      },
      [["`ca` is for a `url`, and there is none here"]],
    );
  });
});
