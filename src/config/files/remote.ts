/** What a configuration takes from URLs: what is asked for, and what is known of it. The asking is done elsewhere. */
/** A list, or contacts, that the configuration takes from a URL. Plain data. */
export interface RemoteSource {
  /** What it is called in log, metrics and status: `lists.spam`, or `acme/contacts` of a client. */
  readonly name: string;
  /**
   * The same for the same name and the same URL as it is written, whatever its headers and its secrets are: what was
   * fetched with an old key is still what it was. No secret can be read from it.
   */
  readonly id: string;
  /** The URL, with everything that templates put in. */
  readonly url: string;
  /** The URL as messages show it, secrets hidden. */
  readonly shown: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates of authorities that are trusted besides the usual ones, as PEM. */
  readonly ca: string | undefined;
  /** Whether URL and headers are whole: a command that can do without secrets may lack those that are in them. */
  readonly isAskable: boolean;
  /** How often it is asked whether there is something new, in milliseconds. */
  readonly everyMs: number;
  /** Whether it may become empty. */
  readonly allowEmpty: boolean;
}

/** What a URL answered. The bytes may be memory that threads share. */
export interface RemoteContent {
  readonly bytes: Uint8Array;
  /** As the server called it, in lower case, without parameters; empty where it did not say. */
  readonly type: string;
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly digest: string;
}

/** What is known of a remote source when a configuration is read. */
export type Remote =
  | { readonly kind: "content"; readonly content: RemoteContent }
  /** Nothing, and the configuration goes on without: it is empty. */
  | { readonly kind: "missing" }
  /** Nothing, and it must be there: that is an error. */
  | { readonly kind: "failed"; readonly problem: string };

/**
 * Tells what is known of remote sources, by their ids. Of those that are left out nobody was asked: they are empty.
 *
 * @param state the directory in which copies are kept, if there is one
 */
export type ReadRemote = (
  sources: readonly RemoteSource[],
  state: string | undefined,
) => Promise<ReadonlyMap<string, Remote>>;

/** What became of a remote source in a configuration that was read. Plain data. */
export interface RemoteRead {
  readonly source: RemoteSource;
  readonly kind: Remote["kind"] | "not asked";
  /** How many entries were read from it. */
  readonly entries: number;
  /** How many of its lines have errors. */
  readonly errors: number;
}

/** Is told what was read of a URL. */
export type TellRead = (entries: number, errors: number) => void;
