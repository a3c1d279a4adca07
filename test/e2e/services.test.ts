import { describe, expect, test } from "bun:test";
import {
  answer,
  type Behaviour,
  badServer,
  close,
  garbage,
  gzipBomb,
  hang,
  json,
  manyHeaders,
  redirect,
  resetMidway,
  slowBody,
  slowHead,
} from "../bad-server.ts";
import { HAS_OPENSSL, makeCertificates } from "../certificates.ts";
import { adminOf, ask, BINARY, callBody, directory, post, RUNTIMES, run, serve, until } from "../harness.ts";

const HEAD = '[server]\nlisten = "127.0.0.1:0"\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

/** The look-ups of a service, each with a number whose calls ask it and say what it found. */
function configOf(lookups: readonly { readonly url: string; readonly more?: string }[]): string {
  const tables = lookups.map(
    ({ url, more = "" }, at) => `[lookups.crm${at}]
url = "${url}"
${more}
[numbers."${numberOf(at)}"]
agent = "agent_1"
variables = { plan = "\${lookup.crm${at}.plan:-none}" }
[[numbers."${numberOf(at)}".rules]]
when = { lookup.crm${at} = "failed" }
agent = "agent_failed"
`,
  );
  return HEAD + tables.join("");
}

function numberOf(at: number): string {
  return `+1213777${1000 + at}`;
}

/** What an answer says: the agent and the plan, `agent_1 gold`. */
function said(answered: Readonly<Record<string, unknown>>): string {
  const { call_inbound } = answered as {
    call_inbound: { override_agent_id: string; dynamic_variables: { plan: string } };
  };
  return `${call_inbound.override_agent_id} ${call_inbound.dynamic_variables.plan}`;
}

/** Why it fails where it hangs, and later where it is gone. */
const REASON = /no answer within 2 s|connection refused/;

const gold = json({ plan: "gold" });

const BEHAVIOURS: readonly (readonly [path: string, behaviour: Behaviour, says: string, log: string])[] = [
  ["/well", gold, "agent_1 gold", ""],
  ["/redirected", redirect("/well"), "agent_1 gold", ""],
  ["/404", answer(404, "<html>"), "agent_1 none", ""],
  ["/204", answer(204, ""), "agent_1 none", ""],
  ["/empty", answer(200, "[]"), "agent_1 none", ""],
  ["/500", answer(500, "oops"), "agent_failed none", "status 500"],
  ["/html", answer(200, "<html>"), "agent_failed none", "the answer is not JSON"],
  ["/hang", hang, "agent_failed none", "no answer within 2 s"],
  ["/slow-head", slowHead(50), "agent_failed none", "no answer within 2 s"],
  ["/slow-body", slowBody(50), "agent_failed none", "the answer did not end within 2 s"],
  ["/close", close, "agent_failed none", "the connection was closed before an answer"],
  ["/reset", resetMidway, "agent_failed none", "the connection was closed in the middle of the answer"],
  ["/garbage", garbage, "agent_failed none", "the answer is not HTTP"],
  ["/headers", manyHeaders(10_000), "agent_failed none", "the headers of the answer are too large"],
  ["/large", answer(200, JSON.stringify("x".repeat(300_000))), "agent_failed none", "larger than 256 KiB"],
  ["/bomb", gzipBomb(20_000_000), "agent_failed none", "the answer is larger than 256 KiB"],
  ["/circle", redirect("/circle"), "agent_failed none", "too many redirects"],
  ["/elsewhere", redirect("http://other.invalid/"), "agent_failed none", "redirected to another server"],
];

describe.each(RUNTIMES)("%s", (_name, command) => {
  test("decides a call by what is known, whatever the service does, and logs what was wrong", async () => {
    await using service = await badServer(
      Object.fromEntries(BEHAVIOURS.map(([path, behaviour]) => [path, behaviour])),
    );
    // However busy the machine is, what answers is in time.
    const lookups = BEHAVIOURS.map(([path, , , log]) => ({
      url: service.origin + path,
      more: `timeout = "${log.includes("within 2 s") ? "2s" : "5s"}"`,
    }));
    await using files = await directory({ "config.toml": configOf(lookups) });
    await using server = await serve(command, files.file("config.toml"));
    const answers = await Promise.all(
      BEHAVIOURS.map((_, at) => ask(server.url, { to_number: numberOf(at) })),
    );
    expect(BEHAVIOURS.map(([path], at) => `${path} ${said(answers[at] ?? {})}`)).toEqual(
      BEHAVIOURS.map(([path, , says]) => `${path} ${says}`),
    );
    const lineOf = (at: number) =>
      server
        .log()
        .split("\n")
        .find((line) => line.includes("call answered") && line.includes(numberOf(at)));
    await until(() => BEHAVIOURS.every((_, at) => lineOf(at) !== undefined));
    for (const [at, [, , , log]] of BEHAVIOURS.entries()) expect(lineOf(at)).toContain(log);
    // Of hanging requests nothing is left, and of the others a connection for the next ones.
    await until(() => service.open <= 16);
  });

  test("answers other calls, and stops when it is told to, while look-ups hang", async () => {
    await using service = await badServer(hang);
    const lookups = [{ url: `${service.origin}/\${from_number}`, more: 'timeout = "5s"' }];
    const plain = '[numbers."+12137770000"]\nagent = "agent_plain"\n';
    await using files = await directory({ "config.toml": configOf(lookups) + plain });
    await using server = await serve(command, files.file("config.toml"));
    let answered = 0;
    const asking = Array.from({ length: 40 }, async (_, at) => {
      const body = callBody({ to_number: numberOf(0), from_number: `+1415555${1000 + at}` });
      const response = await post(server.url, body);
      answered++;
      return (await response.json()) as Record<string, unknown>;
    });
    // Those beyond what may be under way are answered at once.
    await until(() => service.requests.length === 32 && answered >= 8);
    for (let call = 0; call < 20; call++) {
      const { call_inbound } = await ask(server.url, { to_number: "+12137770000" });
      expect(call_inbound).toMatchObject({ override_agent_id: "agent_plain" });
    }
    expect(answered).toBeLessThan(40);
    const stopped = server.stop();
    expect(new Set((await Promise.all(asking)).map(said))).toEqual(new Set(["agent_failed none"]));
    expect(await stopped).toBe(0);
  });

  test.skipIf(!HAS_OPENSSL)("asks over TLS, and trusts no stranger", async () => {
    await using files = await directory({});
    const { ca, good, selfSigned } = makeCertificates(files.path);
    await using service = await badServer(gold, { tls: good });
    await using stranger = await badServer(gold, { tls: selfSigned });
    await files.write("authority.pem", ca);
    const lookups = [
      { url: service.origin, more: 'ca = "authority.pem"' },
      { url: service.origin },
      { url: stranger.origin, more: 'ca = "authority.pem"' },
    ];
    await files.write("config.toml", configOf(lookups));
    await using server = await serve(command, files.file("config.toml"));
    const answers = [];
    for (const at of lookups.keys()) answers.push(said(await ask(server.url, { to_number: numberOf(at) })));
    expect(answers).toEqual(["agent_1 gold", "agent_failed none", "agent_failed none"]);
    await until(() => server.log().includes("certificate is from an unknown authority"));
    await until(() => server.log().includes("certificate is self-signed"));
    expect([service.requests.length, stranger.requests.length]).toEqual([1, 0]);
  });
});

