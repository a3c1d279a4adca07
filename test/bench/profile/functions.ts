/**
 * What functions are called. Where the engine tells of machine code, it names most functions by a hash of their text only;
 * the texts of all functions are in the executable.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  type AnyNode,
  type ArrowFunctionExpression,
  type FunctionDeclaration,
  type FunctionExpression,
  parse,
} from "acorn";

/** The engine writes a hash as six of these: WebKit, Source/WTF/wtf/SixCharacterHash.cpp. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HASH_LENGTH = 6;
/** Begins each part of the program in the executable, which a NUL ends. Bun has the words without the first one elsewhere. */
const BUNDLED = "\0// @bun @bytecode\n";
/** Before the text of each file, where the bundle is not minified. */
const FILE = /^\/\/ ((?:\.\.\/)*[\w@./-]+\.[cm]?[jt]s)$/gm;

type FunctionNode = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression;

/** Where functions stand, by the engine's hash: `src/routing/decide.ts decide`. The executable must not be minified. */
export function functionsIn(executable: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const text of bundledIn(readFileSync(executable))) {
    const files = [...text.matchAll(FILE)].map((match) => ({ at: match.index, file: match[1] ?? "" }));
    eachFunction(parse(text, { ecmaVersion: "latest", sourceType: "module" }), (node, name) => {
      const file = files.findLast(({ at }) => at < node.start)?.file ?? "the bundle";
      for (const start of startsOf(text, node))
        for (const hash of hashesOf(text.slice(start, node.end))) found.set(hash, `${file} ${name}`);
    });
  }
  return found;
}

function* bundledIn(executable: Buffer): Generator<string> {
  for (let at = executable.indexOf(BUNDLED); at >= 0; at = executable.indexOf(BUNDLED, at + 1)) {
    yield executable.toString("utf8", at + 1, executable.indexOf(0, at + 1));
  }
}

/** Where the text begins that the engine makes the hash of. */
function startsOf(text: string, node: FunctionNode): readonly number[] {
  // An arrow function with one parameter may have no brackets.
  const isBare =
    node.params[0] !== undefined && text.slice(node.start, node.params[0].start).indexOf("(") < 0;
  const parameters = isBare ? (node.params[0]?.start ?? node.start) : text.indexOf("(", node.start);
  // What can be interrupted has a function of its own inside.
  return node.async || node.generator ? [parameters, node.body.start] : [parameters];
}

/** One for calls, and one for `new`: WebKit, Source/JavaScriptCore/bytecode/CodeBlockHash.cpp. */
function hashesOf(text: string): readonly string[] {
  const digest = createHash("sha1").update(text).digest().readUInt32LE(0);
  return [digest, (digest ^ 1) >>> 0].map((hash) => {
    let letters = "";
    for (let rest = hash; letters.length < HASH_LENGTH; rest = Math.floor(rest / DIGITS.length))
      letters = `${DIGITS[rest % DIGITS.length]}${letters}`;
    return letters;
  });
}

function eachFunction(root: AnyNode, tell: (node: FunctionNode, name: string) => void): void {
  const visit = (node: AnyNode, owner: string, name: string): void => {
    const own = "id" in node && node.id?.type === "Identifier" ? node.id.name : name;
    const isClass = node.type === "ClassDeclaration" || node.type === "ClassExpression";
    if (isFunction(node)) tell(node, own === "" ? `${owner} =>` : owner === "" ? own : `${owner}.${own}`);
    const inside = isClass ? own : isFunction(node) && owner === "" ? own : owner;
    for (const [key, value] of Object.entries(node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) visit(child, inside, key === "value" || key === "init" ? nameOf(node) : "");
      }
    }
  };
  visit(root, "", "");
}

/** What a method, a property or a variable calls the function that is its value. */
function nameOf(node: AnyNode): string {
  const named = "key" in node ? node.key : "id" in node ? node.id : undefined;
  if (named?.type === "PrivateIdentifier") return `#${named.name}`;
  return named?.type === "Identifier" ? named.name : "";
}

function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression"
  );
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
