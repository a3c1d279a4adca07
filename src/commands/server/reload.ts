/** `switchhook reload`: a running server reads its configuration again. */
import { counted } from "../../config/findings/counted.ts";
import { printable, printableJson } from "../../config/findings/printable.ts";
import { type ReloadReport, reloadSchema } from "../../server/admin/report.ts";
import { paintFor, print } from "../terminal.ts";
import { type AdminOptions, askServer } from "./admin-client.ts";
import { refusedWords } from "./status.ts";

/** Has a running server read its configuration again; exit code 0 where what the files say is in force then, else 1. */
export async function reload(options: AdminOptions): Promise<number> {
  const answer = await askServer(options, "POST", "/api/reload", reloadSchema);
  if ("problem" in answer) {
    print(process.stderr, `switchhook: ${printable(answer.problem)}`);
    return 1;
  }
  const { report } = answer;
  const isInForce = report.result === "applied" || report.result === "unchanged";
  if (options.json) print(process.stdout, printableJson(report));
  else if (isInForce) print(process.stdout, paintFor(process.stdout)("good", printable(resultWords(report))));
  else print(process.stderr, ...refusedWords(report, paintFor(process.stderr)));
  return isInForce ? 0 : 1;
}

/** `/etc/switchhook/config.toml is in force: 12 numbers, hash 0123456789ab` */
function resultWords({ result, config }: ReloadReport): string {
  const { file, hash, numbers } = config;
  const state = result === "unchanged" ? "is unchanged and stays in force" : "is in force";
  return `${file} ${state}: ${counted(numbers, "number", "numbers")}, hash ${hash}`;
}
