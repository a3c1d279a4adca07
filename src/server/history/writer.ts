/** Appending records to the history, in batches: whatever becomes of the disk, it costs records and no call. */
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../../config/files/text-file.ts";
import { PRIVATE_DIRECTORY } from "../state.ts";
import { linesIn, WaitingLines } from "../waiting-lines.ts";
import { DAY_MS, dayName, deleteOld } from "./days.ts";

/** What became of writing. */
export type WriterEvent =
  /** Records cannot be written; told once, until they can again. */
  | { readonly kind: "failing"; readonly error: unknown }
  /** Records are dropped, since those before them wait for the disk; told once, until they no longer do. */
  | { readonly kind: "dropping" }
  /** Records are written again. @property dropped how many were lost meanwhile */
  | { readonly kind: "writing"; readonly dropped: number };

/** Where records go. */
export interface WriterOptions {
  readonly directory: string;
  /** Told what becomes of writing. */
  readonly told: (event: WriterEvent) => void;
  /** How long records are kept, in milliseconds. */
  readonly keepMs: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How long the first record of a batch waits for others, in milliseconds: what a crash may cost. */
const BATCH_MS = 100;
/** How long to wait before what failed is tried again, in milliseconds: ever longer. */
const AGAIN_MS = { first: 1000, longest: 30_000 } as const;
/** So many bytes may wait for the disk: some ten thousand records. */
const WAITING_LIMIT = 4 * 1024 * 1024;
/** The permissions of a file: for this user alone. */
const PRIVATE_FILE = 0o600;

/** Lines that go into one file, in the order in which they came. */
interface Batch {
  readonly day: number;
  readonly file: string;
  readonly lines: WaitingLines;
}

/** Writes the history. One batch is on its way at a time. */
export class HistoryWriter {
  readonly #options: WriterOptions;
  /** By the file; the last one takes in what comes. */
  #waiting: Batch[] = [];
  #dropped = 0;
  #toldOf = 0;
  #isFailing = false;
  #isDropping = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  #againMs = 0;
  #isClosed = false;
  #disk: Promise<unknown> = Promise.resolve();
  /** The file that was written to last, and ends with the end of a line. */
  #whole: string | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** How many records were lost. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Leaves the disk alone until something has settled that still waits for it: the threads that wait for disks are few. */
  waitFor(waiting: Promise<unknown> | undefined): void {
    this.#disk = Promise.allSettled([this.#disk, waiting]);
  }

  /** Takes a record, as JSON in one line, and the time that it is of. Never waits. */
  write(json: string, atMs: number): void {
    const text = `${json}\n`;
    if (this.#waitingSize + text.length > WAITING_LIMIT) {
      this.#dropped++;
      if (!this.#isDropping) this.#options.told({ kind: "dropping" });
      this.#isDropping = true;
      return;
    }
    const day = Math.floor(atMs / DAY_MS);
    let last = this.#waiting.at(-1);
    if (last?.day !== day) {
      last = { day, file: dayName(atMs), lines: new WaitingLines() };
      // Of what was written whole, the last one stays, with nothing in it.
      if (this.#waitingSize === 0) this.#waiting = [];
      this.#waiting.push(last);
    }
    last.lines.add(text);
    this.#schedule(BATCH_MS);
  }

  /** Writes what is waiting, for `graceMs` at most; what is not written then is lost. */
  async close(graceMs: number): Promise<void> {
    clearTimeout(this.#timer);
    this.#isClosed = true;
    const finish = async () => {
      await this.#writing;
      await this.#writeAll();
    };
    let timeout: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => {
      timeout = setTimeout(resolve, graceMs);
    });
    await Promise.race([finish(), patience]);
    clearTimeout(timeout);
    this.#dropped += this.#waiting.reduce((sum, { lines }) => sum + linesIn(lines.bytes()), 0);
    this.#waiting = [];
    if (this.#dropped > this.#toldOf) this.#tellWriting();
  }

  #schedule(afterMs: number): void {
    if (this.#timer || this.#writing || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writeAll().then((isDone) => {
        this.#writing = undefined;
        this.#againMs = isDone ? 0 : Math.min(AGAIN_MS.longest, 2 * this.#againMs || AGAIN_MS.first);
        if (this.#waitingSize > 0) this.#schedule(isDone ? BATCH_MS : this.#againMs);
      });
    }, afterMs);
    // It is no reason to go on living: a server that stops closes the writer.
    this.#timer.unref();
  }

  /** Writes what is waiting now; false where that failed, and it waits on. */
  async #writeAll(): Promise<boolean> {
    while (this.#waitingSize > 0) {
      const [batch] = this.#waiting;
      if (!batch) break;
      const bytes = batch.lines.bytes();
      try {
        await this.#append(batch.file, bytes);
      } catch (error) {
        if (!this.#isFailing) this.#options.told({ kind: "failing", error });
        this.#isFailing = true;
        return false;
      }
      // Others may have come meanwhile, behind these.
      batch.lines.forget(bytes.length);
      // The memory of the last one is used for what comes.
      if (batch.lines.size === 0 && this.#waiting.length > 1) this.#waiting.shift();
      if (this.#isFailing || this.#isDropping) this.#tellWriting();
    }
    return true;
  }

  get #waitingSize(): number {
    let size = 0;
    for (const { lines } of this.#waiting) size += lines.size;
    return size;
  }

  #tellWriting(): void {
    this.#options.told({ kind: "writing", dropped: this.#dropped - this.#toldOf });
    this.#toldOf = this.#dropped;
    this.#isFailing = false;
    this.#isDropping = false;
  }

  async #append(name: string, bytes: Uint8Array): Promise<void> {
    const { directory } = this.#options;
    const path = join(directory, name);
    await this.#disk;
    const isFirst = this.#whole !== path;
    const file = await openIn(directory, path);
    try {
      if (isFirst) await mendEnd(file);
      // Until it is written whole, its end is in doubt.
      this.#whole = undefined;
      await writeWhole(file, bytes);
      this.#whole = path;
    } finally {
      await file.close();
    }
    if (isFirst) await this.#deleteOld(path);
  }

  /** Each new day, and at the first record; a file that cannot be deleted is tried again on the next. */
  async #deleteOld(current: string): Promise<void> {
    const { directory, now, keepMs } = this.#options;
    await deleteOld(directory, current, keepMs(), now()).catch(() => {});
  }
}

/** Opens a file to append to it. Its directory is made where it is not there, or is not there any more. */
async function openIn(directory: string, path: string): Promise<FileHandle> {
  try {
    return await open(path, "a+", PRIVATE_FILE);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
    return await open(path, "a+", PRIVATE_FILE);
  }
}

/** Writes all or nothing, as far as the disk lets it be undone: what is half written would be written twice. */
async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  const { size } = await file.stat();
  try {
    for (let at = 0; at < bytes.length; ) {
      at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
    }
  } catch (error) {
    await file.truncate(size).catch(() => {});
    throw error;
  }
}

/** How much is read at once to find the end of the last whole line, in bytes. */
const MEND_BYTES = 64 * 1024;

/** Cuts off what follows the last whole line: a crash, or a full disk, tore what was being written. */
async function mendEnd(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const buffer = Buffer.alloc(MEND_BYTES);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - MEND_BYTES);
    const { bytesRead } = await file.read(buffer, 0, end - start, start);
    const newline = buffer.subarray(0, bytesRead).lastIndexOf(10);
    if (newline >= 0 || start === 0) {
      const whole = newline < 0 ? 0 : start + newline + 1;
      if (whole < size) await file.truncate(whole);
      return;
    }
    end = start;
  }
}
