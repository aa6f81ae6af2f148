// SPDX-License-Identifier: Apache-2.0
// What people's own programs make of limits: a library that reads the headers, and the official Socket.IO client.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { require, serve } from "./harness.mjs";

const { parseRateLimit } = require("ratelimit-header-parser");
const { io } = require("socket.io-client");

const limited = (options) => [`{ ratelimit: { ${options} } }`, "doors"];

/** Waits for one of these; what came with it. */
const heard = (socket, ...events) => Promise.race(events.map(async (event) => {
  const [value] = await new Promise((resolve) => socket.once(event, (...values) => resolve(values)));
  return [event, value];
}));

// Its latest version, 0.1.0, reads the headers of draft 7 and what came before.
test("ratelimit-header-parser understands our headers", async (t) => {
  for (const style of ["draft_7", "legacy"]) {
    const server = await serve(t, limited(`headers: ${style}`));
    for (let used = 1; used <= 7; ++used) {
      const answer = await fetch(`${server.url}/api/login`, { method: "POST" });
      await answer.text();
      assert.equal(answer.status, used <= 5 ? 200 : 429);
      const told = parseRateLimit(answer);
      assert.equal(told.limit, 5);
      assert.equal(told.remaining, Math.max(0, 5 - used));
      assert.equal(told.used, Math.min(used, 5));
      const wait = (told.reset - Date.now()) / 1000;
      assert.ok(wait > 890 && wait < 902, `${style}: ${wait}`);
    }
  }
});

async function redis(t) {
  const helper = spawn(join(process.env.MORTISE_BUILD_DIR, "bin/redis-for-tests"), { stdio: ["pipe", "pipe", "inherit"] });
  t.after(async () => {
    helper.stdin.end();
    await once(helper, "exit");
  });
  const [url] = await once(createInterface({ input: helper.stdout }), "line");
  return `redis: { url: "${url}" }`;
}

for (const place of ["this process", "Redis"]) {
  test(`events and clients that come too often hear of it, counted in ${place}`, async (t) => {
    const server = await serve(t, limited("policies: { message: { limit: 3 }, connect: { limit: 2 } }"),
      place === "Redis" ? await redis(t) : "");
    const open = () => {
      const socket = io(server.url, { forceNew: true, reconnection: false, transports: ["websocket"] });
      t.after(() => socket.disconnect());
      return socket;
    };
    const ann = open();
    assert.equal((await heard(ann, "connect", "connect_error"))[0], "connect");
    const answers = await Promise.all([1, 2, 3, 4, 5].map((text) => ann.timeout(20_000).emitWithAck("say", { text })));
    assert.deepEqual(answers.map(({ ok }) => ok), [true, true, true, false, false]);
    const { code, message, retryAfter } = answers[3].error;
    assert.equal(code, "rate_limited");
    assert.match(message, /try again in \d+ s/);
    assert.ok(retryAfter > 50 && retryAfter <= 60, retryAfter);

    ann.emit("say", { text: "no answer wanted" });
    const [, notice] = await heard(ann, "rate_limited");
    assert.deepEqual([notice.event, notice.policy], ["say", "message"]);
    assert.ok(notice.retryAfter > 50 && notice.retryAfter <= 60);
    assert.deepEqual(await ann.timeout(20_000).emitWithAck("free"), { ok: true });

    assert.equal((await heard(open(), "connect", "connect_error"))[0], "connect");
    const [event, error] = await heard(open(), "connect", "connect_error");
    assert.equal(event, "connect_error");
    assert.equal(error.data.code, "rate_limited");
    assert.ok(error.data.retryAfter > 290 && error.data.retryAfter <= 300);
  });
}
