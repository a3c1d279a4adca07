/** The sequence of tables: what each edit writes, and which tables may have been in force while a call was open. */

/** Something that is edited again and again: the configuration, or its contacts. Editions count from 1. */
export class Editions {
  readonly #written = new Map<number, number>();
  readonly #known: { edition: number; atMs: number }[] = [];
  #latest = 0;

  /** The newest good edition that was written. */
  get latest(): number {
    return this.#latest;
  }

  /** How many good ones were written. */
  get count(): number {
    return this.#written.size;
  }

  /** How many of them answers have told of. */
  get seen(): number {
    return this.#known.length;
  }

  /** Whether an answer has told of an edition, or of a later one. */
  isKnown(edition: number): boolean {
    return (this.#known.at(-1)?.edition ?? 0) >= edition;
  }

  /** A good edition is about to be written. */
  write(edition: number, atMs: number): void {
    this.#written.set(edition, atMs);
    this.#latest = edition;
  }

  /** An answer shows that an edition was in force, at this time at the latest. */
  know(edition: number, atMs: number): void {
    const last = this.#known.at(-1);
    if (!last || last.edition < edition) this.#known.push({ edition, atMs });
  }

  /**
   * Why an edition cannot have been in force at a moment between two times; undefined where it can: it was good, it was
   * written before the end, and no later one was known to be in force before the beginning.
   */
  objection(edition: number, fromMs: number, untilMs: number): string | undefined {
    const writtenMs = this.#written.get(edition);
    if (writtenMs === undefined) return `edition ${edition} was never good`;
    if (writtenMs > untilMs)
      return `edition ${edition} was written ${Math.round(writtenMs - untilMs)} ms later`;
    const later = this.#known.find((known) => known.edition > edition);
    if (!later || later.atMs >= fromMs) return undefined;
    const agoMs = Math.round(fromMs - later.atMs);
    return `edition ${later.edition} had been in force for ${agoMs} ms, and edition ${edition} answered`;
  }
}

/** The lines of the soak: one for each thing that a call can ask for. */
export const LINES = {
  front: "+12137770001",
  held: "+12137770002",
  known: "+12137770003",
  crm: "+12137770004",
  shaky: "+12137770005",
  limited: "+12137770006",
} as const;

/** So many calls of a caller get through on the limited line. */
export const LIMIT = 3;
/** How long an answer on the held line is held, in milliseconds. */
export const DELAY_MS = 1500;
/** Whoever is on the list of blocked callers, in every table. */
export const BLOCKED = "+12125550199";

/** The configuration with this number. @param services the origin of the servers that look-ups and notices ask */
export function configText(edition: number, services: string): string {
  const number = (name: keyof typeof LINES, variables = "", more = "") =>
    `[numbers."${LINES[name]}"]\nagent = "agent_${name}_${edition}"\n${more}${variables && `variables = { ${variables} }\n`}`;
  return `[server]
listen = "127.0.0.1:0"
state = "state"

[admin]
listen = "127.0.0.1:0"

[retell]
api_key = "\${env:RETELL_API_KEY}"

[lists]
blocked = { file = "blocked.txt" }

[contacts]
file = "contacts.csv"
variables = ["edition"]

[lookups.crm]
url = "${services}/crm?phone=\${from_number}"
timeout = "5s"

[lookups.shaky]
url = "${services}/shaky?phone=\${from_number}"
timeout = "400ms"

[limits.few]
calls = ${LIMIT}
per = "30d"

[notify.desk]
url = "${services}/notice"

[defaults]
deny = ["@blocked"]
variables = { table = "${edition}", caller = "\${from_number|last4}" }
notify = ["desk"]

${number("front")}
[numbers."${LINES.front}".sms]
agent = "agent_sms_${edition}"

${number("held", "", `delay = "${DELAY_MS}ms"\n`)}
${number("known", "", "presets = []\n")}
[[numbers."${LINES.known}".rules]]
name = "in the contacts"
when = { caller = "contact" }
agent = "agent_contact_${edition}"

${number("crm", 'plan = "${lookup.crm.plan:-none}"')}
${number("shaky", 'plan = "${lookup.shaky.plan:-none}"')}
${number("limited", 'calls = "${history.calls}"')}
[[numbers."${LINES.limited}".rules]]
name = "too often"
when = { over = "few" }
reject = true

[[expect]]
to = "${LINES.front}"
from = "+12125550100"
agent = "agent_front_${edition}"

[[expect]]
to = "${LINES.front}"
from = "${BLOCKED}"
reject = true
`;
}

/** How many callers are in the contacts. */
export const CONTACTS = 200;

/** Whoever is in the contacts. */
export function contactNumber(at: number): string {
  return `+1213888${String(at % CONTACTS).padStart(4, "0")}`;
}

/** The contacts with this number. */
export function contactsText(edition: number): string {
  const rows = Array.from({ length: CONTACTS }, (_, at) => `${contactNumber(at)},${edition}`);
  return `number,edition\n${rows.join("\n")}\n`;
}

/** What people do to a configuration, each of which must be refused. The text given is good, but for its number. */
export const BAD_EDITS: Readonly<Record<string, (good: string) => string | Uint8Array>> = {
  "cut off in the middle of a text": (good) => good.slice(0, good.indexOf("agent_held") + 3),
  empty: () => "",
  "an unknown key": (good) => good.replace("[numbers.", 'nunbers = "x"\n[numbers.'),
  "an expectation that does not hold": (good) =>
    good.replace(/agent = "agent_front_\d+"\n\n/, 'agent = "agent_x"\n\n'),
  "a file that is not there": (good) => good.replace("contacts.csv", "contact.csv"),
  "bytes that are not UTF-8": (good) => Buffer.from(good.replace("blocked.txt", "bl\xffcked.txt"), "latin1"),
  "a name that is not defined": (good) => good.replace('over = "few"', 'over = "fev"'),
  "a duration without a unit": (good) => good.replace(`${DELAY_MS}ms`, String(DELAY_MS)),
};

/** The same for contacts. */
export const BAD_CONTACTS: Readonly<Record<string, (good: string) => string>> = {
  "no header": (good) => good.slice(good.indexOf("\n") + 1),
  "a number with letters": (good) => good.replace(contactNumber(5), "+1213x"),
  "a row too short": (good) => `${good}+12138889999\n`,
};
