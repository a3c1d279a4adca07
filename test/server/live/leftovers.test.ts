import { expect, test } from "bun:test";
import { loadConfig } from "../../../src/config/load.ts";
import { explainCall } from "../../../src/routing/decide.ts";
import { atOnce } from "../../../src/routing/slices.ts";
import { repackSliced } from "../../../src/server/live/desk.ts";
import { Leftovers } from "../../../src/server/live/leftovers.ts";
import { packNumbers } from "../../../src/server/live/parcel/packed-numbers.ts";
import { directory, KEY, until } from "../../harness.ts";
import { call, facts } from "../../routing/plans.ts";

test("numbers as they were read at the start are let go, and what was made of them decides all the same", async () => {
  const numbers = Array.from(
    { length: 1000 },
    (_, at) => `[numbers."+1213777${1000 + at}"]\nagent = "agent_${at}"\nvariables = { at = "${at}" }\n`,
  );
  await using files = await directory({
    "config.toml": `[retell]\napi_key = "\${env:KEY}"\n${numbers.join("")}`,
  });
  const { config } = await loadConfig(files.file("config.toml"), { KEY });
  const small = config && atOnce(repackSliced(config, "0123456789ab", packNumbers(config.routing.numbers)));
  if (!config || !small) throw new Error("The configuration must be good, and large");
  const { numbers: asRead } = config.routing;
  const leftovers = new Leftovers(1);
  leftovers.release(asRead);
  await until(() => asRead.length === 0);
  leftovers.close();
  for (const at of [0, 500, 999]) {
    const { decision } = explainCall(small.desk.table, call({ to: `+1213777${1000 + at}` }), facts());
    expect(decision).toMatchObject({ outcome: "agent", agent: { id: `agent_${at}` } });
    expect(small.config.routing.numbers.planAt(at).target).toMatchObject({ kind: "agent" });
  }
});
