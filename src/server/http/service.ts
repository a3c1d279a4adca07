/** Who answers the requests of connections. */
import type { RequestFault } from "./fault.ts";

/** Who answers requests, with `Response.error()` for no answer. `peer` is the address of the other end; undefined on a Unix socket. */
export interface Service {
  answer(request: Request, peer: string | undefined): Response | Promise<Response>;
  /** Answers what could not be read as a request, and takes note of it. */
  refuse(fault: RequestFault, peer: string | undefined): Response;
  /** Takes note that answering failed, for a fault of ours. */
  failed(error: unknown): void;
}
