import { describe, expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import fc from "fast-check";
import { eventOf } from "../../../../src/commands/call-options.ts";
import type { Coverage } from "../../../../src/config/judge/coverage/coverage.ts";
import { loadConfig } from "../../../../src/config/load.ts";
import { explainCall } from "../../../../src/routing/decide.ts";
import { compileTable } from "../../../../src/routing/table/compile.ts";
import { directory } from "../../../harness.ts";
import { ACCOUNT, ENV } from "../../cases.ts";

const TO = "+12137771235";
const NUMBER = `[numbers."${TO}"]\nagent = "agent_1"\n`;
const LISTS = '[lists]\nspam = ["+1900*"]\nvip = ["+12137771234"]\n';

type Files = Readonly<Record<string, string>>;
interface Case {
  readonly to?: string;
  readonly from?: string;
  readonly sms?: true;
  readonly tier?: string;
}

/** An expectation of whatever comes of a call. */
async function expectations(files: Files, calls: readonly Case[]): Promise<string> {
  const loaded = await loadAll(files, "");
  if (!loaded.config) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));
  const table = compileTable(loaded.config.routing);
  const facts = {
    nowMs: 0,
    drawKey: "",
    over: new Set<string>(),
    flags: new Set<string>(),
    lookups: new Map(),
    history: undefined,
  };
  return calls
    .map(({ to = TO, from = "+12137770000", sms, tier }) => {
      const header = tier === undefined ? {} : { "x-tier": tier };
      const { decision } = explainCall(
        table,
        eventOf({ to, from, ...(sms && { sms }), header }, undefined),
        facts,
      );
      const { outcome } = decision;
      const said = outcome === "agent" ? `agent = "${decision.agent.id}"` : `${outcome} = true`;
      const headers = tier === undefined ? "" : `headers = { x-tier = "${tier}" }\n`;
      return `[[expect]]\nto = "${to}"\nfrom = "${from}"\n${sms ? "sms = true\n" : ""}${headers}${said}\n`;
    })
    .join("\n");
}

async function loadAll(files: Files, more: string) {
  await using dir = await directory({ ...files, "config.toml": `${files["config.toml"]}${ACCOUNT}${more}` });
  await chmod(dir.file("config.toml"), 0o640);
  return await loadConfig(dir.file("config.toml"), ENV, "required", undefined, { coverage: true });
}

/** What the expectations of these calls cover. */
async function covered(files: Files | string, calls: readonly Case[]): Promise<Coverage> {
  const all = typeof files === "string" ? { "config.toml": files } : files;
  const { coverage, diagnostics } = await loadAll(all, await expectations(all, calls));
  if (!coverage) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return coverage;
}

/** What is left out, as `kind path`, and of whose file. */
const left = ({ untouched }: Coverage) =>
  untouched.map(({ kind, client, path }) => `${client === "" ? "" : `${client}: `}${kind} ${path.join(".")}`);

