import process from "node:process";
import { runCli } from "./src/cli.ts";
import { printed } from "./src/commands/terminal.ts";

// Whoever reads what is printed may go away, as `head` does; calls are answered all the same.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
const exitCode = await runCli(process.argv.slice(2));
await printed();
process.exit(exitCode);
