// What makes several Socket.IO servers one: the adapter over Redis streams, and connection state recovery, as their manuals have it.
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { createClient } from 'redis';

/** Options of a server that shares its rooms and sessions by way of the Redis at `address` (host:port). */
export async function shared(address) {
  const client = createClient({ url: `redis://${address}` });
  client.on('error', () => {});   // it connects again by itself; with no listener the process would end
  await client.connect();
  return { adapter: createAdapter(client), connectionStateRecovery: {} };
}
