/** The outlines of a main file and of that of a client, made of the schema by `make reference`. */
import type { TableOutline } from "./outline.ts";

const part1 = { kind: "text" } as const;
const part2 = { kind: "optional", of: part1 } as const;
const part3 = { kind: "array", items: part2 } as const;
const part4 = { kind: "union", options: [part1, part3] } as const;
const part5 = { kind: "default", of: part4, value: [] } as const;
const part6 = { kind: "default", of: part3, value: [] } as const;
const part7 = { kind: "array", items: part2, least: 1 } as const;
const part8 = { kind: "union", options: [part1, part7] } as const;
const part9 = { kind: "optional", of: part8, needed: '"${env:RETELL_API_KEY}"' } as const;
const part10 = { kind: "number", isWhole: false } as const;
const part11 = { kind: "flag" } as const;
const part12 = { kind: "union", options: [part1, part10, part11] } as const;
const part13 = { kind: "optional", of: part12 } as const;
const part14 = { kind: "default", of: { kind: "record", entries: part13 }, value: {} } as const;
const part15 = { kind: "anything" } as const;
const part16 = { kind: "record", entries: part15 } as const;
const part17 = { kind: "default", of: part16, value: {} } as const;
const part18 = { kind: "choice", values: ["pass", "reject"] } as const;
const part19 = { kind: "number", isWhole: true, least: 0 } as const;
const part20 = {
  kind: "default",
  of: {
    kind: "record",
    entries: {
      kind: "optional",
      of: {
        kind: "union",
        options: [
          part1,
          {
            kind: "table",
            keys: {
              id: { kind: "optional", of: part1, needed: '"agent_0123456789abcdef"' },
              version: { kind: "optional", of: { kind: "union", options: [part19, part1] } },
              presets: part6,
            },
          },
        ],
      },
    },
  },
  value: {},
} as const;
const part21 = { kind: "optional", of: part16 } as const;
const part22 = {
  kind: "default",
  of: {
    kind: "record",
    entries: {
      kind: "optional",
      of: { kind: "table", keys: { agent: part21, retell_llm: part21, conversation_flow: part21 } },
    },
  },
  value: {},
} as const;
const part23 = { kind: "default", of: { kind: "record", entries: part2 }, value: {} } as const;
const part24 = { kind: "default", of: part11, value: false } as const;
const part25 = {
  kind: "default",
  of: {
    kind: "record",
    entries: {
      kind: "optional",
      of: {
        kind: "union",
        options: [
          part3,
          {
            kind: "table",
            keys: {
              file: { kind: "optional", of: part1, needed: '"spam.txt"' },
              url: part2,
              every: part2,
              headers: part23,
              at: part2,
              ca: part2,
              allow_empty: part24,
            },
            alternatives: { file: "url" },
          },
        ],
      },
    },
  },
  value: {},
} as const;
const part26 = {
  kind: "optional",
  of: {
    kind: "table",
    keys: {
      file: { kind: "optional", of: part8, needed: '"contacts.csv"' },
      url: part2,
      every: part2,
      headers: part23,
      at: part2,
      ca: part2,
      allow_empty: part24,
      variables: part6,
    },
    alternatives: { file: "url" },
  },
} as const;
const part27 = { kind: "optional", of: part4 } as const;
const part28 = {
  kind: "default",
  of: {
    kind: "record",
    entries: {
      kind: "optional",
      of: {
        kind: "table",
        keys: {
          timezone: part2,
          open: part6,
          holidays: {
            kind: "optional",
            of: {
              kind: "union",
              options: [
                part1,
                part3,
                {
                  kind: "table",
                  keys: {
                    in: { kind: "optional", of: part8, needed: '"US-CA"' },
                    types: {
                      kind: "default",
                      of: {
                        kind: "array",
                        items: {
                          kind: "optional",
                          of: {
                            kind: "choice",
                            values: ["public", "bank", "optional", "school", "observance"],
                          },
                        },
                      },
                      value: ["public"],
                    },
                    hours: { kind: "default", of: part4, value: "closed" },
                  },
                },
              ],
            },
          },
          except: { kind: "default", of: { kind: "record", entries: part27 }, value: {} },
        },
      },
    },
  },
  value: {},
} as const;
const part29 = {
  kind: "default",
  of: {
    kind: "record",
    entries: {
      kind: "optional",
      of: {
        kind: "table",
        keys: {
          calls: { kind: "optional", of: { kind: "number", isWhole: true, above: 0 }, needed: "5" },
          per: { kind: "optional", of: part1, needed: '"1d"' },
          by: {
            kind: "default",
            of: { kind: "choice", values: ["caller", "number", "all"] },
            value: "caller",
          },
        },
      },
    },
  },
  value: {},
} as const;
const part30 = { kind: "array", items: part15 } as const;
const part31 = {
  kind: "default",
  of: {
    kind: "record",
    entries: {
      kind: "optional",
      of: {
        kind: "table",
        keys: {
          url: { kind: "optional", of: part1, needed: '"https://crm.example/callers?phone=${from_number}"' },
          headers: part23,
          body: { kind: "optional", of: { kind: "union", options: [part16, part30, part1, part10, part11] } },
          at: { kind: "default", of: part1, value: "" },
          timeout: { kind: "default", of: part1, value: "1.5s" },
          cache: { kind: "default", of: part1, value: "0s" },
          ca: part2,
        },
      },
    },
  },
  value: {},
} as const;
const part32 = {
  kind: "default",
  of: {
    kind: "record",
    entries: {
      kind: "optional",
      of: {
        kind: "table",
        keys: {
          url: { kind: "optional", of: part1, needed: '"https://hooks.example/services/…"' },
          headers: part23,
          body: { kind: "optional", of: { kind: "union", options: [part1, part16, part30] } },
          key: part2,
          ca: part2,
        },
      },
    },
  },
  value: {},
} as const;
const part33 = { kind: "union", options: [part12, { kind: "array", items: part13 }] } as const;
const part34 = { kind: "optional", of: part33 } as const;
const part35 = { kind: "record", entries: part34 } as const;
const part36 = { kind: "optional", of: { kind: "union", options: [part11, part35] } } as const;
const part37 = { kind: "optional", of: part35 } as const;
const part38 = {
  kind: "optional",
  of: {
    kind: "table",
    keys: {
      date: part34,
      time: part34,
      weekday: part34,
      day: part34,
      hour: part34,
      daypart: part34,
      iso: part34,
      long: part34,
    },
  },
} as const;
const part39 = {
  kind: "optional",
  of: {
    kind: "record",
    entries: {
      kind: "optional",
      of: { kind: "table", keys: { state: part34, opens: part34, closes: part34, holiday: part34 } },
    },
  },
} as const;
const part40 = {
  kind: "optional",
  of: { kind: "record", entries: { kind: "optional", of: { kind: "union", options: [part33, part16] } } },
} as const;
const part41 = {
  kind: "optional",
  of: { kind: "table", keys: { calls: part34, last: part34, last_agent: part34 } },
} as const;
const part42 = {
  kind: "optional",
  of: { kind: "record", entries: { kind: "optional", of: { kind: "number", isWhole: false, least: 0 } } },
} as const;
const part43 = { kind: "optional", of: { kind: "choice", values: ["caller", "call"] } } as const;
const part44 = { kind: "optional", of: { kind: "choice", values: [true] } } as const;
const part45 = {
  kind: "array",
  items: {
    kind: "optional",
    of: {
      kind: "table",
      keys: {
        name: part2,
        when: {
          kind: "optional",
          of: {
            kind: "table",
            keys: {
              caller: part27,
              contact: part36,
              dialled: part27,
              forwarded_from: part27,
              open: part27,
              closed: part27,
              header: part37,
              now: part38,
              schedule: part39,
              lookup: part40,
              history: part41,
              from_country: part34,
              from_number: part34,
              to_number: part34,
              channel: part34,
              call_id: part34,
              agent_id: part34,
              client: part34,
              exists: part27,
              over: part27,
              not: {
                kind: "optional",
                of: {
                  kind: "table",
                  keys: {
                    caller: part27,
                    contact: part36,
                    dialled: part27,
                    forwarded_from: part27,
                    open: part27,
                    closed: part27,
                    header: part37,
                    now: part38,
                    schedule: part39,
                    lookup: part40,
                    history: part41,
                    from_country: part34,
                    from_number: part34,
                    to_number: part34,
                    channel: part34,
                    call_id: part34,
                    agent_id: part34,
                    client: part34,
                    exists: part27,
                    over: part27,
                  },
                },
              },
            },
          },
        },
        continue: part24,
        agent: part2,
        split: part42,
        split_by: part43,
        pass: part44,
        reject: part44,
        delay: part2,
        presets: part6,
        variables: part14,
        metadata: part17,
        notify: part6,
      },
    },
  },
} as const;
const part46 = {
  kind: "default",
  of: { kind: "record", entries: { kind: "optional", of: part45 } },
  value: {},
} as const;
const part47 = { kind: "optional", of: part3 } as const;
const part48 = { kind: "default", of: part45, value: [] } as const;
const part49 = {
  kind: "default",
  of: {
    kind: "record",
    entries: {
      kind: "optional",
      of: {
        kind: "table",
        keys: {
          allow: part47,
          deny: part6,
          agent: part2,
          split: part42,
          split_by: part43,
          pass: part44,
          reject: part44,
          delay: part2,
          presets: part6,
          variables: part14,
          metadata: part17,
          notify: part6,
          rulesets: part47,
          rules: part48,
          sms: {
            kind: "optional",
            of: {
              kind: "table",
              keys: {
                allow: part47,
                deny: part6,
                agent: part2,
                split: part42,
                split_by: part43,
                pass: part44,
                reject: part44,
                delay: part2,
                presets: part6,
                variables: part14,
                metadata: part17,
                notify: part6,
                rulesets: part47,
                rules: part48,
              },
            },
          },
        },
      },
    },
  },
  value: {},
} as const;
const part50 = {
  kind: "default",
  of: {
    kind: "array",
    items: {
      kind: "optional",
      of: {
        kind: "table",
        keys: {
          to: { kind: "optional", of: part1, needed: '"+12137771235"' },
          from: { kind: "optional", of: part1, needed: '"+12137771234"' },
          at: part2,
          sms: part24,
          agent_id: part2,
          headers: part23,
          over: part5,
          exists: part5,
          lookup: {
            kind: "default",
            of: {
              kind: "record",
              entries: {
                kind: "optional",
                of: { kind: "union", options: [part1, part10, part11, part16, part30] },
              },
            },
            value: {},
          },
          history: {
            kind: "optional",
            of: {
              kind: "table",
              keys: { calls: { kind: "optional", of: part19 }, last: part2, last_agent: part2 },
            },
          },
          agent: part2,
          pass: part44,
          reject: part44,
          rule: part2,
          variables: part14,
        },
      },
    },
  },
  value: [],
} as const;

