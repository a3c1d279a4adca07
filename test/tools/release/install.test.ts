import { expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { directory, environment, ROOT } from "../../harness.ts";

/** What the executable of a release is called that this machine gets. */
const NAME = `switchhook-${process.platform === "darwin" ? "macos" : "linux"}-${process.arch}${
  existsSync(`/lib/ld-musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`) ? "-musl" : ""
}`;

/** Stands for the executable: installing is what is tested. */
const EXECUTABLE = '#!/bin/sh\necho "switchhook 0.2.0, started with $*"\n';
const CHECKSUM = new Bun.CryptoHasher("sha256").update(EXECUTABLE).digest("hex");

/** Installs from a server that serves these files, and nothing else. */
async function install(files: Readonly<Record<string, string>>) {
  await using target = await directory({});
  await using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const text = files[new URL(request.url).pathname.replace("/v0.2.0/", "")];
      return text === undefined ? new Response("no such file", { status: 404 }) : new Response(text);
    },
  });
  const child = Bun.spawn(
    ["sh", join(ROOT, "tools/release/install.sh"), `http://127.0.0.1:${server.port}/v0.2.0`, target.path],
    { env: environment(), stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: 30_000 },
  );
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  const exitCode = await child.exited;
  const installed = target.file("switchhook");
  const mode = existsSync(installed) ? (statSync(installed).mode & 0o777).toString(8) : undefined;
  return { exitCode, stdout, stderr, mode };
}

test("installs what has the checksum of the release, and starts it", async () => {
  const others = `${"0".repeat(64)}  ${NAME}-more\n`;
  expect(await install({ [NAME]: EXECUTABLE, SHA256SUMS: `${others}${CHECKSUM}  ${NAME}\n` })).toEqual({
    exitCode: 0,
    stdout: `${NAME}: OK\nswitchhook 0.2.0, started with --version\n`,
    stderr: "",
    mode: "755",
  });
});

test.each([
  [
    "has another checksum",
    { [NAME]: `${EXECUTABLE}rm -rf /\n`, SHA256SUMS: `${CHECKSUM}  ${NAME}\n` },
    `${NAME}: FAILED`,
  ],
  [
    "has no checksum",
    { [NAME]: EXECUTABLE, SHA256SUMS: `${CHECKSUM}  ${NAME}-more\n` },
    `SHA256SUMS does not list ${NAME}`,
  ],
  ["comes without checksums", { [NAME]: EXECUTABLE }, "404"],
  ["is not there", { SHA256SUMS: `${CHECKSUM}  ${NAME}\n` }, "404"],
])("installs nothing that %s, and says so", async (_what, files, said) => {
  const { exitCode, stdout, stderr, mode } = await install(files);
  expect(exitCode).not.toBe(0);
  expect(stdout + stderr).toContain(said);
  expect(mode).toBeUndefined();
});
