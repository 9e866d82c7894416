// A container for tests: what it does is told by its environment and by the path that is asked for.
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

// The JavaScript client's tests have it installed.
const { WebSocketServer } = createRequire(new URL("../../../clients/javascript/", import.meta.url))("ws");

const { PORT, START_DELAY_MS, DIE_AT_START, NEVER_LISTEN, DIES_WITHOUT, IGNORE_SIGTERM, HOLD_SIGTERM_MS } = process.env;
if (DIE_AT_START) process.exit(Number(DIE_AT_START));
if (DIES_WITHOUT && !existsSync(DIES_WITHOUT)) process.exit(9);

let alive = true;
let ready = true;
process.on("SIGTERM", () => {
  console.log("got SIGTERM");
  if (!IGNORE_SIGTERM) setTimeout(() => process.exit(0), Number(HOLD_SIGTERM_MS ?? 0));
});

const routes = {
  "/headers": (request, response) => response.end(JSON.stringify(request.headers)),
  "/environment": (request, response) => response.end(JSON.stringify({ ...process.env, argv: process.argv.slice(2) })),
  "/own-server": (request, response) => { response.writeHead(200, { server: "mine", connection: "close, x-hop", "x-hop": "1" }); response.end(); },
  "/url": (request, response) => response.end(request.url),
  "/alive": (request, response) => { response.statusCode = alive ? 200 : 500; response.end(); },
  "/ready": (request, response) => { response.statusCode = ready ? 200 : 500; response.end(); },
  "/die-slowly": (request, response) => { alive = false; response.end(); },
  "/not-ready": (request, response) => { ready = false; response.end(); },
  "/ready-again": (request, response) => { ready = true; response.end(); },
  "/crash": () => process.exit(3),
  "/never": () => {},
  "/half": (request, response) => { response.write("half"); setTimeout(() => process.exit(3), 50); },
  "/gone": (request, response) => {
    response.on("close", () => console.log("client gone"));
    console.log("waiting");
    setTimeout(() => { response.end(); console.log("answered"); }, 300);
  },
  "/events": (request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    let count = 0;
    const timer = setInterval(() => response.write(`data: ${++count}\n\n`), 20);
    response.on("close", () => clearInterval(timer));
  },
  "/redirect": (request, response) => { response.writeHead(302, { location: "/elsewhere" }); response.end(); },
};

const server = createServer((request, response) => {
  const route = routes[new URL(request.url, "http://x").pathname];
  if (route) route(request, response);
  else if (/%(25)?2f/i.test(request.url)) response.end(request.url);
  else response.end(JSON.stringify({ revision: process.env.K_REVISION, port: PORT, pid: process.pid }));
});
const sockets = new WebSocketServer({ server });
sockets.on("connection", (socket, request) => {
  socket.send(JSON.stringify({ revision: process.env.K_REVISION, port: PORT, path: request.url }));
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on("close", (code) => console.log(`socket closed ${code}`));
});
if (!NEVER_LISTEN) setTimeout(() => server.listen(Number(PORT), "0.0.0.0", () => console.log("listening")), Number(START_DELAY_MS ?? 0));
else setInterval(() => {}, 1000);
