// SPDX-License-Identifier: Apache-2.0
// People talk over the official clients, new and old.
import assert from "node:assert";
import test from "node:test";
import { connect, next, plugins, signUp } from "./chat_people.mjs";
import { call, serve } from "./harness.mjs";

const ask = (socket, event, payload) => socket.timeout(5000).emitWithAck(event, payload);

test("two people talk, over WebSocket and over polling", async (t) => {
  const server = await serve(t, plugins);
  const [ann, ben] = await Promise.all(["ann", "ben"].map((name) => signUp(server, name)));
  const ofAnn = await connect(t, server, ann, { transports: ["websocket"] });
  const ofBen = await connect(t, server, ben, { transports: ["polling"] });

  const arrives = next(ofBen, "chat:message");
  const sent = await ask(ofAnn, "chat:send", { to: ben.id, text: "Is the glue dry? 🌱", clientId: "c-1" });
  assert.equal(sent.ok, true);
  assert.deepEqual(await arrives, sent.message);
  assert.equal(sent.message.senderId, ann.id);

  const { chatId } = sent.message;
  const typing = next(ofAnn, "chat:typing");
  ofBen.emit("chat:typing", { chatId });
  assert.deepEqual(await typing, { chatId, userId: ben.id, isTyping: true });
  const receipt = next(ofAnn, "chat:receipt");
  assert.equal((await ask(ofBen, "chat:read", { chatId, seq: 1 })).unreadCount, 0);
  assert.deepEqual(await receipt, { chatId, userId: ben.id, deliveredSeq: 1, readSeq: 1 });
  const history = await call(server, "GET", `/api/v1/chats/${chatId}/messages`, { token: ann.token });
  assert.deepEqual(history.data, [sent.message]);

  const refused = await ask(ofBen, "chat:send", { to: ann.id, text: "x".repeat(10_001) });
  assert.equal(refused.ok, false);
  assert.equal(refused.error.code, "unprocessable");
  assert.equal(refused.error.errors[0].pointer, "/text");
});

test("who asked hears of those who come and go", async (t) => {
  const server = await serve(t, plugins);
  const [ann, ben] = await Promise.all(["ann", "ben"].map((name) => signUp(server, name)));
  await call(server, "POST", "/api/v1/chats", { token: ann.token, body: { type: "direct", memberIds: [ben.id] } });
  const ofAnn = await connect(t, server, ann);
  const { presence } = await ask(ofAnn, "presence:subscribe", { userIds: [ben.id] });
  assert.deepEqual(presence, [{ userId: ben.id, online: false, lastSeen: null }]);
  let update = next(ofAnn, "presence:update");
  const ofBen = await connect(t, server, ben);
  assert.equal((await update).online, true);
  update = next(ofAnn, "presence:update");
  ofBen.close();
  const gone = await update;
  assert.equal(gone.online, false);
  assert.ok(Date.parse(gone.lastSeen));
});

test("a client of version 2 speaks with the names of older servers", async (t) => {
  const server = await serve(t, plugins);
  const [ann, ben] = await Promise.all(["ann", "ben"].map((name) => signUp(server, name)));
  const ofAnn = await connect(t, server, ann, { library: "socket.io-client-v2" });
  const ofBen = await connect(t, server, ben, { library: "socket.io-client-v2" });
  const received = next(ofBen, "new_message");
  const confirmed = next(ofAnn, "message_received");
  const answer = await new Promise((resolve) =>
    ofAnn.emit("send_message", { recipientId: ben.id, message: "hello", sender: "somebody else", tempId: 7 }, resolve));
  assert.equal(answer.ok, true);
  for (const message of [await received, await confirmed]) {
    assert.equal(message.sender, ann.id);
    assert.equal(message.message, "hello");
    assert.equal(message.tempId, 7);
    assert.equal(message.id, answer.message.id);
  }
});
