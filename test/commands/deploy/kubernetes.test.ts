import { describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { parseAllDocuments } from "yaml";
import { type Manifest, problemsOf } from "../../deploy/kubernetes/schemas.ts";
import { type Directory, directory, KEY } from "../../harness.ts";
import { runHere } from "../in-process.ts";

const IMAGE = "registry.example/switchhook:0.2.0";
const NUMBER = '[numbers."+12137771235"]\nagent = "agent_12345"\n';
const MINIMAL = `[retell]\napi_key = "\${env:RETELL_API_KEY}"\n\n${NUMBER}`;

/** A configuration with everything that manifests are made of. */
const WHOLE: Readonly<Record<string, string>> = {
  "config.toml": `include = ["clients/*.toml"]

[server]
listen = "unix:/run/switchhook/webhook.sock"
path = "/inbound/retell"
public_url = "https://calls.example/inbound/retell"
state = "/var/lib/switchhook"

[admin]
listen = "0.0.0.0:8788"
token = "\${env:ADMIN_TOKEN}"

[retell]
api_key = "\${env:RETELL_API_KEY}"
account_key = "\${env:RETELL_ACCOUNT_KEY}"

[lists]
spam = { file = "lists/spam.txt" }
vip = { url = "https://lists.example:8443/vip" }

[contacts]
file = "contacts.csv"

[lookups.crm]
url = "http://crm.internal:8080/callers?phone=\${from_number}"
headers = { authorization = "Bearer \${credential:crm}", x-tenant = "\${file:secrets/tenant}" }

[notify.slack]
url = "\${env:SLACK_URL}"

[defaults]
deny = ["@spam", "@vip"]
notify = ["slack"]

[numbers."+12137771235"]
agent = "agent_12345"

[[numbers."+12137771235".rules]]
when = { exists = "flags/closed" }
reject = true

[[numbers."+12137771235".rules]]
when = { lookup.crm = "missing" }
agent = "agent_2"
`,
  "lists/spam.txt": "+12137771234\r\n# nuisance\r\n",
  "contacts.csv": "\ufeffnumber,first_name\n+12137771299,Zoë\n",
  "clients/Müller & Söhne.toml": '# Ours\n[numbers."+12137771236"]\nagent = "agent_1"',
  "clients/M_ller___S_hne.toml": '[numbers."+12137771237"]\nagent = "agent_1"\n\n\n',
};

const env = { ADMIN_TOKEN: "0123456789abcdef0123", RETELL_API_KEY: KEY };

async function printed(files: Directory, ...args: readonly string[]) {
  const finished = await runHere(["kubernetes", "--image", IMAGE, ...args], { cwd: files.path, env });
  const manifests = parseAllDocuments(finished.stdout).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  });
  return { ...finished, manifests };
}

/** What stands at a place, such as `spec.template.spec.containers.0.args`. */
function at(manifests: readonly Manifest[], kind: string, way: string): unknown {
  let value: unknown = manifests.find((manifest) => manifest.kind === kind);
  for (const key of way.split(".")) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return value;
}

/** What is said, and the ports that the NetworkPolicy opens besides that of DNS; undefined where it opens none. */
async function opened(config: Readonly<Record<string, string>>) {
  await using files = await directory(config);
  const { exitCode, stderr, manifests } = await printed(files);
  const egress = at(manifests, "NetworkPolicy", "spec.egress") as { ports: { port: number }[] }[];
  const [dns, ...others] = egress.map((rule) => rule.ports.map(({ port }) => port));
  expect(dns ?? [53, 53]).toEqual([53, 53]);
  return { exitCode, stderr, ports: others.length === 0 ? undefined : others.flat() };
}

/** {@link opened} for a configuration that says little besides these tables. */
const openedBy = (tables: string) => opened({ "config.toml": `${tables}\n${MINIMAL}` });

const KINDS = ["ConfigMap", "Secret", "Deployment", "Service", "Ingress", "NetworkPolicy"];
const SCALING = ["HorizontalPodAutoscaler", "PodDisruptionBudget"];

