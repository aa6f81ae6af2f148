// SPDX-License-Identifier: Apache-2.0
// The live connection: the official Socket.IO client, signed in with the session's token.

const answerTime = 10_000; // milliseconds an acknowledgement may take

/** An event was not answered in time: nobody knows whether it arrived. */
export class Unanswered extends Error {}

/** A handler's error, as its acknowledgement tells it: {code, message, retryAfter?}. */
export class Refusal extends Error {
  constructor({ code, message, retryAfter }) {
    super(message ?? `Refused: ${code}`);
    this.code = code;
    this.retryAfter = retryAfter;
  }
  get text() {
    return this.message;
  }
}

/**
 * Events: `state` when `state` changes, `connect` with every connection.
 * State: idle (nobody is signed in), connecting, connected, away (it tries again), missing (this build has no client).
 */
export class Live extends EventTarget {
  state = "idle";
  #session;
  #socket = null;
  #handlers = [];
  #pause = 500;

  constructor(session) {
    super();
    this.#session = session;
  }

  /** `handle` is called with the event's payload, on this connection and all later ones; returns how to end that. */
  on(event, handle) {
    const entry = [event, handle];
    this.#handlers.push(entry);
    this.#socket?.on(event, handle);
    return () => {
      this.#handlers = this.#handlers.filter((one) => one !== entry);
      this.#socket?.off(event, handle);
    };
  }

  async start() {
    if (this.#socket) return;
    this.#become("connecting");
    let io;
    try {
      ({ io } = await import("./vendor/socket.io.js"));
    } catch {
      return this.#become("missing");
    }
    if (this.state !== "connecting") return;
    const socket = io({
      auth: (give) => this.#session.token().then((token) => give({ token }), () => give({})),
      reconnectionDelay: 300,
      reconnectionDelayMax: 3000,
      forceNew: true,
    });
    this.#socket = socket;
    for (const [event, handle] of this.#handlers) socket.on(event, handle);
    socket.on("connect", () => {
      this.#pause = 500;
      this.#become("connected");
      this.dispatchEvent(new Event("connect"));
    });
    socket.on("disconnect", () => this.#lost(socket));
    socket.on("connect_error", () => this.#lost(socket));
    socket.on("auth:expiring", () => this.#refresh());
  }

  stop() {
    this.#socket?.disconnect();
    this.#socket = null;
    this.#become("idle");
  }

  /** Sends an event that wants no answer; dropped while away. */
  tell(event, payload) {
    if (this.state === "connected") this.#socket.volatile.emit(event, payload);
  }

  /** Sends an event and waits for its acknowledgement. Throws Refusal and Unanswered. */
  async ask(event, payload) {
    if (this.state !== "connected") throw new Unanswered();
    let answer;
    try {
      answer = await this.#socket.timeout(answerTime).emitWithAck(event, payload);
    } catch {
      throw new Unanswered();
    }
    if (!answer?.ok) throw new Refusal(answer?.error ?? { code: "unknown" });
    return answer;
  }

  // The client comes back by itself from a lost network. Where the server has closed the door (a token that has
  // ended) it waits to be told: with a new token, and with patience.
  #lost(socket) {
    if (socket !== this.#socket) return;
    this.#become("away");
    if (socket.active) return;
    this.#pause = Math.min(this.#pause * 2, 10_000);
    setTimeout(async () => {
      await this.#session.renew().catch(() => {});
      if (socket === this.#socket) socket.connect();
    }, this.#pause);
  }

  async #refresh() {
    try {
      await this.#session.renew();
      await this.ask("auth:refresh", { token: await this.#session.token() });
    } catch {
      // The server closes this connection when the token ends; the next one brings a new token.
    }
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
