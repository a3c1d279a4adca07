import { expect, test } from "bun:test";
import { type Config, loadConfig } from "../../../src/config/load.ts";
import { changesBetween, inventoryOf } from "../../../src/server/live/inventory.ts";
import { directory, KEY } from "../../harness.ts";

async function configOf(numbers: string): Promise<Config> {
  await using files = await directory({ "config.toml": `[retell]\napi_key = "\${env:KEY}"\n${numbers}` });
  const { config } = await loadConfig(files.file("config.toml"), { KEY });
  if (!config) throw new Error("The configuration must be good");
  return config;
}

const number = (at: number, says: string) => `[numbers."+1213777123${at}"]\nagent = "agent_${at}"\n${says}\n`;

async function changes(before: string, after: string) {
  return changesBetween(inventoryOf(await configOf(before)), inventoryOf(await configOf(after)));
}

const SPAM = 'deny = ["+1900*", "+14155550100"]';

test("an entry is the same wherever it stands, and whatever other entries deny", async () => {
  const same = number(1, SPAM) + number(2, 'deny = ["withheld"]') + number(3, "");
  expect(await changes(same, number(0, 'variables = { name = "ł" }\ndeny = ["+44*"]') + same)).toEqual([
    { what: "numbers", before: 3, after: 4, added: ["+12137771230"], removed: [], changed: [] },
  ]);
});

test.each([
  ["denies others", 'deny = ["+1900*", "+14155550101"]'],
  ["denies nobody", ""],
  ["allows those whom it denied", 'allow = ["+1900*", "+14155550100"]'],
  ["allows some besides", `${SPAM}\nallow = ["+14155550102"]`],
  ["has another variable", `${SPAM}\nvariables = { name = "x" }`],
  ["has a route for texts", `${SPAM}\nsms = { deny = ["withheld"], pass = true }`],
])("an entry that %s is another one", async (_name, says) => {
  const [before, after] = [number(1, SPAM) + number(2, SPAM), number(1, SPAM) + number(2, says)];
  expect(await changes(before, after)).toMatchObject([{ what: "numbers", changed: ["+12137771232"] }]);
});
