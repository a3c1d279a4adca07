import { expect, test } from "bun:test";
import { join } from "node:path";
import { directory, ROOT, serve } from "../../harness.ts";

test("SIGHUP does not end a server that is still starting", async () => {
  await using files = await directory({
    "config.toml":
      'server.listen = "127.0.0.1:0"\nretell.api_key = "${env:RETELL_API_KEY}"\nnumbers."*".pass = true\n',
    "start.ts": `import { serve } from ${JSON.stringify(join(ROOT, "src/commands/server/serve.ts"))};
const ended = serve({ config: process.argv.at(-1) });
process.kill(process.pid, "SIGHUP");
process.exit(await ended);
`,
  });
  await using server = await serve([process.execPath, files.file("start.ts")], files.file("config.toml"));
  expect(await server.stop()).toBe(0);
});
