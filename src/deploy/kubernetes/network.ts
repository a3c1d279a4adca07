/** How calls reach the pods, and whom the pods may reach. */
import type { ManifestOptions } from "./options.ts";
import { quoted } from "./yaml.ts";

/** The Service. @param hasAdmin whether the admin listener can be reached from outside of its pod */
export function service(hasAdmin: boolean): string {
  const admin = `
    # For one pod at a time; scrape the pods, not this.
    - name: admin
      port: 8788
      targetPort: admin`;
  return `apiVersion: v1
kind: Service
metadata:
  name: switchhook
  labels:
    app.kubernetes.io/name: switchhook
spec:
  selector:
    app.kubernetes.io/name: switchhook
  ports:
    - name: webhook
      port: 80
      targetPort: webhook${hasAdmin ? admin : ""}`;
}

/** The Ingress: the webhook, and nothing else. A trailing slash more or less is the same path. */
export function ingress(domain: string, path: string): string {
  const paths = [...new Set([path, `${path === "/" ? "" : path}/`])].map(
    (exact) => `          - path: ${quoted(exact)}
            pathType: Exact
            backend:
              service:
                name: switchhook
                port:
                  name: webhook`,
  );
  return `# TLS ends here. The certificate is cert-manager's, or your own:
#   kubectl create secret tls switchhook-tls --cert=fullchain.pem --key=privkey.pem
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: switchhook
  labels:
    app.kubernetes.io/name: switchhook
spec:
  # Without an ingressClassName, it is the cluster's default one.
  tls:
    - hosts:
        - ${quoted(domain)}
      secretName: switchhook-tls
  rules:
    - host: ${quoted(domain)}
      http:
        paths:
${paths.join("\n")}`;
}

/** The NetworkPolicy: in, the webhook alone; out, only the ports that the configuration names. */
export function networkPolicy({ adminPort, ports }: Pick<ManifestOptions, "adminPort" | "ports">): string {
  const admin = adminPort === undefined ? "" : "\n        - port: admin";
  return `# To let in only the ingress controller, add to the rule below, with the controller's namespace:
#   from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress-nginx } } }]
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: switchhook
  labels:
    app.kubernetes.io/name: switchhook
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: switchhook
  policyTypes:
    - Ingress
    - Egress
  ingress:
    - ports:
        - port: webhook${admin}
${egress(ports)}`;
}

function egress(ports: readonly number[]): string {
  if (ports.length === 0) return "  # The configuration asks and tells nobody.\n  egress: []";
  const wanted = ports.map((port) => `        - port: ${port}`);
  return `  egress:
    # DNS.
    - ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP
    # Look-ups, notices, lists, contacts and [shared] of the configuration; never the metadata service of the cloud.
    - ports:
${wanted.join("\n")}
      to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except:
              - 169.254.0.0/16
        - ipBlock:
            cidr: ::/0
            except:
              - fe80::/10
              - fd00:ec2::254/128`;
}
