/** A disk that is full under everything at once: the log, the history, and the configuration that is being edited. */
import { expect, test } from "bun:test";
import { readFileSync, statfsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { ask, BINARY, directory, serve, until } from "../../harness.ts";
import { busyLine } from "../changes/busy-line.ts";

const mayMount = process.platform === "linux" && process.getuid?.() === 0;
if (!mayMount) console.log("skipped: a small disk can only be mounted by root on Linux");

const config = (agent: string) => `[server]
listen = "127.0.0.1:0"
state = "state"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[numbers."+12137771235"]
agent = "${agent}"
`;

test.skipIf(!mayMount)(
  "costs log lines, records and the edit that finds no room, all of which is said, and no call",
  async () => {
    await using dir = await directory({ "disk/none": "" });
    const disk = dir.file("disk");
    const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]);
    expect([mounted.exitCode, mounted.stderr.toString()]).toEqual([0, ""]);
    try {
      await dir.write("disk/config.toml", config("agent_1"));
      const logging = ["sh", "-c", `exec "$@" 2>>${dir.file("disk/log")}`, "sh", ...BINARY];
      await using server = await serve(logging, dir.file("disk/config.toml"));
      await using line = busyLine(server.url);
      const log = () => readFileSync(dir.file("disk/log"), "utf8");
      await line.round();
      await until(() => log().includes("call answered"));

      await fill(dir.file("disk/filling"));
      // An editor that finds no room leaves the beginning of a file behind.
      const long = "# Whom our numbers go to\n".repeat(2000) + config("agent_2");
      await expect(writeFile(dir.file("disk/config.toml"), long)).rejects.toThrow("ENOSPC");
      await line.round();
      for (let calls = 0; calls < 200; calls++) await ask(server.url);
      expect([...line.heard]).toEqual(["agent_1"]);

      await rm(dir.file("disk/filling"));
      await until(() => log().includes("log lines were dropped"));
      await dir.write("disk/config.toml", config("agent_3"));
      await until(() => line.heard.has("agent_3"));
      await line.hangUp();
      expect(line.failures).toEqual([]);
      expect(line.heard.has("agent_2")).toBe(false);
      expect(await server.stop()).toBe(0);

      // Of the log, at most the line that met the end of the disk is torn, and it stays alone; of the history, none is.
      expect(linesOf(log()).filter((text) => !isJson(text)).length).toBeLessThanOrEqual(1);
      const [name = ""] = await readdir(dir.file("disk/state/history"));
      const history = await readFile(dir.file(`disk/state/history/${name}`), "utf8");
      expect(linesOf(history).filter((text) => !isJson(text))).toEqual([]);
    } finally {
      Bun.spawnSync(["umount", "-l", disk]);
    }
  },
);

/** Fills the disk that a file is on, to the last byte. */
async function fill(path: string): Promise<void> {
  const { bsize, bavail } = statfsSync(path.slice(0, path.lastIndexOf("/")));
  await writeFile(path, "x".repeat(bsize * (bavail + 2))).catch(() => {});
}

function linesOf(text: string): string[] {
  return text.trimEnd().split("\n");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
