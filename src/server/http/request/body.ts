/** The body of a request, between the connection that it comes over and whoever reads it. */
import { BodyError, type RequestFault } from "../fault.ts";
import { BODY_BUFFER_LIMIT } from "../limits.ts";

const NOTHING = new Uint8Array(0);

/** A body that is read whole or as a stream, once; what nobody reads is kept up to a limit, and the client waits. */
export class RequestBody {
  /**
   * What has come and has not been read: the first {@link #size} bytes of this. What comes first is most often all of it,
   * and stays where it is until more comes.
   */
  #bytes: Uint8Array<ArrayBuffer> = NOTHING;
  #size = 0;
  #end: "to come" | "come" | BodyError = "to come";
  #use: "none" | "whole" | "stream" | "discarded" = "none";
  #wake: (() => void) | undefined;
  readonly #wanted: () => void;

  /** @param wanted told when more of the body can be used */
  constructor(wanted: () => void) {
    this.#wanted = wanted;
  }

  /** Whether the client has to wait until somebody reads. */
  get isFull(): boolean {
    return this.#size >= BODY_BUFFER_LIMIT && (this.#use === "none" || this.#use === "stream");
  }

  /** Whether somebody reads it, or has read it. */
  get isUsed(): boolean {
    return this.#use === "whole" || this.#use === "stream";
  }

  /** Whether nothing more will come. */
  get hasEnded(): boolean {
    return this.#end !== "to come";
  }

  /** Takes bytes that have come, and that nobody writes over. */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#use === "discarded") return;
    if (this.#size === 0) {
      this.#bytes = bytes;
      this.#size = bytes.length;
    } else this.#append(bytes);
    if (this.#use === "stream") this.#wake?.();
  }

  #append(bytes: Uint8Array): void {
    const size = this.#size + bytes.length;
    // There is no room behind what came first.
    if (size > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(size, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#size);
    this.#size = size;
  }

  /** Everything has come. */
  end(): void {
    if (this.#end === "to come") this.#end = "come";
    this.#wake?.();
  }

  /** The rest will not come. */
  fail(fault: RequestFault): void {
    if (this.#end === "to come") this.#end = new BodyError(fault);
    this.#wake?.();
  }

  /** Nobody will read it any more. */
  discard(): void {
    this.#use = "discarded";
    this.#bytes = NOTHING;
    this.#size = 0;
  }

  /**
   * The whole body.
   *
   * @throws {BodyError} if the rest does not come
   * @throws {TypeError} if it has been read already
   */
  async whole(): Promise<Uint8Array<ArrayBuffer>> {
    this.#take("whole");
    while (this.#end === "to come") await this.#change();
    if (this.#end !== "come") throw this.#end;
    return this.#all;
  }

  /** The whole body, where all of it has come and nobody has read it; it is read then. */
  takeArrived(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#end !== "come" || this.#use !== "none") return undefined;
    this.#use = "whole";
    return this.#all;
  }

  /** The body as it comes; reading fails as {@link whole} does. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let isTaken = false;
    return new ReadableStream(
      {
        pull: async (controller) => {
          if (!isTaken) this.#take("stream");
          isTaken = true;
          while (this.#size === 0 && this.#end === "to come") await this.#change();
          if (this.#size > 0) {
            controller.enqueue(this.#bytes.slice(0, this.#size));
            this.#size = 0;
            this.#wanted();
          } else if (this.#end === "come") controller.close();
          else controller.error(this.#end);
        },
        cancel: () => this.discard(),
      },
      { highWaterMark: 0 },
    );
  }

  get #all(): Uint8Array<ArrayBuffer> {
    return this.#bytes.length === this.#size ? this.#bytes : this.#bytes.subarray(0, this.#size);
  }

  #take(use: "whole" | "stream"): void {
    if (this.#use !== "none") throw new TypeError("Cannot read the body: it has been read already");
    this.#use = use;
    if (this.#end === "to come") this.#wanted();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
