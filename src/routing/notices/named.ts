/** Which notices tell of a call: those of all places that apply to it. */
import type { Record } from "../arrival.ts";
import type { AppliedNotice, Origin, RuleName } from "../decision.ts";
import type { Rule } from "../table/table.ts";

/** The places that name notices, each by their ids. */
interface Places {
  readonly defaults: readonly string[];
  readonly number: readonly string[];
  /** Those that apply. */
  readonly rules: readonly Rule[];
}

const NONE: readonly never[] = [];

/** The notices that tell of a call, by their ids, each once. */
export function noticesNamed({ defaults, number, rules }: Places, record: Record): readonly string[] {
  if (defaults.length + number.length === 0 && rules.every(({ notify }) => notify.length === 0)) return NONE;
  const notices = new Map<string, AppliedNotice>();
  const add = (ids: readonly string[], origin: Origin, rule?: RuleName) => {
    for (const id of ids) if (!notices.has(id)) notices.set(id, { id, origin, rule });
  };
  add(defaults, "defaults");
  add(number, "number");
  for (const { notify, continues, id } of rules) add(notify, "rule", continues ? id : undefined);
  record?.({ kind: "notify", notices: [...notices.values()] });
  return [...notices.keys()];
}
