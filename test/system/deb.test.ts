import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { buildDeb } from "../../tools/release/deb.ts";
import { BINARY, type Directory, directory, KEY, until } from "../harness.ts";
import { bootContainer, type Container, containerProblem } from "./container.ts";

// A machine that boots and installs takes its time beside other tests.
setDefaultTimeout(60_000);

const problem = containerProblem() ?? (Bun.which("dpkg-deb") ? undefined : "dpkg-deb is missing");
if (problem) console.log(`skipped: ${problem}`);

const SEND = `switchhook send --to +12137771235 --from +12137771234 --key ${KEY} --url http://127.0.0.1:8787/webhook`;

describe.skipIf(problem !== undefined)("the Debian package", () => {
  let files: Directory;
  let machine: Container;

  beforeAll(async () => {
    files = await directory({});
    const architecture = process.arch === "arm64" ? "arm64" : "amd64";
    const made = {
      binary: BINARY[0] ?? "",
      architecture,
      epochS: 1_795_302_478,
      licences: "MIT",
      compression: "none",
    } as const;
    for (const packageVersion of ["1.0.0", "1.0.1"]) {
      await buildDeb({ ...made, packageVersion, deb: files.file(`${packageVersion}.deb`) });
    }
    machine = await bootContainer({
      "/root/1.0.0.deb": files.file("1.0.0.deb"),
      "/root/1.0.1.deb": files.file("1.0.1.deb"),
    });
  }, 120_000);
  afterAll(async () => {
    await machine?.[Symbol.asyncDispose]();
    await files?.[Symbol.asyncDispose]();
  }, 60_000);

  const answers = async () => (await machine.sh(SEND)).output.includes("status   200");

  test("installed, it says what to do next, and waits for the key", async () => {
    const told = await machine.ok("dpkg --install /root/1.0.0.deb");
    expect(told).toContain("systemctl enable --now switchhook.socket switchhook");
    expect(await machine.ok("stat --format='%a %U' /etc/switchhook/retell_api_key")).toBe("600 root\n");
    expect(await machine.ok("systemd-analyze verify switchhook.service switchhook.socket")).toBe("");
    expect((await machine.sh("systemctl is-enabled switchhook")).output).toBe("disabled\n");
    // The key is the only thing that is missing.
    const checked = await machine.sh("switchhook check");
    expect(checked.output).toContain("/etc/switchhook/config.toml is valid");
    expect(checked.exitCode).toBe(0);
  });

  test("started with a key, it answers", async () => {
    await machine.ok(
      `echo ${KEY} > /etc/switchhook/retell_api_key && systemctl enable --now switchhook.socket switchhook`,
    );
    expect(await answers()).toBe(true);
    expect(await machine.ok("journalctl --unit=switchhook --output=cat --no-pager")).toContain(
      "the listening socket is systemd's",
    );
  });

  test("it has a manual, and completes the command line", async () => {
    expect(await machine.ok("zcat /usr/share/man/man1/switchhook.1.gz")).toContain(".TH SWITCHHOOK 1");
    const completed = await machine.ok(
      `source /usr/share/bash-completion/completions/switchhook
COMP_WORDS=(switchhook rel) COMP_CWORD=1; _switchhook; echo "\${COMPREPLY[@]}"`,
    );
    expect(completed).toBe("reload\n");
  });

  test("upgraded, it runs the new version with the edited configuration and the key", async () => {
    await machine.ok("echo '# mine' >> /etc/switchhook/config.toml");
    const before = await machine.ok("systemctl show --property=MainPID --value switchhook");
    await machine.ok("dpkg --install /root/1.0.1.deb");
    expect(await machine.ok("systemctl show --property=MainPID --value switchhook")).not.toBe(before);
    await until(answers);
    expect(await machine.ok("tail -n 1 /etc/switchhook/config.toml")).toBe("# mine\n");
    expect(await machine.ok("cat /etc/switchhook/retell_api_key")).toBe(`${KEY}\n`);
  });

  test("removed, it has stopped, and leaves the configuration and the key", async () => {
    await machine.ok("dpkg --remove switchhook");
    expect((await machine.sh("systemctl is-active switchhook switchhook.socket")).output).toBe(
      "inactive\ninactive\n",
    );
    expect((await machine.sh("ls /usr/bin/switchhook")).exitCode).not.toBe(0);
    expect(await machine.ok("ls /etc/switchhook")).toBe("config.toml\nretell_api_key\n");
  });

  test("purged, nothing is left", async () => {
    await machine.ok("dpkg --purge switchhook");
    // Where packages and services leave things; the rest of the overlay is this machine's.
    const left = await machine.ok(
      "find /etc /run /usr /var -xdev -name '*switchhook*' -not -path '/var/log/*' -not -path '/var/lib/systemd/*' -not -path '/var/tmp/*'",
    );
    expect(left).toBe("");
    await machine.ok("systemctl daemon-reload");
  });
});
