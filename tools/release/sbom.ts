/** What is inside the executable, as CycloneDX 1.6: https://cyclonedx.org/docs/1.6/json/ */
import { version } from "../../src/version.ts";
import { type BundledPackage, bunLicense } from "./bundled.ts";

/**
 * The bill of materials.
 *
 * @param epochS when the release was made, in seconds since the epoch
 * @param commit what the release was made of
 */
export function billOfMaterials(packages: readonly BundledPackage[], epochS: number, commit: string) {
  const components = packages.map(component);
  const ref = `switchhook@${version}`;
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: new Date(epochS * 1000).toISOString(),
      component: {
        type: "application",
        "bom-ref": ref,
        name: "switchhook",
        version,
        licenses: [{ license: { id: "MIT" } }],
        properties: [{ name: "switchhook:commit", value: commit }],
      },
    },
    components,
    dependencies: [
      { ref, dependsOn: components.map((one) => one["bom-ref"]) },
      ...components.map((one) => ({ ref: one["bom-ref"] })),
    ],
  };
}

function component({ name, version: of, license, integrity }: BundledPackage) {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${of}`;
  const [, digest = ""] = /^sha512-(.+)$/.exec(integrity) ?? [];
  return {
    type: name === "bun" ? "platform" : "library",
    "bom-ref": purl,
    name,
    version: of,
    purl,
    licenses: [/ (?:OR|AND) /.test(license) ? { expression: license } : { license: { id: license } }],
    hashes: [{ alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") }],
    ...(name === "bun" && { externalReferences: [{ type: "license", url: bunLicense(of) }] }),
  };
}
