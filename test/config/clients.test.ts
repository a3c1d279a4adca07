import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { explainCall } from "../../src/routing/decide.ts";
import { compileTable } from "../../src/routing/table/compile.ts";
import { call, facts, readGiven } from "../routing/plans.ts";
import { ACCOUNT, ENV, expectMistakes, expectWarnings, loadGood } from "./cases.ts";

const MAIN = `include = ["clients/*.toml"]\n${ACCOUNT}`;

describe("the API key of a client", () => {
  const env = { ...ENV, ACME: "key_of_acme_0001", SAME: ENV.RETELL_API_KEY };

  test("is kept with the client whose it is", async () => {
    const { retell, routing } = await loadGood(
      { "config.toml": MAIN, "clients/acme.toml": '[retell]\napi_key = "${env:ACME}"\n' },
      env,
    );
    expect(retell.apiKeys).toEqual([
      { key: String(ENV.RETELL_API_KEY), client: "" },
      { key: env.ACME, client: "acme" },
    ]);
    expect(routing.clients[0]?.hasAccount).toBe(true);
  });

  test("is nobody else's", async () => {
    await expectMistakes(
      {
        "config.toml": MAIN,
        "clients/a.toml": '[retell]\napi_key = "${env:ACME}"\n',
        "clients/b.toml": '[retell]\napi_key = «"${env:ACME}"»\n',
        "clients/c.toml": '[retell]\napi_key = ["${env:SAME}"]\n'.replace('"${env:SAME}"', '«"${env:SAME}"»'),
      },
      [
        ['this API key already belongs to the client "a"; each client needs a key of its own'],
        [
          "this API key already belongs to the main file; each client needs a key of its own",
          "leave it out here; the main file's key also works for clients without one",
        ],
      ],
      env,
    );
  });

  test("is needed where [retell] is there, and for an `unrouted` of its own", async () => {
    await expectMistakes(
      {
        "config.toml": MAIN,
        "clients/a.toml": "[«retell»]\n",
        "clients/b.toml": '[defaults]\n«unrouted» = "reject"\n',
      },
      [
        ["`api_key` is missing in [retell]", 'api_key = "${env:RETELL_API_KEY}"'],
        [
          "`unrouted` in a client's file needs an API key of the client's own, and it has none",
          "add one in [retell], or set `unrouted` in the main file",
        ],
      ],
    );
  });
});

describe("what the main file says for its clients", () => {
  test("is told once where it is wrong for all, and for whom where it is wrong for some", async () => {
    const number = (last: string) => `[numbers."+1212555010${last}"]\n`;
    await expectMistakes(
      {
        "config.toml": `${MAIN}[defaults]\npresets = [«"warm"», «"cold"»]\ndelay = «"1h"»\n`,
        "clients/a.toml": `${number("1")}[presets.warm.agent]\nvolume = 1\n`,
        "clients/b.toml": number("2"),
        "clients/c.toml": number("3"),
      },
      [
        [
          'there is no preset "warm" in [presets]; this applies to the clients b, c',
          "there is no [presets] yet",
        ],
        ['there is no preset "cold" in [presets]'],
        [/^`delay` must be a duration/, "Retell waits 10 s for an answer"],
      ],
    );
  });

  test("may name a column that the contacts of one client have", async () => {
    const files = {
      "config.toml": `${MAIN}[defaults]\nvariables = { plan = "\${contact.plan:-none}" }\n`,
      "clients/a.toml": '[contacts]\nfile = "a.csv"\n[numbers."+12125550101"]\n',
      "clients/a.csv": "number,plan\n+12125550111,gold\n",
      "clients/b.toml": '[numbers."+12125550102"]\n',
    };
    const { routing } = await loadGood(files);
    const table = compileTable(routing);
    const plan = (to: string) => {
      const { decision } = explainCall(table, call({ to, from: "+12125550111" }), facts());
      const given = readGiven(decision);
      return given.outcome === "reject" ? undefined : given.variables.plan;
    };
    expect([plan("+12125550101"), plan("+12125550102")]).toEqual(["gold", "none"]);
  });

  test("is used if a client uses it", async () => {
    await expectWarnings(
      {
        "config.toml": `${MAIN}[lists]\nused = []\n«shadowed» = []\n[presets.«unused»]\n`,
        "clients/a.toml": '[lists]\nshadowed = []\n[numbers."+12125550101"]\ndeny = ["@used", "@shadowed"]\n',
      },
      [['the list "shadowed" is never used'], ['the preset "unused" is never used']],
    );
  });
});

test.each([
  ["(212) 555-0100", "+1 212 555 0100", "+44 21 2555 0100"],
  ["020 7946 0958", "020 7946 0958", "+44 20 7946 0958"],
])(
  "filters of what is filled at load read %s by the client's country, else by the main file's",
  async (LINE, us, gb) => {
    const number = (entry: string) =>
      `[numbers."${entry}"]\nvariables = { line = "\${env:LINE|international}" }\n`;
    const { routing } = await loadGood(
      {
        "config.toml": `country = "US"\n${MAIN}${number("+12125550100")}`,
        "clients/acme.toml": number("+12125550200"),
        "clients/bolt.toml": `country = "GB"\n${number("+442079460200")}`,
      },
      { ...ENV, LINE },
    );
    expect(routing.numbers.map(({ variables }) => variables.line)).toEqual([us, us, gb]);
  },
);

test("a client's file changes no decision for any other number", async () => {
  const files = {
    "config.toml": `country = "US"
${MAIN}[defaults]
deny = ["@blocked"]
rulesets = ["shared"]
[lists]
blocked = ["+12125550666"]
[agents]
night = "agent_night"
[[rulesets.shared]]
when = { caller = "@vip" }
agent = "night"
[limits.often]
calls = 1
per = "1d"
[numbers."+12125550100"]
agent = "agent_main"
[numbers."+1212*"]
agent = "agent_prefix"
[presets.warm.agent]
volume = 1
`.replace("blocked = [", 'vip = ["+12125550111"]\nblocked = ['),
    "clients/bolt.toml": '[numbers."+12125550200"]\nagent = "agent_bolt"\npresets = ["warm"]\n',
  };
  const acme = `country = "DE"
[lists]
blocked = ["+12125550111"]
vip = ["+12125550666"]
[agents]
night = "agent_of_acme"
[presets.warm.agent]
volume = 2
[limits.often]
calls = 9
per = "1h"
[defaults]
deny = ["withheld"]
[[rulesets.shared]]
reject = true
[numbers."+4930123456"]
agent = "night"
presets = ["warm"]
deny = ["@vip"]
[[numbers."+4930123456".rules]]
when = { over = "often" }
reject = true
`;
  const before = compileTable((await loadGood(files)).routing);
  const after = compileTable((await loadGood({ ...files, "clients/acme.toml": acme })).routing);
  const numbers = fc.constantFrom(
    "+12125550100",
    "+12125550200",
    "+12125550300",
    "+442071234567",
    "2125550100",
  );
  const callers = fc.constantFrom("+12125550111", "+12125550666", "2125550111", "anonymous", "+4930123456");
  fc.assert(
    fc.property(numbers, callers, (to, from) => {
      const decide = (table: typeof before) => explainCall(table, call({ to, from }), facts()).decision;
      expect(decide(after)).toEqual(decide(before));
    }),
  );
});
