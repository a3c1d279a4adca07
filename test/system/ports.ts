/** Ports for programs that a test starts, where the program must be told which. */

/**
 * Ports that nobody listens on, each another. They are below those that the system gives to clients, which could take one
 * while its server restarts, and 10,000 below others as low, since a node of a Redis cluster uses that one too.
 */
export function freePorts(count: number): number[] {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 11_000 + Math.floor(Math.random() * 10_000);
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
      ports.add(port);
    } catch {
      // Somebody listens there.
    }
  }
  return [...ports];
}

/** One such port. */
export function freePort(): number {
  const [port = 0] = freePorts(1);
  return port;
}
