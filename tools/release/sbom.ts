/** What is inside the executable, as CycloneDX 1.6: https://cyclonedx.org/docs/1.6/json/ */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { version } from "../../src/version.ts";
import { ROOT } from "../../test/harness.ts";

/** What is read of `package-lock.json`. */
interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * What ships with the program, as the lockfile has it: everything that is not for development only; and Bun itself.
 *
 * @param epochS when the release was made, in seconds since the epoch
 */
export async function billOfMaterials(epochS: number, commit: string): Promise<unknown> {
  const lock: Lock = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8"));
  const shipped = Object.entries(lock.packages).filter(([path, { dev }]) => path !== "" && !dev);
  const bun = lock.packages["node_modules/bun"];
  if (!bun) throw new Error("Cannot list what is inside: bun is not in package-lock.json");
  const components = [
    ...shipped.map(([path, locked]) => component(path.slice(path.lastIndexOf("node_modules/") + 13), locked)),
    component("bun", { ...bun, license: "MIT" }),
  ];
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: new Date(epochS * 1000).toISOString(),
      component: {
        type: "application",
        name: "switchhook",
        version,
        licenses: [{ license: { id: "MIT" } }],
        properties: [{ name: "commit", value: commit }],
      },
    },
    components: components.toSorted((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1)),
  };
}

function component(name: string, { version: of, license, integrity }: LockedPackage) {
  if (of === undefined || license === undefined) {
    throw new Error(`Cannot list what is inside: ${name} has no version or no licence in package-lock.json`);
  }
  const purl = `pkg:npm/${name.replace("@", "%40")}@${of}`;
  const [, algorithm, digest] = /^(sha512)-(.+)$/.exec(integrity ?? "") ?? [];
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version: of,
    purl,
    licenses: [/ (?:OR|AND) /.test(license) ? { expression: license } : { license: { id: license } }],
    ...(algorithm &&
      digest && { hashes: [{ alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") }] }),
  };
}
