/**
 * What the server runs for a call, each as one atomic script.
 *
 * A limit is a sorted set of the calls that count, by the time of the server: so clocks of machines need not agree. Every key
 * expires: a limit with its window, a call with the time in which it may be tried again, a caller with `[history] keep`.
 */
import { createHash } from "node:crypto";

/** A script, and the digest that it is called by once the server knows it. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

function script(text: string): Script {
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

/** How many calls of one caller are counted at most; beyond that, the oldest are forgotten. */
const MOST_CALLS = 10_000;

/**
 * Begins to count a call: says what is known of it, and takes a place in its limits.
 *
 * - KEYS: the call, the caller's calls, the agent that took the last of them, then the limits, in the order of the rules.
 * - ARGV: how long the call is known (ms), when it came by the machine's clock (ms), the call among others, the names of
 *   the limits (JSON), how long callers are remembered (ms; 0 where nobody asks), then for each limit: calls, window (ms),
 *   and whether to take a place: 0 no, 1 yes, 2 yes, and the call is rejected where there is none.
 *
 * Where the call is about to be rejected it takes no place at all. What is known of a call that was begun before is
 * what was said then.
 */
export const BEGIN: Script = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'at', 'came', 'names', 'over', 'taken', 'calls', 'last', 'agent', 'found', 'settled')
if known[1] then
  known[1] = now - known[1]
  return known
end
local over, taken, refused = {}, {}, false
for i = 4, #KEYS do
  local a = 6 + (i - 4) * 3
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - ARGV[a + 1])
  local reached = redis.call('ZCARD', KEYS[i]) >= tonumber(ARGV[a])
  over[i - 3] = reached and '1' or '0'
  if reached and ARGV[a + 2] == '2' then refused = true end
end
for i = 4, #KEYS do
  local a = 6 + (i - 4) * 3
  local takes = not refused and over[i - 3] == '0' and ARGV[a + 2] ~= '0'
  taken[i - 3] = takes and '1' or '0'
  if takes then
    redis.call('ZADD', KEYS[i], now, ARGV[3])
    redis.call('PEXPIRE', KEYS[i], ARGV[a + 1])
  end
end
local calls, last, agent = 0, '0', ''
if ARGV[5] ~= '0' then
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[5])
  calls = redis.call('ZCARD', KEYS[2])
  if calls > 0 then
    last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2]
    agent = redis.call('GET', KEYS[3]) or ''
  end
end
over, taken = table.concat(over), table.concat(taken)
redis.call('HSET', KEYS[1], 'at', now, 'came', ARGV[2], 'names', ARGV[4], 'over', over, 'taken', taken,
  'calls', calls, 'last', last, 'agent', agent)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return { -1, ARGV[2], ARGV[4], over, taken, tostring(calls), last, agent, false, false }
`);

/**
 * Counts a call that is decided, once however many machines say so.
 *
 * - KEYS: as {@link BEGIN} has them.
 * - ARGV: how long the call is known (ms), the call among others, how long callers are remembered (ms; 0 where nobody
 *   asks), the agent that takes it (empty: none), what look-ups said (empty: nothing), then for each limit: calls,
 *   window (ms), and `+` to count the call, `-` to give its place back, or `=`.
 */
export const SETTLE: Script = script(`
if redis.call('HSETNX', KEYS[1], 'settled', '1') == 0 then return 0 end
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'found', ARGV[5]) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 4, #KEYS do
  local a = 6 + (i - 4) * 3
  if ARGV[a + 2] == '+' then
    redis.call('ZADD', KEYS[i], now, ARGV[2])
    redis.call('ZREMRANGEBYRANK', KEYS[i], 0, -1 - ARGV[a])
    redis.call('PEXPIRE', KEYS[i], ARGV[a + 1])
  elseif ARGV[a + 2] == '-' then
    redis.call('ZREM', KEYS[i], ARGV[2])
  end
end
if ARGV[3] ~= '0' then
  redis.call('ZADD', KEYS[2], now, ARGV[2])
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, ${-1 - MOST_CALLS})
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
  if ARGV[4] ~= '' then redis.call('SET', KEYS[3], ARGV[4], 'PX', ARGV[3])
  else redis.call('PEXPIRE', KEYS[3], ARGV[3]) end
end
return 1
`);
