/** Names that stand for one of a few values: a test that none of them passes is a mistake. */
import type { Name } from "./name.ts";

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** Every value that a name may have, besides none; undefined where they cannot be listed. */
export function possibleValues(name: Name): readonly string[] | undefined {
  switch (name.kind) {
    case "channel":
      return ["call", "text"];
    case "outcome":
      return ["agent", "pass", "reject"];
    case "now":
      switch (name.part) {
        case "weekday":
          return WEEKDAYS;
        case "daypart":
          return ["morning", "afternoon", "evening", "night"];
        case "hour":
          return Array.from({ length: 24 }, (_, hour) => String(hour));
        case "date":
        case "time":
        case "day":
        case "iso":
        case "long":
          return undefined;
      }
      break;
    case "schedule":
      return name.part === "state" ? ["open", "closed"] : undefined;
    case "from_number":
    case "to_number":
    case "from_country":
    case "forwarded_from":
    case "call_id":
    case "agent_id":
    case "client":
    case "agent":
    case "rule":
    case "reason":
    case "contact":
    case "header":
    case "lookup":
    case "history":
      return undefined;
  }
}
