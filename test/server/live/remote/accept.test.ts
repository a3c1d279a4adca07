import { expect, test } from "bun:test";
import type { RemoteContent } from "../../../../src/config/files/remote.ts";
import { loadConfig } from "../../../../src/config/load.ts";
import { loadAccepting } from "../../../../src/server/live/remote/accept.ts";
import { contentOf } from "../../../../src/server/live/remote/fetch.ts";
import type { Held } from "../../../../src/server/live/remote/known.ts";
import { directory, KEY } from "../../../harness.ts";
import { contactsOf, phoneKeys } from "../../../routing/plans.ts";

/** Two lists and contacts, and an expectation that needs one of the lists. */
const CONFIG = `retell.api_key = "\${env:RETELL_API_KEY}"
[lists]
spam = { url = "https://lists.example/spam" }
vip = { url = "https://lists.example/vip" }
gone = { url = "https://lists.example/gone", allow_empty = true }
[contacts]
url = "https://crm.example/people"
[numbers."+12137771235"]
agent = "agent_1"
deny = ["@spam", "@gone"]
[[numbers."+12137771235".rules]]
when = { caller = "@vip" }
agent = "agent_vip"
[[expect]]
to = "+12137771235"
from = "+12137770001"
agent = "agent_vip"
`;

const GOOD: Readonly<Record<string, string>> = {
  "lists.spam": "+12137770009",
  "lists.vip": "+12137770001",
  "lists.gone": "+12137770008",
  contacts: "number,name\n+12137770001,Ann\n",
};

async function content(text: string | undefined): Promise<RemoteContent | undefined> {
  return text === undefined ? undefined : await contentOf(new TextEncoder().encode(text), "");
}

/** Loads it with what was good, and what was fetched since. */
async function accept(
  fetched: Readonly<Record<string, string>>,
  {
    config = CONFIG,
    good = GOOD,
  }: { readonly config?: string; readonly good?: Readonly<Record<string, string>> } = {},
) {
  await using files = await directory({ "config.toml": config });
  const names = new Map<string, string>();
  let loads = 0;
  const { loaded, verdicts } = await loadAccepting(
    (remote) => {
      loads++;
      return loadConfig(files.file("config.toml"), { RETELL_API_KEY: KEY }, "required", undefined, {
        remote,
      });
    },
    async (sources) => {
      const held = new Map<string, Held>();
      for (const { id, name } of sources) {
        names.set(id, name);
        const known = await content(good[name]);
        const candidate = await content(fetched[name]);
        held.set(id, { good: known && { content: known, entries: 1 }, candidate, problem: undefined });
      }
      return held;
    },
  );
  const said = verdicts.map((verdict) => {
    const name = names.get(verdict.id);
    if (verdict.kind === "taken") return `${name} taken, ${verdict.entries}`;
    const { refusal } = verdict;
    if (refusal.kind === "empty") return `${name} empty, ${refusal.before} before`;
    return `${name} broken: ${refusal.diagnostics.map(({ file, line, message }) => `${file.replace(files.path, "")}:${line}: ${message}`)}`;
  });
  const { vip, spam } = {
    vip: loaded.config?.routing.lists.get("vip"),
    spam: loaded.config?.routing.lists.get("spam"),
  };
  return { said: said.sort(), loads, config: loaded.config, vip: vip?.numbers, spam: spam?.numbers };
}

test("everything that is good is taken, in one load", async () => {
  const { said, loads, spam } = await accept({
    "lists.spam": "+12137770003\n+12137770004\n",
    contacts: "number,name\n" + "+12137770002,Bob\n",
  });
  expect(said).toEqual(["contacts taken, 1", "lists.spam taken, 2"]);
  expect(loads).toBe(1);
  expect(spam).toEqual(phoneKeys(12137770003, 12137770004));
});

test("what is broken is left out with its errors, and keeps nothing else waiting", async () => {
  const { said, config, spam, vip } = await accept({
    "lists.spam": "+12137770003",
    "lists.vip": "+12137770001\nfoo\n",
    contacts: "phone\n",
  });
  expect(said).toEqual([
    "contacts broken: https://crm.example/people:1: the first line of a CSV file must name its columns, one of them `number`",
    "lists.spam taken, 1",
    expect.stringMatching(
      /^lists\.vip broken: https:\/\/lists\.example\/vip:2: "foo" is not a valid caller pattern/,
    ),
  ]);
  expect([contactsOf(config?.routing.contacts).length, spam, vip]).toEqual([
    1,
    phoneKeys(12137770003),
    phoneKeys(12137770001),
  ]);
});

test("what comes back empty is refused, unless it may be", async () => {
  const { said, spam } = await accept({ "lists.spam": "# nobody\n", "lists.gone": "", contacts: "[]" });
  expect(said).toEqual(["contacts empty, 1 before", "lists.gone taken, 0", "lists.spam empty, 1 before"]);
  expect(spam).toEqual(phoneKeys(12137770009));
});

test("what was never full may be empty", async () => {
  const { said } = await accept({ "lists.spam": "" }, { good: { "lists.vip": "+12137770001" } });
  expect(said).toEqual(["lists.spam taken, 0"]);
});

test("what breaks an expectation is refused, and not what came with it", async () => {
  const { said, config, vip, spam } = await accept({
    "lists.spam": "+12137770003",
    "lists.vip": "+12137770002",
  });
  expect(said).toEqual([
    "lists.spam taken, 1",
    expect.stringMatching(
      /^lists\.vip broken: .*config\.toml:17: expected agent "agent_vip", found agent agent_1/,
    ),
  ]);
  expect([config?.expectations, vip, spam]).toEqual([1, phoneKeys(12137770001), phoneKeys(12137770003)]);
});

test("what breaks it alone is found in two loads", async () => {
  const { said, loads } = await accept({ "lists.vip": "+12137770002" });
  expect([said.length, loads]).toEqual([1, 2]);
});

test("where the files are at fault, nothing is said of what was fetched", async () => {
  const { said, config } = await accept(
    { "lists.spam": "+12137770003" },
    { config: CONFIG.replace('"agent_1"', '"nobody"') },
  );
  expect([said, config]).toEqual([[], undefined]);
});

test("a first start goes on without what is broken", async () => {
  const { said, config } = await accept({ "lists.vip": "<html>" }, { good: {} });
  expect(said).toEqual([
    expect.stringMatching(/^lists\.vip broken: https:\/\/lists\.example\/vip:1: this is a web page/),
  ]);
  expect(config).toBeDefined();
});
