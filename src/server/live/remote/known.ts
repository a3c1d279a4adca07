/** What is known of a remote list or contacts. */
import type { RemoteContent } from "../../../config/files/remote.ts";
import type { Validators } from "./fetch.ts";

/** Something that was fetched. */
export interface Fetched {
  readonly content: RemoteContent;
  /** When its URL last said that this is what it is, in milliseconds since the epoch. */
  readonly fetchedMs: number;
  readonly validators: Validators;
}

/** Something that was fetched and found good. */
export interface Known extends Fetched {
  /** How many entries were read from it. */
  readonly entries: number;
}

/** What the thread that loads is given of a remote source. Plain data. */
export interface Held {
  /** What was good when it was loaded last, or its copy. */
  readonly good: { readonly content: RemoteContent; readonly entries: number } | undefined;
  /** What was fetched since, and is to be used if it is good. */
  readonly candidate: RemoteContent | undefined;
  /** Why there is neither, where that is an error; undefined: then it is empty. */
  readonly problem: string | undefined;
}
