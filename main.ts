import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { runCli } from "./src/cli.ts";

const exitCode = await runCli(process.argv.slice(2));
// A pipe may not have taken yet all that was printed; a reader that is stuck must not keep the program.
const printed = [process.stdout, process.stderr].map(
  (stream) => new Promise<void>((resolve) => stream.end(() => resolve())),
);
await Promise.race([Promise.all(printed), setTimeout(2000)]);
process.exit(exitCode);
