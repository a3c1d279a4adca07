/** The Debian package: https://www.debian.org/doc/debian-policy/ */
import { chmod, cp, mkdir, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildProgram } from "../../src/cli.ts";
import firstConfig from "../../src/commands/configuration/first-config.toml" with { type: "text" };
import { configJsonSchema } from "../../src/config/shape/json-schema.ts";
import { commandLine } from "../../src/deploy/command-line.ts";
import { completionScript } from "../../src/deploy/completion.ts";
import { socketUnitFile } from "../../src/deploy/socket-unit.ts";
import { unitFile } from "../../src/deploy/unit.ts";
import { version } from "../../src/version.ts";
import { ROOT } from "../../test/harness.ts";
import { manual } from "./man.ts";

/** What a package is made of. */
export interface DebOptions {
  /** The executable, as a path. */
  readonly binary: string;
  /** Debian's name of the processor. */
  readonly architecture: "amd64" | "arm64";
  /** When the release was made, in seconds since the epoch: the time of every file. */
  readonly epochS: number;
  /** The licences of all that is inside. */
  readonly licences: string;
  /** Where to write the package. */
  readonly deb: string;
  /** The version; by default the program's. */
  readonly packageVersion?: string;
  /** By default `xz`, which every dpkg reads. */
  readonly compression?: "xz" | "none";
}

/** The default of `[server] listen`. */
const PACKAGED_LISTEN = { kind: "tcp", host: "127.0.0.1", port: 8787 } as const;

/**
 * Builds a package with `dpkg-deb`. The same input makes the same bytes.
 *
 * @throws if `dpkg-deb` is missing, or fails
 */
export async function buildDeb(options: DebOptions): Promise<void> {
  const {
    binary,
    architecture,
    epochS,
    licences,
    deb,
    packageVersion = version,
    compression = "xz",
  } = options;
  const root = `${deb}.root`;
  await rm(root, { recursive: true, force: true });
  const date = new Date(epochS * 1000).toISOString().slice(0, 10);
  const file = async (path: string, content: string | Uint8Array, mode = 0o644) => {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), content);
    await chmod(join(root, path), mode);
  };
  const zipped = (text: string | Uint8Array) => gzipSync(text, { level: 9 });

  await mkdir(join(root, "usr/bin"), { recursive: true });
  await cp(binary, join(root, "usr/bin/switchhook"));
  await chmod(join(root, "usr/bin/switchhook"), 0o755);
  await file(
    "usr/lib/systemd/system/switchhook.service",
    unitFile({ executable: "/usr/bin/switchhook", config: "/etc/switchhook/config.toml", systemdVersion: 0 }),
  );
  // Enabled by whoever wants it: it listens where the packaged configuration says.
  await file("usr/lib/systemd/system/switchhook.socket", socketUnitFile(PACKAGED_LISTEN));
  await file("etc/switchhook/config.toml", packagedConfig());
  await file("usr/share/switchhook/config.schema.json", `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  await file("usr/share/man/man1/switchhook.1.gz", zipped(await manual(date)));
  const commands = commandLine(await buildProgram(() => {}));
  await file("usr/share/bash-completion/completions/switchhook", completionScript("bash", commands));
  await file("usr/share/zsh/vendor-completions/_switchhook", completionScript("zsh", commands));
  await file("usr/share/fish/vendor_completions.d/switchhook.fish", completionScript("fish", commands));
  const doc = "usr/share/doc/switchhook";
  await file(`${doc}/changelog.gz`, zipped(await readFile(join(ROOT, "CHANGELOG.md"))));
  await file(`${doc}/README.md.gz`, zipped(await readFile(join(ROOT, "README.md"))));
  await file(`${doc}/copyright`, licences);
  await file("DEBIAN/control", control(packageVersion, architecture));
  await file("DEBIAN/conffiles", "/etc/switchhook/config.toml\n");
  for (const script of ["postinst", "prerm", "postrm"]) {
    await file(`DEBIAN/${script}`, await readFile(join(ROOT, "tools/release/debian", script)), 0o755);
  }
  await setTimes(root, epochS);

  const built = Bun.spawnSync(
    ["dpkg-deb", "--root-owner-group", `-Z${compression}`, "-z1", "--threads-max=1", "--build", root, deb],
    { env: { ...process.env, SOURCE_DATE_EPOCH: String(epochS) } },
  );
  if (!built.success) throw new Error(`Cannot build ${deb}: ${built.stderr}`);
  await rm(root, { recursive: true });
}

/** A first configuration that takes the key from the unit. */
function packagedConfig(): string {
  return firstConfig
    .replace("#:schema config.schema.json", "#:schema /usr/share/switchhook/config.schema.json")
    .replace('api_key = "${env:RETELL_API_KEY}"', 'api_key = "${credential:retell_api_key}"')
    .replace(
      '# As a systemd service: "${credential:retell_api_key}"',
      "# It stands in /etc/switchhook/retell_api_key.",
    )
    .replace(
      "Read from the environment, so that it is not in this file.",
      "Handed over by systemd, so that it is not in this file.",
    );
}

function control(packageVersion: string, architecture: DebOptions["architecture"]): string {
  return `Package: switchhook
Version: ${packageVersion}
Architecture: ${architecture}
Maintainer: Switchhook <switchhook@localhost>
Section: net
Priority: optional
Depends: libc6 (>= 2.27)
Description: front desk for phone numbers answered by Retell AI agents
 Answers Retell's inbound webhook from one configuration file: which agent takes
 a call or a text, with which context, by number, caller, time and contacts.
 The file is followed while the server runs; no database is needed.
`;
}

async function setTimes(path: string, epochS: number): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const below = join(path, entry.name);
    if (entry.isDirectory()) await setTimes(below, epochS);
    else await utimes(below, epochS, epochS);
  }
  await utimes(path, epochS, epochS);
}
