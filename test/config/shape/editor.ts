/** An editor with a file open, as a TOML language server sees it: Taplo, which VS Code and others use. */
import { TaploLsp } from "@taplo/lsp";
import { configJsonSchema } from "../../../src/config/shape/json-schema.ts";
import { until } from "../../harness.ts";

/** What an editor underlines. Lines count from 0. */
export interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}

/** What an editor offers at a place. */
export interface Offer {
  readonly label: string;
  readonly documentation?: { readonly value: string };
}

const FOLDER = "file:///switchhook";
const SCHEMA = new TextEncoder().encode(JSON.stringify(configJsonSchema()));
const SETTINGS = {
  schema: {
    enabled: true,
    catalogs: [],
    cache: { memoryExpiration: 60, diskExpiration: 600 },
    associations: {},
  },
};
/** A mistake that stands below every text: once it is reported, so is everything else. */
const LAST = '\n[[expect]]\nto = "+12125550100"\nfrom = "anonymous"\nsms = 1\n';

/** A language server in this process. It reads the schema from memory, and nothing from the network. */
export class Editor {
  readonly #answers = new Map<number, (result: unknown) => void>();
  readonly #diagnostics = new Map<string, readonly Diagnostic[]>();
  #server: TaploLsp | undefined;
  #count = 0;

  static async start(): Promise<Editor> {
    const editor = new Editor();
    editor.#server = await TaploLsp.initialize(
      {
        now: () => new Date(),
        envVar: () => undefined,
        envVars: () => [],
        stdErrAtty: () => false,
        stdin: async () => new Uint8Array(),
        stdout: async ({ length }) => length,
        stderr: async ({ length }) => length,
        glob: () => [],
        readFile: async () => SCHEMA,
        writeFile: async () => {},
        urlToFilePath: (url) => decodeURI(url).slice("file://".length),
        isAbsolute: (path) => path.startsWith("/"),
        cwd: () => "/",
        findConfigFile: () => undefined,
      },
      { onMessage: (message) => editor.#receive(message) },
    );
    // It would ask a catalogue of schemas on the network first.
    const { fetch } = globalThis;
    globalThis.fetch = Object.assign(() => Promise.reject(new TypeError("there is no network")), fetch);
    try {
      const folder = { name: "switchhook", uri: FOLDER };
      await editor.#request("initialize", {
        processId: null,
        rootUri: FOLDER,
        workspaceFolders: [folder],
        capabilities: {},
      });
    } finally {
      globalThis.fetch = fetch;
    }
    editor.#notify("initialized", {});
    return editor;
  }

  /** Opens a file, and returns what is underlined in it once all of it has been looked at. */
  async diagnostics(text: string): Promise<readonly Diagnostic[]> {
    const uri = this.#open(`${text}${LAST}`);
    const last = `${text}${LAST}`.trimEnd().split("\n").length;
    const found = () => this.#diagnostics.get(uri) ?? [];
    await until(() => found().some(({ range }) => range.start.line === last));
    return found().filter(({ range }) => range.start.line <= last - 4);
  }

  /** What is offered at the mark `|` in a text, which is left out of it. */
  async completion(text: string): Promise<readonly Offer[]> {
    return (await this.#at("textDocument/completion", text)) as readonly Offer[];
  }

  /** What is shown of the word at the mark `|` in a text, which is left out of it. */
  async hover(text: string): Promise<string | undefined> {
    const shown = (await this.#at("textDocument/hover", text)) as { contents: { value: string } } | null;
    return shown?.contents.value.trim();
  }

  #at(method: string, text: string): Promise<unknown> {
    const [before = "", after = ""] = text.split("|");
    const uri = this.#open(before + after);
    const lines = `#\n${before}`.split("\n");
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    return this.#request(method, { textDocument: { uri }, position });
  }

  #open(text: string): string {
    const uri = `${FOLDER}/config-${++this.#count}.toml`;
    this.#notify("textDocument/didOpen", {
      textDocument: { uri, languageId: "toml", version: 1, text: `#:schema config.schema.json\n${text}` },
    });
    return uri;
  }

  #request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#count;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#answers.set(id, resolve);
    this.#server?.send({ jsonrpc: "2.0", id, method, params });
    return promise;
  }

  #notify(method: string, params: unknown): void {
    this.#server?.send({ jsonrpc: "2.0", method, params });
  }

  #receive({ id, method, params, result }: Message): void {
    if (method === "textDocument/publishDiagnostics" && params)
      this.#diagnostics.set(params.uri, params.diagnostics);
    // It waits for its settings before it looks at any file.
    else if (method === "workspace/configuration" && id !== undefined)
      this.#server?.send({ jsonrpc: "2.0", id, result: [SETTINGS, SETTINGS] });
    else if (method === undefined && typeof id === "number") this.#answers.get(id)?.(result);
  }
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly uri: string; readonly diagnostics: readonly Diagnostic[] };
  readonly result?: unknown;
}
