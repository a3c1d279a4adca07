import process from "node:process";
import { runCli } from "./src/cli.ts";

process.exit(await runCli(process.argv.slice(2)));
