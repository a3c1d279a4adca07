/** The licences of what is inside the executable: whoever passes it on must pass these on too. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../test/harness.ts";
import { type BundledPackage, bunLicense } from "./bundled.ts";

/** Every licence in one text: our own first. */
export async function licenceTexts(packages: readonly BundledPackage[]): Promise<string> {
  const sections = packages.map(({ name, version, license, licenseText }) => {
    const text = licenseText ?? `Bun contains JavaScriptCore (LGPL-2) and others: ${bunLicense(version)}`;
    return `${name} ${version} (${license})\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
  });
  const own = await readFile(join(ROOT, "LICENSE"), "utf8");
  return [`switchhook\n\n${own}`, ...sections].join(`\n${"-".repeat(80)}\n\n`);
}
