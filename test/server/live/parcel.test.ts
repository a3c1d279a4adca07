import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { loadConfig } from "../../../src/config/load.ts";
import { atOnce } from "../../../src/routing/slices.ts";
import { pack, unpack } from "../../../src/server/live/parcel.ts";
import { directory, KEY, ROOT } from "../../harness.ts";

describe("a configuration that goes from one thread to another", () => {
  test("arrives as it was sent", async () => {
    const loaded = await loadConfig(join(ROOT, "config.example.toml"), { RETELL_API_KEY: KEY });
    expect(loaded.config?.routing.contacts.contacts.length).toBeGreaterThan(0);
    expect(atOnce(unpack(structuredClone(pack(loaded))))).toEqual(loaded);
  });

  test("arrives whole however large it is", async () => {
    const numbers = Array.from(
      { length: 101 },
      (_, at) => `[numbers."+1213777${1000 + at}"]\nagent = "agent_${at}"\n`,
    );
    const callers = Array.from({ length: 2345 }, (_, at) => `+1415777${1000 + at}`);
    await using files = await directory({
      "config.toml": `[retell]\napi_key = "\${env:KEY}"\n[contacts]\nfile = "contacts.csv"\n[lists]\nspam = { file = "spam.txt" }\n${numbers.join("")}`,
      "spam.txt": callers.join("\n"),
      "contacts.csv": `number\n${callers.join("\n")}\n`,
    });
    const loaded = await loadConfig(files.file("config.toml"), { KEY });
    const arrived = atOnce(unpack(structuredClone(pack(loaded))));
    expect(arrived).toEqual(loaded);
    expect(arrived.config?.routing.lists.get("spam")?.numbers.length).toBe(2345);
  });

  test("arrives with its errors where it has some", async () => {
    await using files = await directory({ "config.toml": "nonsense" });
    const loaded = await loadConfig(files.file("config.toml"), {});
    expect(loaded.config).toBeUndefined();
    expect(atOnce(unpack(structuredClone(pack(loaded))))).toEqual(loaded);
  });
});
