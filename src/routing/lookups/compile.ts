/** Look-ups compiled: what each asks about a call, or why it asks nothing. */
import type { Circumstances } from "../circumstances.ts";
import type { NameContext } from "../names/value.ts";
import { compileJson } from "../templates/json.ts";
import { namesIn } from "../templates/names-in.ts";
import { readTemplate } from "../templates/template.ts";
import { compileUrl } from "../templates/url.ts";
import type { LookupPlan } from "./plan.ts";
import type { LookupRequest, Unasked } from "./request.ts";

/** A look-up of one scope. */
export interface Lookup {
  /** What the configuration calls it. */
  readonly name: string;
  /** Unique among all look-ups: `client/name`. */
  readonly id: string;
  /** What it asks about a call. */
  readonly ask: (circumstances: Circumstances) => LookupRequest | Unasked;
}

/** Compiles a look-up. @throws for a template that the configuration should have refused */
export function compileLookup(name: string, id: string, plan: LookupPlan, context: NameContext): Lookup {
  const { url, body, at, timeoutMs, cacheMs, ca } = plan;
  if (url === undefined) return { name, id, ask: () => "secret" };
  const urlOf = compileUrl(url, context);
  const bodyOf = body === undefined ? undefined : compileJson(body, context);
  const needsNumber = [...namesIn(url), ...namesIn(body)].some(
    ({ name, fallback }) => name.kind === "from_number" && fallback === undefined,
  );
  const holes = emptyParts(withoutTemplates(url));
  const json = bodyOf ? { "content-type": "application/json" } : {};
  const headers = { accept: "application/json", ...json, ...plan.headers };
  return {
    name,
    id,
    ask: (circumstances) => {
      if (needsNumber && circumstances.caller.withheld) return "withheld";
      const filled = urlOf(circumstances);
      if (filled === undefined || emptyParts(filled) > holes) return "path";
      return {
        ...{ id, url: filled, headers, at, timeoutMs, cacheMs, ca },
        method: bodyOf ? "POST" : "GET",
        body: bodyOf?.(circumstances),
      };
    },
  };
}

/** A URL with something in the place of each template. */
function withoutTemplates(url: string): string {
  const template = readTemplate(url);
  if ("problem" in template) throw new Error(`Cannot compile a look-up: ${template.problem}`);
  return template.segments.map((segment) => (typeof segment === "string" ? segment : "x")).join("");
}

/** How many parts of a URL's path are empty: `https://crm.example/callers/` is likely to be all callers. */
function emptyParts(url: string): number {
  const [path = ""] = url.split("?", 1);
  return path.match(/\/(?=\/|$)/g)?.length ?? 0;
}
