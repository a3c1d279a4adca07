/** What the executable is made of besides our own code: asked of the bundler, since the lockfile also has what is never bundled. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../test/harness.ts";

/** A package that is in the executable. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX identifier or expression. */
  readonly license: string;
  /** The digest of the published archive, as in `package-lock.json`: `sha512-…` in base64. */
  readonly integrity: string;
  /** How much of the executable it is, minified; of Bun, which is nearly all of it, 0. The worker shares it. */
  readonly bytes: number;
  /** The text of the licence; undefined for Bun, whose package has none. */
  readonly licenseText: string | undefined;
}

/** What is read of `package-lock.json`. */
interface Lock {
  readonly packages: Readonly<
    Record<string, Partial<Omit<BundledPackage, "name" | "bytes" | "licenseText">>>
  >;
}

/** The last package on the way to a file, as a key of the lockfile. */
const PACKAGE_OF_FILE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * Every package of which a file is in the executable, and Bun itself, by name.
 *
 * @throws if one of them has no version, licence or digest in `package-lock.json`, or no text of its licence
 */
export async function bundledPackages(): Promise<readonly BundledPackage[]> {
  const { packages }: Lock = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8"));
  const paths = [...(await bundledPaths())];
  const found = await Promise.all(
    paths.map(async ([path, bytes]) => packageOf(packages, path, bytes, await licenseTextIn(path))),
  );
  // Its package is an installer, and names no more of the licence than that.
  return [...found, packageOf(packages, "node_modules/bun", 0, undefined)].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

/** Where a version of Bun says which licences it has inside. */
export function bunLicense(version: string): string {
  return `https://github.com/oven-sh/bun/blob/bun-v${version}/LICENSE.md`;
}

/** Where the packages are, as keys of the lockfile, and how many bytes of each are in the larger of our two programs. */
async function bundledPaths(): Promise<ReadonlyMap<string, number>> {
  const { metafile } = await Bun.build({
    entrypoints: [join(ROOT, "main.ts"), join(ROOT, "src/server/live/load-worker.ts")],
    target: "bun",
    minify: true,
    metafile: true,
  });
  const found = new Map<string, number>();
  for (const { inputs } of Object.values(metafile?.outputs ?? {})) {
    const here = new Map<string, number>();
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const path = PACKAGE_OF_FILE.exec(file)?.[0];
      const key = path?.slice(path.indexOf("node_modules/"));
      if (key) here.set(key, (here.get(key) ?? 0) + bytesInOutput);
    }
    for (const [key, bytes] of here) found.set(key, Math.max(bytes, found.get(key) ?? 0));
  }
  return found;
}

function packageOf(
  packages: Lock["packages"],
  path: string,
  bytes: number,
  licenseText: string | undefined,
): BundledPackage {
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const { version, integrity, license = name === "bun" ? "MIT" : undefined } = packages[path] ?? {};
  if (!version || !integrity || !license) {
    throw new Error(
      `Cannot list what is inside: ${path} has no version, digest or licence in package-lock.json`,
    );
  }
  return { name, version, license, integrity, bytes, licenseText };
}

/**
 * Who holds the rights in packages under the MIT licence that come without its text, as their repositories say:
 * https://github.com/redis/node-redis/blob/master/LICENSE
 */
const MIT_WITHOUT_TEXT: Readonly<Record<string, string>> = {
  "node_modules/@redis/client": "Copyright (c) 2022-2025, Redis, inc.",
};

/** The words of the MIT licence, which is our own too. */
async function mitText(copyright: string): Promise<string> {
  return (await readFile(join(ROOT, "LICENSE"), "utf8")).replace(/^Copyright .*$/m, () => copyright);
}

async function licenseTextIn(path: string): Promise<string> {
  const file = (await readdir(join(ROOT, path)))
    .toSorted()
    .find((name) => /^licen[cs]e(\.(md|txt))?$/i.test(name));
  const copyright = MIT_WITHOUT_TEXT[path];
  if (!file && copyright !== undefined) return await mitText(copyright);
  if (!file) throw new Error(`Cannot list what is inside: ${path} has no file with its licence`);
  return await readFile(join(ROOT, path, file), "utf8");
}
