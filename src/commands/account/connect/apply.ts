/** Setting the URLs, one number after the other, and saying what became of each. */
import { problemWords } from "../../../account/api.ts";
import { counted } from "../../../config/findings/counted.ts";
import { printable } from "../../../config/findings/printable.ts";
import { print } from "../../terminal.ts";
import type { AccountChanges, Change } from "./changes.ts";

/**
 * Makes the changes. Where a key may not make them, the others of its account are not tried; any other failure is that of
 * one number. Exit code 0 where all are made.
 */
export async function apply(planned: readonly AccountChanges[]): Promise<number> {
  let done = 0;
  const failed: string[] = [];
  const untried: string[] = [];
  for (const { opened, changes } of planned) {
    let isStopped = false;
    for (const { number, calls, texts } of changes) {
      if (isStopped) {
        untried.push(number.number);
        continue;
      }
      const result = await opened.account.setWebhooks(number.number, { calls, texts });
      if (result.kind === "ok" && hasSet(result.value, { calls, texts })) {
        done++;
        print(process.stdout, printable(`set: ${number.number}`));
        continue;
      }
      const why =
        result.kind === "ok" ? "Retell answered that it is set, with another URL" : problemWords(result);
      failed.push(number.number);
      print(process.stderr, printable(`failed: ${number.number}: ${why}`));
      isStopped = result.kind === "status" && (result.status === 401 || result.status === 403);
    }
  }
  for (const number of untried) print(process.stderr, printable(`not tried: ${number}`));
  const rest = failed.length + untried.length;
  print(
    process.stdout,
    `${counted(done, "number", "numbers")} set${rest > 0 ? `, ${rest} not; run it again for the rest` : ""}`,
  );
  return rest > 0 ? 1 : 0;
}

function hasSet(
  { webhookUrl, textWebhookUrl }: Change["number"],
  { calls, texts }: Pick<Change, "calls" | "texts">,
): boolean {
  return (calls === undefined || webhookUrl === calls) && (texts === undefined || textWebhookUrl === texts);
}
