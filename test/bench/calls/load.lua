-- For wrk: sends requests that are ready in a file, one after the other from a given one on, and tells in JSON what came
-- of it. Arguments: the file, the place of the first request, from 0. Before each request, its length in eight digits.
local requests = {}
local at = 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  at = tonumber(args[2])
  while true do
    local length = file:read(8)
    if not length then break end
    requests[#requests + 1] = file:read(tonumber(length))
  end
  file:close()
end

function request()
  local next = requests[at % #requests + 1]
  at = at + 1
  return next
end

-- Latencies are in microseconds.
function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"us":%d,"errors":%d,"p50":%d,"p99":%d,"p999":%d,"max":%d}\n',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max
  ))
end
