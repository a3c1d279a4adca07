/** A pod as the manifests of `switchhook kubernetes` say, with its volumes made as the kubelet makes them. */
import { expect, test } from "bun:test";
import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseAllDocuments } from "yaml";
import { ask, BINARY, callBody, directory, KEY, post, run, serve, until } from "../harness.ts";

const NEW_KEY = "key_fedcba9876543210";
const CLIENT = "clients/acme.toml";

const CONFIG = {
  "config.toml": `include = ["clients/*.toml"]
[retell]
api_key = "\${credential:retell_api_key}"
[lists]
spam = { file = "lists/spam.txt" }
[defaults]
deny = ["@spam"]
variables = { tenant = "\${file:secrets/tenant}", region = "\${env:REGION}" }
`,
  [CLIENT]: `[numbers."+12137771235"]
agent = "agent_1"
[[numbers."+12137771235".rules]]
when = { exists = "../flags/closed" }
agent = "agent_closed"
`,
  "lists/spam.txt": "+12137770000\n",
  // A secret: in no ConfigMap.
  "secrets/tenant": "acme",
};

interface Projection {
  readonly name: string;
  readonly optional?: boolean;
  readonly items: readonly { readonly key: string; readonly path: string }[];
}

interface Volume {
  readonly name: string;
  readonly projected?: {
    readonly sources: readonly { readonly configMap?: Projection; readonly secret?: Projection }[];
  };
}

interface Manifest {
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly template: {
      readonly spec: {
        readonly volumes: readonly Volume[];
        readonly containers: readonly [
          {
            readonly args: readonly string[];
            readonly env: readonly {
              name: string;
              value?: string;
              valueFrom?: { secretKeyRef: { key: string } };
            }[];
            readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
          },
        ];
      };
    };
  };
}

type Values = Readonly<Record<string, string>>;

let made = 0;

/** Fills a projected volume, or swaps what is in it: by a link, all at once. */
async function project(volume: Volume, path: string, configMap: Values, secret: Values): Promise<void> {
  const directory = `..2026_${++made}`;
  const tops = new Set<string>();
  for (const source of volume.projected?.sources ?? []) {
    const { items, optional } = source.configMap ?? source.secret ?? { items: [] };
    const values = source.configMap ? configMap : secret;
    for (const item of items) {
      const value = values[item.key];
      if (value === undefined && optional) continue;
      if (value === undefined) throw new Error(`references non-existent config key: ${item.key}`);
      const file = join(path, directory, item.path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, value);
      tops.add(item.path.split("/")[0] ?? "");
    }
  }
  await symlink(directory, join(path, "..data_tmp"));
  await rename(join(path, "..data_tmp"), join(path, "..data"));
  for (const top of tops) {
    await symlink(join("..data", top), join(path, top)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

test("a pod starts as the manifests say, and follows ConfigMap and Secret", async () => {
  await using files = await directory(CONFIG);
  await using root = await directory({});
  const printed = await run([...BINARY, "kubernetes", "--image", "switchhook"], {
    cwd: files.path,
    env: { REGION: "here" },
  });
  expect(printed.stderr).toBe("");
  const manifests = parseAllDocuments(printed.stdout).map((document) => document.toJS() as Manifest);
  const pod = manifests.find(({ kind }) => kind === "Deployment")?.spec?.template.spec;
  let configMap = manifests.find(({ kind }) => kind === "ConfigMap")?.data ?? {};
  let secret: Values = { retell_api_key: KEY, secrets__tenant: "acme", REGION: "us" };
  if (!pod) throw new Error("Cannot find the Deployment");
  const [container] = pod.containers;

  const fill = async () => {
    for (const { name, mountPath } of container.volumeMounts) {
      const volume = pod.volumes.find((volume) => volume.name === name);
      await mkdir(root.file(mountPath), { recursive: true });
      if (volume?.projected) await project(volume, root.file(mountPath), configMap, secret);
    }
  };
  await fill();

  const env = Object.fromEntries(
    container.env.map(({ name, value, valueFrom }) => [
      name,
      // Paths of the pod are below a directory of their own here.
      value === undefined ? (secret[valueFrom?.secretKeyRef.key ?? ""] ?? "") : root.file(value),
    ]),
  );
  const [command, flag, config = "", ...args] = container.args;
  expect([command, flag, ...args]).toEqual(["serve", "--config", "--listen", "0.0.0.0:8787"]);
  await using server = await serve(BINARY, root.file(config), { env, args: ["--listen", "0.0.0.0:0"] });
  const url = server.url.replace("0.0.0.0", "127.0.0.1");
  const variables = { tenant: "acme", region: "us" };
  const answer = (agent: string) => ({
    call_inbound: { override_agent_id: agent, dynamic_variables: variables },
  });
  const follows = async (agent: string) => {
    await fill();
    await until(async () => JSON.stringify(await ask(url)) === JSON.stringify(answer(agent)));
  };
  expect(await ask(url)).toEqual(answer("agent_1"));
  expect(await ask(url, { from_number: "+12137770000" })).toEqual({ call_inbound: { reject: true } });
  // What `kubectl exec` runs finds the server.
  const status = [...BINARY, "status", "-c", root.file(config)];
  expect((await run(status, { env })).exitCode).toBe(0);

  configMap = {
    ...configMap,

    "clients__acme.toml": CONFIG[CLIENT].replace("agent_1", "agent_2"),
  };
  await follows("agent_2");
  configMap = { ...configMap, flags__closed: "" };
  await follows("agent_closed");
  const { flags__closed: _gone, ...rest } = configMap;
  configMap = rest;
  await follows("agent_2");

  secret = { ...secret, retell_api_key: NEW_KEY };
  await fill();
  await until(async () => (await post(url, callBody(), NEW_KEY)).status === 200);
  expect((await post(url, callBody(), KEY)).status).toBe(401);
});
