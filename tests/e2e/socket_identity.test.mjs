// SPDX-License-Identifier: Apache-2.0
// Who a socket belongs to, from its handshake to its token's end.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { call, require, serve } from "./harness.mjs";

const { io } = require("socket.io-client");
let server;
const stops = [], open = [];
before(async () => {
  server = await serve({ after: (stop) => stops.push(stop) },
    ["{ auth: { access_token: { lifetime: 3s } } }", "protocol_echo"]);
});
after(() => Promise.all(stops.map((stop) => stop())));
test.afterEach(() => open.splice(0).forEach((socket) => socket.close()));

function client(options) {
  const socket = io(server.url, { forceNew: true, transports: ["websocket"], reconnectionDelay: 10, ...options });
  open.push(socket);
  return socket;
}
const register = (name) => call(server, "POST", "/api/v1/auth/register",
  { body: { email: `${name}@example.org`, username: name, password: "password123" } });
const login = (name) => call(server, "POST", "/api/v1/auth/login", { body: { email: `${name}@example.org`, password: "password123" } });

test("a token that is no good is refused, none is let in", async () => {
  const [error] = await once(client({ auth: { token: "no.such.token" } }), "connect_error");
  assert.equal(error.message, "The access token is not valid.");
  assert.deepEqual(error.data, { code: "unauthenticated" });
  await once(client(), "connect");
});

test("logging out closes this session's sockets and no other's", async () => {
  const first = await register("ann");
  const second = await login("ann");
  const [here, header, there] = [
    client({ auth: { token: first.accessToken } }),
    client({ extraHeaders: { authorization: `Bearer ${first.accessToken}` } }),
    client({ auth: { token: second.accessToken } }),
  ];
  await Promise.all([here, header, there].map((socket) => once(socket, "connect")));
  const closed = Promise.all([here, header].map((socket) => once(socket, "disconnect")));
  await call(server, "POST", "/api/v1/auth/logout", { token: first.accessToken, body: { refreshToken: first.refreshToken } });
  for (const [reason] of await closed) assert.equal(reason, "io server disconnect");
  assert.ok(there.connected);

  const last = once(there, "disconnect");
  await call(server, "POST", "/api/v1/auth/logout-all", { token: second.accessToken });
  assert.equal((await last)[0], "io server disconnect");
});

test("a token that ends is announced, and may be refreshed in place", async () => {
  const ben = await register("ben");
  const socket = client({ auth: { token: ben.accessToken } });
  await once(socket, "connect");
  const [warning] = await once(socket, "auth:expiring");
  assert.ok(new Date(warning.expiresAt) > new Date());
  const eve = await register("eve");
  assert.equal((await socket.emitWithAck("auth:refresh", { token: eve.accessToken })).error.code, "forbidden");
  assert.equal((await socket.emitWithAck("auth:refresh", { token: "x" })).error.code, "unauthenticated");
  const fresh = await login("ben");
  const answer = await socket.emitWithAck("auth:refresh", { token: fresh.accessToken });
  assert.equal(answer.ok, true);
  assert.ok(answer.expiresAt > warning.expiresAt);

  // Not refreshed again: closed so that the client comes back by itself, with whatever token it has then.
  socket.auth = {};
  await once(socket, "auth:expired");
  await once(socket, "disconnect");
  await once(socket, "connect");
});
