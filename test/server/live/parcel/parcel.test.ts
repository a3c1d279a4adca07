import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type Loaded, loadConfig } from "../../../../src/config/load.ts";
import { contactCount } from "../../../../src/routing/callers/contact-book.ts";
import { countOf, NO_KEYS } from "../../../../src/routing/callers/phones/phone-keys.ts";
import { atOnce } from "../../../../src/routing/slices.ts";
import { placeOf } from "../../../../src/routing/table/compile.ts";
import { pack, transferable, unpack } from "../../../../src/server/live/parcel/parcel.ts";
import { directory, KEY, ROOT } from "../../../harness.ts";

/** What arrives in another thread, with every number read. */
function sent(loaded: Loaded): Loaded {
  const parcel = pack(loaded);
  const { config, ...rest } = atOnce(unpack(structuredClone(parcel, { transfer: transferable(parcel) })));
  if (!config) return { ...rest, config };
  const { numbers } = config.routing;
  const all = Array.from({ length: numbers.size }, (_, index) => numbers.planAt(index));
  expect(all.map(placeOf)).toEqual(all.map((_, index) => numbers.placeAt(index)));
  return { ...rest, config: { ...config, routing: { ...config.routing, numbers: all } } };
}

describe("a configuration that goes from one thread to another", () => {
  test("arrives as it was sent", async () => {
    const loaded = await loadConfig(join(ROOT, "config.example.toml"), { RETELL_API_KEY: KEY });
    expect(loaded.config && contactCount(loaded.config.routing.contacts.contacts)).toBeGreaterThan(0);
    expect(sent(loaded)).toEqual(loaded);
  });

  test("arrives whole however large it is", async () => {
    const numbers = Array.from(
      { length: 101 },
      (_, at) =>
        `[numbers."+1213777${1000 + at}${at % 5 === 0 ? "*" : ""}"]\nagent = "agent_${at}"\nvariables = { name = "${"ł𝄞".repeat(at * 9)}" }\ndeny = ["+1900555${1000 + at}"]\n`,
    );
    const callers = Array.from({ length: 2345 }, (_, at) => `+1415777${1000 + at}`);
    const shared = Array.from(
      { length: 234 },
      (_, at) =>
        `[[rulesets."many of them"]]\nname = "rule ${"ł𝄞".repeat(at)}"\nwhen.caller = ["+1900555${1000 + at}"]\nreject = true\n`,
    );
    await using files = await directory({
      "config.toml": `[retell]\napi_key = "\${env:KEY}"\n[defaults]\nrulesets = ["many of them"]\n${shared.join("")}[contacts]\nfile = "contacts.csv"\n[lists]\nspam = { file = "spam.txt" }\n[numbers."*"]\npass = true\n${numbers.join("")}`,
      "spam.txt": callers.join("\n"),
      "contacts.csv": `number\n${callers.join("\n")}\n`,
    });
    const loaded = await loadConfig(files.file("config.toml"), { KEY });
    // What is handed on is gone from here.
    const before = structuredClone(loaded);
    const arrived = sent(loaded);
    expect(arrived).toEqual(before);
    expect(countOf(loaded.config?.routing.lists.get("spam")?.numbers ?? NO_KEYS)).toBe(0);
    expect(countOf(arrived.config?.routing.lists.get("spam")?.numbers ?? NO_KEYS)).toBe(2345);
    expect(arrived.config?.routing.rulesets.get("many of them")?.length).toBe(234);
  });

  test("arrives with its errors where it has some", async () => {
    await using files = await directory({ "config.toml": "nonsense" });
    const loaded = await loadConfig(files.file("config.toml"), {});
    expect(loaded.config).toBeUndefined();
    expect(sent(loaded)).toEqual(loaded);
  });
});
