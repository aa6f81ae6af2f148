// SPDX-License-Identifier: Apache-2.0
// WebSocket clients that cost next to nothing: what they send is framed and masked beforehand, what they receive is
// looked at where it lies, in one buffer for all. They know only what the measurements need.
import { randomBytes } from "node:crypto";
import { connect } from "node:net";

const received = Buffer.allocUnsafe(64 * 1024);
const TEXT = 0x81;

/** The bytes of one text message as a client sends it. */
export function frame(text) {
  const payload = Buffer.from(text);
  if (payload.length > 0xffff) throw new Error("a shorter message, please");
  const mask = randomBytes(4);
  for (let place = 0; place < payload.length; ++place) payload[place] ^= mask[place % 4];
  const length = payload.length <= 125 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([TEXT, ...length]), mask, payload]);
}

/** One WebSocket. `on_text(bytes, begin, length)` hears each message; the bytes are gone when it returns. */
export class WebSocketClient {
  on_text = () => {};
  #rest = null;
  #socket;

  /** Resolves when the handshake is answered. What comes right behind the answer is heard after that. */
  async open(port, path) {
    this.opened = new Promise((resolve, reject) => { this.resolve = resolve; this.reject = reject; });
    this.is_open = false;
    this.#socket = connect({
      port, host: "127.0.0.1", noDelay: true,
      onread: { buffer: received, callback: (size) => { this.#take(received.subarray(0, size)); return true; } },
    });
    this.#socket.on("error", (fault) => this.lost(fault));
    this.#socket.on("close", () => this.lost(new Error("closed by the server")));
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`);
    await this.opened;
    return this;
  }
  send(bytes) { this.#socket.write(bytes); }
  close() {
    this.lost = () => {};
    this.#socket.destroy();
  }
  lost(fault) {
    this.reject(fault);
    if (this.is_open) throw fault;  // a client that is lost spoils the measurement
  }

  #take(bytes) {
    if (this.#rest !== null) bytes = Buffer.concat([this.#rest, bytes]);
    this.#rest = null;
    let at = this.is_open ? 0 : this.#take_answer(bytes);
    while (bytes.length - at >= 2) {
      let length = bytes[at + 1], head = 2;
      if (length === 126) {
        if (bytes.length - at < 4) break;
        length = bytes.readUInt16BE(at + 2);
        head = 4;
      }
      if (bytes.length - at < head + length) break;
      if (bytes[at] !== TEXT) throw new Error(`a frame that nobody expected: ${bytes[at]}`);
      this.on_text(bytes, at + head, length);
      at += head + length;
    }
    if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
  }
  #take_answer(bytes) {
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0) return 0;
    if (!bytes.subarray(0, end).toString().startsWith("HTTP/1.1 101")) throw new Error(bytes.toString());
    this.is_open = true;
    this.resolve();
    return end + 4;
  }
}

const PING = "2".charCodeAt(0), OPEN = "0".charCodeAt(0), MESSAGE = "4".charCodeAt(0);
const CONNECT = "0".charCodeAt(0), EVENT = "2".charCodeAt(0), ACK = "3".charCodeAt(0);
const pong = frame("3");

/** A WebSocket that speaks Socket.IO: `on_event(bytes, begin, length)` hears the JSON of each event. */
export class SocketIoClient {
  on_event = () => {};
  on_ack = () => {};
  #socket = new WebSocketClient();

  /** Resolves in the default namespace; `auth` is what the client says of itself there. */
  async open(port, auth) {
    this.connect_packet = frame(auth ? `40${JSON.stringify(auth)}` : "40");
    const joined = new Promise((resolve) => { this.joined = resolve; });
    this.#socket.on_text = (bytes, begin, length) => this.#take(bytes, begin, length);
    await this.#socket.open(port, "/socket.io/?EIO=4&transport=websocket");
    await joined;
    return this;
  }
  send(bytes) { this.#socket.send(bytes); }
  close() { this.#socket.close(); }

  #take(bytes, begin, length) {
    if (bytes[begin] === PING && length === 1) return this.send(pong);
    if (bytes[begin] === OPEN) return this.send(this.connect_packet);
    if (bytes[begin] !== MESSAGE) throw new Error(`unexpected: ${bytes.toString("utf8", begin, begin + length)}`);
    if (bytes[begin + 1] === EVENT) return this.on_event(bytes, begin + 2, length - 2);
    if (bytes[begin + 1] === CONNECT) return this.joined();
    if (bytes[begin + 1] === ACK) return this.on_ack();
    throw new Error(`unexpected: ${bytes.toString("utf8", begin, begin + length)}`);
  }
}