describe("an expectation tests", () => {
  test("a rule that decides, and one that applies and continues, but none that does not apply", async () => {
    const rules = ["a", "b", "c"].map(
      (tier) => `[[numbers."${TO}".rules]]\nwhen = { header.x-tier = "${tier}*" }\n`,
    );
    const [first, second, third] = rules;
    const config = `${NUMBER}${first}variables = { x = 1 }\ncontinue = true\n${second}agent = "agent_2"\n${third}pass = true\n`;
    const path = `numbers.${TO}.rules`;
    expect(left(await covered(config, [{ tier: "a" }]))).toEqual([`rule ${path}.1`, `rule ${path}.2`]);
    expect(left(await covered(config, [{ tier: "c" }]))).toEqual([`rule ${path}.0`, `rule ${path}.1`]);
    expect(left(await covered(config, [{ tier: "a" }, { tier: "b" }]))).toEqual([`rule ${path}.2`]);
  });

  test("an entry of [numbers] by a call, and its sms by a text; a text that passes tests neither", async () => {
    const other = NUMBER.replace(TO, "+1800*");
    const config = `${NUMBER}[numbers."${TO}".sms]\nagent = "agent_2"\n${other}`;
    expect(left(await covered(config, [{ to: "+18005550100" }]))).toEqual([
      `number numbers.${TO}`,
      `sms numbers.${TO}.sms`,
    ]);
    expect(left(await covered(config, [{ sms: true }, { to: "+18005550100", sms: true }]))).toEqual([
      `number numbers.${TO}`,
      "number numbers.+1800*",
    ]);
  });

  test("a list of deny that keeps a caller out, by itself; all other entries count as one", async () => {
    const config = `${LISTS}${NUMBER}deny = ["@spam", "withheld", "@vip", "+1976*"]\n`;
    const deny = `screen numbers.${TO}.deny`;
    expect(left(await covered(config, [{}]))).toEqual([`${deny}.0`, `${deny}.2`, deny]);
    expect(left(await covered(config, [{ from: "+19005550100" }]))).toEqual([`${deny}.2`, deny]);
    expect(left(await covered(config, [{ from: "anonymous" }]))).toEqual([`${deny}.0`, `${deny}.2`]);
    expect(left(await covered(config, [{ from: "+19765550100" }]))).toEqual([`${deny}.0`, `${deny}.2`]);
  });

  test("a list of allow that lets a caller in, and all of allow where it lets nobody in", async () => {
    const config = `${LISTS}${NUMBER}allow = ["@spam", "@vip", "+1976*"]\n`;
    const allow = `screen numbers.${TO}.allow`;
    expect(left(await covered(config, [{ from: "+12137771234" }]))).toEqual([`${allow}.0`, allow]);
    expect(left(await covered(config, [{ from: "+19765550100" }]))).toEqual([`${allow}.0`, `${allow}.1`]);
    expect(left(await covered(config, [{}]))).toEqual([]);
  });

  test("the screen that decides about a text: the number's own is before that of its sms", async () => {
    const config = `${LISTS}${NUMBER}deny = ["+1900*"]\nallow = ["+1*"]\n[numbers."${TO}".sms]\nagent = "agent_2"\ndeny = ["+1900*", "+1976*"]\nallow = ["@vip"]\n`;
    const calls = [{}];
    const [own, sms] = [`screen numbers.${TO}`, `screen numbers.${TO}.sms`];
    const texted = async (from: string) => left(await covered(config, [...calls, { sms: true, from }]));
    expect(await texted("+19005550100")).toEqual([`${sms}.deny`, `${sms}.allow.0`]);
    expect(await texted("+19765550100")).toEqual([`${own}.deny`, `${sms}.allow.0`]);
    expect(await texted("+12137771234")).toEqual([`${own}.deny`, `${sms}.deny`]);
    expect(await texted("+12137770000")).toEqual([`${own}.deny`, `${sms}.deny`]);
  });

  test("[defaults] of the file that says what decided: the main file's, the client's, or both", async () => {
    const client = `[defaults]\ndeny = ["+1900*", "+1976*"]\n[numbers."${TO}"]\nagent = "agent_1"\n`;
    const files = {
      "config.toml": 'include = "clients/*.toml"\n[defaults]\ndeny = ["+1809*", "+1976*"]\nallow = ["+1*"]\n',
      "clients/acme.toml": client,
    };
    const main = ["screen defaults.deny", "screen defaults.allow"];
    const denied = async (from: string) => left(await covered(files, [{ from }]));
    expect(await denied("+18095550100")).toEqual(["screen defaults.allow", "acme: screen defaults.deny"]);
    expect(await denied("+19005550100")).toEqual(main);
    expect(await denied("+19765550100")).toEqual(["screen defaults.allow"]);
    expect(await denied("+12137770000")).toEqual(["screen defaults.deny", "acme: screen defaults.deny"]);

    const own = { ...files, "clients/acme.toml": client.replace("[numbers", 'allow = ["+1*"]\n[numbers') };
    expect(left(await covered(own, [{}]))).toEqual([...main, "acme: screen defaults.deny"]);
  });

  test("a client by a call to one of its numbers; one without numbers is not asked for", async () => {
    const files = {
      "config.toml": 'include = "clients/*.toml"\n',
      "clients/acme.toml": NUMBER,
      "clients/bolt.toml": NUMBER.replaceAll(TO, "+12137771236"),
      "clients/none.toml": "",
    };
    const coverage = await covered(files, [{}]);
    expect(left(coverage)).toEqual(["bolt: client ", "bolt: number numbers.+12137771236"]);
    expect(coverage.percent).toBe(50);
  });
});

test("an expectation more never lowers coverage", async () => {
  const rules = ["gold", "silver", "*"].map(
    (tier, at) =>
      `[[numbers."${TO}".rules]]\nwhen = { header.x-tier = "${tier}" }\nagent = "agent_${at}"\ncontinue = ${at === 1}\n`,
  );
  const files = {
    "config.toml": `include = "clients/*.toml"\n${LISTS}[defaults]\ndeny = ["@spam", "withheld"]\n${NUMBER}allow = ["+1*"]\n${rules.join("")}[numbers."${TO}".sms]\nagent = "agent_2"\n`,
    "clients/acme.toml": `[defaults]\ndeny = ["+1900*"]\n[numbers."+1800*"]\npass = true\nallow = ["@vip"]\n`,
  };
  const call = fc.record({
    to: fc.constantFrom(TO, "+18005550100", "+442079460000"),
    from: fc.constantFrom("+12137771234", "+19005550100", "anonymous", "+525555555555", "+12137770000"),
  });
  const tiered = fc.oneof(
    call,
    fc.record({ sms: fc.constant<true>(true), from: fc.constantFrom("+12137771234", "anonymous") }),
    fc.record({
      to: fc.constant(TO),
      from: fc.constant("+12137771234"),
      tier: fc.constantFrom("gold", "silver", "tin"),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(tiered, { maxLength: 5 }), tiered, async (calls, more) => {
      const [less, all] = [await covered(files, calls), await covered(files, [...calls, more])];
      expect(all.percent).toBeGreaterThanOrEqual(less.percent);
      const before = new Set(left(less));
      expect(left(all).filter((thing) => !before.has(thing))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
