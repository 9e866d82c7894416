-- A new owner takes the log: ThreadLog.Begin.
--
--   ARGV  generation, position, keep (ms)
--   gives verdict and head: 'F' fenced, 'O' done

local generation, position, keep = ARGV[1], ARGV[2], ARGV[3]
local owner, base, head = read_log()

if owner and owner > tonumber(generation) then
  return 'F' .. head
end

-- A stream that went back in time alone may have the right length by chance. With the right ends as well it has no hole.
local function is_on_chain()
  local first, last = seq_of(base), seq_of(head)
  if not is_whole(first, last) then return false end
  if last > first then
    local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
    local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
    if oldest[1] ~= id_of(first + 1) or newest[1] ~= id_of(last) or position_of(last, newest[2][2]) ~= head then return false end
  end
  if position == base then return true end
  local entry = entry_at(seq_of(position))
  return entry and position_of(seq_of(position), entry) == position
end

if owner and is_on_chain() then
  redis.call('HSET', KEYS[1], 'generation', generation)
else
  if not owner and redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DEL', KEYS[1]) end
  -- The hash first: where memory is short it is refused, and nothing has happened. A stream takes no id twice, so it is deleted.
  redis.call('HSET', KEYS[1], 'generation', generation, 'base', position, 'head', position)
  redis.call('DEL', KEYS[2])
  head = position
end
redis.call('PEXPIRE', KEYS[1], keep)
redis.call('PEXPIRE', KEYS[2], keep)
return 'O' .. head
