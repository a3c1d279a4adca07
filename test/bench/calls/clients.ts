/** An agency's folder: a main file with what all share, and a file for each client. */
import { numberOf } from "./numbers.ts";

/** How many numbers each client has. */
export const NUMBERS_A_CLIENT = 20;

/** The files of so many clients, by their names: schedules, holidays for some, contacts, rules and expectations. */
export function agencyFiles(clients: number): Record<string, string> {
  const files: Record<string, string> = {
    "config.toml": MAIN,
    "spam.txt": Array.from({ length: 1000 }, (_, at) => `+1415${2_000_000 + at}\n`).join(""),
  };
  for (let at = 0; at < clients; at++) {
    files[`clients/${clientName(at)}.toml`] = clientFile(at);
    if (hasContacts(at)) files[`clients/${clientName(at)}.csv`] = contactsFile(at);
  }
  return files;
}

/** What a client is called. */
export function clientName(at: number): string {
  return `client${String(at).padStart(4, "0")}`;
}

const MAIN = `country = "US"
timezone = "America/New_York"
include = ["clients/*.toml"]

[server]
listen = "127.0.0.1:0"

[retell]
api_key = "\${env:RETELL_API_KEY}"

[presets.spanish]
agent.language = "es-419"
retell_llm.begin_message = "Hola, gracias por llamar."

[lists]
spam = { file = "spam.txt" }
toll_free = ["+1800*", "+1888*"]

[limits.newcomer]
calls = 8
per = "1d"
by = "caller"

[defaults]
deny = ["@spam", "withheld"]
variables = { company = "\${client}", caller = "\${from_number}" }
rulesets = ["languages", "office hours"]

[[rulesets.languages]]
name = "spanish"
when = { caller = ["country:MX", "country:ES"] }
presets = ["spanish"]
continue = true

[[rulesets."office hours"]]
name = "too often"
when = { over = "newcomer" }
reject = true

[[rulesets."office hours"]]
name = "after hours"
when = { closed = "office" }
agent = "night"
`;

const ZONES = ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"] as const;
const HOLIDAYS = ["US-NY", "US-IL", "US-CO", "US-CA"] as const;

function hasContacts(at: number): boolean {
  return at % 3 === 0;
}

function clientFile(at: number): string {
  const zone = at % ZONES.length;
  const holidays = at % 2 === 0 ? `holidays = "${HOLIDAYS[zone]}"\n` : "";
  const contacts = hasContacts(at)
    ? `[contacts]\nfile = "${clientName(at)}.csv"\nvariables = ["first_name", "plan"]\n\n`
    : "";
  const numbers = Array.from({ length: NUMBERS_A_CLIENT }, (_, of) => numberTables(at, of));
  const first = numberOf(at * NUMBERS_A_CLIENT);
  return `timezone = "${ZONES[zone]}"

[agents]
frontdesk = "agent_front${at}"
night = "agent_night${at}"
sales = { id = "agent_sales${at}", version = "prod" }

[lists]
vip = ["+12125550${100 + (at % 800)}", "+13105550${100 + (at % 800)}"]

[schedules.office]
open = ["mon-fri 09:00-12:00, 13:00-17:30", "sat 10:00-14:00"]
${holidays}except = { "12-24" = "09:00-12:00" }

${contacts}${numbers.join("\n")}
[[expect]]
to = "${first}"
from = "+12125559999"
at = "2026-12-23T10:00[${ZONES[zone]}]"
agent = "frontdesk"

[[expect]]
to = "${first}"
from = "+12125559999"
at = "2026-12-23T22:00[${ZONES[zone]}]"
agent = "night"
rule = "after hours"
`;
}

function numberTables(at: number, of: number): string {
  const number = numberOf(at * NUMBERS_A_CLIENT + of);
  const rules =
    of % 4 === 0
      ? `[[numbers."${number}".rules]]
name = "regulars"
when = { caller = "@vip", open = "office" }
agent = "sales"
variables = { known = true }
`
      : "";
  return `[numbers."${number}"]
agent = "frontdesk"
variables = { greeting = "Hi there, line ${of}", line = ${of} }
metadata = { tenant = "client-${at}" }
${rules}`;
}

function contactsFile(at: number): string {
  const rows = Array.from(
    { length: 100 },
    (_, row) => `+1646${2_000_000 + at * 100 + row},Ann${row},${row % 2 ? "gold" : "basic"}`,
  );
  return ["number,first_name,plan", ...rows, ""].join("\n");
}
