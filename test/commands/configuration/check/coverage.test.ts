import { describe, expect, test } from "bun:test";
import { directory } from "../../../harness.ts";
import { runHere } from "../../in-process.ts";

const CONFIG = `[retell]
api_key = "\${env:RETELL_API_KEY}"

[numbers."+12137771235"]
agent = "agent_12345"
deny = ["withheld"]

[[numbers."+12137771235".rules]]
name = "gold"
when = { header.x-tier = "gold" }
agent = "agent_gold"

[numbers."+12137771236"]
agent = "agent_12345"
`;
const PLAIN_CALL = '\n[[expect]]\nto = "+12137771235"\nfrom = "+12137771234"\nagent = "agent_12345"\n';
const VALID = "config.toml is valid: 2 numbers";
const HOW = '"switchhook explain --to NUMBER --from NUMBER --expect" prints an [[expect]] to paste.';

const ENV = { RETELL_API_KEY: "key_0123456789abcdef" };
/** Files are named from the directory that this process was started in. */
async function check(cwd: string, ...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await runHere(["check", ...args], { cwd, env: ENV });
  return { exitCode, stdout: stdout.replaceAll(`${cwd}/`, ""), stderr };
}

describe("check --coverage", () => {
  test("says what no expectation tests, and where it stands", async () => {
    await using dir = await directory({ "config.toml": CONFIG + PLAIN_CALL });
    expect(await check(dir.path, "--coverage")).toEqual({
      exitCode: 0,
      stdout: `${VALID}, 1 passing expectation

Tested by expectations: 25% (0 of 1 rule, 1 of 2 numbers, 0 of 1 deny or allow list)

No expectation calls these numbers:
  config.toml:13  +12137771236

Not tested in [numbers."+12137771235"]:
  config.toml:6  deny withheld
  config.toml:8  rule "gold"

To test one of them: ${HOW}
`,
      stderr: "",
    });
  });

  test("is said only where it is asked for", async () => {
    await using dir = await directory({ "config.toml": CONFIG + PLAIN_CALL });
    expect((await check(dir.path)).stdout).toBe(`${VALID}, 1 passing expectation\n`);
    expect(JSON.parse((await check(dir.path, "--json")).stdout)).not.toHaveProperty("coverage");
  });

  test("tells that there are no expectations, or nothing to test", async () => {
    await using dir = await directory({ "config.toml": CONFIG });
    const { stdout } = await check(dir.path, "--coverage");
    expect(stdout).toStartWith(`${VALID}\n\nTested by expectations: 0% (0 of 1 rule, 0 of 2 numbers, `);
    expect(stdout).toEndWith(`\n\nThere are no expectations yet. ${HOW}\n`);
    await dir.write("config.toml", CONFIG.split("[numbers")[0] ?? "");
    expect((await check(dir.path, "--coverage")).stdout).toBe(
      "config.toml is valid: 0 numbers\n\nThere is nothing that expectations could test.\n",
    );
  });

  test("is one object for programs", async () => {
    await using dir = await directory({ "config.toml": CONFIG + PLAIN_CALL });
    const { exitCode, stdout, stderr } = await check(dir.path, "--coverage", "--json");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const place = { client: "", file: "config.toml" };
    expect(JSON.parse(stdout)).toEqual({
      file: "config.toml",
      valid: true,
      diagnostics: [],
      coverage: {
        percent: 25,
        rules: { total: 1, touched: 0 },
        numbers: { total: 2, touched: 1 },
        sms: { total: 0, touched: 0 },
        clients: { total: 0, touched: 0 },
        screens: { total: 1, touched: 0 },
        untouched: [
          {
            ...{ kind: "screen", path: ["numbers", "+12137771235", "deny"] },
            ...{ key: "deny", entries: "withheld", ...place, line: 6, column: 1 },
          },
          {
            ...{ kind: "rule", path: ["numbers", "+12137771235", "rules", 0], name: "gold", at: 0 },
            ...{ ...place, line: 8, column: 3 },
          },
          {
            ...{ kind: "number", path: ["numbers", "+12137771236"], entry: "+12137771236" },
            ...{ ...place, line: 13, column: 10 },
          },
        ],
      },
    });
  });

  test("leaves the exit code as it is: errors fail, and are all that is said; what is not tested never does", async () => {
    await using dir = await directory({ "config.toml": CONFIG });
    expect((await check(dir.path, "--coverage", "--strict")).exitCode).toBe(0);

    await dir.write("config.toml", CONFIG + PLAIN_CALL.replace("agent_12345", "agent_other"));
    const failed = await check(dir.path, "--coverage");
    expect(failed).toMatchObject({ exitCode: 1, stdout: "" });
    expect(failed.stderr).toContain("expected agent");
    expect(JSON.parse((await check(dir.path, "--coverage", "--json")).stdout)).not.toHaveProperty("coverage");

    await dir.write("config.toml", `${CONFIG}[lists]\nspam = []\n`);
    const warned = await check(dir.path, "--coverage", "--strict");
    expect(warned.exitCode).toBe(1);
    expect(warned.stdout).toStartWith("Tested by expectations: 0%");
  });

  test("of thousands of things is short, and says how many more there are", async () => {
    const number = (at: number) => `+1213${String(at).padStart(7, "0")}`;
    const numbers = Array.from(
      { length: 2000 },
      (_, at) => `[numbers."${number(2_000_000 + at)}"]\npass = true\n`,
    );
    const rules = Array.from(
      { length: 100 },
      (_, at) =>
        `[[numbers."+12137771235".rules]]\nwhen = { header.x-tier = "${at}" }\nagent = "agent_${at}"\n`,
    );
    await using dir = await directory({
      "config.toml": [CONFIG, ...numbers, ...rules, PLAIN_CALL].join("\n"),
    });
    const { exitCode, stdout } = await check(dir.path, "--coverage");
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").length).toBe(52);
    expect(stdout).toContain("1 of 2,002 numbers");
    expect(stdout).toContain("\n  and 1,981 more\n");
    expect(stdout).toContain("\n  and 82 more\n");

    const { coverage } = JSON.parse((await check(dir.path, "--coverage", "--json")).stdout);
    expect(coverage.untouched).toHaveLength(1000);
    expect(coverage.untouched.length + coverage.omitted).toBe(2001 + 1 + 101);
  });

  test("names some of many places that are tested in part, and says how many more there are", async () => {
    const numbers = Array.from({ length: 50 }, (_, at) => `+121377720${at + 10}`);
    const entries = numbers.map(
      (number) => `[numbers."${number}"]\nagent = "agent_12345"\ndeny = ["withheld"]\nallow = ["+1*"]\n`,
    );
    const calls = numbers.map((number) => PLAIN_CALL.replace("+12137771235", number));
    await using dir = await directory({ "config.toml": [CONFIG, ...entries, ...calls].join("\n") });
    const { stdout } = await check(dir.path, "--coverage");
    expect(stdout.match(/^Not tested in /gm)).toHaveLength(29);
    expect(stdout).toContain("\nand 21 more things in 21 other places\n");
  });

  test("shows no control character that a file holds", async () => {
    const name = '"\\u001b[31mred"';
    await using dir = await directory({ "config.toml": CONFIG.replace('"gold"', name) });
    const { stdout } = await check(dir.path, "--coverage");
    expect(stdout).not.toContain("\u001b");
  });
});
