/** Who edits the configuration and its contacts, half of the time badly, in the ways that editors and scripts write. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import type { Random } from "../fuzz/random.ts";
import type { Directory } from "../harness.ts";
import type { Sequence } from "./expected.ts";
import { BAD_CONTACTS, BAD_EDITS, configText, contactsText } from "./tables.ts";

/** How a file is written. */
const WAYS: readonly ((path: string, text: string | Uint8Array) => void)[] = [
  (path, text) => writeFileSync(path, text),
  (path, text) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  },
  (path, text) => {
    rmSync(path, { force: true });
    writeFileSync(path, text);
  },
];

/** Edits files. */
export class Editor {
  /** How often each kind of edit was made, by its name. */
  readonly made: Map<string, number> = new Map();
  readonly #files: Directory;
  readonly #sequence: Sequence;
  readonly #random: Random;
  readonly #services: string;
  #edition = 1;

  /** Writes the first edition. @param services the origin of the servers that the configuration names */
  constructor(files: Directory, sequence: Sequence, random: Random, services: string) {
    this.#files = files;
    this.#sequence = sequence;
    this.#random = random;
    this.#services = services;
    this.writeGood();
  }

  /** Where the configuration is. */
  get config(): string {
    return this.#files.file("config.toml");
  }

  /** Makes one edit. */
  edit(): void {
    const edition = ++this.#edition;
    const isBad = this.#random.once(2);
    if (this.#random.once(4)) this.#editContacts(edition, isBad);
    else this.#editConfig(edition, isBad);
  }

  /** Makes both files good. */
  writeGood(): void {
    const edition = ++this.#edition;
    this.#editContacts(edition, false);
    this.#editConfig(edition, false);
  }

  #editConfig(edition: number, isBad: boolean): void {
    const good = configText(edition, this.#services);
    if (!isBad) {
      this.#sequence.tables.write(edition, performance.now());
      this.#write("config.toml", good, "good configuration");
      return;
    }
    const [kind, spoil] = this.#random.pick(Object.entries(BAD_EDITS));
    this.#write("config.toml", spoil(good), `bad configuration: ${kind}`);
  }

  #editContacts(edition: number, isBad: boolean): void {
    const good = contactsText(edition);
    if (!isBad) {
      this.#sequence.contacts.write(edition, performance.now());
      this.#write("contacts.csv", good, "good contacts");
      return;
    }
    const [kind, spoil] = this.#random.pick(Object.entries(BAD_CONTACTS));
    this.#write("contacts.csv", spoil(good), `bad contacts: ${kind}`);
  }

  #write(name: string, text: string | Uint8Array, what: string): void {
    this.made.set(what, (this.made.get(what) ?? 0) + 1);
    this.#random.pick(WAYS)(this.#files.file(name), text);
  }
}
