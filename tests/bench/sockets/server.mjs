// SPDX-License-Identifier: Apache-2.0
// What Mortise is compared with: server.mjs socket.io|ws, each doing what tests/plugins/protocol_echo does. Prints the
// port it took; SIGUSR2 collects its garbage, so that memory is measured without it.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { WebSocketServer } from "ws";

const http = createServer();
if (process.argv[2] === "ws") {
  new WebSocketServer({ server: http }).on("connection", (socket) => {
    socket.on("message", (bytes, is_binary) => socket.send(bytes, { binary: is_binary }));
  });
} else {
  const io = new Server(http);
  io.on("connection", (socket) => {
    socket.emit("auth", socket.handshake.auth);
    socket.on("message", (...values) => socket.emit("message-back", ...values));
    socket.on("message-with-ack", (...values) => values.pop()(...values));
    socket.on("join", (room) => { socket.join(room); });
    socket.on("say", (room, value) => { socket.to(room).emit("said", value); });
    socket.on("say-all", (room, value) => { io.to(room).emit("said", value); });
  });
}
process.on("SIGUSR2", () => {
  globalThis.gc();
  console.log("collected");
});
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
