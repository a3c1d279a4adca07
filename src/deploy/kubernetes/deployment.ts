/** The Deployment: how a server runs in its pod, how it starts, and how it leaves. */
import { CONFIG_DIRECTORY, type Item, type ManifestOptions, type SecretItem } from "./options.ts";
import { indented, quoted } from "./yaml.ts";

/** Where credentials are mounted. */
const CREDENTIALS_DIRECTORY = "/run/credentials/switchhook";

/**
 * How long a pod that is to go still answers, in seconds: until no proxy sends it calls any more, and until the answers that
 * it holds are due (8 s at most).
 */
const LEAVING_SECONDS = 15;

/** {@link LEAVING_SECONDS}, and after that what the server takes to stop: 2 s, and 2 s more for the history. */
const GRACE_SECONDS = 25;

/** Read by the owner, and the group that the server is in: 0440. YAML 1.1 and 1.2 disagree on what an octal number is. */
const SECRET_MODE = 0o440;

/** The Deployment. */
export function deployment(options: ManifestOptions): string {
  const { image, listen, adminPort, contents } = options;
  const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
  const args = ["serve", "--config", `${CONFIG_DIRECTORY}/${contents.main}`];
  const admin = `\n            - name: admin\n              containerPort: ${adminPort}`;
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: switchhook
  labels:
    app.kubernetes.io/name: switchhook
spec:
  # How many there are, two or more, is up to the HorizontalPodAutoscaler: a number here would undo it at every apply.
  revisionHistoryLimit: 3
  strategy:
    # A new server answers before an old one leaves; one whose configuration has errors never answers, and none leaves.
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      app.kubernetes.io/name: switchhook
  template:
    metadata:
      labels:
        app.kubernetes.io/name: switchhook
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      # The pause of preStop, and what the server takes to stop after it.
      terminationGracePeriodSeconds: ${GRACE_SECONDS}
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        runAsGroup: 65532
        fsGroup: 65532
        seccompProfile:
          type: RuntimeDefault
      # On different nodes, in different zones, as far as there are.
      topologySpreadConstraints:
${indented(8, ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map(spread))}
      containers:
        - name: switchhook
          image: ${quoted(image)}
          args:
${indented(12, args.map(listed))}
            # In place of what the configuration says: the pod's own addresses.
            - "--listen"
            - ${quoted(`${host}:${listen.port}`)}
          ports:
            - name: webhook
              containerPort: ${listen.port}${adminPort === undefined ? "" : admin}
${indented(10, environment(options))}
          # A start may wait for lists from URLs.
          startupProbe:
            httpGet:
              path: /healthz
              port: webhook
            periodSeconds: 1
            timeoutSeconds: 5
            failureThreshold: 60
          readinessProbe:
            httpGet:
              path: /healthz
              port: webhook
            periodSeconds: 2
            timeoutSeconds: 2
            failureThreshold: 2
          livenessProbe:
            httpGet:
              path: /healthz
              port: webhook
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
          lifecycle:
            preStop:
              # It answers on while its address is taken out everywhere, and until the answers that it holds are due.
              sleep:
                seconds: ${LEAVING_SECONDS}
          # No limit of the processor: it would hold up calls.
          resources:
            requests:
              cpu: 250m
              memory: 256Mi
            limits:
              memory: 1Gi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop:
                - ALL
          # What is wrong with a configuration shows in kubectl describe pod.
          terminationMessagePolicy: FallbackToLogsOnError
          volumeMounts:
${indented(12, mounts(options))}
      volumes:
${indented(8, volumes(options))}`;
}

function listed(text: string): string {
  return `- ${quoted(text)}`;
}

function spread(key: string): string {
  return `- topologyKey: ${key}
  maxSkew: 1
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      app.kubernetes.io/name: switchhook
  # Those of one version among themselves.
  matchLabelKeys:
    - pod-template-hash`;
}

function environment({ contents: { secrets } }: ManifestOptions): string[] {
  const variables = secrets.variables.map(
    ({ key, path, isOptional }) => `  - name: ${quoted(path)}
    valueFrom:
      secretKeyRef:
        name: switchhook
        key: ${quoted(key)}${isOptional ? "\n        optional: true" : ""}`,
  );
  const fixed = [
    // Where `kubectl exec … -- switchhook status` finds the admin listener.
    ["RUNTIME_DIRECTORY", "/run/switchhook"],
    ...(secrets.credentials.length > 0 ? [["CREDENTIALS_DIRECTORY", CREDENTIALS_DIRECTORY]] : []),
  ];
  return ["env:", ...fixed.map(([name, value]) => `  - name: ${name}\n    value: ${value}`), ...variables];
}

function mounts({ state, contents: { secrets } }: ManifestOptions): string[] {
  const mount = (name: string, path: string, more = "") =>
    `- name: ${name}\n  mountPath: ${quoted(path)}${more}`;
  return [
    // A directory, never a file by itself: that could not be followed.
    mount("config", CONFIG_DIRECTORY, "\n  readOnly: true"),
    mount("run", "/run/switchhook"),
    ...(secrets.credentials.length > 0
      ? [mount("credentials", CREDENTIALS_DIRECTORY, "\n  readOnly: true")]
      : []),
    ...(state === undefined ? [] : [mount("state", state)]),
  ];
}

function volumes({ state, contents }: ManifestOptions): string[] {
  const { files, flags, secrets } = contents;
  return [
    `- name: config
  projected:
    sources:
      - configMap:
          name: switchhook
          items:
${indented(12, files.map(item))}`,
    ...optional(flags, "configMap", item),
    ...sources(secrets.files),
    `- name: run
  emptyDir:
    medium: Memory
    sizeLimit: 1Mi`,
    ...(secrets.credentials.length > 0
      ? [`- name: credentials\n  projected:\n    sources:`, ...sources(secrets.credentials)]
      : []),
    // What is kept for longer than a pod lives needs a volume of its own.
    ...(state === undefined ? [] : ["- name: state\n  emptyDir: {}"]),
  ];
}

/** Files of the Secret, those that must be there apart from those that need not be. */
function sources(items: readonly SecretItem[]): string[] {
  const needed = items.filter(({ isOptional }) => !isOptional);
  return [
    ...(needed.length > 0 ? [source("secret", needed.map(secretItem))] : []),
    ...optional(
      items.filter(({ isOptional }) => isOptional),
      "secret",
      secretItem,
    ),
  ];
}

function optional(
  items: readonly Item[],
  kind: "configMap" | "secret",
  word: (item: Item) => string,
): string[] {
  return items.length > 0 ? [source(kind, items.map(word), "\n          optional: true")] : [];
}

function source(kind: "configMap" | "secret", items: readonly string[], more = ""): string {
  return `      - ${kind}:
          name: switchhook${more}
          items:
${indented(12, items)}`;
}

function item({ key, path }: Item): string {
  return `- key: ${quoted(key)}\n  path: ${quoted(path)}`;
}

function secretItem(wanted: Item): string {
  return `${item(wanted)}\n  mode: ${SECRET_MODE}`;
}
