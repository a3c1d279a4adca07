/**
 * Whether a document fits an outline, at a fraction of what zod takes to say so: the outline is turned into closures
 * once. Where something does not fit, or is not plain enough to tell, zod is asked, and says what is wrong.
 */
import type { Outline, TableOutline } from "./outline.ts";

/** The value of something that does not fit, as far as can be told here. */
export const MISFIT: unique symbol = Symbol("misfit");

/** What an outline makes of a value: the same as zod, defaults filled in, or {@link MISFIT}. */
export type Fit = (value: unknown) => unknown;

/**
 * How values fit an outline. What it gives is not to be changed: defaults are the same value wherever they stand, and lists
 * and tables of any keys are the very ones of the document where nothing in them is filled in.
 */
export function fitOf(outline: Outline): Fit {
  const known = KNOWN.get(outline);
  if (known) return known;
  const fit = newFit(outline);
  KNOWN.set(outline, fit);
  return fit;
}

const KNOWN = new WeakMap<Outline, Fit>();

function newFit(outline: Outline): Fit {
  switch (outline.kind) {
    case "text":
      return (value) => (typeof value === "string" ? value : MISFIT);
    case "flag":
      return (value) => (typeof value === "boolean" ? value : MISFIT);
    case "anything":
      return (value) => value;
    case "number":
      return numberFit(outline);
    case "choice": {
      const { values } = outline;
      return (value) => (values.includes(value) ? value : MISFIT);
    }
    case "optional": {
      const inner = whenAsked(outline.of);
      return (value) => (value === undefined ? undefined : inner(value));
    }
    case "default": {
      const byDefault = outline.value;
      const inner = whenAsked(outline.of);
      return (value) => (value === undefined ? byDefault : inner(value));
    }
    case "prefault": {
      const byDefault = outline.value;
      const inner = fitOf(outline.of);
      return (value) => inner(value === undefined ? byDefault : value);
    }
    case "union":
      return unionFit(outline.options.map(fitOf));
    case "array":
      return arrayFit(fitOf(outline.items), outline.least ?? 0);
    case "record":
      return recordFit(fitOf(outline.entries));
    case "table":
      return tableFit(outline);
  }
}

/** How values fit an outline that most documents have no value for: a program that has just started has other things to do. */
function whenAsked(outline: Outline): Fit {
  let fit: Fit | undefined;
  return (value) => {
    fit ??= fitOf(outline);
    return fit(value);
  };
}

function numberFit({ isWhole, above, least }: Extract<Outline, { kind: "number" }>): Fit {
  return (value) => {
    if (typeof value !== "number" || !Number.isFinite(value)) return MISFIT;
    if (isWhole && !Number.isSafeInteger(value)) return MISFIT;
    if (above !== undefined && value <= above) return MISFIT;
    return least !== undefined && value < least ? MISFIT : value;
  };
}

function unionFit(options: readonly Fit[]): Fit {
  return (value) => {
    for (const fit of options) {
      const fitting = fit(value);
      if (fitting !== MISFIT) return fitting;
    }
    return MISFIT;
  };
}

function arrayFit(item: Fit, least: number): Fit {
  return (value) => {
    if (!Array.isArray(value) || value.length < least) return MISFIT;
    let fitting: unknown[] | undefined;
    for (let at = 0; at < value.length; at++) {
      const each: unknown = value[at];
      const fit = item(each);
      if (fit === MISFIT) return MISFIT;
      if (fit !== each) fitting ??= value.slice(0, at);
      fitting?.push(fit);
    }
    return fitting ?? value;
  };
}

function recordFit(field: Fit): Fit {
  return (value) => {
    if (!isTable(value)) return MISFIT;
    let fitting: Table | undefined;
    for (const key in value) {
      const found = value[key];
      const fit = field(found);
      // It would be the table's prototype.
      if (fit === MISFIT || key === "__proto__") return MISFIT;
      if (fit !== found) fitting ??= copyUpTo(key, value);
      if (fitting) fitting[key] = fit;
    }
    return fitting ?? value;
  };
}

/** The keys of a table that stand before one of them. */
function copyUpTo(end: string, table: Table): Table {
  const copy: Table = {};
  for (const key in table) {
    if (key === end) break;
    copy[key] = table[key];
  }
  return copy;
}

function tableFit({ keys }: TableOutline): Fit {
  const fields = Object.entries(keys).map(([key, field]) => ({ key, field: fitOf(field) }));
  return (value) => {
    if (!isTable(value)) return MISFIT;
    let strangers = 0;
    let hasNothing = false;
    for (const key in value) {
      strangers++;
      if (value[key] === undefined) hasNothing = true;
    }
    const fitting: Table = {};
    for (const { key, field } of fields) {
      const found = value[key];
      const fit = field(found);
      if (fit === MISFIT) return MISFIT;
      // Asking for each key whether it is there takes longer than all the rest.
      const isThere = found !== undefined || (hasNothing && Object.hasOwn(value, key));
      if (isThere) strangers--;
      if (isThere || fit !== undefined) fitting[key] = fit;
    }
    return strangers === 0 ? fitting : MISFIT;
  };
}

type Table = { [key: string]: unknown };

/** Whether it is a table of a TOML document, which has its own keys only, or one that stands in for it. */
function isTable(value: unknown): value is Table {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
