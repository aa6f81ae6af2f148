// SPDX-License-Identifier: Apache-2.0
// The servers that help two browsers to find a way to each other; what the server says of them is good for a while.
const path = "/api/v1/calls/ice-servers";
const unlimited = 3600; // seconds to keep what does not expire

export class IceServers {
  #session;
  #servers = [];
  #until = 0;

  constructor(session) {
    this.#session = session;
  }

  /** As RTCPeerConnection takes them; none where they cannot be asked: within one network it goes without. */
  async get() {
    if (Date.now() < this.#until) return this.#servers;
    try {
      const { iceServers, ttl } = await this.#session.call("GET", path);
      this.#servers = iceServers;
      this.#until = Date.now() + ((ttl ?? unlimited) * 1000) / 2;
    } catch (fault) {
      if (!fault.text) throw fault;
    }
    return this.#servers;
  }
}
