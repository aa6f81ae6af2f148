// SPDX-License-Identifier: Apache-2.0
// People in pairs who call each other, in a process of their own that measure.mjs commands: {task, ...} in, {result} or
// {fault} out. Times are of this process's clock.
import { request } from "node:http";
import { frame, SocketIoClient } from "../sockets/client.mjs";

const at_once = 50;  // sign-ups and handshakes under way
const candidates = 8;  // from each side
const patience = 60_000;  // ms until a call that has not come up spoils the measurement

const sdp = "v=0\\r\\n" + "a=rtpmap:111 opus/48000/2\\r\\n".repeat(60);  // as long as a browser's, about
const candidate = "candidate:842163049 1 udp 1677729535 192.0.2.7 46154 typ srflx raddr 10.0.0.7 rport 46154";
const pairs = [];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function in_turns(count, work) {
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(at_once, count) }, async () => {
    while (next < count) await work(next++);
  }));
}

function post(port, path, body) {
  return new Promise((resolve, reject) => {
    const asking = request({ port, path, method: "POST", host: "127.0.0.1", headers: { "content-type": "application/json" } }, (answer) => {
      let text = "";
      answer.on("data", (bytes) => { text += bytes; });
      answer.on("end", () => answer.statusCode === 201 ? resolve(JSON.parse(text)) : reject(new Error(text)));
    });
    asking.on("error", reject);
    asking.end(JSON.stringify(body));
  });
}

/** Who somebody is, and what they connect with. */
async function person(port, name, signs_up) {
  if (!signs_up) return { id: name, auth: { id: name } };
  const body = { email: `${name}@example.org`, username: name, password: "password123" };
  const { user, accessToken } = await post(port, "/api/v1/auth/register", body);
  return { id: user.id, auth: { token: accessToken } };
}

/** Two people; a call of theirs from the first ring to the last candidate, and its end. */
class Pair {
  async open(port, number, signs_up) {
    [this.ann, this.ben] = await Promise.all(["ann", "ben"].map((name) => person(port, `${name}${number}`, signs_up)));
    for (const someone of [this.ann, this.ben]) {
      someone.client = await new SocketIoClient().open(port, someone.auth);
      someone.client.on_event = (bytes, begin, length) => this.#hear(someone, JSON.parse(bytes.utf8Slice(begin, begin + length)));
    }
    return this;
  }
  /** Resolves to how long it took until the caller had the answer to the offer. */
  call(id) {
    this.id = id;
    this.unheard = 2 * candidates;
    this.began = performance.now();
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`call ${id} did not come up`)), patience);
      this.is_up = () => { clearTimeout(limit); resolve(this.took); };
      this.#say(this.ann, "call:initiate", { callId: id, receiverId: this.ben.id, callType: "video", callerInfo: { fullname: "Ann" } });
    });
  }
  hang_up() {
    return new Promise((resolve) => {
      this.is_over = resolve;
      this.#say(this.ann, "call:end", { callId: this.id, reason: "completed" });
    });
  }

  #say(someone, event, payload) { someone.client.send(frame(`42${JSON.stringify([event, payload])}`)); }
  #candidates(from, to) {
    for (let number = 0; number < candidates; ++number)
      this.#say(from, "webrtc:ice-candidate", { callId: this.id, candidate: { candidate, sdpMLineIndex: 0 }, receiverId: to.id });
  }
  #hear(someone, [event, payload]) {
    if (event === "call:ringing") return;
    if (payload.callId !== this.id) throw new Error(`somebody else's call: ${event}`);
    const { ann, ben } = this, callId = this.id;
    switch (event) {
      case "call:incoming": return this.#say(ben, "call:answer", { callId });
      case "call:answered": return this.#say(ann, "webrtc:offer", { callId, offer: { type: "offer", sdp }, receiverId: ben.id });
      case "webrtc:offer": return this.#say(ben, "webrtc:answer", { callId, answer: { type: "answer", sdp }, callerId: ann.id });
      case "webrtc:answer":
        this.took = performance.now() - this.began;
        this.#candidates(ann, ben);
        return this.#candidates(ben, ann);
      case "webrtc:ice-candidate": return --this.unheard === 0 && this.is_up();
      case "call:ended": return this.is_over();
      default: throw new Error(`${event} ${JSON.stringify(payload)}`);
    }
  }
}

const tasks = {
  async connect({ port, count, signs_up }) {
    await in_turns(count, async (number) => { pairs.push(await new Pair().open(port, number, signs_up)); });
  },
  /** All pairs call, `every` ms one (0: all at the same moment), and nobody hangs up before all calls are up. */
  async call({ round, every }) {
    const up = pairs.map(async (pair, number) => {
      await sleep(number * every);
      return pair.call(`${round}-${number}`);
    });
    const times = (await Promise.all(up)).sort((left, right) => left - right);
    await Promise.all(pairs.map(async (pair, number) => {
      await sleep(number * every);
      await pair.hang_up();
    }));
    const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
    return { count: times.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  },
};

process.on("message", async ({ task, ...how }) => {
  try {
    process.send({ result: (await tasks[task](how)) ?? {} });
  } catch (fault) {
    process.send({ fault: fault.stack });
  }
});
process.on("disconnect", () => process.exit());
