/** What an account has, in a line. */
import { counted } from "../../../config/findings/counted.ts";
import type { AccountRead } from "./reading.ts";

/** `account "Acme": 12 numbers, 30 agents, 20 calls at once (60 with surcharge)` */
export function accountLine({ client, owner, numbers, agents, capacity }: AccountRead): string {
  const whose = client === "" ? "" : ` of the client ${JSON.stringify(client)}`;
  const name = owner?.organisation === undefined ? "" : ` ${JSON.stringify(owner.organisation)}`;
  const burst = capacity?.burst === undefined ? "" : ` (${capacity.burst} with surcharge)`;
  const parts = [
    numbers && counted(numbers.length, "number", "numbers"),
    agents && counted(agents.size, "agent", "agents"),
    capacity && `${counted(capacity.calls, "call", "calls")} at once${burst}`,
  ].filter((part) => part !== undefined);
  return `account${name}${whose}: ${parts.length > 0 ? parts.join(", ") : "nothing could be read"}`;
}

/** The same for programs. */
export function accountJson({ client, owner, numbers, agents, capacity }: AccountRead) {
  return {
    ...(client !== "" && { client }),
    organisation: owner?.organisation,
    key_name: owner?.keyName,
    numbers: numbers?.length,
    agents: agents?.size,
    calls_at_once: capacity?.calls,
    calls_at_once_with_surcharge: capacity?.burst,
    calls_reserved_for_inbound: capacity?.inbound,
  };
}
