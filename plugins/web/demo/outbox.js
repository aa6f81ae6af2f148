// SPDX-License-Identifier: Apache-2.0
// Messages on their way: kept until the server has said that it has them, in order, across a reload. The clientId of
// a message makes sending it twice harmless: the server stores it once.
import { newId } from "./ids.js";

const longestPause = 15_000; // milliseconds

/** Events: `change` when what is waiting changes. */
export class Outbox extends EventTarget {
  #place;
  #entries;
  #send;
  #isSending = false;
  #pause = 0;
  #timer = null;

  /** `send` gets {clientId, chatId, text}; what it throws is final unless `mayPass(fault)`. */
  constructor(owner, send, mayPass) {
    super();
    this.#place = `mortise.outbox.${owner}`;
    this.#entries = JSON.parse(sessionStorage.getItem(this.#place) ?? "[]");
    this.#send = send;
    this.mayPass = mayPass;
  }

  add(chatId, text) {
    this.#entries.push({ clientId: newId(), chatId, text, createdAt: new Date().toISOString() });
    this.#changed();
    this.flush();
  }
  /** What waits for one conversation; `problem` says why an entry waits for a person. */
  of(chatId) {
    return this.#entries.filter((entry) => entry.chatId === chatId);
  }
  retry(clientId) {
    delete this.#entries.find((entry) => entry.clientId === clientId)?.problem;
    this.#changed();
    this.flush();
  }
  discard(clientId) {
    this.#entries = this.#entries.filter((entry) => entry.clientId !== clientId);
    this.#changed();
  }

  /** Sends what waits, one after the other; called again whenever there is hope. */
  async flush() {
    if (this.#isSending) return;
    this.#isSending = true;
    clearTimeout(this.#timer);
    try {
      for (let entry; (entry = this.#entries.find(({ problem }) => !problem)); ) {
        await this.#send(entry);
        this.#pause = 0;
        this.discard(entry.clientId);
      }
    } catch (fault) {
      this.#failed(fault);
    } finally {
      this.#isSending = false;
    }
  }

  stop() {
    clearTimeout(this.#timer);
    this.#entries = [];
  }

  #failed(fault) {
    if (this.mayPass(fault)) {
      this.#pause = Math.min(Math.max(1000, this.#pause * 2), longestPause);
      this.#timer = setTimeout(() => this.flush(), fault.retryAfter ? fault.retryAfter * 1000 : this.#pause);
      return;
    }
    const entry = this.#entries.find(({ problem }) => !problem);
    if (entry) entry.problem = fault.text ?? String(fault);
    this.#changed();
    this.#timer = setTimeout(() => this.flush(), 0);
  }

  #changed() {
    sessionStorage.setItem(this.#place, JSON.stringify(this.#entries));
    this.dispatchEvent(new Event("change"));
  }
}
