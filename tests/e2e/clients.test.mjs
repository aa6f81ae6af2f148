// SPDX-License-Identifier: Apache-2.0
// The official clients, as people use them.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { require, serve } from "./harness.mjs";

const { io } = require("socket.io-client");
const ioV2 = require("socket.io-client-v2");
const { Socket: EngineSocket } = require("engine.io-client");

let server;
const stops = [];
before(async () => {
  server = await serve({ after: (stop) => stops.push(stop) }, ["protocol_echo"], "sockets: { recovery: always }");
});
after(() => Promise.all(stops.map((stop) => stop())));

const open = [];
function client(options = {}, space = "") {
  const socket = io(server.url + space, { forceNew: true, reconnectionDelay: 10, reconnectionDelayMax: 50, ...options });
  open.push(socket);
  return socket;
}
async function connected(options, space) {
  const socket = client(options, space);
  await once(socket, "connect");
  return socket;
}
test.afterEach(() => open.splice(0).forEach((socket) => socket.close()));

for (const [name, transports] of [["polling only", ["polling"]], ["WebSocket only", ["websocket"]], ["polling, then WebSocket", ["polling", "websocket"]]]) {
  test(`${name}: events, acknowledgements and bytes go both ways`, async () => {
    const socket = await connected({ transports });
    const back = once(socket, "message-back");
    socket.emit("message", 1, { a: [Buffer.from([1, 2])] }, Buffer.from([3]));
    const [number, nested, bytes] = await back;
    assert.equal(number, 1);
    assert.deepEqual(Buffer.from(nested.a[0]), Buffer.from([1, 2]));
    assert.deepEqual(Buffer.from(bytes), Buffer.from([3]));

    assert.equal(await socket.emitWithAck("message-with-ack", "ack"), "ack");
    assert.equal(await socket.emitWithAck("worker", "on a worker"), "on a worker");
    socket.on("question", (what, answer) => answer(what + 1, Buffer.from([9])));
    const answered = await new Promise((resolve) => socket.emit("ask-me", 41, (...all) => resolve(all)));
    assert.equal(answered[0], 42);
    assert.deepEqual(Buffer.from(answered[1]), Buffer.from([9]));
  });

  test(`${name}: two thousand events arrive once each and in order`, async () => {
    const socket = await connected({ transports });
    const count = 2000, seen = [];
    const all = new Promise((resolve) => socket.on("message-back", (number) => { if (seen.push(number) === count) resolve(); }));
    for (let number = 0; number < count; ++number) {
      socket.emit("message", number);
      if (number % 100 === 0) await sleep(1);  // so that an upgrade falls into the middle
    }
    await all;
    assert.deepEqual(seen, Array.from({ length: count }, (_, number) => number));
    if (transports.length === 2) assert.equal(socket.io.engine.transport.name, "websocket");
  });
}

test("events of one client are handled one after the other, those for workers and the others", async () => {
  const socket = await connected();
  const order = [];
  await Promise.all(Array.from({ length: 200 }, (_, number) =>
    socket.emitWithAck(number % 2 ? "worker" : "message-with-ack", number).then(() => order.push(number))));
  assert.deepEqual(order, Array.from({ length: 200 }, (_, number) => number));
});

test("rooms, broadcasts without oneself, and leaving", async () => {
  const [ann, ben, eve] = await Promise.all([connected(), connected({ transports: ["websocket"] }), connected()]);
  for (const socket of [ann, ben, eve]) socket.heard = [], socket.on("said", (word) => socket.heard.push(word));
  await Promise.all([ann, ben].map((socket) => socket.emitWithAck("join", "room")));
  assert.deepEqual((await eve.emitWithAck("who", "room")).sort(), [ann.id, ben.id].sort());
  ann.emit("say", "room", "not to myself");
  await ann.emitWithAck("say-all", "room", "to all");
  await ben.emitWithAck("leave", "room");
  await ann.emitWithAck("say-all", "room", "only ann");
  await ann.emitWithAck("say-all", eve.id, "an id is a room");
  await Promise.all([ann, ben, eve].map((socket) => socket.emitWithAck("message-with-ack")));
  assert.deepEqual(ann.heard, ["to all", "only ann"]);
  assert.deepEqual(ben.heard, ["not to myself", "to all"]);
  assert.deepEqual(eve.heard, ["an id is a room"]);
});

test("a broadcast collects the acknowledgements it gets in time", async () => {
  const sockets = await Promise.all([connected(), connected(), connected()]);
  await Promise.all(sockets.map((socket) => socket.emitWithAck("join", "asked")));
  sockets[0].on("question", (what, answer) => answer(what + " 0"));
  sockets[1].on("question", (what, answer) => answer(what + " 1"));
  const { received, missing } = await sockets[2].emitWithAck("ask-all", "asked", "who");
  assert.deepEqual(received.sort(), ["who 0", "who 1"]);
  assert.equal(missing, 1);
});

