import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Directory, directory } from "../../harness.ts";
import { runHere } from "../in-process.ts";

/** A CRM that knows one caller; whatever else it is asked is not there. */
let crm: ReturnType<typeof Bun.serve>;
let asked: string[] = [];
let dir: Directory;

const ENV = { CRM_TOKEN: "token_0123456789" };

beforeAll(async () => {
  crm = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      asked.push(
        `${request.method} ${pathname}${searchParams.get("phone") ?? ""} ${await request.text()}`.trim(),
      );
      if (pathname === "/broken") return new Response("no", { status: 503 });
      if (request.headers.get("authorization") !== `Bearer ${ENV.CRM_TOKEN}`)
        return new Response("who are you?", { status: 401 });
      const isKnown = searchParams.get("phone") === "+12137771234";
      return Response.json({
        data: isKnown ? [{ plan: "gold", say: "${x}", id: 2 ** 60, none: null }] : [],
      });
    },
  });
  const origin = `http://127.0.0.1:${crm.port}`;
  dir = await directory({
    "config.toml": `include = ["clients/*.toml"]

[retell]
api_key = "\${env:RETELL_API_KEY}"

[lookups.crm]
url = "${origin}/callers?phone=\${from_number}"
headers = { authorization = "Bearer \${env:CRM_TOKEN}" }
at = "data.0"

[lookups.billing]
url = "${origin}/broken"
body = { phone = "\${from_number}" }

[numbers."+12137771235"]
agent = "agent_1"
variables = { plan = "\${lookup.crm.plan:-none}" }

[[numbers."+12137771235".rules]]
name = "down"
when = { lookup.billing = "failed", lookup.crm.plan = "gold" }
agent = "agent_2"

[numbers."+12137771236"]
agent = "agent_3"
`,
    "clients/acme.toml": `[lookups.slots]
url = "${origin}/slots/\${header.x-shop}"

[numbers."+12137771237"]
agent = "agent_4"
variables = { free = "\${lookup.slots.free}", plan = "\${lookup.crm.plan}" }
`,
  });
});

afterAll(async () => {
  await crm.stop(true);
  await dir[Symbol.asyncDispose]();
});

async function switchhook(...args: readonly string[]) {
  asked = [];
  return await runHere(args, { cwd: dir.path, env: ENV });
}

const CALL = ["explain", "--to", "+12137771235", "--from", "+12137771234"];

