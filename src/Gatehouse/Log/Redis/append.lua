-- Adds entries and publishes them: ThreadLog.Append.
--
--   ARGV  generation, expected head, new head, seq of the checkpoint, window, keep (ms), batch (Batch.cs)
--   gives 'O' done, 'F' fenced or 'D' diverged, the latter two with the head
--
-- The channel of the publications has the name of the hash, so that on a cluster it lives where the log does.

local generation, expected, new = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local window, keep, batch = tonumber(ARGV[5]), ARGV[6], ARGV[7]
local owner, base, head = read_log()

if not owner then return 'D0-0000000000000000' end
if owner > generation then return 'F' .. head end
local first, last = seq_of(base), seq_of(head)
if owner < generation or not is_whole(first, last) then return 'D' .. head end

if head ~= new then
  if head ~= expected then return 'D' .. head end

  local at = 17
  while at <= #batch do
    local length = struct.unpack('>I4', batch, at)
    last, at = last + 1, at + 4 + length
    redis.call('XADD', KEYS[2], id_of(last), 'e', string.sub(batch, at - length, at - 1))
  end
  redis.call('HSET', KEYS[1], 'head', new)

  -- Half a window goes at a time, and nothing after the checkpoint.
  local excess = math.min(last - first - window, tonumber(ARGV[4]) - first)
  if last - first > window + math.floor(window / 2) and excess > 0 then
    redis.call('HSET', KEYS[1], 'base', position_of(first + excess, entry_at(first + excess)))
    redis.call('XTRIM', KEYS[2], 'MINID', '=', id_of(first + excess + 1))
  end
  redis.call('SPUBLISH', KEYS[1], batch)
end
redis.call('PEXPIRE', KEYS[1], keep)
redis.call('PEXPIRE', KEYS[2], keep)
return 'O'
