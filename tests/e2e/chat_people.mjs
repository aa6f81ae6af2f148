// SPDX-License-Identifier: Apache-2.0
// People who talk over the official Socket.IO client.
import { makeAccount, require } from "./harness.mjs";

export const plugins = ["auth: { password: { memory: 8MiB, passes: 1 } }", "users", "chat"];

export async function signUp(server, name) {
  const { user, accessToken } = await makeAccount(server, name);
  return { id: user.id, name, token: accessToken };
}

/** A connected socket; `test` closes it. `library` is the name of the npm package. */
export async function connect(test, server, person, { library = "socket.io-client", ...options } = {}) {
  const { io } = library === "socket.io-client" ? require(library) : { io: require(library) };
  const socket = io(server.url, {
    auth: { token: person.token },
    extraHeaders: { authorization: `Bearer ${person.token}` }, // version 2 knows no auth
    reconnectionDelay: 50,
    reconnectionDelayMax: 500,
    forceNew: true,
    ...options,
  });
  test.after(() => socket.close());
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("connect_error", reject));
  return socket;
}

/** What comes next under this name. */
export const next = (socket, event) => new Promise((resolve) => socket.once(event, resolve));
