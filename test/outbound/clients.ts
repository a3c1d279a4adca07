/** The client of this program on both runtimes: here, and in a process of Deno. */
import { join } from "node:path";
import type { OutboundRequest } from "../../src/outbound/client.ts";
import type { Received } from "../../src/outbound/exchange.ts";
import type { Failure } from "../../src/outbound/failure.ts";
import { DENO, environment, ROOT } from "../harness.ts";

/** What became of a request, with its body as text. */
export type ToldResult =
  | (Omit<Received, "body"> & { readonly body: string })
  | { readonly kind: "failed"; readonly failure: Failure };

/** A client in a process of its own. */
export interface TestClient extends Disposable {
  /** Sends a request; what is not given is a GET of 10 s and 1 KiB at most. */
  send(url: string, request?: Partial<OutboundRequest>): Promise<ToldResult>;
}

const SENDER = join(ROOT, "test/outbound/sender.ts");

/** The runtimes, with the command that sends requests on each. */
export const SENDERS: readonly (readonly [runtime: string, command: readonly string[]])[] = [
  ["Bun", [process.execPath, SENDER]],
  [
    "Deno",
    [DENO, "run", "--no-prompt", "--allow-net", "--allow-sys=ca", "--allow-env=NODE_USE_SYSTEM_CA", SENDER],
  ],
];

/** Starts a client. */
export function startClient(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): TestClient {
  const child = Bun.spawn([...command], {
    env: environment(env),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const waiting = new Map<number, (result: ToldResult) => void>();
  let ids = 0;
  void (async () => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of child.stdout) {
      text += decoder.decode(chunk, { stream: true });
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const { id, result } = JSON.parse(line);
        waiting.get(id)?.(result);
      }
    }
  })();
  const tell = (message: unknown) => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    child.stdin.flush();
  };
  return {
    send(url, { signal, ...request } = {}) {
      const id = ids++;
      const { promise, resolve } = Promise.withResolvers<ToldResult>();
      waiting.set(id, resolve);
      signal?.addEventListener("abort", () => tell({ id, request: "abort" }));
      const usual = { method: "GET", headers: {}, timeoutMs: 10_000, limitBytes: 1024 };
      tell({ id, request: { url, ...usual, ...request } });
      return promise;
    },
    [Symbol.dispose]: () => child.kill("SIGKILL"),
  };
}
