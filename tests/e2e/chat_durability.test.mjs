// SPDX-License-Identifier: Apache-2.0
// Many people write at once, lose their connections at random, and the server is killed in the middle: afterwards every
// message is there once, and everybody has seen 1..N. MORTISE_MESSAGES sets how many (3,000; the long run: 100,000).
import assert from "node:assert";
import test from "node:test";
import { connect, plugins, signUp } from "./chat_people.mjs";
import { call, serve } from "./harness.mjs";

const total = Number(process.env.MORTISE_MESSAGES ?? 3000);
const people = 50;
const groups = 10;
const inFlight = 8; // messages one person has under way

/** One person's client: sends until everything is acknowledged, and knows every message of its conversations. */
class Writer {
  constructor(person, chats, count) {
    Object.assign(this, { person, chats, count });
    this.seen = new Map(chats.map((chat) => [chat, new Map()])); // conversation -> seq -> clientId
    this.acknowledged = new Map(); // clientId -> seq
    this.doubled = 0;
    this.connections = 0;
  }

  async start(t, server) {
    this.socket = await connect(t, server, this.person, { transports: ["websocket"] });
    this.socket.on("chat:message", (message) => this.#see(message));
    this.socket.on("connect", () => ++this.connections && this.catchUp().catch(() => {})); // the next connection tries again
  }

  async send() {
    let number = 0;
    const worker = async () => {
      while (number < this.count) await this.#sendUntilAcknowledged(number++);
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
  }

  async #sendUntilAcknowledged(number) {
    const clientId = `${this.person.name}-${number}`;
    const chatId = this.chats[number % this.chats.length];
    for (;;) {
      try {
        const answer = await this.socket.timeout(2000).emitWithAck("chat:send", { chatId, text: clientId, clientId });
        if (!answer.ok && answer.error.code === "unavailable") continue;
        assert.ok(answer.ok, JSON.stringify(answer));
        this.acknowledged.set(clientId, answer.message.seq);
        return;
      } catch (fault) {
        if (!/timed out|disconnected/.test(fault.message)) throw fault;
      }
    }
  }

  /** Cuts the connection as a lost network does; the client comes back by itself. */
  lose() {
    this.socket.io.engine?.close();
  }

  /** Asks for what is missing from the first gap on. */
  async catchUp() {
    for (const chatId of this.chats) {
      for (let more = true; more; ) {
        const page = await this.socket.timeout(10_000).emitWithAck("chat:history", { chatId, afterSeq: this.#complete(chatId), limit: 100 });
        assert.ok(page.ok, JSON.stringify(page));
        page.messages.forEach((message) => this.#see(message, true));
        more = page.hasMore;
      }
    }
  }

  #complete(chatId) {
    const seen = this.seen.get(chatId);
    let seq = seen.complete ?? 0;
    while (seen.has(seq + 1)) ++seq;
    return (seen.complete = seq);
  }

  #see({ chatId, seq, clientId }, wasAsked = false) {
    const seen = this.seen.get(chatId);
    if (!wasAsked && seen.has(seq) && !seen.asked?.has(seq)) ++this.doubled; // told twice on its own
    if (wasAsked) (seen.asked ??= new Set()).add(seq);
    assert.equal(seen.get(seq) ?? clientId, clientId, "one seq, two messages");
    seen.set(seq, clientId);
  }
}

test("nothing acknowledged is lost, nothing is stored twice, everybody sees all of it in order", async (t) => {
  const server = await serve(t, plugins);
  const persons = [];
  for (let number = 0; number < people; ++number) persons.push(await signUp(server, `person${number}`));
  const chats = new Map(persons.map(({ id }) => [id, []]));
  for (let number = 0; number < groups; ++number) {
    const members = persons.filter((_, place) => place % groups === number || (place + 1) % groups === number);
    const body = { type: "group", title: `Group ${number}`, memberIds: members.slice(1).map(({ id }) => id) };
    const { id } = await call(server, "POST", "/api/v1/chats", { token: members[0].token, body });
    for (const member of members) chats.get(member.id).push(id);
  }
  const writers = persons.map((person) => new Writer(person, chats.get(person.id), total / people));
  await Promise.all(writers.map((writer) => writer.start(t, server)));

  let isWriting = true;
  const everything = Promise.all(writers.map((writer) => writer.send())).finally(() => { isWriting = false; });
  const acknowledged = () => writers.reduce((sum, writer) => sum + writer.acknowledged.size, 0);
  const trouble = (async () => {
    let isKilled = false;
    while (isWriting) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (Math.random() < 0.3) writers[Math.floor(Math.random() * people)].lose();
      if (isKilled || acknowledged() < total / 2) continue;
      await server.stop("SIGKILL");
      await server.start();
      isKilled = true;
    }
    return isKilled;
  })();
  await everything;
  assert.ok(await trouble, "the server was killed in the middle");

  for (const writer of writers) {
    if (!writer.socket.connected) await new Promise((resolve) => writer.socket.once("connect", resolve));
    await writer.catchUp();
  }
  assert.equal(acknowledged(), total);
  const order = new Map(); // conversation -> the clientIds by seq
  for (const { seen } of writers) {
    for (const [chat, messages] of seen) {
      const seqs = [...messages.keys()].sort((left, right) => left - right);
      assert.deepEqual(seqs, Array.from(seqs, (_, place) => place + 1), "1..N without a gap");
      const ids = seqs.map((seq) => messages.get(seq));
      assert.deepEqual(order.get(chat) ?? ids, ids, "the same for everybody");
      order.set(chat, ids);
    }
  }
  const stored = [...order.values()].flat();
  assert.equal(stored.length, total);
  assert.equal(new Set(stored).size, total, "each clientId once");
  for (const writer of writers)
    for (const [clientId, seq] of writer.acknowledged)
      assert.ok(writer.chats.some((chat) => order.get(chat)[seq - 1] === clientId), "where its acknowledgement said");
  const sum = (figure) => writers.reduce((all, writer) => all + writer[figure], 0);
  t.diagnostic(`${total} messages; ${sum("connections")} times connected again, ${sum("doubled")} told twice`);
});
