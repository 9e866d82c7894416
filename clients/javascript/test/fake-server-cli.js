// npm run page: the chat page on the fake server. The keys d, g and r drop, move and restart.
import { FakeServer } from './fake-server.js';

const port = Number(process.env.PORT ?? 8010);
let server = new FakeServer();
await server.listen(port);
console.log(`http://localhost:${port}  (d: drop connections, g: go away, r: restart, q: quit)`);

for await (const line of process.stdin) {
  const key = String(line).trim();
  if (key === 'd') server.drop();
  if (key === 'g') server.goAway();
  if (key === 'q') process.exit();
  if (key !== 'r') continue;
  await server.kill();
  server = new FakeServer({ threads: server.threads });
  await server.listen(port);
}
