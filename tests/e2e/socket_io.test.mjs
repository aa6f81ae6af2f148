// SPDX-License-Identifier: Apache-2.0
// What the conformance suite of Socket.IO 5 expects of a server, spoken by hand over WebSocket.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { require, serve } from "./harness.mjs";

const WebSocket = require("ws");
let server;
const stops = [];
before(async () => {
  server = await serve({ after: (stop) => stops.push(stop) }, ["protocol_echo"],
    "sockets: { ping_interval: 300ms, ping_timeout: 1s, connect_timeout: 1s, recovery: off }");
});
after(() => Promise.all(stops.map((stop) => stop())));

/** A client whose packets are read one after the other; pings are answered and passed over. */
async function open(connects = "40") {
  const socket = new WebSocket(server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket");
  const came = [], waiting = [];
  socket.on("message", (bytes, isBinary) => {
    const message = isBinary ? bytes : bytes.toString();
    if (message === "2") return socket.send("3");
    waiting.length ? waiting.shift()(message) : came.push(message);
  });
  socket.next = () => (came.length ? Promise.resolve(came.shift()) : new Promise((resolve) => waiting.push(resolve)));
  socket.closed = once(socket, "close");
  assert.equal((await socket.next())[0], "0");
  if (!connects) return socket;
  socket.send(connects);
  assert.match(await socket.next(), /^40/);
  assert.match(await socket.next(), /^42/);
  return socket;
}

for (const [connects, connected, greeting] of [
  ["40", /^40(\{"sid":"[\w-]{20}"\})$/, '42["auth",{}]'],
  ['40{"token":"123"}', /^40(\{"sid":"[\w-]{20}"\})$/, '42["auth",{"token":"123"}]'],
  ["40/custom,", /^40\/custom,(\{"sid":"[\w-]{20}"\})$/, '42/custom,["auth",{}]'],
  ["40/custom", /^40\/custom,(\{"sid":"[\w-]{20}"\})$/, '42/custom,["auth",{}]'],
  ['40/custom,{"token":"abc"}', /^40\/custom,(\{"sid":"[\w-]{20}"\})$/, '42/custom,["auth",{"token":"abc"}]'],
]) {
  test(`${connects} lets the client in and hands its auth on`, async () => {
    const socket = await open(null);
    socket.send(connects);
    assert.match(await socket.next(), connected);
    assert.equal(await socket.next(), greeting);
    socket.close();
  });
}

test("a namespace nobody has is refused and the connection stays", async () => {
  const socket = await open(null);
  socket.send("40/random");
  assert.equal(await socket.next(), '44/random,{"message":"Invalid namespace"}');
  socket.send("40");
  assert.match(await socket.next(), /^40/);
  socket.close();
});

test("a plugin's refusal carries a message and a code", async () => {
  const socket = await open(null);
  socket.send("40/guarded,");
  assert.equal(await socket.next(), '44/guarded,{"message":"Not without the password.","data":{"code":"no_password"}}');
  socket.send('40/guarded,{"password":"x"}');
  assert.match(await socket.next(), /^40\/guarded,/);
  socket.close();
});

test("who says nothing is closed after the connect timeout", async () => {
  const socket = await open(null);
  await socket.closed;
});

for (const wrong of ["4abc", '42["message"]', '43["x"]']) {
  test(`${wrong} as the first packet closes the connection`, async () => {
    const socket = await open(null);
    socket.send(wrong);
    await socket.closed;
  });
}

test("leaving the default namespace leaves the connection open", async () => {
  const socket = await open();
  socket.send("41");
  socket.send("40");
  assert.match(await socket.next(), /^40/);
  socket.close();
});

test("leaving one namespace leaves the other", async () => {
  const socket = await open();
  socket.send("40/custom");
  await socket.next();
  await socket.next();
  socket.send("41/custom");
  socket.send('42["message","message to main namespace"]');
  assert.equal(await socket.next(), '42["message-back","message to main namespace"]');
  socket.close();
});

test("an event comes back byte for byte", async () => {
  const socket = await open();
  socket.send('42["message",1,"2",{"3":[true]}]');
  assert.equal(await socket.next(), '42["message-back",1,"2",{"3":[true]}]');
  socket.close();
});

test("bytes come back in order behind their event", async () => {
  const socket = await open();
  socket.send('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
  socket.send(Buffer.from([1, 2, 3]));
  socket.send(Buffer.from([4, 5, 6]));
  assert.equal(await socket.next(), '452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
  assert.deepEqual(await socket.next(), Buffer.from([1, 2, 3]));
  assert.deepEqual(await socket.next(), Buffer.from([4, 5, 6]));
  socket.close();
});

test("an acknowledgement carries what the handler returned", async () => {
  const socket = await open();
  socket.send('42456["message-with-ack",1,"2",{"3":[false]}]');
  assert.equal(await socket.next(), '43456[1,"2",{"3":[false]}]');
  socket.send('452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
  socket.send(Buffer.from([1, 2, 3]));
  socket.send(Buffer.from([4, 5, 6]));
  assert.equal(await socket.next(), '462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
  assert.deepEqual(await socket.next(), Buffer.from([1, 2, 3]));
  assert.deepEqual(await socket.next(), Buffer.from([4, 5, 6]));
  socket.close();
});

test("a handler's Error is the acknowledgement, without its secret", async () => {
  const socket = await open();
  socket.send('421["throw"]');
  assert.equal(await socket.next(), '431[{"ok":false,"error":{"code":"never_works","message":"This never works."}}]');
  socket.send('422["nobody-knows-this"]');
  assert.match(await socket.next(), /^432\[\{"ok":false,"error":\{"code":"not_found"/);
  socket.close();
});

for (const wrong of ["4abc", "42{}", '42abc["message-with-ack",1]', "40", '42["disconnect"]', "2", "451-[\"message\",{\"_placeholder\":true,\"num\":0}]|42[\"message\"]"]) {
  test(`${wrong} closes the connection`, async () => {
    const socket = await open();
    for (const packet of wrong.split("|")) socket.send(packet);
    await socket.closed;
  });
}

test("bytes that nobody announced close the connection", async () => {
  const socket = await open();
  socket.send(Buffer.from([1, 2, 3]));
  await socket.closed;
});
