import { expect, test } from "bun:test";
import { clientJsonSchema, configJsonSchema } from "../../../src/config/shape/json-schema.ts";
import { BINARY, run } from "../../harness.ts";

test("schema prints the JSON Schema, whole, and nothing else", async () => {
  const { exitCode, stdout, stderr } = await run([...BINARY, "schema"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});

test("schema --client prints that of a client's file, which has no server and may be empty", async () => {
  const { exitCode, stdout } = await run([...BINARY, "schema", "--client"]);
  expect(exitCode).toBe(0);
  const found = JSON.parse(stdout);
  expect(found).toEqual(JSON.parse(JSON.stringify(clientJsonSchema())));
  expect(Object.keys(found.properties)).toContain("numbers");
  expect(Object.keys(found.properties)).not.toContain("server");
  expect(found.required ?? []).toEqual([]);
});

test("schema is printed whole to a program that reads slowly", async () => {
  const { stdout } = await run(["sh", "-c", `${BINARY.join(" ")} schema | (sleep 0.2; cat)`]);
  expect(() => JSON.parse(stdout)).not.toThrow();
});

test("schema needs no configuration, and looks for none", async () => {
  const { exitCode } = await run([...BINARY, "schema"], {
    cwd: "/",
    env: { SWITCHHOOK_CONFIG: "none.toml" },
  });
  expect(exitCode).toBe(0);
});
