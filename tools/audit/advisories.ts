/** What is known against the packages of the lockfile, asked of the registry that npm and Bun install from. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../test/harness.ts";

/** An advisory about a version that is installed. */
export interface Advisory {
  readonly package: string;
  readonly severity: string;
  readonly title: string;
  readonly url: string;
}

/** What the registry said. */
export type Asked =
  | { readonly kind: "answered"; readonly advisories: readonly Advisory[] }
  /** It has no advisories, or cannot be reached. */
  | { readonly kind: "unanswered"; readonly reason: string };

/** What `bun audit --json` prints: for each package what the registry has against it. */
type Printed = Readonly<Record<string, readonly Omit<Advisory, "package">[]>>;

/**
 * Asks about every package of `package-lock.json`, in one request.
 *
 * @param env the environment of the one who asks, in which `npm_config_registry` may name a registry
 */
export async function askAdvisories(env: Readonly<Record<string, string | undefined>>): Promise<Asked> {
  const child = Bun.spawn([process.execPath, "audit", "--json"], {
    ...{ cwd: ROOT, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" },
    timeout: 60_000,
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  // Its exit code is 1 for both: what it found, and what it could not ask.
  if (!stdout.trimStart().startsWith("{")) {
    const reason = /^error: (.*)$/m.exec(stderr)?.[1] ?? "it said nothing within a minute";
    return { kind: "unanswered", reason };
  }
  const printed: Printed = JSON.parse(stdout);
  const advisories = Object.entries(printed).flatMap(([name, known]) =>
    known.map(({ severity, title, url }) => ({ package: name, severity, title, url })),
  );
  return { kind: "answered", advisories };
}

/** How many packages `package-lock.json` names: those inside, those for development, and those of other machines. */
export function lockedPackages(): number {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  // The first is this program itself.
  return Object.keys(packages).length - 1;
}

/** What to say of it, and whether that is good: no advisory may concern what is in the executable. */
export function judge(
  asked: Asked,
  shipped: readonly string[],
  isRequired: boolean,
): { readonly lines: readonly string[]; readonly isGood: boolean } {
  const inside = `The executable has ${shipped.length - 1} packages inside, and Bun, of ${lockedPackages()} in package-lock.json.`;
  if (asked.kind === "unanswered") {
    const lines = [inside, `Left out: the registry told of no advisories (${asked.reason}).`];
    return { lines, isGood: !isRequired };
  }
  const { advisories } = asked;
  const isShipped = ({ package: name }: Advisory) => shipped.includes(name);
  const words = (advisory: Advisory) =>
    `${advisory.package} (${isShipped(advisory) ? "in the executable" : "for development only"}), ${advisory.severity}: ${advisory.title} ${advisory.url}`;
  const concerned = advisories.filter(isShipped).length;
  const count = `${concerned} advisories concern it, ${advisories.length - concerned} what it is made with.`;
  return { lines: [inside, ...advisories.map(words), count], isGood: concerned === 0 };
}
