-- Counts the distinct answers, status and body, of a thread; done() prints them all.
counts = {}
local threads = {}

function setup(thread) table.insert(threads, thread) end

function response(status, headers, body)
  local key = status .. " " .. body
  counts[key] = (counts[key] or 0) + 1
end

function done(summary, latency)
  local errors = summary.errors
  print("ERRORS " .. errors.connect + errors.read + errors.write + errors.timeout)
  for _, thread in ipairs(threads) do
    for key, count in pairs(thread:get("counts")) do print("ANSWER " .. count .. " " .. key) end
  end
end
