/** What notices ask for that is not in the call: it is known once a call is decided, so it must be asked before. */
import { type Asked, type NameContext, noting } from "../names/value.ts";
import type { NoticePlan } from "../plan.ts";
import { compileNotice } from "./notice.ts";

/** Tells what a notice asks for. */
export type AsksOfNotice = (notice: NoticePlan, context: NameContext) => Asked;

/** Finds what notices ask for, of each once: many clients share those of the main file. */
export function noticeAsks(): AsksOfNotice {
  const known = new Map<NoticePlan, Asked>();
  return (notice, context) => {
    const asked = known.get(notice) ?? askedBy(notice, context);
    known.set(notice, asked);
    return asked;
  };
}

function askedBy(notice: NoticePlan, context: NameContext): Asked {
  const noted = noting(context);
  compileNotice("", notice, noted.context);
  return noted.asked();
}
