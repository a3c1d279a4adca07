/** What the manifests for Kubernetes are made of. */

/** What the manifests are made of. */
export interface ManifestOptions {
  /** The container image, as `registry.example/switchhook:0.2.0`. */
  readonly image: string;
  /** The name that Retell calls; undefined: there is no Ingress. */
  readonly domain: string | undefined;
  /** The path of the webhook. */
  readonly path: string;
  /** Where the server listens in its pod: on every address of it. */
  readonly listen: { readonly host: string; readonly port: number };
  /** The port of the admin listener, where others than the pod itself can reach it. */
  readonly adminPort: number | undefined;
  /** Where the configuration has the server keep its state. */
  readonly state: string | undefined;
  /** The configuration. */
  readonly contents: Contents;
  /** The TCP ports of the servers that the configuration has calls ask or tell, each once. */
  readonly ports: readonly number[];
}

/** A configuration as ConfigMap and Secret hold it. */
export interface Contents {
  /** The path of the main file below the directory of the configuration. */
  readonly main: string;
  readonly files: readonly (Item & { readonly text: string })[];
  /** Files that rules ask for by `exists`, and that are not there. */
  readonly flags: readonly Item[];
  readonly secrets: {
    /** Environment variables; `path` is the variable's name. */
    readonly variables: readonly SecretItem[];
    /** Credentials; `path` is the credential's name. */
    readonly credentials: readonly SecretItem[];
    /** Files with secrets. */
    readonly files: readonly SecretItem[];
  };
}

/** A key of a ConfigMap or a Secret, and the file that is made of it. */
export interface Item {
  readonly key: string;
  /** Below the directory that it is mounted at. */
  readonly path: string;
}

/** A key of the Secret. */
export interface SecretItem extends Item {
  /** Whether the server starts without it. */
  readonly isOptional: boolean;
}

/** Where the configuration is mounted. */
export const CONFIG_DIRECTORY = "/etc/switchhook";
