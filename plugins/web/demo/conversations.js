// SPDX-License-Identifier: Apache-2.0
// What is known of one's conversations. The server counts the messages of each 1..N without a gap; so does this: a
// message that is not the next one is fetched together with those before it, and nothing is shown twice or missing.
import { ApiError, Unreachable } from "./api.js";
import { Outbox } from "./outbox.js";
import { Refusal, Unanswered } from "./socket.js";

const path = "/api/v1/chats";
const pageSize = 50;
const lookPause = 5000; // milliseconds between two looks where nothing comes by itself
const typingTime = 6000; // milliseconds after which somebody who says no more has stopped writing

/**
 * Events: `list` when the list changes, `room` when the conversation `event.detail` does (null: any of them).
 * A conversation: {id, type, title, peerId, unread, lastSeq, last, members: Map(userId -> {delivered, read}), messages
 * (ascending, nothing missing between), hasEarlier, isLoaded, writing: Map(userId -> timer)}.
 */
export class Conversations extends EventTarget {
  #session;
  #live;
  #all = new Map();
  #catchingUp = new Map(); // conversation -> what is under way
  #ends;
  #looks;

  constructor(session, live) {
    super();
    this.#session = session;
    this.#live = live;
    this.outbox = new Outbox(session.user.id, (entry) => this.#deliver(entry), mayPass);
    this.outbox.addEventListener("change", () => this.#changed());
    this.#ends = [
      live.on("chat:message", (message) => this.#receive(message)),
      live.on("chat:edited", (message) => this.#replace(message)),
      live.on("chat:deleted", (message) => this.#replace(message)),
      live.on("chat:typing", (typing) => this.#typing(typing)),
      live.on("chat:receipt", (receipt) => this.#receipt(receipt)),
      live.on("chat:member", ({ chatId }) => this.#look(chatId)),
      live.on("chat:updated", ({ chatId }) => this.#look(chatId)),
    ];
    live.addEventListener("connect", this.#connected);
    this.#looks = setInterval(() => { if (live.state === "missing" && !document.hidden) this.refresh(); }, lookPause);
    this.refresh();
  }

  close() {
    this.#live.removeEventListener("connect", this.#connected);
    this.#ends.forEach((end) => end());
    clearInterval(this.#looks);
    this.outbox.stop();
    this.#all.clear();
  }

  /** The one with the newest message first. */
  list() {
    return [...this.#all.values()].sort((left, right) => right.activeAt.localeCompare(left.activeAt));
  }
  get(id) {
    return this.#all.get(id);
  }
  get unread() {
    return this.list().reduce((sum, { unread }) => sum + unread, 0);
  }

  /** Begins a group {type, memberIds, title}, or the conversation with somebody where there is none; returns its id. */
  async begin(wanted) {
    const { id } = await this.#session.call("POST", path, wanted);
    await this.#ask(id);
    return id;
  }

  /** Loads the newest messages of a conversation, once. */
  async load(id) {
    const chat = this.#all.get(id) ?? (await this.#ask(id));
    if (chat.isLoaded) return;
    const [, page] = await Promise.all([this.#ask(id), this.#page(id, {})]);
    if (chat.isLoaded) return;
    chat.messages = page.data;
    chat.hasEarlier = page.hasMore;
    chat.isLoaded = true;
    this.#changed(chat);
    if (chat.lastSeq > newest(chat)) await this.#catchUp(chat); // one came in between
  }
  async loadEarlier(id) {
    const chat = this.#all.get(id);
    const page = await this.#page(id, { beforeSeq: chat.messages[0].seq });
    chat.messages = [...page.data.filter(({ seq }) => seq < chat.messages[0].seq), ...chat.messages];
    chat.hasEarlier = page.hasMore;
    this.#changed(chat);
  }

  send(id, text) {
    this.outbox.add(id, text);
  }
  writing(id, isTyping) {
    this.#live.tell("chat:typing", { chatId: id, isTyping });
  }
  /** Tells that everything shown has been seen. */
  markRead(id) {
    const chat = this.#all.get(id);
    if (!chat?.isLoaded || chat.unread === 0) return;
    const seq = newest(chat);
    this.#live.ask("chat:read", { chatId: id, seq }).catch(() => {}); // the next look tells it again
    chat.unread = 0;
    this.#changed(chat);
  }

  /** Asks what happened while nobody told us. */
  async refresh() {
    try {
      let cursor = null;
      do {
        const query = new URLSearchParams({ limit: 100, ...(cursor && { cursor }) });
        const page = await this.#session.call("GET", `${path}?${query}`);
        page.data.forEach((summary) => this.#learn(summary));
        cursor = page.hasMore ? page.nextCursor : null;
      } while (cursor);
      this.#changed();
      this.list().forEach((chat) => this.#takeDelivery(chat));
      await Promise.all(this.list().filter(({ isLoaded }) => isLoaded).map((chat) => this.#catchUp(chat)));
    } catch (fault) {
      if (!fault.text) throw fault; // the next connection asks again
    }
  }

  #connected = () => {
    this.refresh();
    this.outbox.flush();
  };

  async #deliver({ clientId, chatId, text }) {
    const message = this.#live.state === "missing"
      ? await this.#session.call("POST", `${path}/${chatId}/messages`, { text, clientId })
      : (await this.#live.ask("chat:send", { chatId, text, clientId })).message;
    await this.#receive(message);
  }

  async #receive(message) {
    const chat = this.#all.get(message.chatId);
    if (!chat) return void (await this.#look(message.chatId));
    const isMine = message.senderId === this.#session.user?.id;
    if (message.seq > chat.lastSeq) {
      chat.lastSeq = message.seq;
      chat.last = message;
      chat.activeAt = message.createdAt;
      if (!isMine) {
        ++chat.unread;
        this.#takeDelivery(chat);
      }
    }
    this.#stopsWriting(chat, message.senderId);
    if (chat.isLoaded && message.seq === newest(chat) + 1) chat.messages = [...chat.messages, message];
    else if (chat.isLoaded && message.seq > newest(chat)) await this.#catchUp(chat);
    this.#changed(chat);
  }

  // One at a time; asked for meanwhile, it looks once more.
  #catchUp(chat) {
    const before = this.#catchingUp.get(chat.id);
    const work = (before ?? Promise.resolve()).then(async () => {
      for (let more = true; more; ) {
        const page = await this.#page(chat.id, { afterSeq: newest(chat) });
        chat.messages = [...chat.messages, ...page.data.filter(({ seq }) => seq > newest(chat))];
        more = page.hasMore;
      }
      this.#changed(chat);
    }).catch((fault) => {
      if (!fault.text) throw fault; // the next connection catches up
    });
    this.#catchingUp.set(chat.id, work);
    return work;
  }

  #page(id, where) {
    return this.#session.call("GET", `${path}/${id}/messages?${new URLSearchParams({ limit: pageSize, ...where })}`);
  }

  async #ask(id) {
    const whole = await this.#session.call("GET", `${path}/${id}`);
    const chat = this.#learn(whole);
    chat.members = new Map(whole.members.map(({ userId, deliveredSeq, readSeq }) => [userId, { delivered: deliveredSeq, read: readSeq }]));
    this.#changed(chat);
    return chat;
  }

  // Asked because something happened to it: who is no longer a member has it no longer.
  async #look(id) {
    try {
      this.#takeDelivery(await this.#ask(id));
    } catch (fault) {
      if (fault instanceof ApiError && fault.status === 404) this.#all.delete(id);
      else if (!fault.text) throw fault;
      this.#changed();
    }
  }

  /** Lets the others know that it is here, though nobody has read it yet. */
  #takeDelivery(chat) {
    if (chat.unread > 0) this.#live.tell("chat:delivered", { chatId: chat.id, seq: chat.lastSeq });
  }

  // A summary from the list, or a whole conversation: what one does not tell stays.
  #learn({ id, type, title, peerId, unreadCount, lastSeq, lastMessage, activeAt, createdAt }) {
    const chat = this.#all.get(id) ?? { id, members: new Map(), messages: [], writing: new Map(), activeAt: createdAt };
    Object.assign(chat, { type, title, peerId, unread: unreadCount, lastSeq });
    if (lastMessage) chat.last = lastMessage;
    if (activeAt) chat.activeAt = activeAt;
    this.#all.set(id, chat);
    return chat;
  }

  #replace(message) {
    const chat = this.#all.get(message.chatId);
    if (!chat) return;
    chat.messages = chat.messages.map((known) => (known.seq === message.seq ? { ...known, ...message } : known));
    if (chat.last?.seq === message.seq) chat.last = { ...chat.last, ...message };
    this.#changed(chat);
  }

  #typing({ chatId, userId, isTyping }) {
    const chat = this.#all.get(chatId);
    if (!chat || userId === this.#session.user?.id) return;
    this.#stopsWriting(chat, userId);
    if (isTyping) chat.writing.set(userId, setTimeout(() => { this.#stopsWriting(chat, userId); this.#changed(chat); }, typingTime));
    this.#changed(chat);
  }
  #stopsWriting(chat, userId) {
    clearTimeout(chat.writing.get(userId));
    chat.writing.delete(userId);
  }

  #receipt({ chatId, userId, deliveredSeq, readSeq }) {
    const chat = this.#all.get(chatId);
    if (!chat) return;
    const known = chat.members.get(userId) ?? { delivered: 0, read: 0 };
    chat.members.set(userId, { delivered: Math.max(known.delivered, deliveredSeq), read: Math.max(known.read, readSeq) });
    if (userId === this.#session.user?.id && readSeq >= chat.lastSeq) chat.unread = 0; // on another device
    this.#changed(chat);
  }

  #changed(chat) {
    this.dispatchEvent(new Event("list"));
    this.dispatchEvent(new CustomEvent("room", { detail: chat?.id }));
  }
}

const newest = ({ messages }) => messages.at(-1)?.seq ?? 0;

/** Whether trying the same once more may help. */
function mayPass(fault) {
  if (fault instanceof Unanswered || fault instanceof Unreachable) return true;
  if (fault instanceof Refusal) return ["rate_limited", "unavailable", "internal"].includes(fault.code);
  return fault instanceof ApiError && (fault.status === 429 || fault.status >= 500);
}
