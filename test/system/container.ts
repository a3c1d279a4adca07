/**
 * A machine of its own with systemd as its first process: a container on an overlay of this machine, with a network of
 * its own. Whatever is done in it is gone afterwards.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { until } from "../harness.ts";

/** What a command in the container printed, and how it ended. */
export interface Ran {
  readonly exitCode: number;
  /** Standard output and standard error, in the order in which they were written. */
  readonly output: string;
}

/** A running container. */
export interface Container extends AsyncDisposable {
  /** Runs a shell script in it. */
  sh(script: string): Promise<Ran>;
  /** The same; throws where it ends with another exit code than 0. @returns what it printed */
  ok(script: string): Promise<string>;
  /** The command that runs this one of this machine in the container's network. */
  inNetwork(command: readonly string[]): string[];
  /** Writes a file in it. */
  write(path: string, text: string, mode?: number): Promise<void>;
  /** Stops it, and starts it again. */
  reboot(): Promise<void>;
}

/** Why there can be no container here; undefined where there can. */
export function containerProblem(): string | undefined {
  if (process.getuid?.() !== 0) return "a container with systemd needs root";
  const missing = ["systemd-nspawn", "unshare", "nsenter"].find((program) => !Bun.which(program));
  return missing && `${missing} is missing: install the packages systemd-container and util-linux`;
}

/**
 * Starts a container, and waits until systemd has started everything.
 *
 * @param files files of this machine to be copied into it: where to, and from where
 */
export async function bootContainer(files: Readonly<Record<string, string>>): Promise<Container> {
  const base = await mkdtemp(join(tmpdir(), "switchhook-container-"));
  const machine = `switchhook-${base.slice(-6).toLowerCase()}`;
  // In mount namespaces of their own, which end with it, and take the mounts along.
  const holder = Bun.spawn(["unshare", "--mount", "bash", "-c", MOUNTS, "mounts", base], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  await holder.stdout.getReader().read();
  const inMounts = ["nsenter", `--target=${holder.pid}`, "--mount"];
  const root = join(base, "root");
  const put = async (path: string, from: string, mode = 0o644) => {
    const target = join(root, path);
    const copied = Bun.spawnSync([...inMounts, "install", "-D", `--mode=${mode.toString(8)}`, from, target]);
    if (!copied.success) throw new Error(`Cannot copy ${path} into the container: ${copied.stderr}`);
  };
  for (const [path, from] of Object.entries(files)) await put(path, from, 0o755);

  let nspawn: ReturnType<typeof boot> | undefined;
  let leader = 0;
  const boot = () =>
    Bun.spawn(
      [
        ...inMounts,
        "systemd-nspawn",
        ...["--quiet", "--boot", "--register=no", "--keep-unit", "--private-network", "--console=pipe"],
        ...[`--directory=${root}`, `--machine=${machine}`],
      ],
      // What it prints is that of a console.
      { stdin: "ignore", stdout: "ignore", stderr: "ignore" },
    );
  const start = async () => {
    nspawn = boot();
    const { pid } = nspawn;
    // The first children only prepare the last one.
    await until(async () => {
      leader = await childOf(pid);
      return leader > 0 && /running|degraded/.test((await sh("systemctl is-system-running")).output);
    }, 60_000);
  };
  const stop = async () => {
    if (!nspawn) return;
    const hardEnd = setTimeout(() => nspawn?.kill("SIGKILL"), 20_000);
    await sh("systemctl poweroff");
    await nspawn.exited;
    clearTimeout(hardEnd);
  };
  const sh = async (script: string): Promise<Ran> => {
    const inside = [
      "nsenter",
      `--target=${leader}`,
      ..."--mount --uts --ipc --net --pid --cgroup --root --wdns=/".split(" "),
    ];
    const child = Bun.spawn([...inside, "env", "-i", ...ENVIRONMENT, "bash", "-c", `exec 2>&1\n${script}`], {
      stdin: "ignore",
      stdout: "pipe",
      // Only of `nsenter`, where the container is not there yet, or not any more.
      stderr: "ignore",
      timeout: 180_000,
    });
    const output = await new Response(child.stdout).text();
    return { exitCode: await child.exited, output };
  };

  await start();
  return {
    sh,
    async ok(script) {
      const { exitCode, output } = await sh(script);
      if (exitCode !== 0) throw new Error(`It ended with ${exitCode}:\n${script}\n${output}`);
      return output;
    },
    inNetwork: (command) => ["nsenter", `--target=${leader}`, "--net", ...command],
    async write(path, text, mode = 0o644) {
      const file = join(base, "file");
      await writeFile(file, text);
      // By the running container's own eyes: the overlay must not be written to behind its back.
      const target = join(`/proc/${leader}/root`, path);
      await mkdir(dirname(target), { recursive: true });
      await cp(file, target);
      await sh(`chmod ${mode.toString(8)} '${path}'`);
    },
    async reboot() {
      await stop();
      await start();
    },
    async [Symbol.asyncDispose]() {
      await stop();
      holder.stdin.end();
      await holder.exited;
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** Mounts the container's root, and waits until standard input ends. */
const MOUNTS = `set -e
base=$1
mount -t tmpfs tmpfs "$base"
mkdir "$base/upper" "$base/work" "$base/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" "$base/root"
# Another machine than this one.
: > "$base/root/etc/machine-id"
# What tests start by themselves, and what else this machine starts: nobody here asks it.
rm -f "$base/root/etc/systemd/system/"{multi-user,timers}.target.wants/*.{service,timer}
# Whatever is installed, the index of all manuals is not made anew, which would take seconds.
rm -f "$base/root/var/lib/man-db/auto-update"
echo mounted
cat > /dev/null`;

const ENVIRONMENT = [
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  "HOME=/root",
  "LANG=C.UTF-8",
];

/** The first child of a process; 0 where there is none yet. */
async function childOf(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  return Number(children.trim().split(" ")[0] ?? 0);
}
