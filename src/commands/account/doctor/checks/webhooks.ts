/** Numbers whose calls or texts do not come here, and numbers without a safety net for when they cannot. */
import type { AccountNumber } from "../../../../account/account.ts";
import { isSameUrl } from "../../../../config/read/settings/public-url.ts";
import type { ServerSettings } from "../../../../config/read/settings/settings.ts";
import type { AccountRead } from "../reading.ts";
import { listed } from "../words.ts";
import type { MatchedEntry } from "./numbers.ts";

/** Where calls should come. */
export type Expected = Pick<ServerSettings, "path" | "publicUrl">;

/** Warns of webhook URLs that are missing or lead elsewhere, at the entries of their numbers. */
export function judgeWebhooks(entries: readonly MatchedEntry[], expected: Expected): void {
  const urls = entries.flatMap(({ plan, numbers }) =>
    numbers.flatMap(({ webhookUrl, textWebhookUrl }) => [webhookUrl, plan.sms ? textWebhookUrl : undefined]),
  );
  const host = commonHost(urls);
  for (const { scope, plan, numbers } of entries) {
    const { findings } = scope.source;
    const path = ["numbers", plan.entry];
    const report = (kind: "calls" | "texts", at: readonly string[]) => {
      const problems = Map.groupBy(numbers, ({ webhookUrl, textWebhookUrl }) =>
        urlProblem(kind === "calls" ? webhookUrl : textWebhookUrl, host, expected),
      );
      for (const [problem, found] of problems) {
        if (!problem) continue;
        const message = `the webhook URL for ${kind} of ${namesOf(found)} ${problem}`;
        findings.warning(at, message, { at: "key", hint: remedy(problem, expected) });
      }
    };
    report("calls", path);
    if (plan.sms) report("texts", [...path, "sms"]);
  }
}

/** Warns of numbers without a bound agent, and of those without a fallback number. */
export function judgeSafetyNets(
  entries: readonly MatchedEntry[],
  reads: ReadonlyMap<string, AccountRead>,
): void {
  for (const { scope, plan, numbers } of entries) {
    const { findings } = scope.source;
    const path = ["numbers", plan.entry];
    const bare = numbers.filter(({ agents }) => agents.length === 0);
    if (bare.length > 0 && plan.target.kind !== "reject") {
      const what = "no agent bound in Retell, which would take calls when no webhook answers";
      findings.warning(path, lackWords(bare, what), {
        at: "key",
        hint: "bind one in Retell's dashboard",
      });
    }
    const textless = plan.sms ? numbers.filter(({ textAgents }) => textAgents.length === 0) : [];
    if (textless.length > 0 && plan.sms?.target.kind !== "reject") {
      const what = "no agent bound in Retell for texts, which would take them when no webhook answers";
      findings.warning([...path, "sms"], lackWords(textless, what), {
        at: "key",
        hint: "bind one in Retell's dashboard",
      });
    }
    const without = numbers.filter(({ fallback }) => fallback === undefined);
    if (without.length > 0) {
      const calls = reads.get(scope.own.hasAccount ? scope.own.client : "")?.capacity?.calls;
      const limit =
        calls === undefined ? "all calls of the account" : `the ${calls} calls at once of the account`;
      findings.warning(path, lackWords(without, "no fallback number"), {
        at: "key",
        hint: `Retell transfers calls there while it is out of order, or ${limit} are in use`,
      });
    }
  }
}

/** `+12137771235 has …`, `+12137771235, +12137771236 have …` */
function lackWords(numbers: readonly AccountNumber[], what: string): string {
  return `${namesOf(numbers)} ${numbers.length === 1 ? "has" : "have"} ${what}`;
}

function namesOf(numbers: readonly AccountNumber[]): string {
  return listed(numbers.map(({ number }) => number));
}

/** What is wrong with the URL of a number, in words; undefined where nothing is. */
function urlProblem(
  text: string | undefined,
  host: string | undefined,
  { path, publicUrl }: Expected,
): string | undefined {
  if (text === undefined) return "is not set, so Retell does not ask who takes them";
  const url = URL.parse(text);
  if (!url) return "is not a URL";
  const shown = JSON.stringify(`${url.origin}${url.pathname}`);
  if (url.protocol !== "https:") return `does not begin with "https://": ${shown}`;
  if (publicUrl !== undefined) {
    return isSameUrl(text, publicUrl) ? undefined : `is ${shown}, not that of [server] public_url`;
  }
  if (!endsWith(url.pathname, path)) return `does not end with the path ${JSON.stringify(path)}: ${shown}`;
  if (url.host !== host) return `leads to another host than the rest: ${shown}`;
  return undefined;
}

function remedy(problem: string, { publicUrl }: Expected): string {
  if (problem.includes("another host")) return "set [server] public_url to say which is right";
  return publicUrl === undefined
    ? "set it with: switchhook connect --url https://…"
    : "set it with: switchhook connect";
}

function endsWith(pathname: string, path: string): boolean {
  const plain = pathname.replace(/(.)\/$/, "$1");
  return path === "/" ? plain === "/" : plain.endsWith(path);
}

/** The host that most of the URLs lead to. */
function commonHost(urls: readonly (string | undefined)[]): string | undefined {
  const hosts = urls.flatMap((text) => URL.parse(text ?? "")?.host ?? []);
  const groups = [...Map.groupBy(hosts, (host) => host)];
  return groups.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}
