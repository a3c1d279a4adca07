/** Texts with templates in them, compiled so that filling them for a call is all that is left to do. */
import type { Circumstances } from "../circumstances.ts";
import { readName } from "../names/name.ts";
import { askAgain, compileName, type NameContext, noting } from "../names/value.ts";
import { FILTERS, type Filter } from "./filters.ts";
import { readTemplate } from "./template.ts";

/** What a call makes of something compiled: of a text, the text with its templates filled. */
export type Fill<Value> = (circumstances: Circumstances) => Value;

/** So many texts of one client are known again. */
const MOST_TEXTS = 1000;

/**
 * Compiles a text: a text again where it has no templates.
 *
 * What fills a template is data: it is never read as a template in turn. A value missing at call time is the
 * fallback, or empty.
 *
 * @throws for a template that the configuration should have refused
 */
export function compileText(text: string, context: NameContext): string | Fill<string> {
  if (!text.includes("$")) return text;
  const known = context.texts.get(text);
  if (known) {
    askAgain(known.asked, context.asks);
    return known.fill;
  }
  const noted = noting(context);
  const fill = newText(text, noted.context);
  if (typeof fill === "function" && context.texts.size < MOST_TEXTS) {
    context.texts.set(text, { fill, asked: noted.asked() });
  }
  return fill;
}

function newText(text: string, context: NameContext): string | Fill<string> {
  const pieces = compilePieces(text, context);
  if (pieces.every((piece) => typeof piece === "string")) return pieces.join("");
  const [first = "", ...others] = pieces;
  // Most are nothing but a name.
  if (others.length === 0 && typeof first === "function") return first;
  return (circumstances) => {
    let text = "";
    for (const piece of pieces) text += typeof piece === "string" ? piece : piece(circumstances);
    return text;
  };
}

/**
 * Compiles the pieces of a template: literal texts, and what a call puts between them.
 *
 * @throws for a template that the configuration should have refused
 */
export function compilePieces(text: string, context: NameContext): readonly (string | Fill<string>)[] {
  if (!text.includes("$")) return [text];
  const template = readTemplate(text);
  if ("problem" in template) throw new Error(`Cannot compile a template: ${template.problem}`);
  return template.segments.map((segment): string | Fill<string> => {
    if (typeof segment === "string") return segment;
    const read = readName(segment.name);
    if ("problem" in read) throw new Error(`Cannot compile a template: ${read.problem}`);
    const value = compileName(read.name, context);
    const filters = segment.filters.map(filterNamed);
    const { fallback = "" } = segment;
    const { country } = context;
    return (circumstances) => {
      let filled = value(circumstances);
      for (const filter of filters) if (filled) filled = filter(filled, country);
      return filled || fallback;
    };
  });
}

/** Fills the templates of a text that may name nothing but the client. */
export function fillClient(text: string, client: string): string {
  const template = readTemplate(text);
  if ("problem" in template) throw new Error(`Cannot fill in the client: ${template.problem}`);
  return template.segments
    .map((segment) => {
      if (typeof segment === "string") return segment;
      const filters = segment.filters.map(filterNamed);
      const filled = filters.reduce((value, filter) => filter(value, undefined), client);
      return filled || (segment.fallback ?? "");
    })
    .join("");
}

/** @throws for a filter that the configuration should have refused */
function filterNamed(name: string): Filter {
  const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (!filter) throw new Error(`Cannot compile a template: there is no filter "${name}"`);
  return filter;
}
