// SPDX-License-Identifier: Apache-2.0
// A call between two people: who rings, who answers, and how it ends.
import { Call } from "./call.js";
import { Peer } from "./peer.js";
import { newId } from "./ids.js";
import { Refusal } from "./socket.js";

export class DirectCall extends Call {
  isPeerMuted = false;
  isPeerAway = false;
  isPeerThere = true;
  #peer;

  /** `isMine`: one calls oneself; else one is called. */
  constructor(desk, { callId = newId(), peerId, callType, isMine }, state) {
    super(desk, state);
    Object.assign(this, { id: callId, peerId, callType, isMine });
    const send = (kind, name = kind) => (value) => desk.live.ask(`webrtc:${kind}`, { callId, [name]: value });
    this.#peer = new Peer(this.media, () => desk.iceServers.get(), { offer: send("offer"), answer: send("answer"), candidate: send("ice-candidate", "candidate") });
    this.#peer.addEventListener("change", this.changed);
    this.endings.push(() => this.#peer.close());
  }

  get peer() {
    return this.#peer;
  }
  get title() {
    return this.desk.people.name(this.peerId);
  }
  get others() {
    const { stream, hasVideo } = this.#peer;
    return [{ key: this.peerId, name: this.title, stream, hasVideo, isMuted: this.isPeerMuted, isAway: this.isPeerAway, isWhole: true }];
  }
  get words() {
    if (this.isOver) return this.ending;
    if (this.isLost) return "You are offline, reconnecting…";
    if (this.state === "incoming") return this.callType === "video" ? "Incoming video call" : "Incoming call";
    if (this.state === "ringing") return this.isPeerThere ? "Ringing…" : `${this.title} is not here just now. It rings as soon as they come.`;
    if (this.state === "calling") return "Calling…";
    if (this.isPeerAway) return `${this.title} is reconnecting…`;
    if (["disconnected", "failed"].includes(this.#peer.state)) return "Reconnecting…";
    return this.#peer.state === "connected" ? "" : "Connecting…";
  }

  /** Calls. */
  async dial() {
    const opening = this.media.open(this.callType === "video");
    try {
      const { isReceiverOnline } = await this.desk.live.ask("call:initiate", { callId: this.id, receiverId: this.peerId, callType: this.callType });
      this.isPeerThere = isReceiverOnline;
      if (this.state === "calling") this.become("ringing");
    } catch (fault) {
      if (fault.code === "glare") return; // the event that comes too tells which call stands
      if (!(fault instanceof Refusal)) this.desk.end(this.id); // it may ring there all the same
      this.finish(fault instanceof Refusal ? fault.message : "Unreachable");
    }
    await opening;
  }
  /** Takes a call that rings here; it is answered when the microphone is ready. */
  async accept(callType) {
    this.callType = callType;
    this.become("joining");
    await this.media.open(callType === "video");
    if (this.isOver) return;
    try {
      await this.desk.live.ask("call:answer", { callId: this.id });
      this.#talk();
    } catch (fault) {
      this.finish(fault instanceof Refusal ? fault.message : "Unreachable");
    }
  }
  reject() {
    this.desk.live.ask("call:reject", { callId: this.id }).catch(() => {}); // then it goes on ringing elsewhere
    this.finish();
  }
  hangUp() {
    this.desk.end(this.id);
    this.finish();
  }
  /** Finds another way through a network that has changed. */
  restart() {
    if (this.state === "active") this.#peer.restart();
  }
  mute(isMuted) {
    this.media.mute(isMuted);
    this.desk.live.ask("call:mute-status", { callId: this.id, isMuted }).catch(() => {}); // told again when one is back
  }

  #talk() {
    this.become("active");
    if (this.media.isMuted) this.mute(true); // while it rang nobody was told
  }

  // What the server tells.
  answered() {
    if (!this.isMine || this.state === "active") return;
    this.#talk();
    this.#peer.begin();
  }
  learn(news) {
    Object.assign(this, news);
    if (news.isPeerAway) this.#peer.lose();
    this.changed();
  }
  /** The server has one's place again: after a lost connection, or in a page that was loaded anew. */
  async reconnect() {
    if (this.state === "calling" || this.state === "joining") return;
    try {
      await this.resume(await this.desk.live.ask("call:resume", { callId: this.id }));
    } catch (fault) {
      if (fault instanceof Refusal) this.finish(fault.message);
    }
  }
  async resume({ state, answeredAt, isMuted, peerIsMuted, isPeerAway }, isNew = false) {
    this.learn({ isPeerMuted: peerIsMuted, isPeerAway });
    if (state !== "answered") return;
    if (answeredAt) this.since = new Date(answeredAt).getTime();
    if (isNew) this.media.mute(isMuted);
    else if (this.media.isMuted !== isMuted) this.mute(this.media.isMuted);
    this.become("active");
    if (isNew) await this.media.open(this.callType === "video");
    this.#peer.restart();
  }
}

/** What the server tells about a call, to that call. */
export const directEvents = {
  "call:answered": (call) => call.answered(),
  "call:rejected": (call, { reason }) => call.finish(reason),
  "call:mute-status": (call, { isMuted }) => call.learn({ isPeerMuted: isMuted }),
  "call:peer-away": (call) => call.learn({ isPeerAway: true }),
  "call:peer-back": (call) => call.learn({ isPeerAway: false }),
  "webrtc:offer": (call, { offer }) => call.peer.takeOffer(offer),
  "webrtc:answer": (call, { answer }) => call.peer.takeAnswer(answer),
  "webrtc:ice-candidate": (call, { candidate }) => call.peer.takeCandidate(candidate),
};
