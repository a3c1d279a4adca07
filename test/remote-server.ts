/** A server on loopback that has lists and contacts, as sheets and tables on the web have them. */

/** What it serves at a path. */
export interface Resource {
  readonly body: string | Uint8Array;
  readonly type?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Without validators, it is sent whole each time. */
  readonly hasValidators?: boolean;
}

/** A running server: `await using web = remoteServer({ "/spam.txt": "+12137770000" })`. */
export interface RemoteServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** What came, in order: `GET /spam.txt`, with its headers. */
  readonly requests: readonly SeenRequest[];
  /** Serves something else at a path from now on; a text is a good answer. */
  put(path: string, resource: string | Uint8Array | Resource | Answer): void;
  /** How many requests for a path were answered with 304. */
  unchanged(path: string): number;
  /** Takes no more connections. */
  stop(): Promise<void>;
}

/** A request as it came. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: Headers;
}

/** An answer of a test's own. */
export type Answer = (request: Request) => Response | Promise<Response>;

/** Starts a server. @param port by default a free one */
export function remoteServer(
  resources: Readonly<Record<string, string | Uint8Array | Resource | Answer>>,
  port = 0,
): RemoteServer {
  const served = new Map(Object.entries(resources));
  const requests: SeenRequest[] = [];
  const unchanged = new Map<string, number>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    idleTimeout: 255,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const path = `${pathname}${search}`;
      requests.push({ path, headers: request.headers });
      const found = served.get(path);
      if (found === undefined) return new Response("Not found", { status: 404 });
      if (typeof found === "function") return await found(request);
      const resource = typeof found === "string" || found instanceof Uint8Array ? { body: found } : found;
      const answer = answerOf(resource, request);
      if (answer.status === 304) unchanged.set(path, (unchanged.get(path) ?? 0) + 1);
      return answer;
    },
  });
  const stop = () => server.stop(true);
  return {
    origin: `http://127.0.0.1:${server.port}`,
    requests,
    put: (path, resource) => served.set(path, resource),
    unchanged: (path) => unchanged.get(path) ?? 0,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function answerOf(
  { body, type = "text/plain", status = 200, headers = {}, hasValidators = true }: Resource,
  request: Request,
): Response {
  const etag = `"${Bun.hash(body)}"`;
  const isSame = hasValidators && status === 200 && request.headers.get("if-none-match") === etag;
  return new Response(isSame ? null : body, {
    status: isSame ? 304 : status,
    headers: { "content-type": type, ...(hasValidators && { etag }), ...headers },
  });
}