export const document = {
  kind: "table",
  keys: {
    country: part2,
    timezone: part2,
    locale: part2,
    include: part5,
    server: {
      kind: "prefault",
      of: {
        kind: "table",
        keys: {
          listen: { kind: "default", of: part1, value: "127.0.0.1:8787" },
          path: { kind: "default", of: part1, value: "/webhook" },
          allow_ips: part6,
          public_url: part2,
          trusted_proxies: { kind: "default", of: part3, value: ["127.0.0.1", "::1"] },
          state: part2,
        },
      },
      value: {},
    },
    admin: { kind: "prefault", of: { kind: "table", keys: { listen: part2, token: part2 } }, value: {} },
    log: {
      kind: "prefault",
      of: {
        kind: "table",
        keys: {
          format: {
            kind: "default",
            of: { kind: "choice", values: ["auto", "text", "json"] },
            value: "auto",
          },
          level: {
            kind: "default",
            of: { kind: "choice", values: ["debug", "info", "warning", "error"] },
            value: "info",
          },
          numbers: { kind: "default", of: { kind: "choice", values: ["full", "masked"] }, value: "full" },
        },
      },
      value: {},
    },
    history: {
      kind: "prefault",
      of: { kind: "table", keys: { keep: { kind: "default", of: part1, value: "90d" } } },
      value: {},
    },
    shared: {
      kind: "optional",
      of: {
        kind: "table",
        keys: {
          url: { kind: "optional", of: part1, needed: '"redis://10.0.0.5:6379"' },
          urls: { kind: "optional", of: part7 },
          prefix: { kind: "default", of: part1, value: "switchhook:" },
          username: part2,
          password: part2,
          sentinel_password: part2,
          ca: part2,
        },
        alternatives: { url: "urls" },
      },
    },
    retell: {
      kind: "prefault",
      of: {
        kind: "table",
        keys: { api_key: part9, max_age: { kind: "default", of: part1, value: "5m" }, account_key: part2 },
      },
      value: {},
    },
    defaults: {
      kind: "prefault",
      of: {
        kind: "table",
        keys: {
          timezone: part2,
          locale: part2,
          allow: part6,
          deny: part6,
          delay: part2,
          presets: part6,
          variables: part14,
          metadata: part17,
          notify: part6,
          unrouted: { kind: "default", of: part18, value: "pass" },
          rulesets: part6,
        },
      },
      value: {},
    },
    agents: part20,
    presets: part22,
    lists: part25,
    contacts: part26,
    schedules: part28,
    limits: part29,
    lookups: part31,
    notify: part32,
    rulesets: part46,
    numbers: part49,
    expect: part50,
  },
} as const satisfies TableOutline;

export const client = {
  kind: "table",
  keys: {
    country: part2,
    timezone: part2,
    locale: part2,
    retell: { kind: "optional", of: { kind: "table", keys: { api_key: part9, account_key: part2 } } },
    defaults: {
      kind: "prefault",
      of: {
        kind: "table",
        keys: {
          timezone: part2,
          locale: part2,
          allow: part47,
          deny: part6,
          delay: part2,
          presets: part6,
          variables: part14,
          metadata: part17,
          notify: part6,
          unrouted: { kind: "optional", of: part18 },
          rulesets: part47,
        },
      },
      value: {},
    },
    agents: part20,
    presets: part22,
    lists: part25,
    contacts: part26,
    schedules: part28,
    limits: part29,
    lookups: part31,
    notify: part32,
    rulesets: part46,
    numbers: part49,
    expect: part50,
  },
} as const satisfies TableOutline;
