-- What a key holds and how long it still will, in ms: proves reading, an expiry and scripts at once.
return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}
