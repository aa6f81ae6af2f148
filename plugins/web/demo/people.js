// SPDX-License-Identifier: Apache-2.0
// Names of people, asked once each, and the search for others.

/** Events: `change` when a name has become known. */
export class People extends EventTarget {
  #session;
  #names = new Map(); // null while it is asked

  constructor(session) {
    super();
    this.#session = session;
  }

  /** What to call somebody; "Somebody" until that is known. */
  name(id) {
    if (id === this.#session.user?.id) return "You";
    if (!this.#names.has(id)) this.#ask(id);
    return this.#names.get(id) ?? "Somebody";
  }

  /** What the server says somebody is called, unless more is known. */
  learn(id, name) {
    if (!this.#names.get(id)) this.#names.set(id, name);
  }

  /** People whose usernames hold `text`, without oneself. */
  async search(text) {
    const query = new URLSearchParams({ search: text, limit: 8 });
    const { data } = await this.#session.call("GET", `/api/v1/users?${query}`);
    const others = data.filter(({ id }) => id !== this.#session.user?.id);
    for (const person of others) this.#names.set(person.id, nameOf(person));
    return others.map((person) => ({ id: person.id, name: nameOf(person), username: person.username }));
  }

  async #ask(id) {
    this.#names.set(id, null);
    try {
      this.#names.set(id, nameOf(await this.#session.call("GET", `/api/v1/users/${encodeURIComponent(id)}`)));
    } catch (fault) {
      if (!fault.text) throw fault;
      // Who has left stays Somebody; where the network is away the next question asks again.
      if (fault.status === undefined) this.#names.delete(id);
      return;
    }
    this.dispatchEvent(new Event("change"));
  }
}

const nameOf = ({ displayName, username }) => displayName || username;
