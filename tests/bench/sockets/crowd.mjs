// SPDX-License-Identifier: Apache-2.0
// The clients of one server, in a process of their own that measure.mjs commands: {task, ...} in, {result} or {fault}
// out. Times are of this process's clock.
import { frame, SocketIoClient, WebSocketClient } from "./client.mjs";

const clients = [];
const at_once = 100;  // handshakes under way
const patience = 10_000;  // ms for what is still on its way

const room = "crowd";
const text_of = (number, length) => String(number).padStart(8, "0").padEnd(length, "x");
// ["said","00000001xxx… : the number that text_of() put there
const number_in = (bytes, begin) => Number(bytes.latin1Slice(begin + 9, begin + 17));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function in_turns(count, work) {
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(at_once, count) }, async () => {
    while (next < count) await work(next++);
  }));
}

const tasks = {
  /** Connects so many more. */
  async connect({ port, path, count }) {
    await in_turns(count, async () => {
      clients.push(await (path ? new WebSocketClient().open(port, path) : new SocketIoClient().open(port)));
    });
  },
  /** Everybody sends, and sends again when the echo is there, until there were so many. */
  async echo({ is_raw, count }) {
    const text = text_of(1, 64);
    const question = frame(is_raw ? text : `42["message","${text}"]`);
    const answer = is_raw ? text : `["message-back","${text}"]`;
    let unsent = count, unheard = count;
    await new Promise((resolve, reject) => {
      for (const client of clients) {
        let is_first = true;
        const hear = (bytes, begin, length) => {
          if (is_first && bytes.latin1Slice(begin, begin + length) !== answer) return reject(new Error("another answer"));
          is_first = false;
          if (length !== answer.length) return reject(new Error("another answer"));
          if (unsent-- > 0) client.send(question);
          if (--unheard === 0) resolve();
        };
        if (is_raw) client.on_text = hear;
        else client.on_event = hear;
        --unsent;
        client.send(question);
      }
    });
    return { count };
  },
  /** Everybody goes into the room. */
  async join() {
    const bytes = Buffer.concat([frame(`42["join","${room}"]`), frame('421["message-with-ack"]')]);
    await in_turns(clients.length, (place) => new Promise((resolve) => {
      clients[place].on_ack = resolve;
      clients[place].send(bytes);
    }));
  },
  /** Somebody says something to the room; when everybody has heard it, the next. */
  async broadcast({ count }) {
    let number = 0, heard = 0, began = 0, all_heard;
    const delays = [];
    for (const client of clients)
      client.on_event = (bytes, begin) => {
        if (number_in(bytes, begin) !== number) return;  // given up already
        delays.push(performance.now() - began);
        if (++heard === clients.length) all_heard();
      };
    for (number = 1; number <= count; ++number) {
      heard = 0;
      const bytes = frame(`42["say-all","${room}","${text_of(number, 64)}"]`);
      const done = new Promise((resolve) => { all_heard = resolve; });
      began = performance.now();
      clients[(number * 97) % clients.length].send(bytes);
      const limit = setTimeout(all_heard, patience);
      await done;
      clearTimeout(limit);
    }
    return { count: delays.length, expected: count * clients.length, ...times(delays) };
  },
  /** So many of the crowd talk in pairs, each saying something every so often; the others hear nothing. */
  async exchange({ talkers, every, milliseconds }) {
    const sent = [], delays = [], heard = new Set();
    for (const client of clients) client.on_event = () => { throw new Error("somebody else's message"); };
    for (let place = 0; place < talkers; ++place) {
      clients[place].on_event = (bytes, begin) => {
        const number = number_in(bytes, begin);
        if (heard.has(number)) throw new Error("heard twice");
        heard.add(number);
        delays.push(performance.now() - sent[number]);
      };
      await new Promise((resolve) => {
        clients[place].on_ack = resolve;
        clients[place].send(frame(`42["join","pair-${place >> 1}"]`));
        clients[place].send(frame('421["message-with-ack"]'));
      });
    }
    const end = performance.now() + milliseconds;
    await Promise.all(clients.slice(0, talkers).map(async (client, place) => {
      let due = performance.now() + every * Math.random();
      while (due < end) {
        await sleep(Math.max(0, due - performance.now()));
        const bytes = frame(`42["say","pair-${place >> 1}","${text_of(sent.length, 64)}"]`);
        sent.push(performance.now());
        client.send(bytes);
        due += every;
      }
    }));
    for (const limit = performance.now() + patience; heard.size < sent.length && performance.now() < limit;) await sleep(10);
    return { count: heard.size, expected: sent.length, ...times(delays) };
  },
};

function times(delays) {
  const sorted = Float64Array.from(delays).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { average: sorted.reduce((sum, delay) => sum + delay, 0) / sorted.length, p50: at(0.5), p99: at(0.99) };
}

process.on("message", async ({ task, ...how }) => {
  try {
    process.send({ result: (await tasks[task](how)) ?? {} });
  } catch (fault) {
    process.send({ fault: fault.stack });
  }
});
process.on("disconnect", () => process.exit());
