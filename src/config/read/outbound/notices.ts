/** `[notify]`: who is told of calls. */
import type { NoticePlan } from "../../../routing/plan.ts";
import { readTemplate } from "../../../routing/templates/template.ts";
import type { Findings, Path } from "../../findings/findings.ts";
import { fittingEntries } from "../../shape/fitting.ts";
import type { ScopeDocument } from "../../shape/schema/schema.ts";
import type { NamedFile } from "../callers/lists.ts";
import { placesWithoutJson } from "../json.ts";
import { readCertificates } from "./certificates.ts";
import { readHeaders } from "./headers.ts";
import { checkUrl } from "./url.ts";

/** The header that carries the signature of a notice. */
export const NOTICE_SIGNATURE_HEADER = "x-switchhook-signature";

/** The shortest key that is worth signing with, in characters. */
const SHORTEST_KEY = 16;

/** Reads `[notify]` of one file. @param certificates the files that are named as `ca` */
export function readNotices(
  notices: ScopeDocument["notify"],
  certificates: readonly NamedFile[],
  findings: Findings,
): ReadonlyMap<string, NoticePlan> {
  return new Map(
    fittingEntries(notices).map(([name, { url, headers, body, key, ca }]) => {
      const path = ["notify", name];
      const isUsable = url !== undefined && checkUrl(url, [...path, "url"], findings);
      checkBody(body, [...path, "body"], findings);
      checkKey(key, [...path, "key"], findings);
      const plan: NoticePlan = {
        url: isUsable ? url : undefined,
        headers: readHeaders(headers, [...path, "headers"], [NOTICE_SIGNATURE_HEADER], findings),
        body,
        key,
        ca: ca === undefined ? undefined : readCertificates([...path, "ca"], certificates, findings),
      };
      return [name, plan];
    }),
  );
}

function checkBody(body: unknown, path: Path, findings: Findings): void {
  for (const place of placesWithoutJson(body, path)) {
    findings.error(place, "the body is sent as JSON, which has neither nan nor inf");
  }
  if (typeof body !== "string" || !/^\s*[{[]/.test(body)) return;
  const template = readTemplate(body);
  if ("problem" in template || template.segments.every((segment) => typeof segment === "string")) return;
  const message = "a text is sent as it is: a quotation mark in a value would break the JSON in it";
  findings.warning(path, message, { hint: 'write a table instead: body = { text = "${reason}" }' });
}

function checkKey(key: string | undefined, path: Path, findings: Findings): void {
  if (key === "") findings.error(path, "a key must not be empty");
  else if (key !== undefined && key.length < SHORTEST_KEY) {
    const message = `this key has ${key.length} characters and is easily guessed`;
    findings.warning(path, message, { hint: "make one with: openssl rand -hex 32" });
  }
}
