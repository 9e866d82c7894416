-- Reads after a position: ThreadLog.Read.
--
--   ARGV  position, its seq, limit
--   gives nothing where there is no log, else whether the position is on the chain (0, 1), the position before the first entry,
--   and the entries, each with the next seq
--
-- The position may be a stranger's, with any seq: beyond 2^53 it is inexact, and behind every head.

local position, seq, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local _, base, head = read_log()

if not head then return false end
local first, last = seq_of(base), seq_of(head)
if not is_whole(first, last) then return false end
if position == head then return {1, position} end

local found = position == base
if not found and seq > first and seq < last then
  local entry = entry_at(seq)
  found = entry and position_of(seq, entry) == position
end

local after, before = seq, position
if not found then
  after = math.max(last - limit, first)
  local entry = after > first and entry_at(after)
  before = entry and position_of(after, entry) or base
end

local answer = {found and 1 or 0, before}
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], id_of(after + 1), '+', 'COUNT', limit)) do
  answer[#answer + 1] = entry[2][2]
end
return answer
