/** `ca`: the authorities that services with certificates of a private one are trusted by. */
import { X509Certificate } from "node:crypto";
import { reportUnreadable } from "../../files/unreadable.ts";
import type { Findings, Path } from "../../findings/findings.ts";
import type { NamedFile } from "../callers/lists.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * Reads the certificates in the file that is named at a place; what stands between them, such as their names, is left
 * out. What cannot be read is reported.
 *
 * @param path of a `ca`
 * @param files those that are named as `ca`, each by its place
 * @returns them as PEM
 */
export function readCertificates(
  path: Path,
  files: readonly NamedFile[],
  findings: Findings,
): string | undefined {
  const place = path.join("\0");
  const named = files.find((each) => each.path.join("\0") === place);
  if (!named) return undefined;
  const { file, content } = named;
  const read = content.text();
  if ("problem" in read) {
    reportUnreadable(file, read, path, findings);
    return undefined;
  }
  const found = read.text.match(CERTIFICATE) ?? [];
  if (found.length === 0) {
    const hint = 'such a file has lines "-----BEGIN CERTIFICATE-----"';
    findings.error(path, `"${file}" holds no certificates in PEM form`, { hint });
    return undefined;
  }
  const broken = found.findIndex((text) => !isCertificate(text));
  if (broken >= 0) {
    findings.error(path, `certificate ${broken + 1} in "${file}" cannot be read`);
    return undefined;
  }
  return `${found.join("\n")}\n`;
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== undefined;
  } catch {
    return false;
  }
}
