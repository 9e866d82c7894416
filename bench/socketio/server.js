// The chat of the benchmark on Socket.IO: rooms instead of threads, nothing stored; alone nothing is resumed either. With the address of a
// Redis it is one of several (shared.js).
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { says } from './says.js';
import { shared } from './shared.js';

const redis = process.env.ConnectionStrings__Redis;
const http = createServer((request, response) => {
  response.statusCode = request.url === '/startup' ? 200 : 404;
  response.end();
});

const io = new Server(http, { transports: ['websocket'], ...(redis ? await shared(redis) : {}) });

io.on('connection', socket => {
  socket.on('join', threadId => socket.join(threadId));
  socket.on('run', (threadId, tokens, paceMs, mergeMs) => {
    socket.join(threadId);
    answer(threadId, tokens, paceMs, mergeMs, says.fixed);
  });
  // One who asks for an answer that others read.
  socket.on('ask', (threadId, tokens, paceMs, mergeMs, saying) => answer(threadId, tokens, paceMs, mergeMs, says[saying]));
});

/** Streams one answer into a room: a token every paceMs, one event for all that came within mergeMs. */
function answer(threadId, tokens, paceMs, mergeMs, saying) {
  const room = io.to(threadId);
  const messageId = `${randomUUID().replaceAll('-', '')}.0`;
  let said = 0;
  let unsent = '';
  let sentAt = -Infinity;

  const flush = () => {
    if (unsent) room.emit('event', threadId, { type: 'TEXT_MESSAGE_CONTENT', messageId, delta: unsent });
    unsent = '';
  };
  const say = () => {
    unsent += saying(said);
    said++;
    const now = performance.now();
    // Two ticks of 20 ms may be a little less than 40 ms apart; half a tick is let through.
    if (now - sentAt >= mergeMs - paceMs / 2) {
      sentAt = now;
      flush();
    }
  };
  const end = () => {
    flush();
    room.emit('event', threadId, { type: 'RUN_FINISHED', threadId });
  };

  if (paceMs === 0) {
    while (said < tokens) say();
    end();
    return;
  }
  const timer = setInterval(() => {
    say();
    if (said < tokens) return;
    clearInterval(timer);
    end();
  }, paceMs);
}

http.listen(Number(process.env.PORT), '127.0.0.1');
