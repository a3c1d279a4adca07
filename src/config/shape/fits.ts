/**
 * Whether a document fits the schema, at a fraction of what zod takes to say so: the schema is turned into closures
 * once. Where something does not fit, or is not plain enough to tell, zod is asked, and says what is wrong.
 */
import type * as z from "zod";
import { type Definition, definitionOf } from "./definition.ts";

/** The value of something that does not fit, as far as can be told here. */
export const MISFIT: unique symbol = Symbol("misfit");

/** What a schema makes of a value: the same as zod, defaults filled in, or {@link MISFIT}. */
export type Fit = (value: unknown) => unknown;

/**
 * How values fit a schema. What it gives is not to be changed: defaults are the same value wherever they stand, and lists
 * and tables of any keys are the very ones of the document where nothing in them is filled in.
 */
export function fitOf(schema: z.core.$ZodType): Fit {
  const known = KNOWN.get(schema);
  if (known) return known;
  const fit = newFit(schema);
  KNOWN.set(schema, fit);
  return fit;
}

const KNOWN = new WeakMap<z.core.$ZodType, Fit>();

function newFit(schema: z.core.$ZodType): Fit {
  const def = definitionOf(schema);
  if (isChecked(def)) return asked(schema);
  switch (def.type) {
    case "string":
    case "boolean":
      return (value) => (typeof value === def.type ? value : MISFIT);
    case "number":
      return (value) => (Number.isFinite(value) ? value : MISFIT);
    case "unknown":
      return (value) => value;
    case "optional": {
      const inner = whenAsked(def.innerType);
      return (value) => (value === undefined ? undefined : inner(value));
    }
    case "default": {
      const { defaultValue } = def;
      const inner = whenAsked(def.innerType);
      return (value) => (value === undefined ? defaultValue : inner(value));
    }
    case "prefault": {
      const { defaultValue } = def;
      const inner = fitOf(def.innerType);
      return (value) => inner(value === undefined ? defaultValue : value);
    }
    case "union":
      return unionFit(def.options.map(fitOf));
    case "array":
      return arrayFit(fitOf(def.element));
    case "record":
      return takesAnyKey(def.keyType) ? recordFit(fitOf(def.valueType)) : asked(schema);
    case "object":
      return objectFit(Object.entries(def.shape).map(([key, field]) => ({ key, field: fitOf(field) })));
    default:
      return asked(schema);
  }
}

/** How values fit a schema that most documents have no value for: a program that has just started has other things to do. */
function whenAsked(schema: z.core.$ZodType): Fit {
  let fit: Fit | undefined;
  return (value) => {
    fit ??= fitOf(schema);
    return fit(value);
  };
}

/** Whether more must be so of a value than its type says. */
function isChecked({ check, checks = [] }: Definition): boolean {
  return check !== undefined || checks.length > 0;
}

function takesAnyKey(schema: z.core.$ZodType): boolean {
  const def = definitionOf(schema);
  return def.type === "string" && !isChecked(def);
}

/** What zod itself says. */
function asked(schema: z.core.$ZodType): Fit {
  return (value) => {
    const checked = schema._zod.run({ value, issues: [] }, {});
    return checked instanceof Promise || checked.issues.length > 0 ? MISFIT : checked.value;
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

function arrayFit(item: Fit): Fit {
  return (value) => {
    if (!Array.isArray(value)) return MISFIT;
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

/** Where a key is not one of these, zod says whether that is allowed. */
function objectFit(fields: readonly { readonly key: string; readonly field: Fit }[]): Fit {
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
