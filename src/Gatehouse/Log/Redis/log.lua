-- What the scripts of a thread's log share; put before each of them.
--
--   KEYS[1]  hash: generation, base (the position before the oldest entry), head (the position of the newest)
--   KEYS[2]  stream: one entry per event, id <seq>-0, one field 'e': flags (1 byte), digest (8 bytes), event
--
-- A position is '<seq>-<digest as 16 hex digits>' and is compared as text. Only a seq is ever a number, and exact below 2^53.
-- Others may write to these keys. What cannot be used counts as no log: its owner begins anew and writes again what it lacks.

-- Calls a command on a key; nil where the key has another type than it should.
local function call_if_typed(...)
  local answer = redis.pcall(...)
  local refusal = type(answer) == 'table' and answer.err
  if not refusal then return answer end
  if string.find(refusal, '^WRONGTYPE') then return nil end
  return error(answer)
end

local function is_position(text)
  return text and string.find(text, '^%d+%-%x+$')
end

-- Generation, base and head; nothing where there is no log, or none that can be used.
local function read_log()
  local log = call_if_typed('HMGET', KEYS[1], 'generation', 'base', 'head')
  if not log or not log[1] or not string.find(log[1], '^%d+$') or not is_position(log[2]) or not is_position(log[3]) then return nil end
  return tonumber(log[1]), log[2], log[3]
end

local function seq_of(position)
  return tonumber(string.match(position, '^%d+'))
end

-- '%.0f', because Lua writes a large number with an exponent.
local function id_of(seq)
  return string.format('%.0f-0', seq)
end

local function position_of(seq, entry)
  return string.format('%.0f-', seq) .. string.gsub(string.sub(entry, 2, 9), '.', function(byte)
    return string.format('%02x', string.byte(byte))
  end)
end

-- The entry with this seq; nil if there is none.
local function entry_at(seq)
  local found = redis.call('XRANGE', KEYS[2], id_of(seq), id_of(seq))
  return found[1] and found[1][2][2]
end

-- Whether the stream has as many entries as lie between two seqs: one of the two keys can be lost, or go back in time, alone.
local function is_whole(first, last)
  return call_if_typed('XLEN', KEYS[2]) == last - first
end