test("a service that dies in the middle of steady calls costs none of them, is left alone, and comes back", async () => {
  const first = await badServer(gold);
  const lookups = [{ url: `${first.origin}/\${from_number}`, more: 'timeout = "2s"' }];
  await using files = await directory({
    "config.toml": `${configOf(lookups)}[admin]\nlisten = "127.0.0.1:0"\n`,
  });
  await using server = await serve(BINARY, files.file("config.toml"));
  const admin = await adminOf(server);
  const metrics = async () => await (await fetch(`${admin}/metrics`)).text();
  const paused = async () => {
    const { lookups } = (await (await fetch(`${admin}/readyz`)).json()) as { lookups: unknown[] };
    return lookups[0];
  };
  expect(await metrics()).toContain('switchhook_lookups_total{lookup="crm0",result="failed"} 0\n');
  let calls = 0;
  const call = async () => {
    const from = `+1415555${1000 + (calls++ % 9000)}`;
    return said(await ask(server.url, { to_number: numberOf(0), from_number: from }));
  };
  const callUntil = async (wanted: string) => {
    const heard = new Set<string>();
    await until(async () => {
      heard.clear();
      heard.add(await call());
      return heard.has(wanted);
    });
  };
  const logged = (text: string) => server.log().split(text).length - 1;
  for (let time = 0; time < 20; time++) expect(await call()).toBe("agent_1 gold");

  // It hangs first, and then it is gone.
  first.behave(hang);
  const inTheMiddle = await Promise.all(Array.from({ length: 10 }, call));
  expect(new Set(inTheMiddle)).toEqual(new Set(["agent_failed none"]));
  await first.stop();
  await until(() => logged("it is not asked for 10 s") === 1);
  const [asked] = [first.requests.length];
  for (let time = 0; time < 20; time++) expect(await call()).toBe("agent_failed none");
  expect(first.requests.length).toBe(asked);
  // On a busy machine one of them may have been the probe.
  await until(() => logged("not asked: it failed 5 times in a row") >= 19);

  expect(await metrics()).toContain('switchhook_lookup_paused{lookup="crm0"} 1\n');
  expect(await paused()).toMatchObject({
    lookup: "crm0",
    paused_since: expect.stringMatching(/^20.*Z$/),
    last_failure: { reason: expect.stringMatching(REASON) },
  });
  const status = await run([...BINARY, "status", "--admin", admin]);
  expect(status.exitCode).toBe(1);
  expect(status.stdout).toMatch(/^state +calls are answered; the look-up crm0 is paused\n/);
  expect(status.stdout).toMatch(/look-up +crm0 is not asked since 20.* UTC: /);
  expect(status.stdout).toMatch(REASON);
  const call0 = ["--to", numberOf(0), "--from", "+14155550000", "--live"];
  const explained = await run([...BINARY, "explain", "-c", files.file("config.toml"), ...call0]);
  expect(explained.stdout).toMatch(/look-up crm0 +failed: connection refused/);
  expect(explained.stdout).toContain("agent_failed");

  await using second = await badServer(gold, { port: first.port });
  await callUntil("agent_1 gold");
  await until(() => logged("look-up answers again") === 1);
  for (let time = 0; time < 20; time++) expect(await call()).toBe("agent_1 gold");
  expect(logged("it is not asked for 10 s")).toBe(1);
  expect(second.requests.length).toBeGreaterThan(20);
  expect(await metrics()).toContain('switchhook_lookup_paused{lookup="crm0"} 0\n');
  expect(await metrics()).toMatch(/switchhook_lookups_total\{lookup="crm0",result="found"\} [4-9]\d\n/);
  expect(await paused()).toMatchObject({ paused_since: null, under_way: 0 });
});
