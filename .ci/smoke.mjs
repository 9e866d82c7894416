// Starts a published host with nothing configured and has one chat with it. Reports the binary's size, and the time from exec
// to the first answered probe, to ready, and to the first completed turn.
//   node .ci/smoke.mjs BINARY QUESTION
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";

const require = createRequire(new URL("../clients/javascript/package.json", import.meta.url));
const WebSocket = require("ws");
const [binary, question] = process.argv.slice(2);
const port = await new Promise((done) => {
  const probe = createServer().listen(0, () => { const { port } = probe.address(); probe.close(() => done(port)); });
});
const directory = mkdtempSync(path.join(tmpdir(), "gatehouse-smoke-"));
const start = performance.now();
const server = spawn(path.resolve(binary), [], { cwd: directory, env: { ...process.env, PORT: String(port) }, stdio: "ignore" });
const deadline = setTimeout(() => finish("no answer within 30 s"), 30_000);

function finish(fault) {
  clearTimeout(deadline);
  server.once("exit", (code) => {
    rmSync(directory, { recursive: true, force: true });
    if (!fault && code !== 0) fault = `exit code ${code} after SIGTERM`;
    if (fault) console.error(`${path.basename(binary)}: ${fault}`);
    process.exit(fault ? 1 : 0);
  });
  server.kill("SIGTERM");
}

const probe = () => new Promise((done) => {
  const request = http.get({ port, host: "127.0.0.1", path: "/startup" }, (response) => { response.resume(); done(response.statusCode); });
  request.on("error", () => done(0));
});
let answered;
let status;
do {
  status = await probe();
  if (status && !answered) answered = performance.now() - start;
} while (status !== 200);
const ready = performance.now() - start;

const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, "gatehouse.v1");
socket.on("error", (error) => finish(error.message));
socket.on("open", () => socket.send(JSON.stringify({ type: "run", id: 1, threadId: "smoke", messageId: "smoke-1", text: question })));
socket.on("message", (frame) => {
  const text = frame.toString();
  if (text.includes('"RUN_ERROR"') || text.includes('"type":"error"')) finish(text);
  if (!text.includes('"RUN_FINISHED"')) return;
  const turn = performance.now() - start;
  const size = statSync(binary).size / 1e6;
  console.log(`${path.basename(binary)}: ${size.toFixed(1)} MB; from exec: probe answered ${answered.toFixed(0)} ms, ready ${ready.toFixed(0)} ms, first turn ${turn.toFixed(0)} ms`);
  socket.close(1000);
  finish();
});
