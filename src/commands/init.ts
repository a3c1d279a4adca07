/** `switchhook init`: a first configuration. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../config/files/text-file.ts";
import { printable } from "../config/findings/printable.ts";
import firstConfig from "./first-config.toml" with { type: "text" };
import { print } from "./terminal.ts";

/** Writes a first `config.toml` into a directory; exit code 1 where there is one, or it cannot be written. */
export async function init(directory: string): Promise<number> {
  const path = join(directory, "config.toml");
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    print(
      process.stderr,
      `switchhook: cannot make the directory ${printable(directory)}: ${printable(reasonOf(error))}`,
    );
    return 1;
  }
  try {
    await writeFile(path, firstConfig, { flag: "wx", mode: 0o640 });
  } catch (error) {
    const reason =
      errorCode(error) === "EEXIST" ? "it is there already, and is left as it is" : reasonOf(error);
    print(process.stderr, `switchhook: cannot write ${printable(path)}: ${printable(reason)}`);
    return 1;
  }
  const shown = printable(path);
  const option = path === "config.toml" ? "" : ` -c ${/\s/.test(path) ? JSON.stringify(shown) : shown}`;
  print(
    process.stdout,
    `Wrote ${shown}. Next:`,
    "",
    `  1. Put your numbers and agents into ${shown}.`,
    "  2. export RETELL_API_KEY=key_…     the key with the webhook badge, from Retell's dashboard",
    `  3. switchhook check${option}`,
    `  4. switchhook serve${option}`,
    `  5. switchhook send${option} --to +12137771235 --from +12137771234     in a second terminal`,
    "  6. In Retell's dashboard, set the inbound webhook of each number to https://YOUR-DOMAIN/webhook",
  );
  return 0;
}

function reasonOf(error: unknown): string {
  switch (errorCode(error)) {
    case "EEXIST":
    case "ENOTDIR":
      return "there is a file of that name";
    case "EACCES":
    case "EPERM":
      return "this user may not write there";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
