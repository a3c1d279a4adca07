/** The snippets that `switchhook proxy` prints: a reverse proxy with TLS in front of the webhook. */
import { dirname } from "node:path";
import type { ListenAddress } from "../config/read/settings/settings.ts";

/** The proxies that there are snippets for. */
export const PROXIES = ["caddy", "nginx", "haproxy"] as const;

/** One of {@link PROXIES}. */
export type ProxyName = (typeof PROXIES)[number];

/** What a snippet is for. */
export interface ProxyOptions {
  /** The name that Retell calls: `calls.example`. */
  readonly domain: string;
  /** Where Switchhook listens, on one machine or more. */
  readonly servers: readonly [ListenAddress, ...ListenAddress[]];
  /** The path of the webhook. */
  readonly path: string;
}

/** The most bytes of a body: more than the webhook reads is not sent on to it. */
const LARGEST_BODY = 65_536;

/**
 * The snippet for a proxy. What they have in common: only the webhook and `/healthz` reach the service; each call has a
 * connection of its own, so that none is sent on one that a restart is closing; the sender's address is handed on.
 */
export function proxySnippet(proxy: ProxyName, options: ProxyOptions): string {
  switch (proxy) {
    case "caddy":
      return caddy(options);
    case "nginx":
      return nginx(options);
    case "haproxy":
      return haproxy(options);
  }
}

function caddy({ domain, servers, path }: ProxyOptions): string {
  const upstreams = servers.map((listen) =>
    listen.kind === "unix" ? `unix/${listen.path}` : hostAndPort(listen),
  );
  const isOne = upstreams.length === 1;
  return `# In /etc/caddy/Caddyfile. Caddy gets the certificate by itself.
${domain} {
	@switchhook path ${path} ${path}/ /healthz
	handle @switchhook {
		# Switchhook refuses more than ${LARGEST_BODY} bytes. Much larger bodies do not get there.
		@large header_regexp Content-Length ^[0-9]{6,}$
		respond @large 413
		request_body {
			max_size 100KB
		}
		# ${isOne ? "A call that comes during a restart waits here until the service is back." : "Finds a server that is there; a call that comes while none is waits here."}
		forward_auth ${upstreams.join(" ")} {
			uri /healthz
			lb_try_duration 15s
			lb_try_interval 50ms
			transport http {
				keepalive off
			}
		}
		${isOne ? "" : "# The one that has just answered.\n\t\t"}reverse_proxy ${isOne ? upstreams[0] : "{http.reverse_proxy.upstream.hostport}"} {
			transport http {
				keepalive off
			}
		}
	}
	respond 404
}
`;
}

function nginx({ domain, servers, path }: ProxyOptions): string {
  const upstreams = servers.map((listen) =>
    listen.kind === "unix" ? `unix:${listen.path}` : hostAndPort(listen),
  );
  const isOne = upstreams.length === 1;
  const location = (uri: string) => `    location = ${uri} {
        client_max_body_size ${LARGEST_BODY};
        proxy_pass http://switchhook;
        proxy_http_version 1.1;${isOne ? "" : NEXT_SERVER}
        # A connection for each call: none is sent on one that a restart is closing.
        proxy_set_header Connection close;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        # Longer than the longest delay and look-up.
        proxy_read_timeout 30s;
    }`;
  return `# In /etc/nginx/sites-enabled/switchhook. The certificate is certbot's: certbot certonly --nginx -d ${domain}
${
  isOne
    ? "# nginx cannot wait for a service that restarts. Let systemd hold the socket (switchhook systemd --socket), and no call is lost."
    : "# A call that a server does not take goes to the next one; none is given up for good."
}
upstream switchhook {
${isOne ? "" : "    least_conn;\n"}${upstreams.map((upstream) => `    server ${upstream}${isOne ? "" : " max_fails=0"};`).join("\n")}
}

server {
    listen 443 ssl;
    listen [::]:443 ssl;
    server_name ${domain};
    ssl_certificate /etc/letsencrypt/live/${domain}/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/${domain}/privkey.pem;

${[...new Set([path, `${path === "/" ? "" : path}/`, "/healthz"])].map(location).join("\n\n")}

    location / {
        return 404;
    }
}
`;
}

/** Retell would send a call again that gets no answer; the next server is asked sooner. */
const NEXT_SERVER = `
        proxy_connect_timeout 250ms;
        proxy_next_upstream error timeout non_idempotent;
        proxy_next_upstream_timeout 5s;`;

function haproxy({ domain, servers, path }: ProxyOptions): string {
  const sockets = servers.flatMap((listen) => (listen.kind === "unix" ? dirname(listen.path) : []));
  const chroot = sockets.length > 0 ? throughChroot([...new Set(sockets)]) : "";
  return `# In /etc/haproxy/haproxy.cfg, below [defaults]. The certificate and its key, one after the other, in one file.
${chroot}frontend switchhook
    mode http
    bind :443 ssl crt /etc/haproxy/certs/${domain}.pem
    bind :::443 v6only ssl crt /etc/haproxy/certs/${domain}.pem
    timeout client 30s
    option forwardfor
    acl webhook path ${path} ${path}/ /healthz
    http-request return status 404 unless webhook
    http-request return status 413 if { req.body_size gt ${LARGEST_BODY} }
    use_backend switchhook

backend switchhook
    mode http
    # A connection for each call: none is sent on one that a restart is closing.
    http-reuse never
    option http-server-close
    timeout connect 250ms
    # Longer than the longest delay and look-up.
    timeout server 30s
${servers.length === 1 ? oneServer(servers[0]) : severalServers(servers)}
`;
}

function oneServer(listen: ListenAddress): string {
  return `    # A call that comes during a restart is tried again until the service is back.
    retries 60
    retry-on conn-failure empty-response
    server switchhook ${haproxyAddress(listen)}`;
}

function severalServers(servers: readonly ListenAddress[]): string {
  return `    # The server with the fewest calls under way takes the next one. A call that it does not take goes to another.
    balance leastconn
    option redispatch 1
    retries 5
    retry-on conn-failure empty-response
    option httpchk GET /healthz
    http-check expect status 200
    default-server check inter 1s fall 1 rise 1
${servers.map((listen, at) => `    server switchhook${at + 1} ${haproxyAddress(listen)}`).join("\n")}`;
}

function haproxyAddress(listen: ListenAddress): string {
  return listen.kind === "unix" ? `unix@${listen.path}` : hostAndPort(listen);
}

/** Debian's HAProxy sees of the file system only its chroot, and its unit binds `/dev/log` there in the same way. */
function throughChroot(directories: readonly string[]): string {
  const dropIn = "/etc/systemd/system/haproxy.service.d";
  const bind = directories
    .map((directory) => `BindReadOnlyPaths=-${directory}:/var/lib/haproxy${directory}`)
    .join("\\n");
  return `# HAProxy sees only what is in its chroot, /var/lib/haproxy. To show it the socket, whose directory must outlive restarts
# of the service (switchhook systemd --socket), once, and then restart it:
#   mkdir -p ${dropIn} && printf '[Service]\\n${bind}\\n' > ${dropIn}/switchhook.conf && systemctl daemon-reload
`;
}

function hostAndPort({ host, port }: ListenAddress & { kind: "tcp" }): string {
  const reached = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}
