// A WebSocket server as the `ws` package's own documentation writes it.
import { createRequire } from "node:module";

const { WebSocketServer } = createRequire(new URL("../../../clients/javascript/", import.meta.url))("ws");
const server = new WebSocketServer({ port: Number(process.env.PORT) });
server.on("connection", (socket) => {
  socket.on("error", console.error);
  socket.on("message", (data) => socket.send(`you said ${data}`));
  socket.send("something");
});