describe("explain", () => {
  test("asks nobody, and says which look-ups the call would ask", async () => {
    const { exitCode, stdout, stderr } = await switchhook(...CALL);
    expect({ exitCode, stderr, asked }).toEqual({ exitCode: 0, stderr: "", asked: [] });
    expect(stdout).toContain(
      "look-up billing  missing (not asked; --live asks it, --lookup gives what it finds)\n",
    );
    expect(stdout).toContain("look-up crm      missing (not asked;");
    expect(stdout).toContain("Result: agent agent_1.");
  });

  test("takes what look-ups find as it is given", async () => {
    const { stdout } = await switchhook(
      ...CALL,
      "--lookup",
      'crm={"plan":"gold"}',
      "--lookup",
      "billing=failed",
    );
    expect(asked).toEqual([]);
    expect(stdout).toContain('look-up crm      found {"plan":"gold"} (given)\n');
    expect(stdout).toContain("look-up billing  failed: given so (given)\n");
    expect(stdout).toContain("Result: agent agent_2.");
  });

  test("asks the network with --live, but not for what is given", async () => {
    const { stdout } = await switchhook(...CALL, "--live");
    expect(asked.toSorted()).toEqual(["GET /callers+12137771234", 'POST /broken {"phone":"+12137771234"}']);
    expect(stdout).toMatch(/look-up crm {6}found \{"plan":"gold",.*\} \(asked: \d+ ms\)\n/);
    expect(stdout).toMatch(/look-up billing {2}failed: status 503 \(asked: \d+ ms\)\n/);
    expect(stdout).toContain("Result: agent agent_2.");
    await switchhook(...CALL, "--live", "--lookup", "billing=missing");
    expect(asked).toEqual(["GET /callers+12137771234"]);
  });

  test("asks nothing about a caller who withholds the number that is needed, even with --live", async () => {
    const { stdout } = await switchhook("explain", "--to", "+12137771235", "--from", "anonymous", "--live");
    expect(asked).toEqual([]);
    expect(stdout).toContain("missing (not asked: it needs the caller's number, which is withheld)\n");
  });

  test("asks nothing for a line that asks for nothing", async () => {
    const { stdout } = await switchhook(
      "explain",
      "--to",
      "+12137771236",
      "--from",
      "+12137771234",
      "--live",
    );
    expect(asked).toEqual([]);
    expect(stdout).not.toContain("look-up");
  });

  test("--json has what each look-up said, and how that is known", async () => {
    const { stdout } = await switchhook(...CALL, "--live", "--json", "--lookup", "billing=failed");
    const { lookups } = JSON.parse(stdout);
    expect(lookups).toEqual([
      { name: "billing", id: "/billing", result: "failed", reason: "given so", source: "given" },
      {
        ...{ name: "crm", id: "/crm", result: "found", source: "asked", ms: expect.any(Number) },
        value: { plan: "gold", say: "${x}", id: expect.any(Number), none: null },
      },
    ]);
  });

  test("--expect prints what was found, so that the expectation holds", async () => {
    const { stdout } = await switchhook(...CALL, "--live", "--expect");
    expect(stdout).toContain('lookup.billing = "failed"\n');
    expect(stdout).toMatch(
      /lookup\.crm = \{ "plan" = "gold", "say" = "\$\$\{x\}", "id" = "\d+", "none" = "" \}\n/,
    );
    await using copy = await directory({
      "config.toml": `${await Bun.file(dir.file("config.toml")).text()}${stdout}variables.plan = "gold"\n`,
      "clients/acme.toml": await Bun.file(dir.file("clients/acme.toml")).text(),
    });
    const checked = await runHere(["check", "--strict"], { cwd: copy.path, env: ENV });
    expect(checked.exitCode, checked.stderr).toBe(0);
    expect(checked.stdout).toContain("1 passing expectation");
  });

  test.each([
    ["crn={}", 'there is no look-up "crn" in [lookups]; did you mean "crm"?'],
    ["crm", 'It must be name=result, such as crm={"plan":"gold"} or crm=failed.'],
    ["crm={plan}", 'The result must be JSON, "missing" or "failed".'],
    ['crm="gold"', 'found "gold".'],
  ])("--lookup %s is a usage error", async (option, message) => {
    const { exitCode, stderr } = await switchhook(...CALL, "--lookup", option);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("check", () => {
  test("says which look-ups it did not ask", async () => {
    const { exitCode, stdout, stderr } = await switchhook("check", "--strict");
    expect({ exitCode, stdout, asked }).toEqual({
      exitCode: 0,
      stdout: "config.toml is valid: 3 numbers, 1 client, 3 look-ups\n",
      asked: [],
    });
    expect(stderr).toBe("note: not asked: the look-ups crm, billing, acme/slots. Ask with --online.\n");
    const { stdout: json } = await switchhook("check", "--json");
    expect(JSON.parse(json)).toMatchObject({
      valid: true,
      lookups_not_asked: ["crm", "billing", "acme/slots"],
    });
  });

  test("--online asks each once about a number that nobody has, and fails where one does", async () => {
    const { exitCode, stdout } = await switchhook("check", "--online");
    expect(exitCode).toBe(1);
    expect(asked.toSorted()).toEqual(["GET /callers+12025550100", 'POST /broken {"phone":"+12025550100"}']);
    expect(stdout).toMatch(/^ {2}look-up crm {9}missing \(\d+ ms\)$/m);
    expect(stdout).toMatch(/^ {2}look-up billing {5}failed: status 503 \(\d+ ms\)$/m);
    expect(stdout).toContain(
      '  look-up acme/slots  not asked: a part of its path would be empty, "." or ".."\n',
    );
    const { stdout: json } = await switchhook("check", "--online", "--json");
    expect(JSON.parse(json).lookups).toEqual([
      { name: "crm", result: "missing", ms: expect.any(Number) },
      { name: "billing", result: "failed", reason: "status 503", ms: expect.any(Number) },
      { name: "acme/slots", result: "not asked" },
    ]);
  });

  test("and explain go without the secrets of look-ups, which serve needs", async () => {
    for (const args of [["check"], CALL]) {
      const { exitCode, stderr } = await runHere(args, { cwd: dir.path });
      expect(exitCode, stderr).toBe(0);
      expect(stderr).toContain("the environment variable CRM_TOKEN is not set");
    }
    const { exitCode } = await runHere(["check", "--strict"], { cwd: dir.path });
    expect(exitCode).toBe(1);
  });
});
