/** Receivers of notices for tests: real servers on the loopback interface. */

/** A request that a receiver got. */
export interface Hit {
  readonly method: string;
  /** The path and the query. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A receiver that keeps what it got. */
export interface TestReceiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly hits: readonly Hit[];
  /** The bodies of {@link hits}. */
  bodies(): string[];
}

/** Starts a receiver. @param answer what it answers to the hit of that place, from 0; 200 where it says nothing */
export function receive(
  answer: (at: number, hit: Hit) => Response | Promise<Response> | undefined = () => undefined,
  port = 0,
): TestReceiver {
  const hits: Hit[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const hit = {
        method: request.method,
        target: pathname + search,
        headers: request.headers,
        body: await request.text(),
      };
      const at = hits.push(hit) - 1;
      return (await answer(at, hit)) ?? new Response("ok");
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port ?? 0,
    hits,
    bodies: () => hits.map(({ body }) => body),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
