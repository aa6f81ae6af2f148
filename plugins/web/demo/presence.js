// SPDX-License-Identifier: Apache-2.0
// Who of the people one talks to is there. The server tells only those who ask, once for each connection.

/** Events: `change` when somebody came or went. */
export class Presence extends EventTarget {
  #live;
  #states = new Map(); // userId -> {online, lastSeen}
  #asked = new Set();
  #end;

  constructor(live) {
    super();
    this.#live = live;
    this.#end = live.on("presence:update", (state) => this.#learn([state]));
    live.addEventListener("connect", this.#connected);
  }
  close() {
    this.#end();
    this.#live.removeEventListener("connect", this.#connected);
  }

  /** Asks to be told about somebody from now on. */
  watch(id) {
    if (!id || this.#asked.has(id)) return;
    this.#asked.add(id);
    this.#ask([id]);
  }
  isThere(id) {
    return this.#states.get(id)?.online ?? false;
  }
  /** When somebody was there last; undefined while they are, and when nobody knows. */
  lastSeen(id) {
    return this.#states.get(id)?.lastSeen;
  }

  #connected = () => this.#ask([...this.#asked]);

  async #ask(userIds) {
    if (userIds.length === 0 || this.#live.state !== "connected") return;
    const answer = await this.#live.ask("presence:subscribe", { userIds }).catch(() => ({ presence: [] }));
    this.#learn(answer.presence);
  }
  #learn(states) {
    for (const { userId, online, lastSeen } of states) this.#states.set(userId, { online, lastSeen: lastSeen ?? undefined });
    this.dispatchEvent(new Event("change"));
  }
}
