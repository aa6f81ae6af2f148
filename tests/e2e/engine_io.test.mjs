// SPDX-License-Identifier: Apache-2.0
// What the conformance suite of Engine.IO 4 expects of a server, spoken by hand: bare HTTP and bare WebSocket.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { require, serve } from "./harness.mjs";

const WebSocket = require("ws");
let server;
const stops = [];
before(async () => {
  server = await serve({ after: (stop) => stops.push(stop) }, ["protocol_echo"],
    "sockets: { ping_interval: 300ms, ping_timeout: 1s, connect_timeout: 1s, recovery: off }");
});
after(() => Promise.all(stops.map((stop) => stop())));

const path = (query) => `${server.url}/engine.io/?${query}`;
const get = (query, how) => fetch(path(query), how);
const polling = (sid) => `EIO=4&transport=polling&sid=${sid}`;
const post = (sid, body, type = "text/plain") => fetch(path(polling(sid)), { method: "POST", body, headers: { "content-type": type } });

async function open() {
  const answer = await get("EIO=4&transport=polling");
  return JSON.parse((await answer.text()).slice(1));
}
const poll = async (sid) => (await get(polling(sid))).text();

/** A WebSocket whose messages are read one after the other. */
function webSocket(query, { answersPings = false } = {}) {
  return readable(new WebSocket(path(query).replace("http", "ws")), answersPings);
}

function readable(socket, answersPings) {
  const came = [], waiting = [];
  socket.on("message", (bytes, isBinary) => {
    const message = isBinary ? bytes : bytes.toString();
    if (answersPings && message === "2") return socket.send("3");
    waiting.length ? waiting.shift()(message) : came.push(message);
  });
  socket.closed = new Promise((resolve) => { socket.on("close", resolve); socket.on("error", resolve); });
  socket.next = () => (came.length ? Promise.resolve(came.shift()) : new Promise((resolve) => waiting.push(resolve)));
  return socket;
}

test("the handshake over polling has its five members and nothing else", async () => {
  const answer = await get("EIO=4&transport=polling");
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "text/plain; charset=UTF-8");
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const text = await answer.text();
  assert.equal(text[0], "0");
  const handshake = JSON.parse(text.slice(1));
  assert.deepEqual(Object.keys(handshake).sort(), ["maxPayload", "pingInterval", "pingTimeout", "sid", "upgrades"]);
  assert.deepEqual({ ...handshake, sid: "" }, { sid: "", upgrades: ["websocket"], pingInterval: 300, pingTimeout: 1000, maxPayload: 1000000 });
  assert.match(handshake.sid, /^[A-Za-z0-9_-]{20}$/);
});

test("the handshake over a WebSocket offers no upgrade", async () => {
  const socket = webSocket("EIO=4&transport=websocket");
  const handshake = JSON.parse((await socket.next()).slice(1));
  assert.deepEqual({ ...handshake, sid: "" }, { sid: "", upgrades: [], pingInterval: 300, pingTimeout: 1000, maxPayload: 1000000 });
  socket.close();
});

for (const [query, code, message] of [
  ["transport=polling", 5, "Unsupported protocol version"],
  ["EIO=abc&transport=polling", 5, "Unsupported protocol version"],
  ["EIO=4", 0, "Transport unknown"],
  ["EIO=4&transport=abc", 0, "Transport unknown"],
  ["EIO=4&transport=polling&sid=unknown", 1, "Session ID unknown"],
  ["EIO=4&transport=websocket", 3, "Bad request"],
]) {
  test(`?${query} is refused: ${message}`, async () => {
    const answer = await get(query);
    assert.equal(answer.status, 400);
    assert.deepEqual(await answer.json(), { code, message });
  });
}

for (const method of ["POST", "PUT"]) {
  test(`a ${method} without a session is refused`, async () => {
    const answer = await get("EIO=4&transport=polling", { method });
    assert.equal(answer.status, 400);
    assert.deepEqual(await answer.json(), { code: 2, message: "Bad handshake method" });
  });
}

for (const query of ["transport=websocket", "EIO=abc&transport=websocket", "EIO=4", "EIO=4&transport=abc", "EIO=4&transport=websocket&sid=unknown"]) {
  test(`a WebSocket for ?${query} does not open`, async () => {
    const socket = webSocket(query);
    await socket.closed;
    assert.notEqual(socket.readyState, WebSocket.OPEN);
  });
}

test("the path without its slash is nobody's", async () => {
  assert.equal((await fetch(`${server.url}/engine.io?EIO=4&transport=polling`)).status, 404);
});

test("a message that is posted comes back with the next poll", async () => {
  const { sid } = await open();
  const posted = await post(sid, "4hello");
  assert.equal(posted.status, 200);
  assert.equal(await posted.text(), "ok");
  assert.equal(await poll(sid), "4hello");
});

test("messages of one post come back in one poll", async () => {
  const { sid } = await open();
  await post(sid, "4test1\x1e4test2\x1e4test3");
  assert.equal(await poll(sid), "4test1\x1e4test2\x1e4test3");
  await post(sid, "4hello\x1ebAQIDBA==");
  assert.equal(await poll(sid), "4hello\x1ebAQIDBA==");
});

test("a malformed post ends its session", async () => {
  const { sid } = await open();
  assert.equal((await post(sid, "abc")).status, 400);
  assert.equal((await get(polling(sid))).status, 400);
});

