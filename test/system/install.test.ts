/** Installing as the README says, word by word; and what becomes of a package later. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { version } from "../../src/version.ts";
import { buildDeb } from "../../tools/release/deb.ts";
import { BINARY, type Directory, directory, KEY, ROOT, until } from "../harness.ts";
import { bootContainer, type Container, containerProblem } from "./container.ts";
import { shellBlocks } from "./readme-blocks.ts";

// A machine that boots and installs takes its time beside other tests.
setDefaultTimeout(240_000);

const missing = ["dpkg-deb", "caddy", "curl", "openssl"].find((program) => !Bun.which(program));
const problem = containerProblem() ?? (missing && `${missing} is missing`);
if (problem) console.log(`skipped: ${problem}`);

const SEND = `switchhook send --to +12137771235 --from +12137771234 --key ${KEY} --url http://127.0.0.1:8787/webhook`;
const ARCHITECTURE = process.arch === "arm64" ? "arm64" : "amd64";
const EXECUTABLE = `switchhook-linux-${process.arch}`;
const [RELEASE, UPGRADE] = [`switchhook_${version}_${ARCHITECTURE}.deb`, "upgrade.deb"] as const;

/** Where the release can be downloaded in the container. */
const DOWNLOADS = "downloads.example:8443";
const PUBLISHED = `/srv/v${version}`;

/** Stands for the administrator's editor: the first agent gets an id of the account. */
const EDITOR = `#!/bin/sh
exec sed -i 's/agent_0123456789abcdef0123456789/agent_ofthisaccount/' "$@"
`;
/** Runs as whoever asks, who is root already. */
const SUDO = `#!/bin/sh
exec "$@"
`;

describe.skipIf(problem !== undefined)("installing", () => {
  let files: Directory;
  let machine: Container;
  /** The blocks of the README, in their order. */
  let install: readonly string[];

  beforeAll(async () => {
    install = await shellBlocks("## Install");
    files = await directory({});
    const binary = BINARY[0] ?? "";
    const made = {
      binary,
      architecture: ARCHITECTURE,
      epochS: 1_795_302_478,
      licences: "MIT",
      compression: "none",
    } as const;
    await buildDeb({ ...made, packageVersion: version, deb: files.file(RELEASE) });
    await buildDeb({ ...made, packageVersion: `${version}+1`, deb: files.file(UPGRADE) });
    machine = await bootContainer({
      [`${PUBLISHED}/${RELEASE}`]: files.file(RELEASE),
      [`${PUBLISHED}/${EXECUTABLE}`]: binary,
      [`${PUBLISHED}/install.sh`]: `${ROOT}/tools/release/install.sh`,
      [`/root/${UPGRADE}`]: files.file(UPGRADE),
    });
    await machine.write("/usr/local/bin/sudoedit", EDITOR, 0o755);
    if (!Bun.which("sudo")) await machine.write("/usr/local/bin/sudo", SUDO, 0o755);
    // What stands for the Internet: names, a certificate that everybody trusts, and the download of the release. Debian's
    // Caddy has been installed before, since there is nowhere to install it from.
    await machine.ok(`set -e
      cd ${PUBLISHED} && sha256sum * > SHA256SUMS
      echo "127.0.0.1 calls.example downloads.example" >> /etc/hosts
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=calls.example \
        -addext subjectAltName=DNS:calls.example,DNS:downloads.example \
        -keyout /etc/caddy/key.pem -out /etc/caddy/certificate.pem 2>/dev/null
      chown caddy /etc/caddy/key.pem
      cat /etc/caddy/certificate.pem >> /etc/ssl/certs/ca-certificates.crt
      cat >> /etc/caddy/Caddyfile <<'CADDY'
https://${DOWNLOADS} {
	tls /etc/caddy/certificate.pem /etc/caddy/key.pem
	root * /srv
	file_server
}
CADDY
      systemctl start caddy`);
  }, 240_000);
  afterAll(async () => {
    await machine?.[Symbol.asyncDispose]();
    await files?.[Symbol.asyncDispose]();
  }, 240_000);

  /** Runs a block of the README, with what everybody has to put in for themselves. */
  const follow = async (block: string | undefined) => {
    const filled = (block ?? "exit 1 # there is no such block")
      .replaceAll("https://…/", `https://${DOWNLOADS}/`)
      .replaceAll("key_…", KEY)
      .replaceAll("_amd64.deb", `_${ARCHITECTURE}.deb`);
    expect(filled).not.toContain("…");
    return await machine.ok(
      `set -e -o pipefail\nexport NODE_EXTRA_CA_CERTS=/etc/caddy/certificate.pem\n${filled}`,
    );
  };
  const answers = async () => (await machine.sh(SEND)).output.includes("status   200");

  test("the README has no commands but those that are followed here, and two kinds that need more", () => {
    expect(install.map((block) => block.split(" ").slice(0, 2).join(" "))).toEqual([
      "curl -fLO",
      "sudo apt",
      "curl -fLO",
      // It needs Docker.
      "docker build",
      // CI does it before the tests.
      "git clone",
    ]);
  });

  test("the package is downloaded, installed and started", async () => {
    const said = await follow(install[0]);
    expect(said).toContain("/etc/switchhook/config.toml is valid");
    expect(await machine.ok("stat --format='%a %U' /etc/switchhook/retell_api_key")).toBe("600 root\n");
    expect(await machine.ok("systemd-analyze verify switchhook.service switchhook.socket")).toBe("");
    expect(await machine.ok("journalctl --unit=switchhook --output=cat --no-pager")).toContain(
      "the listening socket is systemd's",
    );
  });

  test("behind the proxy, a signed call is answered through TLS", async () => {
    const said = await follow(install[1]);
    expect(said).toContain("sent to  https://calls.example/webhook\n");
    expect(said).toContain("status   200\n");
    expect(said).toContain('{"call_inbound":{"override_agent_id":"agent_ofthisaccount"');
  });

  test("the package has a manual, and completes the command line", async () => {
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
    await machine.ok(`dpkg --install /root/${UPGRADE}`);
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

  test("the one file is downloaded, verified and installed", async () => {
    const said = await follow(install[2]);
    expect(said).toContain(`${EXECUTABLE}: OK\nswitchhook ${version} `);
  });

  test("the service is set up by hand, and answers behind the proxy that is there", async () => {
    const [byHand] = await shellBlocks("### As a systemd service");
    expect(await follow(byHand)).toContain("config.toml is valid");
    expect(await machine.ok("systemd-analyze verify switchhook.service switchhook.socket")).toBe("");
    const send = SEND.replace("http://127.0.0.1:8787", "https://calls.example");
    expect(await follow(send)).toContain("agent_ofthisaccount");
  });
});
