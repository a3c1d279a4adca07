/** What a release says is inside the executable. */
import { beforeAll, describe, expect, test } from "bun:test";
import manifest from "../../../package.json" with { type: "json" };
import { type BundledPackage, bundledPackages } from "../../../tools/release/bundled.ts";
import { licenceTexts } from "../../../tools/release/licences.ts";
import { billOfMaterials } from "../../../tools/release/sbom.ts";

const EPOCH_S = Date.UTC(2026, 10, 27, 12) / 1000;

let packages: readonly BundledPackage[] = [];

beforeAll(async () => {
  packages = await bundledPackages();
});

describe("the packages of a release", () => {
  test("are those that the program depends on, what these import, and Bun", () => {
    const names = packages.map(({ name }) => name);
    const needed = [...Object.keys(manifest.dependencies), "bun", "moment-timezone"];
    expect(needed.filter((name) => !names.includes(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test("are none that only building and testing need, and none that is installed and not imported", () => {
    const names = new Set(packages.map(({ name }) => name));
    const others = [
      ...Object.keys(manifest.devDependencies).filter((name) => name !== "bun"),
      "js-yaml",
      "lodash",
    ];
    expect(others.filter((name) => names.has(name))).toEqual([]);
  });
});

describe("the bill of materials", () => {
  test("says what it is about, when it was made and of which commit", () => {
    const { bomFormat, specVersion, metadata } = billOfMaterials(packages, EPOCH_S, "0123456789ab");
    expect([bomFormat, specVersion]).toEqual(["CycloneDX", "1.6"]);
    expect(metadata).toMatchObject({
      timestamp: "2026-11-27T12:00:00.000Z",
      component: {
        name: "switchhook",
        version: manifest.version,
        properties: [{ name: "switchhook:commit", value: "0123456789ab" }],
      },
    });
  });

  test("has of each package its exact version, its licence and the digest of what was published", () => {
    const { components } = billOfMaterials(packages, EPOCH_S, "0123456789ab");
    expect(components.map(({ name }) => name)).toEqual(packages.map(({ name }) => name));
    for (const { name, version, purl, licenses, hashes } of components) {
      expect(purl).toBe(`pkg:npm/${name.replace("@", "%40")}@${version}`);
      expect(licenses).toHaveLength(1);
      expect(hashes[0]?.content).toMatch(/^[0-9a-f]{128}$/);
    }
    const versions = Object.fromEntries(components.map(({ name, version }) => [name, version]));
    expect(versions).toMatchObject({ ...manifest.dependencies, bun: manifest.devDependencies.bun });
    expect(components.find(({ name }) => name === "zod")?.licenses).toEqual([{ license: { id: "MIT" } }]);
    expect(components.find(({ name }) => name === "date-holidays")?.licenses).toEqual([
      { expression: "(ISC AND CC-BY-3.0)" },
    ]);
  });

  test("lists everything as what the program depends on, by references that there are", () => {
    const { components, dependencies, metadata } = billOfMaterials(packages, EPOCH_S, "0123456789ab");
    const references = components.map((component) => component["bom-ref"]);
    expect(dependencies[0]).toEqual({ ref: metadata.component["bom-ref"], dependsOn: references });
  });
});

test("the licences are those of every package, with whose each is", async () => {
  const text = await licenceTexts(packages);
  for (const { name, version, license } of packages)
    expect(text).toContain(`\n${name} ${version} (${license})\n`);
  expect(text).toContain("Copyright (c) 2025 Colin McDonnell");
  expect(text).toContain("JavaScriptCore (LGPL-2)");
});
