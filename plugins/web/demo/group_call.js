// SPDX-License-Identifier: Apache-2.0
// A call of a group: everybody is connected with everybody. Who comes offers to those who are there.
import { Call } from "./call.js";
import { Peer } from "./peer.js";
import { Refusal } from "./socket.js";

export class GroupCall extends Call {
  #title;
  #others = new Map(); // userId -> {peer, tracks, screenTrack, isAway}
  #told = ""; // what the others know of one's tracks
  #screen = null; // the track they know to be one's screen

  /** There is one call of a group at a time; the group's id names it. */
  constructor(desk, { groupId, roomId = groupId, callType, title }, state) {
    super(desk, state);
    Object.assign(this, { roomId, groupId, callType });
    this.#title = title;
    this.endings.push(() => { for (const id of [...this.#others.keys()]) this.lose(id); });
    this.media.addEventListener("change", () => this.#tellTracks());
  }

  get title() {
    return this.#title ?? "Group call";
  }
  get others() {
    return [...this.#others].map(([key, { peer, tracks, screenTrack, isAway }]) => (
      { key, name: this.desk.people.name(key), stream: peer.stream, hasVideo: peer.hasVideo, isMuted: tracks?.audio === false, isAway, isWhole: Boolean(screenTrack) }));
  }
  get words() {
    if (this.isOver) return this.ending;
    if (this.isLost) return "You are offline, reconnecting…";
    if (this.state === "joining") return "Joining…";
    return this.#others.size === 0 ? "Nobody else is here yet." : "";
  }

  async join() {
    await this.media.open(this.callType === "video");
    if (this.isOver) return;
    try {
      this.#enter(await this.#ask());
    } catch (fault) {
      this.finish(fault instanceof Refusal ? fault.message : "Unreachable");
    }
  }
  /** After a lost connection: joining again is coming back. */
  async reconnect() {
    if (this.state !== "active") return;
    try {
      this.#enter(await this.#ask());
    } catch (fault) {
      if (fault instanceof Refusal) this.finish(fault.message);
    }
  }
  hangUp() {
    this.desk.leave(this.roomId);
    this.finish();
  }
  mute(isMuted) {
    this.media.mute(isMuted);
  }
  /** Finds ways through a network that has changed. */
  restart() {
    for (const { peer } of this.#others.values()) peer.restart();
  }
  /** The connection to somebody who offers one: in a page that was loaded anew they may be there before the list of all. */
  meet(userId) {
    return this.#seat(userId).peer;
  }
  /** The connection to somebody; undefined where they are not in the call. */
  peer(userId) {
    return this.#others.get(userId)?.peer;
  }

  // What the server tells.
  admit({ userId, userInfo, tracks, screenTrack = null, isAway = false }) {
    if (userInfo?.username) this.desk.people.learn(userId, userInfo.username);
    Object.assign(this.#seat(userId), { tracks, screenTrack, isAway });
    this.changed();
  }
  lose(userId) {
    this.#others.get(userId)?.peer.close();
    this.#others.delete(userId);
    this.changed();
  }
  learn(userId, news) {
    const seat = this.#others.get(userId);
    if (!seat) return;
    Object.assign(seat, news);
    if (news.isAway) seat.peer.lose();
    this.changed();
  }
  /** The server has one's place again, in a page that was loaded anew. */
  async resume(room) {
    this.#nameAfter(room.groupId);
    await this.media.open(this.callType === "video");
    if (!this.isOver) this.#enter(room);
  }

  #ask() {
    return this.desk.live.ask("groupcall:join", { roomId: this.roomId, groupId: this.groupId, callType: this.callType });
  }

  // Those who were there before are offered a connection; a connection there is finds its way again.
  #enter({ participants }) {
    const there = new Set(participants.map(({ userId }) => userId));
    for (const userId of this.#others.keys()) if (!there.has(userId)) this.lose(userId);
    for (const one of participants) {
      if (one.userId === this.desk.session.user.id) continue;
      this.admit(one);
      if (!one.isAway) this.#seat(one.userId).peer.restart();
    }
    this.become("active");
    this.#told = "";
    this.#screen = null;
    this.#tellTracks();
  }
  #seat(userId) {
    if (this.#others.has(userId)) return this.#others.get(userId);
    const send = (kind, name = kind) => (value) => this.desk.live.ask(`groupcall:webrtc-${kind}`, { roomId: this.roomId, targetUserId: userId, [name]: value });
    const peer = new Peer(this.media, () => this.desk.iceServers.get(), { offer: send("offer"), answer: send("answer"), candidate: send("ice-candidate", "candidate") });
    peer.addEventListener("change", this.changed);
    const seat = { peer, tracks: null, screenTrack: null, isAway: false };
    this.#others.set(userId, seat);
    return seat;
  }

  // The others hear whether one is heard and seen, and which picture is a screen; once for each change.
  #tellTracks() {
    if (this.state !== "active") return;
    const tell = (event, payload) => this.desk.live.ask(event, { roomId: this.roomId, ...payload }).catch(() => {}); // told again with the next connection
    const { audio, video, isMuted, isSharing } = this.media;
    const tracks = { audio: audio !== null && !isMuted, video: video !== null };
    if (this.#told !== JSON.stringify(tracks)) tell("groupcall:update-tracks", { tracks });
    this.#told = JSON.stringify(tracks);
    const screen = isSharing ? video.id : null;
    if (screen && screen !== this.#screen) tell("groupcall:screen-share-start", { trackId: screen });
    if (!screen && this.#screen) tell("groupcall:screen-share-stop");
    this.#screen = screen;
  }
  async #nameAfter(groupId) {
    if (this.#title) return;
    this.#title = (await this.desk.session.call("GET", `/api/v1/chats/${groupId}`).catch(() => null))?.title;
    this.changed();
  }
}

const ends = new Set(["You are not in this call", "Joined on another device"]); // other errors are of one signal, or answer what was asked

/** What the server tells about a group's call, to that call. */
export const groupEvents = {
  "groupcall:participant-joined": (call, { participant }) => call.admit(participant),
  "groupcall:participant-left": (call, { userId }) => call.lose(userId),
  "groupcall:participant-away": (call, { userId }) => call.learn(userId, { isAway: true }),
  "groupcall:participant-back": (call, { userId }) => call.learn(userId, { isAway: false }),
  "groupcall:tracks-updated": (call, { userId, tracks }) => call.learn(userId, { tracks }),
  "groupcall:screen-share-started": (call, { userId, trackId }) => call.learn(userId, { screenTrack: trackId }),
  "groupcall:screen-share-stopped": (call, { userId }) => call.learn(userId, { screenTrack: null }),
  "groupcall:webrtc-offer": (call, { senderId, offer }) => call.meet(senderId).takeOffer(offer),
  "groupcall:webrtc-answer": (call, { senderId, answer }) => call.peer(senderId)?.takeAnswer(answer),
  "groupcall:webrtc-ice-candidate": (call, { senderId, candidate }) => call.peer(senderId)?.takeCandidate(candidate),
  "groupcall:error": (call, { error }) => { if (ends.has(error)) call.finish(error); },
};
