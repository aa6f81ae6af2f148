// SPDX-License-Identifier: Apache-2.0
// What calls cost at the least on Node's socket.io: everybody who connects says who they are, and what they send goes to
// whom they name. It checks nothing, keeps nothing and forgets everything.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(join(dirname(fileURLToPath(import.meta.url)), "../package.json"));
const http = createServer();
const io = new (require("socket.io").Server)(http);
const callers = new Map();  // callId -> the two of them

io.on("connection", (socket) => {
  const id = socket.handshake.auth.id;
  socket.join(id);
  socket.on("call:initiate", ({ callId, receiverId, callType, callerInfo }) => {
    callers.set(callId, [id, receiverId]);
    socket.emit("call:ringing", { callId, receiverId });
    io.to(receiverId).emit("call:incoming", { callId, callerId: id, callerInfo, callType });
  });
  socket.on("call:answer", ({ callId, answer }) =>
    io.to(callers.get(callId)[0]).emit("call:answered", { callId, receiverId: id, answer }));
  socket.on("webrtc:offer", ({ callId, offer, receiverId }) =>
    io.to(receiverId).emit("webrtc:offer", { callId, offer, callerId: id }));
  socket.on("webrtc:answer", ({ callId, answer, callerId }) =>
    io.to(callerId).emit("webrtc:answer", { callId, answer, receiverId: id }));
  socket.on("webrtc:ice-candidate", ({ callId, candidate, receiverId }) =>
    io.to(receiverId).emit("webrtc:ice-candidate", { callId, candidate, senderId: id }));
  socket.on("call:end", ({ callId, reason }) => {
    for (const other of callers.get(callId)) if (other !== id) io.to(other).emit("call:ended", { callId, reason });
    callers.delete(callId);
  });
});
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
