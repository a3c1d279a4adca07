/** What real callers and an attack did to a running server, tried on the binary. */
import { expect, test } from "bun:test";
import { closeSync, constants, openSync, readFileSync, readSync } from "node:fs";
import { ask, BINARY, directory, run, serve, until } from "../../harness.ts";

const HEAD = '[server]\nlisten = "127.0.0.1:0"\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';
const NUMBER = '[numbers."+12137771235"]\nagent = "agent_front"\n';
const rule = (lines: string) => `[[numbers."+12137771235".rules]]\n${lines}\n`;

/** What becomes of a call, in one word. */
async function outcome(url: string, call: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { reject, override_agent_id } = (await ask(url, call)).call_inbound as Record<string, unknown>;
  return reject === true ? "rejected" : override_agent_id;
}

test("with numbers masked, the log has no number in any form that carriers send", async () => {
  const config = `${HEAD}[log]\nnumbers = "masked"\n${NUMBER}${rule('name = "forwarded"\nwhen = { header = { diversion = "<tel:+1-212-555-03*" } }\nagent = "agent_acme"')}`;
  await using files = await directory({ "config.toml": config });
  await using server = await serve(BINARY, files.file("config.toml"));
  const headers = { diversion: "<tel:+1-212-555-0399>" };
  for (const from of ["(212) 555-0111", "+12125550111", "12125550111", "<sip:+12125550111@c.example>"]) {
    expect(await outcome(server.url, { from_number: from, custom_sip_headers: headers })).toBe("agent_acme");
  }
  await until(() => server.log().split("call answered").length === 5);
  expect(server.log()).toContain("forwarded");
  expect(server.log()).not.toMatch(/212\)? ?-?555|2137771/);
});

test("the log says which of many rules decided, not what became of each", async () => {
  const rules = Array.from({ length: 50 }, (_, at) =>
    rule(`name = "rule ${at}"\nwhen = { caller = "+1310555${String(2000 + at)}" }\nreject = true`),
  );
  await using files = await directory({ "config.toml": HEAD + NUMBER + rules.join("") });
  await using server = await serve(BINARY, files.file("config.toml"));
  expect(await outcome(server.url, { from_number: "+13105552049" })).toBe("rejected");
  await until(() => server.log().includes("call rejected"));
  const [line = ""] = server.log().match(/^.*call rejected.*$/m) ?? [];
  expect(line).toContain("rule 49");
  expect(line).toContain("49");
  expect(line.length).toBeLessThan(600);
});

test("a call counts for every limit that was asked, also by a rule that lets it through", async () => {
  const limits = '[limits]\nfew = { calls = 1, per = "1h" }\nmany = { calls = 2, per = "1h" }\n';
  const rules = `${rule('when = { over = "few" }\nvariables = { often = true }\nagent = "agent_patient"')}`;
  const other = `[numbers."+12137771236"]\nagent = "agent_other"\n[[numbers."+12137771236".rules]]\nwhen = { over = "many" }\nreject = true\n`;
  const both = rules.replace('over = "few"', 'over = ["few", "many"]');
  await using files = await directory({ "config.toml": HEAD + limits + NUMBER + both + other });
  await using server = await serve(BINARY, files.file("config.toml"));
  expect(await outcome(server.url, { call_id: "a" })).toBe("agent_front");
  expect(await outcome(server.url, { call_id: "b" })).toBe("agent_patient");
  expect(await outcome(server.url, { call_id: "c", to_number: "+12137771236" })).toBe("rejected");
});

test("a log that nobody reads is dropped beyond a bound, which is counted, and calls go on", async () => {
  await using files = await directory({ "config.toml": HEAD + NUMBER });
  const pipe = files.file("log");
  await run(["mkfifo", pipe]);
  // Held open at both ends: what reads a child's output in this process would read it at once.
  const log = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    const unread = ["sh", "-c", 'log=$1; shift; exec "$@" 2>"$log"', "sh", pipe, ...BINARY];
    await using server = await serve(unread, files.file("config.toml"));
    // A line of 60 KB each, of which a pipe holds one, and the server a megabyte.
    const from = (at: number) => `sip:${at}${"x".repeat(60_000)}`;
    for (let at = 0; at < 100; at++) {
      const call = { from_number: from(at), call_id: `call_${at}` };
      expect(await outcome(server.url, call)).toBe("agent_front");
    }
    let text = "";
    await until(() => {
      text += readNow(log);
      return /log lines were dropped.*\n/.test(text);
    });
    const dropped = Number(/log lines were dropped.*"dropped":(\d+)/.exec(text)?.[1]);
    expect(dropped).toBeWithin(50, 100);
    expect(await outcome(server.url, {})).toBe("agent_front");
  } finally {
    closeSync(log);
  }
});

test("callers of 60 KB each leave nothing behind that size", async () => {
  const limits = '[limits.few]\ncalls = 1\nper = "1h"\n';
  const config = `${HEAD}[log]\nlevel = "error"\n${limits}${NUMBER}${rule('when = { over = "few" }\nreject = true')}`;
  await using files = await directory({ "config.toml": config });
  await using server = await serve(BINARY, files.file("config.toml"));
  const call = (at: number) =>
    outcome(server.url, {
      from_number: `sip:${at}${"x".repeat(60_000)}`,
      call_id: `${at}${"y".repeat(1000)}`,
    });
  const calls = async (from: number, count: number) => {
    for (let at = from; at < from + count; at += 20) {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, more) => call(at + more)));
      expect(answers).toEqual(Array(20).fill("agent_front"));
    }
  };
  await calls(0, 300);
  const before = memoryMb(server.pid);
  await calls(300, 1500);
  // Kept as they came, they would be 90 MB.
  expect(memoryMb(server.pid) - before).toBeLessThan(60);
  // They are remembered all the same.
  expect(await outcome(server.url, { from_number: `sip:5${"x".repeat(60_000)}`, call_id: "again" })).toBe(
    "rejected",
  );
});

/** The memory of a process that is in use, in megabytes. */
function memoryMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** What a pipe holds; empty where it holds nothing. */
function readNow(descriptor: number): string {
  const bytes = Buffer.alloc(64 * 1024);
  try {
    return bytes.toString("latin1", 0, readSync(descriptor, bytes));
  } catch {
    return "";
  }
}
