import { describe, expect, test } from "bun:test";
import { stat } from "node:fs/promises";
import { accountServer, refusal, type WireAccount } from "../../../account-server.ts";
import { directory, KEY } from "../../../harness.ts";
import { runHere } from "../../in-process.ts";

const URL_OK = "https://calls.example/webhook";
const line = { inbound_webhook_url: URL_OK, fallback_number: "+12137770000" };
const account = (): WireAccount => ({
  org_name: "Acme\u001b[31m",
  numbers: [
    {
      ...{ phone_number: "+12137771235", nickname: "Front\ndesk", ...line },
      inbound_agents: [{ agent_id: "agent_front", weight: 1, agent_version: "prod" }],
      inbound_sms_agents: [{ agent_id: "agent_texts", weight: 1 }],
      inbound_sms_webhook_url: URL_OK,
    },
    {
      ...{ phone_number: "+12137771236", ...line },
      inbound_agents: [
        { agent_id: "agent_front", weight: 0.75, agent_version: 1 },
        { agent_id: "agent_other", weight: 0.25, agent_version: "latest" },
      ],
      allowed_inbound_country_list: ["US", "CA"],
    },
    { phone_number: "+12137771237", ...line },
    { phone_number: "pseudo-number", ...line },
  ],
  agents: [
    {
      ...{ agent_id: "agent_front", agent_name: "Front Désk", tags: { prod: { version: 1 } } },
      versions: [{ version: 1, is_published: true }],
    },
    { agent_id: "agent_texts", agent_name: "Front desk", channel: "chat" },
    { agent_id: "agent_other", agent_name: "Überflow" },
    { agent_id: "agent_unused", agent_name: "Unused" },
  ],
});

const TEXT = `# Made from the Retell account Acme\\u001b[31m by "switchhook import": its numbers go where they went.
# "switchhook check" finds mistakes, "switchhook doctor" compares it with the account.

# How to read numbers written without "+".
country = "US"

[server]
# What Retell should call: your host, and the path of the webhook. Set it on the numbers with: switchhook connect
# public_url = "https://calls.example/webhook"

[retell]
# The API key with the webhook badge.
api_key = "\${env:RETELL_API_KEY}"

[agents]
front_desk = { id = "agent_front", version = "prod" }  # Front Désk
front_desk_2 = "agent_texts"  # Front desk
front_desk_v1 = { id = "agent_front", version = 1 }  # Front Désk
uberflow = "agent_other"  # Überflow; in Retell, its version is "latest"
# Bound to no number:
# "agent_unused"  Unused

# Front\\u000adesk
[numbers."+12137771235"]
agent = "front_desk"

[numbers."+12137771235".sms]
agent = "front_desk_2"

[numbers."+12137771236"]
split = { front_desk_v1 = 75, uberflow = 25 }
split_by = "call"
allow = ["country:US", "country:CA"]

[numbers."+12137771237"]
pass = true  # no agent is bound in Retell: it declines calls

# Left out:
# pseudo-number: it is not a phone number
`;