describe("switchhook kubernetes", () => {
  test("prints manifests that Kubernetes' schemas accept, and nothing that they do not know", async () => {
    for (const config of [{ "config.toml": MINIMAL }, WHOLE]) {
      await using files = await directory(config);
      const { exitCode, stderr, manifests } = await printed(files, "--domain", "calls.example");
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(manifests.map(({ kind }) => kind)).toEqual([...KINDS, ...SCALING]);
      for (const manifest of manifests) expect(await problemsOf(manifest)).toEqual([]);
    }
  });

  test.each<[kind: string, way: string, mistake: unknown, problem: string]>([
    ["Deployment", "spec.template.spec.containers.0.lifecycle.preStop.sleep.seconds", "15", "sleep/seconds"],
    ["Deployment", "spec.template.spec.containers.0.readOnlyRootFileSystem", true, "FileSystem is unknown"],
    ["Deployment", "spec.selector", undefined, "selector"],
    ["ConfigMap", "data.config", 1, "/data/config"],
    ["Service", "spec.ports.0.port", "80", "/spec/ports/0/port"],
    ["HorizontalPodAutoscaler", "spec.maxReplicas", undefined, "maxReplicas"],
    ["PodDisruptionBudget", "spec.maxUnavailble", 1, "maxUnavailble is unknown"],
    ["NetworkPolicy", "spec.ingress.0.to", [], "/spec/ingress/0/to is unknown"],
    ["Ingress", "spec.rules.0.http.paths.0.pathType", undefined, "pathType"],
  ])("a mistake planted in %s at %s is found", async (kind, way, mistake, problem) => {
    await using files = await directory({ "config.toml": MINIMAL });
    const { manifests } = await printed(files, "--domain", "calls.example");
    const broken = manifests.find((manifest) => manifest.kind === kind) ?? {};
    const place = way.split(".");
    const last = place.pop() ?? "";
    const parent = at(manifests, kind, place.join(".")) as Record<string, unknown>;
    if (mistake === undefined) delete parent[last];
    else parent[last] = mistake;
    expect((await problemsOf(broken)).join("\n")).toContain(problem);
  });

  test("puts every file into the ConfigMap as it is, and mounts it at its own place", async () => {
    await using files = await directory(WHOLE);
    const { manifests } = await printed(files);
    const data = at(manifests, "ConfigMap", "data") as Record<string, string>;
    const items = at(
      manifests,
      "Deployment",
      "spec.template.spec.volumes.0.projected.sources.0.configMap.items",
    );
    const mounted = (items as { key: string; path: string }[]).map(({ key, path }) => [path, data[key]]);
    expect(Object.fromEntries(mounted)).toEqual(WHOLE);
    for (const [path = "", text] of mounted)
      expect(await readFile(files.file(path), "utf8")).toBe(text ?? "");
    for (const key of Object.keys(data)) expect(key).toMatch(/^[-._a-zA-Z0-9]{1,253}$/);
  });

  test("names what the configuration takes from elsewhere, and has no value of it", async () => {
    await using files = await directory(WHOLE);
    const { stdout, manifests } = await printed(files);
    for (const value of Object.values(env)) expect(stdout).not.toContain(value);
    expect(at(manifests, "Secret", "data") ?? at(manifests, "Secret", "stringData")).toBeUndefined();
    const variables = at(manifests, "Deployment", "spec.template.spec.containers.0.env") as {
      name: string;
      valueFrom?: { secretKeyRef: { key: string; optional?: boolean } };
    }[];
    const wanted = variables.flatMap(({ name, valueFrom }) =>
      valueFrom ? [[name, valueFrom.secretKeyRef.optional ?? false]] : [],
    );
    expect(Object.fromEntries(wanted)).toEqual({
      ...{ ADMIN_TOKEN: false, RETELL_API_KEY: false, RETELL_ACCOUNT_KEY: true, SLACK_URL: false },
    });
    const volumes = JSON.stringify(at(manifests, "Deployment", "spec.template.spec.volumes"));
    expect(volumes).toContain('{"key":"crm","path":"crm","mode":288}');
    expect(volumes).toContain('{"key":"secrets__tenant","path":"secrets/tenant","mode":288}');
    expect(volumes).toContain('"optional":true,"items":[{"key":"flags__closed","path":"flags/closed"}]');
  });

  test("lets nothing run that need not: not as root, on a file system that is read-only, without capabilities", async () => {
    await using files = await directory({ "config.toml": MINIMAL });
    const { manifests } = await printed(files);
    const pod = at(manifests, "Deployment", "spec.template.spec") as Record<string, unknown>;
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          securityContext: {
            ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
            capabilities: { drop: ["ALL"] },
          },
        },
      ],
    });
  });

  test("listens on every address of the pod, whatever the configuration says", async () => {
    const place = async (listen: string) => {
      await using files = await directory({ "config.toml": `[server]\nlisten = "${listen}"\n${MINIMAL}` });
      const { manifests } = await printed(files);
      const [container] = at(manifests, "Deployment", "spec.template.spec.containers") as [
        { args: string[]; ports: { containerPort: number }[] },
      ];
      return [container.args.at(-1), container.ports[0]?.containerPort];
    };
    expect(await place("127.0.0.1:9000")).toEqual(["0.0.0.0:9000", 9000]);
    expect(await place("[::]:9000")).toEqual(["[::]:9000", 9000]);
    expect(await place("unix:/run/switchhook/s")).toEqual(["0.0.0.0:8787", 8787]);
  });

  test("opens the way out to the ports of the configuration's URLs, and to no others", async () => {
    expect((await opened(WHOLE)).ports).toEqual([443, 8080, 8443]);
    expect((await openedBy("")).ports).toBeUndefined();
  });

  const HIDDEN =
    "note: the URL of [shared] is not set here, so the NetworkPolicy opens the usual port, 6379; if the server listens on another one, set it here too and print again\n";
  const SENTINELS =
    "note: the sentinels of [shared] say where the server is, so the NetworkPolicy opens the usual port, 6379, besides theirs; if the server listens on another one, add it to the NetworkPolicy\n";

  test.each<[shared: string, ports: readonly number[], stderr: string]>([
    ['url = "redis://10.0.0.5:6380/0"', [6380], ""],
    ['urls = ["redis://10.0.0.5:7001", "redis://[fd00::6]:7002"]', [7001, 7002], ""],
    ['url = "redis+sentinel://10.0.0.5:26380,10.0.0.6/main"', [6379, 26_379, 26_380], SENTINELS],
    ['url = "${env:NOT_SET}"\npassword = "${env:NOR_THIS}"', [6379], HIDDEN],
    ['urls = ["${env:NOT_SET}", "redis://10.0.0.5:7001"]', [6379, 7001], HIDDEN],
    ['url = "redis://10.0.0.5:${env:NOT_SET}/0"', [6379], HIDDEN],
    ['url = "redis://desk:${env:NOT_SET}@10.0.0.5:7000/0"', [7000], ""],
    [
      'urls = ["redis://:${env:NOT_SET}@10.0.0.5:7001", "redis://:${env:NOT_SET}@[fd00::6]:7002"]',
      [7001, 7002],
      "",
    ],
    [
      'url = "redis+sentinel://:${env:NOT_SET}@10.0.0.5:26380,10.0.0.6/main"',
      [6379, 26_379, 26_380],
      SENTINELS,
    ],
  ])(
    "opens the ports of [shared] as far as they are known here, and says what is not: %s",
    async (shared, ports, stderr) => {
      expect(await openedBy(`[shared]\n${shared}`)).toEqual({ exitCode: 0, stderr, ports: [...ports] });
    },
  );

  test.each([
    ["http://crm.internal:8080/${env:NOT_SET}?from=${from_number}", 8080],
    ["http://crm.internal/?key=${env:NOT_SET}", 80],
    ["https://${env:NOT_SET}:8443/callers", 8443],
    ["${env:NOT_SET}/callers", 443],
  ])("reads the port of a URL of which a part is a secret that is not here: %s", async (url, port) => {
    const lookup = `[lookups.crm]\nurl = "${url}"\n[defaults]\nvariables = { plan = "\${lookup.crm.plan}" }`;
    const list = `[lists]\nvip = { url = "${url.replace("?from=${from_number}", "")}" }\n[defaults]\ndeny = ["@vip"]`;
    for (const tables of [lookup, list]) expect((await openedBy(tables)).ports).toEqual([port]);
  });

  test("has an Ingress where a name is known, and says why where none is", async () => {
    await using files = await directory({ ...WHOLE, "minimal.toml": MINIMAL });
    const { manifests } = await printed(files);
    expect(at(manifests, "Ingress", "spec.rules.0.host")).toBe("calls.example");
    // A trailing slash is the same path to the server.
    for (const [index, path] of ["/inbound/retell", "/inbound/retell/"].entries()) {
      expect(at(manifests, "Ingress", `spec.rules.0.http.paths.${index}.path`)).toBe(path);
    }
    expect(
      at(
        await printed(files, "--domain", "other.example").then((all) => all.manifests),
        "Ingress",
        "spec.rules.0.host",
      ),
    ).toBe("other.example");
    const without = await printed(files, "-c", "minimal.toml");
    expect(at(without.manifests, "Ingress", "kind")).toBeUndefined();
    expect(without.stdout).toContain(
      "# There is no Ingress, since nothing says under which name Retell calls",
    );
  });

  test.each<[what: string, files: Readonly<Record<string, string>>, said: string]>([
    ["has errors", { "config.toml": "wombat = 1\n" }, "wombat"],
    [
      "contains an API key",
      { "config.toml": MINIMAL.replace("${env:RETELL_API_KEY}", KEY) },
      "config.toml contains an API key",
    ],
    [
      "contains the token of [admin]",
      {
        "config.toml": `[admin]\nlisten = "127.0.0.1:8788"\ntoken = "0123456789abcdef0123"\n${MINIMAL}`,
      },
      "config.toml contains the token of [admin], and whoever may read the ConfigMap could read it",
    ],
    ...[
      'url = "redis://10.0.0.5"\npassword = "redis"',
      'url = "redis://desk:p%40ss@10.0.0.5"',
      'url = "redis+sentinel://10.0.0.5/main"\nsentinel_password = "redis"',
      'url = "${env:NOT_SET}"\npassword = "redis"',
    ].map((shared): [string, Readonly<Record<string, string>>, string] => [
      `contains a password: ${shared}`,
      { "config.toml": `[shared]\n${shared}\n${MINIMAL}` },
      "config.toml contains a password of [shared], and whoever may read the ConfigMap could read it",
    ]),
    ...Object.entries({
      'the key of [notify.hook], and whoever may read the ConfigMap could read it; use key = "${env:NOTICE_KEY}"':
        '[notify.hook]\nurl = "https://hooks.example/x"\nkey = "0123456789abcdef0123"\n',
      'the header "authorization" of [notify.hook], and whoever may read the ConfigMap could read it; use headers = { authorization = "Bearer ${env:TOKEN}" }':
        '[notify.hook]\nurl = "https://hooks.example/x"\nheaders = { Authorization = "Bearer t0ken" }\n',
      'the header "x-api-key" of [lookups.crm], and whoever may read the ConfigMap could read it; use headers = { x-api-key = "${env:TOKEN}" }':
        "[lookups.crm]\nurl = \"https://crm.example/x\"\nheaders = { x-api-key = 't0ken' }\n",
      'the header "cookie" of lists.spam, and whoever may read the ConfigMap could read it':
        '[lists]\nspam = { url = "https://lists.example/x", headers = { cookie = "session=\\"t0ken\\"" } }\n',
    }).map(([said, table]): [string, Readonly<Record<string, string>>, string] => [
      `contains ${said}`,
      { "config.toml": `${table}${MINIMAL}` },
      `config.toml contains ${said}`,
    ]),
    [
      "contains a secret of a client",
      {
        "config.toml": `include = ["acme.toml"]\n${MINIMAL}`,
        "acme.toml": '[lookups.crm]\nurl = "https://crm.example/x"\nheaders = { x-auth = "t0ken" }\n',
      },
      'acme.toml contains the header "x-auth" of [lookups.crm]',
    ],
    [
      "keeps its state where it is mounted",
      { "config.toml": `[server]\nstate = "/etc/switchhook/state"\n${MINIMAL}` },
      "`state` in [server] is in /etc/switchhook, where nothing can be written",
    ],
    [
      "is larger than a ConfigMap can be",
      {
        "config.toml": `${MINIMAL}deny = ["@x"]\n[lists]\nx = { file = "x.txt" }\n`,
        "x.txt": `${"# a comment of sixty-six bytes, with its line end ................\n".repeat(16_384)}+12137771234\n`,
      },
      "the 2 files have 1,073 KiB together, and a ConfigMap holds 1,024 KiB at most; take large lists and contacts from a URL (`url = …`): x.txt (1,073 KiB), config.toml (1 KiB)",
    ],
  ])("refuses a configuration that %s", async (_what, config, said) => {
    await using files = await directory(config);
    const { exitCode, stdout, stderr } = await printed(files);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(said);
    expect(stderr).not.toContain(KEY);
  });

  test("keeps no history where only the systemd of this machine has a directory for it", async () => {
    await using files = await directory({ "config.toml": MINIMAL });
    const here = await printed(files);
    const underSystemd = await runHere(["kubernetes", "--image", IMAGE], {
      ...{ cwd: files.path, env: { ...env, STATE_DIRECTORY: "/var/lib/switchhook" } },
    });
    expect(underSystemd.stdout).toBe(here.stdout);
  });

  test("takes headers that are no secrets, and secrets from the environment, whatever words they are part of", async () => {
    await using files = await directory({
      "config.toml": `[lookups.crm]\nurl = "https://crm.example/x"
headers = { accept = "application/json", x-tenant = "acme", x-key = "\${env:CRM_KEY}", x-token = "", authorization = "Bearer \${env:CRM_TOKEN}" }
[notify.hook]\nurl = "https://hooks.example/x"\nkey = "\${env:CRM_KEY}"\n${MINIMAL}`,
    });
    for (const secrets of [{}, { CRM_KEY: "crm", CRM_TOKEN: "acme" }]) {
      const { exitCode, stdout } = await runHere(["kubernetes", "--image", IMAGE], {
        ...{ cwd: files.path, env: { ...env, ...secrets } },
      });
      expect(exitCode).toBe(0);
      expect(stdout).toContain("CRM_TOKEN");
    }
  });

  test("takes a password from the environment, whatever words it is part of", async () => {
    await using files = await directory({
      "config.toml": `[shared]\nurl = "redis://10.0.0.5"\npassword = "\${env:REDIS_PASSWORD}"\n${MINIMAL}`,
    });
    const { exitCode, stderr, stdout } = await runHere(["kubernetes", "--image", IMAGE], {
      ...{ cwd: files.path, env: { ...env, REDIS_PASSWORD: "redis" } },
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("REDIS_PASSWORD");
  });

  test("refuses a file that is not below the directory of the configuration", async () => {
    await using files = await directory({
      "etc/config.toml": `${MINIMAL}deny = ["@x"]\n[lists]\nx = { file = "../x.txt" }\n`,
      "x.txt": "+12137771234\n",
    });
    const { exitCode, stderr } = await printed(files, "-c", "etc/config.toml");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /x\.txt is not below .*etc, whose files are mounted as \/etc\/switchhook; move it there\n$/,
    );
  });

  test("says that allow_ips would refuse every call", async () => {
    const said = async (more: string) => {
      await using files = await directory({
        "config.toml": `[server]\nallow_ips = ["100.20.5.228"]\n${more}\n${MINIMAL}`,
      });
      return (await printed(files)).stderr;
    };
    expect(await said("")).toContain("note: `allow_ips` is set, and `trusted_proxies` has only this machine");
    expect(await said('trusted_proxies = ["10.0.0.0/8"]')).toBe("");
  });

  test.each([
    ["no image", []],
    ["an image that is none", ["--image", "a b"]],
  ])("with %s, it is a usage error", async (_what, args) => {
    await using files = await directory({ "config.toml": MINIMAL });
    expect((await runHere(["kubernetes", ...args], { cwd: files.path })).exitCode).toBe(2);
  });
});
