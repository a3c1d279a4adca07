/** Calls of one day as an agency might get them. Made up, and the same each time. */
import { Random } from "../../test/fuzz/random.ts";

/** A call or text. */
export interface MadeUpCall {
  /** How long before the end of the day, in milliseconds. */
  readonly agoMs: number;
  readonly from: string;
  readonly to: string;
  readonly isText: boolean;
}

const HOUR_MS = 3_600_000;

/** How many calls each hour has, the oldest first; the day ends in the afternoon, New York time. */
const PER_HOUR = [
  ...[31, 24, 11, 9, 7, 6, 4, 2, 2, 1, 0, 1],
  ...[1, 3, 6, 12, 24, 38, 41, 36, 29, 33, 44, 21],
];

/** Some numbers are called more often than others. */
const DIALLED = [
  ...["+12125550100", "+12125550100", "+12125550100", "+12125550100", "+13125550120", "+13125550120"],
  ...["+13105550160", "+13105550160", "+16175550180", "+16175550180", "+16175550181"],
] as const;

const AREAS = ["212", "646", "312", "773", "617", "310", "213", "415", "718"] as const;

/** The calls, the oldest first. */
export function madeUpCalls(): readonly MadeUpCall[] {
  const random = new Random(7);
  const calls: MadeUpCall[] = PER_HOUR.flatMap((count, hour) =>
    Array.from({ length: count }, () => ({
      agoMs: (PER_HOUR.length - hour - 1) * HOUR_MS + random.below(0.4 * HOUR_MS) + 20_000,
      from: callerOf(random),
      to: random.once(60) ? "+12065550133" : random.pick(DIALLED),
      isText: random.once(30),
    })),
  );
  return calls.sort((one, other) => other.agoMs - one.agoMs);
}

function callerOf(random: Random): string {
  if (random.once(22)) return "anonymous";
  if (random.once(18)) return "+12025550199";
  if (random.once(14)) return "+12125550142";
  if (random.once(20)) return "+525512345678";
  return `+1${random.pick(AREAS)}55501${String(random.below(100)).padStart(2, "0")}`;
}
