/** What can be wrong with a request before its meaning is looked at. */

/** Why a request could not be read. */
export type RequestFault =
  /** It is not HTTP, or not strictly. `status` is that of the answer. */
  | { readonly kind: "malformed request"; readonly status: MalformedStatus; readonly problem: string }
  /** The client took longer than it may. */
  | { readonly kind: "too slow" }
  /** The client ended the connection before the end of the body. */
  | { readonly kind: "broken off" };

/** Bad request, target too long, header lines too large, transfer coding not known, version not known. */
export type MalformedStatus = 400 | 414 | 431 | 501 | 505;

/** A request that is not HTTP. */
export type Malformed = Extract<RequestFault, { kind: "malformed request" }>;

/** Says what is wrong with a request. */
export function malformed(problem: string, status: MalformedStatus = 400): Malformed {
  return { kind: "malformed request", status, problem };
}

/** What reading the body of a request fails with. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  readonly fault: RequestFault;

  constructor(fault: RequestFault) {
    super(`Cannot read the body: ${fault.kind}`);
    this.fault = fault;
  }
}