test("a namespace's refusal is a connect_error with its data", async () => {
  const socket = client({ auth: {} }, "/guarded");
  const [error] = await once(socket, "connect_error");
  assert.equal(error.message, "Not without the password.");
  assert.deepEqual(error.data, { code: "no_password" });
  await connected({ auth: { password: "x" } }, "/guarded");
});

test("two namespaces share a connection", async () => {
  const first = await connected({ forceNew: false, multiplex: true });
  const second = io(server.url + "/custom", {});
  open.push(second);
  await once(second, "connect");
  const back = once(second, "message-back");
  second.emit("message", "here");
  assert.equal((await back)[0], "here");
  first.emit("kick-me", false);
  assert.equal((await once(first, "disconnect"))[0], "io server disconnect");
  assert.ok(second.connected);
});

test("a server that disconnects for good is not asked again", async () => {
  const socket = await connected();
  socket.emit("kick-me", true);
  assert.equal((await once(socket, "disconnect"))[0], "io server disconnect");
  assert.equal(socket.active, false);
});

test("who comes back is recovered: same id, same rooms, nothing missed and nothing twice", async () => {
  const [away, other] = await Promise.all([connected(), connected()]);
  const heard = [];
  away.on("said", (number) => heard.push(number));
  await away.emitWithAck("join", "recovered");
  const id = away.id;
  for (let number = 0; number < 10; ++number) await other.emitWithAck("say-all", "recovered", number);
  const lost = once(away, "disconnect");
  away.io.engine.close();  // as a broken network would
  await lost;
  for (let number = 10; number < 20; ++number) await other.emitWithAck("say-all", "recovered", number);
  if (!away.connected) await once(away, "connect");
  assert.equal(away.recovered, true);
  assert.equal(away.id, id);
  await other.emitWithAck("say-all", "recovered", 20);
  await away.emitWithAck("message-with-ack");
  assert.deepEqual(heard, Array.from({ length: 21 }, (_, number) => number));
});

test("clients of Socket.IO 2 talk as they always did", async () => {
  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    const socket = ioV2(server.url, { transports, forceNew: true });
    await once(socket, "connect");
    const back = once(socket, "message-back");
    socket.emit("message", "grüße ☃ 𝄞", { a: [Buffer.from([1, 2])] });
    const [text, nested] = await back;
    assert.equal(text, "grüße ☃ 𝄞");
    assert.deepEqual(Buffer.from(nested.a[0]), Buffer.from([1, 2]));
    const answer = await new Promise((resolve) => socket.emit("worker", "x", resolve));
    assert.equal(answer, "x");
    const custom = ioV2(server.url + "/custom?token=1", { transports, forceNew: true });
    await once(custom, "auth");
    const refused = ioV2(server.url + "/nowhere", { transports, forceNew: true });
    assert.equal((await once(refused, "error"))[0], "Invalid namespace");
    for (const one of [socket, custom, refused]) one.close();
  }
});

test("engine.io-client speaks to a raw route", async () => {
  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    const socket = new EngineSocket(server.url, { path: "/engine.io/", transports });
    socket.binaryType = "nodebuffer";
    await new Promise((resolve) => socket.on("open", resolve));
    const came = [];
    const both = new Promise((resolve) => socket.on("message", (message) => { if (came.push(message) === 2) resolve(); }));
    socket.send("text");
    socket.send(Buffer.from([1, 2, 3]));
    await both;
    assert.equal(came[0], "text");
    assert.deepEqual(Buffer.from(came[1]), Buffer.from([1, 2, 3]));
    socket.close();
  }
});

test("what is large is compressed where both sides want it", async () => {
  const ends = [];
  const compressing = await serve({ after: (stop) => ends.push(stop) }, ["protocol_echo"], "sockets: { compression: true }");
  const socket = io(compressing.url, { transports: ["websocket"], perMessageDeflate: { threshold: 1024 } });
  open.push(socket);
  await once(socket, "connect");
  assert.match(socket.io.engine.transport.ws.extensions, /permessage-deflate/);
  const large = "many times the same ".repeat(10_000), bytes = Buffer.alloc(100_000, 7);
  const before = socket.io.engine.transport.ws._socket.bytesRead;
  assert.equal(await socket.emitWithAck("message-with-ack", large), large);
  const [answered] = [await socket.emitWithAck("message-with-ack", bytes)];
  assert.deepEqual(Buffer.from(answered), bytes);
  assert.ok(socket.io.engine.transport.ws._socket.bytesRead - before < 10_000);
  socket.close();
  await Promise.all(ends.map((stop) => stop()));
});