describe("import", () => {
  test("writes what the account does now; check has nothing to say of it, and doctor only of the account", async () => {
    await using server = accountServer(account());
    await using dir = await directory({});
    const env = { RETELL_BASE_URL: server.url };
    const { exitCode, stdout, stderr } = await runHere(["import"], { cwd: dir.path, env });
    expect(stderr).toBe("note: left out: pseudo-number: it is not a phone number\n");
    expect(exitCode).toBe(0);
    expect(stdout).toStartWith("Wrote config.toml: 3 numbers and 4 agents. Next:\n\n  1. switchhook check\n");
    expect(await Bun.file(dir.file("config.toml")).text()).toBe(TEXT);
    expect((await stat(dir.file("config.toml"))).mode & 0o777).toBe(0o640);

    expect(await runHere(["check", "--strict"], { cwd: dir.path })).toEqual({
      ...{ exitCode: 0, stderr: "" },
      stdout: "config.toml is valid: 3 numbers\n",
    });
    const found = await runHere(["doctor", "--json"], { cwd: dir.path, env });
    expect(JSON.parse(found.stdout).diagnostics.map(({ message }: { message: string }) => message)).toEqual([
      "the account has a number that no entry matches: pseudo-number",
      "+12137771237 has no agent bound in Retell, which would take calls when no webhook answers",
    ]);
  });

  test("of a sound account leaves doctor nothing to say but of the URL", async () => {
    const sound = account();
    sound.numbers = (sound.numbers ?? [])
      .slice(0, 2)
      .map((number) => ({ ...number, inbound_webhook_url: null }));
    await using server = accountServer(sound);
    await using dir = await directory({});
    const env = { RETELL_BASE_URL: server.url };
    await runHere(["import"], { cwd: dir.path, env });
    const found = await runHere(["doctor", "--json"], { cwd: dir.path, env });
    expect(JSON.parse(found.stdout).diagnostics.map(({ message }: { message: string }) => message)).toEqual(
      ["+12137771235", "+12137771236"].map(
        (number) =>
          `the webhook URL for calls of ${number} is not set, so Retell does not ask who takes them`,
      ),
    );
  });

  test("says of an agent that a number has it as latest, also where another has it without a version", async () => {
    const bound = (agent_version?: string) => [
      { agent_id: "agent_other", weight: 1, ...(agent_version === undefined ? {} : { agent_version }) },
    ];
    await using server = accountServer({
      ...account(),
      numbers: [
        { phone_number: "+12137771235", inbound_agents: bound() },
        { phone_number: "+12137771236", inbound_agents: bound("latest") },
        { phone_number: "911" },
      ],
    });
    await using dir = await directory({});
    const { stdout } = await runHere(["import", "--out", "-"], {
      cwd: dir.path,
      env: { RETELL_BASE_URL: server.url },
    });
    expect(stdout).toContain(
      '[agents]\nuberflow = "agent_other"  # Überflow; in Retell, its version is "latest"\n',
    );
    expect(stdout).toContain('# 911: it does not begin with "+"\n');
  });

  test("says that there is no such directory", async () => {
    await using server = accountServer(account());
    await using dir = await directory({});
    const { exitCode, stderr } = await runHere(["import", "--out", "no/such.toml"], {
      cwd: dir.path,
      env: { RETELL_BASE_URL: server.url },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toEndWith("switchhook: cannot write no/such.toml: there is no such directory\n");
  });

  test("writes to standard output, and changes no file that is there", async () => {
    await using server = accountServer(account());
    await using dir = await directory({ "config.toml": "mine" });
    const env = { RETELL_BASE_URL: server.url };
    expect(await runHere(["import", "--out", "-"], { cwd: dir.path, env })).toMatchObject({
      exitCode: 0,
      stdout: TEXT,
    });
    const asked = server.requests.length;
    expect(await runHere(["import"], { cwd: dir.path, env })).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "switchhook: cannot write config.toml: it already exists, and was not changed\n",
    });
    expect(server.requests).toHaveLength(asked);
    expect(await Bun.file(dir.file("config.toml")).text()).toBe("mine");
  });

  test("calls agents by their ids where it may not read them, and fails without numbers", async () => {
    await using server = accountServer({ ...account(), keys: { [KEY]: ["/v2/list-agents"] } });
    await using dir = await directory({});
    const options = { cwd: dir.path, env: { RETELL_BASE_URL: server.url } };
    const { stdout, stderr } = await runHere(["import", "--out", "-"], options);
    expect(stderr).toContain("note: the agents could not be read, and are called by their ids: this API key");
    expect(stdout).toContain('\nagent_front = { id = "agent_front", version = "prod" }\n');
    server.instead("/v2/list-phone-numbers", () => refusal(401, "Invalid API key"));
    expect(await runHere(["import"], options)).toMatchObject({
      exitCode: 1,
      stderr:
        "switchhook: cannot read the numbers of the account: Retell does not accept this API key (401: Invalid API key)\n",
    });
    expect(await runHere(["import"], { cwd: dir.path, env: { RETELL_API_KEY: "" } })).toMatchObject({
      exitCode: 1,
      stderr: "switchhook: cannot use $RETELL_API_KEY: it is not set\n",
    });
  });
});
