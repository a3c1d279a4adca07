/** The manifests that `switchhook kubernetes` prints: https://kubernetes.io/docs/reference/kubernetes-api */
import { deployment } from "./deployment.ts";
import { ingress, networkPolicy, service } from "./network.ts";
import type { Contents, ManifestOptions } from "./options.ts";
import { block, quoted } from "./yaml.ts";

/** Every manifest, one after the other. */
export function kubernetesManifests(options: ManifestOptions): string {
  const { domain, contents } = options;
  const manifests = [
    configMap(contents),
    secret(contents),
    deployment(options),
    service(options.adminPort !== undefined),
    ...(domain === undefined ? [] : [ingress(domain, options.path)]),
    `${domain === undefined ? NO_INGRESS : ""}${networkPolicy(options)}`,
    AUTOSCALER,
    DISRUPTIONS,
  ];
  return `${HEADER}\n${manifests.join("\n---\n")}`;
}

const HEADER = `# Made by switchhook kubernetes, for Kubernetes 1.30 or later. Print it again when files come or go, and apply it with
#   kubectl apply --server-side -f switchhook.yaml
# (without --server-side, kubectl takes no ConfigMap of more than 256 KiB), or name it in \`resources\` of a kustomization.
#`;

function configMap({ files }: Contents): string {
  const entries = files.map(({ key, text }) => `  ${quoted(key)}: ${block(text, 2)}`);
  return `# The configuration. A change of it is in force, without a restart, once the kubelet has handed it on: in about a minute.
apiVersion: v1
kind: ConfigMap
metadata:
  name: switchhook
  labels:
    app.kubernetes.io/name: switchhook
data:
${entries.join("\n")}`;
}

function secret({ secrets }: Contents): string {
  const wanted = [...secrets.variables, ...secrets.credentials, ...secrets.files];
  const first = wanted[0]?.key ?? "RETELL_API_KEY";
  const names = wanted.map(({ key, isOptional }) => `#   ${key}${isOptional ? " (optional)" : ""}`);
  return `# No value stands here, so that applying this again changes none. ${names.length > 0 ? "These keys are needed:" : "The configuration needs none."}
${names.map((name) => `${name}\n`).join("")}# Set each once; pods wait until it is there:
#   kubectl patch secret switchhook -p '{"stringData":{"${first}":"…"}}'
apiVersion: v1
kind: Secret
metadata:
  name: switchhook
  labels:
    app.kubernetes.io/name: switchhook
type: Opaque`;
}

const NO_INGRESS = `# There is no Ingress, since nothing says under which name Retell calls: use --domain, or public_url in [server].
`;

const AUTOSCALER = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: switchhook
  labels:
    app.kubernetes.io/name: switchhook
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: switchhook
  minReplicas: 2
  maxReplicas: 10
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 70`;

const DISRUPTIONS = `# Nodes are drained one pod at a time; pods that do not work anyway are no obstacle.
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: switchhook
  labels:
    app.kubernetes.io/name: switchhook
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      app.kubernetes.io/name: switchhook`;