test("octets are nothing that version 4 posts", async () => {
  const { sid } = await open();
  assert.equal((await post(sid, "4hello", "application/octet-stream")).status, 400);
  assert.equal((await get(polling(sid))).status, 400);
});

test("a post beyond maxPayload is too large", async () => {
  const { sid } = await open();
  assert.equal((await post(sid, "4" + "x".repeat(1_000_001))).status, 413);
});

test("two polls at once end the session", async () => {
  const { sid } = await open();
  const polls = await Promise.all([get(polling(sid)), get(polling(sid))]);
  const [first, second] = polls.sort((one, other) => one.status - other.status);
  assert.deepEqual([first.status, await first.text()], [200, "1"]);
  assert.equal(second.status, 400);
  assert.equal((await get(polling(sid))).status, 400);
});

test("a poll that is given up ends its session", { timeout: 20_000 }, async () => {
  const { sid } = await open();
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await new Promise((written) => { socket.write(`GET /engine.io/?${polling(sid)} HTTP/1.1\r\nHost: x\r\n\r\n`, written); });
  socket.destroy();
  while ((await post(sid, "3")).status !== 400) await sleep(5); // a pong answers no poll, and keeps a session that is still there
});

test("text and bytes come back over a WebSocket", async () => {
  const socket = webSocket("EIO=4&transport=websocket");
  await socket.next();
  socket.send("4hello");
  assert.equal(await socket.next(), "4hello");
  socket.send(Buffer.from([1, 2, 3, 4]));
  assert.deepEqual(await socket.next(), Buffer.from([1, 2, 3, 4]));
  socket.send("abc");
  await socket.closed;
});

test("the server asks and the client answers, three times, over polling", async () => {
  const { sid } = await open();
  for (let round = 0; round < 3; ++round) {
    assert.equal(await poll(sid), "2");
    assert.equal((await post(sid, "3")).status, 200);
  }
});

test("the server asks and the client answers, three times, over a WebSocket", async () => {
  const socket = webSocket("EIO=4&transport=websocket");
  await socket.next();
  for (let round = 0; round < 3; ++round) {
    assert.equal(await socket.next(), "2");
    socket.send("3");
  }
  socket.close();
});

test("who does not answer is gone after the ping timeout", async () => {
  const { sid } = await open();
  const socket = webSocket("EIO=4&transport=websocket");
  await socket.closed;  // 300 ms + 1 s
  assert.equal((await get(polling(sid))).status, 400);
});

test("a session that is closed answers its poll with a noop", async () => {
  let heard = "";
  for (let tries = 0; heard !== "6" && tries < 50; ++tries) { // again if the end overtook the poll
    const { sid } = await open();
    const [poll, end] = await Promise.all([get(polling(sid)), post(sid, "1")]);
    assert.equal(end.status, 200);
    heard = await poll.text();
    assert.equal((await get(polling(sid))).status, 400);
  }
  assert.equal(heard, "6");

  const socket = webSocket("EIO=4&transport=websocket");
  await socket.next();
  socket.send("1");
  await socket.closed;
});

test("a session goes over to a WebSocket and leaves polling behind", async () => {
  const { sid } = await open();
  const socket = webSocket(`EIO=4&transport=websocket&sid=${sid}`, { answersPings: true });
  await once(socket, "open");
  socket.send("2probe");
  assert.equal(await socket.next(), "3probe");
  assert.equal(await poll(sid), "6");
  socket.send("5");
  socket.send("4hello");
  assert.equal(await socket.next(), "4hello");

  assert.equal((await get(polling(sid))).status, 400);
  const second = webSocket(`EIO=4&transport=websocket&sid=${sid}`);
  await second.closed;
  socket.send("4still here");
  assert.equal(await socket.next(), "4still here");
  socket.close();
});

test("a message over the limit closes with 1009", async () => {
  const socket = webSocket("EIO=4&transport=websocket");
  await socket.next();
  const closed = once(socket, "close");
  socket.send("4" + "x".repeat(1_000_000));
  assert.equal((await closed)[0], 1009);
});

test("a bare WebSocket takes 16 MiB and 65,536 fragments", async () => {
  const socket = new WebSocket(server.url.replace("http", "ws") + "/ws", { maxPayload: 32 * 1024 * 1024 });
  await once(socket, "open");
  const large = Buffer.alloc(16 * 1024 * 1024, "m");
  socket.send(large);
  assert.ok((await once(socket, "message"))[0].equals(large));
  const echoed = once(socket, "message");
  for (let number = 0; number < 65536; ++number) socket.send("ab", { fin: number === 65535 });
  assert.equal((await echoed)[0].toString(), "ab".repeat(65536));
  const closed = once(socket, "close");
  socket.send(Buffer.alloc(16 * 1024 * 1024 + 1));
  assert.equal((await closed)[0], 1009);
});

test("a bare WebSocket agrees on a subprotocol it serves", async () => {
  const socket = readable(new WebSocket(server.url.replace("http", "ws") + "/ws-worker", ["other", "echo.v1"]));
  await once(socket, "open");
  assert.equal(socket.protocol, "echo.v1");
  socket.send("in order");
  socket.send("one by one");
  assert.equal(await socket.next(), "in order");
  assert.equal(await socket.next(), "one by one");
  const closed = once(socket, "close");
  socket.close(3000, "enough");
  assert.equal((await closed)[0], 3000);
  assert.equal((await fetch(`${server.url}/ws-worker`)).status, 426);
});
