/** Kubernetes' own schemas, as the package kubernetes-models compiles them from the OpenAPI document of its API. */

/** A manifest, parsed. */
export type Manifest = Readonly<Record<string, unknown>>;

interface Validate {
  (value: unknown): boolean;
  errors?: readonly { readonly instancePath: string; readonly message?: string; readonly params: unknown }[];
}

const SCHEMAS: Readonly<Record<string, string>> = {
  "v1 ConfigMap": "IoK8sApiCoreV1ConfigMap",
  "v1 Secret": "IoK8sApiCoreV1Secret",
  "v1 Service": "IoK8sApiCoreV1Service",
  "apps/v1 Deployment": "IoK8sApiAppsV1Deployment",
  "networking.k8s.io/v1 Ingress": "IoK8sApiNetworkingV1Ingress",
  "networking.k8s.io/v1 NetworkPolicy": "IoK8sApiNetworkingV1NetworkPolicy",
  "autoscaling/v2 HorizontalPodAutoscaler": "IoK8sApiAutoscalingV2HorizontalPodAutoscaler",
  "policy/v1 PodDisruptionBudget": "IoK8sApiPolicyV1PodDisruptionBudget",
};

/**
 * What is wrong with a manifest. As an API server that validates strictly, it refuses fields that no schema knows: they are
 * the ones that validation never reads.
 */
export async function problemsOf(manifest: Manifest): Promise<string[]> {
  const kind = `${manifest.apiVersion} ${manifest.kind}`;
  const name = SCHEMAS[kind];
  if (name === undefined) return [`no schema for ${kind}`];
  const { validate } = (await import(`kubernetes-models/_schemas/${name}`)) as { validate: Validate };
  const read = new Set<string>();
  validate(watched(manifest, "", read));
  const wrong = (validate.errors ?? []).map(
    (error) => `${error.instancePath} ${JSON.stringify(error.params)}`,
  );
  const unknown = [...placesIn(manifest, "")].filter((place) => !read.has(place));
  return [...wrong, ...unknown.map((place) => `${place} is unknown`)];
}

/** The value, with everything that is read of it noted. */
function watched(value: unknown, at: string, read: Set<string>): unknown {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      const found: unknown = Reflect.get(target, key, receiver);
      if (typeof key === "symbol" || !Object.hasOwn(target, key)) return found;
      read.add(`${at}/${key}`);
      return watched(found, `${at}/${key}`, read);
    },
  });
}

/** Where the values stand, the uppermost first. */
function* placesIn(value: unknown, at: string): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, field] of Object.entries(value)) {
    yield `${at}/${key}`;
    yield* placesIn(field, `${at}/${key}`);
  }
}
