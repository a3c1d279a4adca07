/** What keeps the server from starting, or from keeping what it should: a clear message, and the exit code. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, copyFile } from "node:fs/promises";
import { createServer } from "node:net";
import { ask, BINARY, type Directory, directory, run, serve, until } from "../harness.ts";

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log("skipped: other users and full disks need root");

/** A configuration with these lines in `[server]`, and others at the top. */
const configOf = (server: string, top = "") => `${top}
[server]
${server}
[retell]
api_key = "\${env:RETELL_API_KEY}"
[numbers."+12137771235"]
agent = "agent_12345"
`;

const FREE = 'listen = "127.0.0.1:0"';

describe("an address that cannot be listened on ends the start with exit code 1, and the reason:", () => {
  async function started(listen: string) {
    await using files = await directory({ plain: "precious" });
    const config = files.file("config.toml");
    await files.write("config.toml", configOf(`listen = "${listen.replace("DIR", files.path)}"`));
    const { exitCode, stdout, stderr } = await run([...BINARY, "serve", "-c", config]);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(await Bun.file(files.file("plain")).text()).toBe("precious");
    return stderr.replaceAll(files.path, "DIR");
  }

  test("a port in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await until(() => other.listening);
    const address = other.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const said = await started(`127.0.0.1:${port}`);
    other.close();
    expect(said).toBe(
      `switchhook: cannot listen on http://127.0.0.1:${port}: it is already in use; "ss -ltnp sport = :${port}" shows by which program\n`,
    );
  });

  test.each([
    [
      "a file in the way of a socket",
      "unix:DIR/plain",
      "something that is not a socket is at this path; remove it, or use another path",
    ],
    [
      "a directory in the way of a socket",
      "unix:DIR",
      "something that is not a socket is at this path; remove it, or use another path",
    ],
    ["a socket in no directory", "unix:DIR/none/hook.sock", "there is no such directory"],
    ["an address of another machine", "192.0.2.1:8787", "this machine does not have that address"],
  ])("%s", async (_what, listen, reason) => {
    const origin = listen.startsWith("unix:") ? listen : `http://${listen}`;
    expect(await started(listen)).toBe(`switchhook: cannot listen on ${origin}: ${reason}\n`);
  });
});

describe.skipIf(!isRoot)("what the user may not do", () => {
  let program: Directory;
  let binary: string[] = [];

  beforeAll(async () => {
    // Where every user gets at it, which a checkout need not be.
    program = await directory({});
    await chmod(program.path, 0o755);
    await copyFile(BINARY[0] ?? "", program.file("switchhook"));
    binary = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program.file("switchhook")];
  });
  afterAll(() => program[Symbol.asyncDispose]());

  /** Starts as a user without rights, in a directory that only root may read or write in part. */
  async function started(text: string, modes: Readonly<Record<string, number>>) {
    await using files = await directory({
      "config.toml": text,
      "below/file.toml": "",
      "closed/config.toml": text,
    });
    await files.write("config.toml", text.replaceAll("DIR", files.path));
    await chmod(files.path, 0o755);
    for (const [name, mode] of Object.entries(modes)) await chmod(files.file(name), mode);
    const config = files.file("closed" in modes ? "closed/config.toml" : "config.toml");
    const { exitCode, stdout, stderr } = await run([...binary, "serve", "-c", config], { cwd: "/" });
    expect([exitCode, stdout]).toEqual([1, ""]);
    return stderr.replaceAll(files.path, "DIR");
  }

  test.each<[string, string, Record<string, number>, string]>([
    [
      "reading the configuration",
      configOf(FREE),
      { "config.toml": 0o600 },
      "DIR/config.toml:1:1: error: cannot read the configuration: this user has no permission to read it",
    ],
    [
      "entering its directory",
      configOf(FREE),
      { closed: 0o700 },
      "DIR/closed/config.toml:1:1: error: cannot read the configuration: this user has no permission to read it",
    ],
    [
      "listing a directory of clients",
      configOf(FREE, 'include = ["below/*.toml"]'),
      { below: 0o711 },
      'error: cannot list the directory "DIR/below": this user has no permission to list it',
    ],
    [
      "making the state directory",
      configOf(`${FREE}\nstate = "DIR/below/state"`),
      {},
      "switchhook: cannot keep anything in the state directory DIR/below/state: permission denied; make it writable for this user, or name another one as `state` in [server]",
    ],
    [
      "making a socket",
      configOf('listen = "unix:DIR/below/hook.sock"'),
      {},
      "switchhook: cannot listen on unix:DIR/below/hook.sock: permission denied",
    ],
  ])("ends the start with exit code 1, and the reason: %s", async (_what, text, modes, said) => {
    expect(await started(text, modes)).toContain(said);
  });

  test("a state directory of another user costs the records, and nothing else", async () => {
    await using files = await directory({ "state/none": "" });
    await files.write("config.toml", configOf(`${FREE}\nstate = "${files.file("state")}"`));
    await chmod(files.path, 0o755);
    await chmod(files.file("state"), 0o700);
    await using server = await serve(binary, files.file("config.toml"));
    expect(await ask(server.url)).toEqual({ call_inbound: { override_agent_id: "agent_12345" } });
    const blame = `"state":"${files.file("state")}","reason":"permission denied"`;
    await until(() => server.log().split(blame).length === 3);
    expect(server.log()).toContain("earlier calls could not be read from the history");
    expect(server.log()).toContain("the history cannot be written");
    expect(await server.stop()).toBe(0);
  });
});

describe.skipIf(!isRoot)("where nothing can be kept", () => {
  let files: Directory;

  beforeAll(async () => {
    files = await directory({ "disk/none": "" });
  });
  afterAll(async () => {
    Bun.spawnSync(["umount", files.file("disk")]);
    await files[Symbol.asyncDispose]();
  });

  /** Mounts a disk with so much room, which the file `filling` uses up. */
  async function mountFull(options: string): Promise<void> {
    Bun.spawnSync(["umount", files.file("disk")]);
    const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", options, "tmpfs", files.file("disk")]);
    if (!mounted.success) throw new Error(`Cannot mount a disk: ${mounted.stderr}`);
    await Bun.write(files.file("disk/filling"), "x".repeat(8192)).catch(() => {});
  }

  test("a state directory that cannot be made on a full disk ends the start with exit code 1, and the reason", async () => {
    // The root of a file system and one file use up two.
    await mountFull("size=64k,nr_inodes=2");
    await files.write("config.toml", configOf(`${FREE}\nstate = "${files.file("disk/state")}"`));
    const { exitCode, stdout, stderr } = await run([...BINARY, "serve", "-c", files.file("config.toml")]);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      `switchhook: cannot keep anything in the state directory ${files.file("disk/state")}: the disk is full; make room on it, or name another one as \`state\` in [server]\n`,
    );
  });

  test("on a full disk the server starts and answers, says once what is lost, and ends with exit code 0", async () => {
    await mountFull("size=8k");
    await files.write("config.toml", configOf(`${FREE}\nstate = "${files.file("disk/state")}"`));
    await using server = await serve(BINARY, files.file("config.toml"));
    const answer = { call_inbound: { override_agent_id: "agent_12345" } };
    expect(await ask(server.url)).toEqual(answer);
    await until(() => server.log().includes("the history cannot be written"));
    expect(await ask(server.url)).toEqual(answer);
    expect(server.log()).toContain(`"state":"${files.file("disk/state")}","reason":"the disk is full"`);
    expect(await server.stop()).toBe(0);
    expect(server.log().split("the history cannot be written")).toHaveLength(2);
    expect(server.log()).toContain("records of calls were lost");
  });
});
