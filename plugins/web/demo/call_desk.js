// SPDX-License-Identifier: Apache-2.0
// All the calls of who is signed in: the one there is, those that ring, and what the server says about them.
import { DirectCall, directEvents } from "./direct_call.js";
import { GroupCall, groupEvents } from "./group_call.js";
import { IceServers } from "./ice_servers.js";
import { notify } from "./notices.js";
import { People } from "./people.js";

const invitationTime = 60_000; // milliseconds an invitation to a group call stands

/**
 * Events: `change` when `current`, `ringing`, `invitations` or anything in them changed, `logged` when the history has a
 * new entry, `missed` when nobody took a call.
 */
export class CallDesk extends EventTarget {
  current = null;
  ringing = []; // DirectCalls that somebody here may take
  invitations = []; // {roomId, groupId, callType, who, group}
  #expected = null; // {id, callType}: after a glare, the call that will ring here and is as good as one's own
  #left = new Set(); // calls ended here while the server could not be told
  #ends;

  constructor({ session, live }) {
    super();
    Object.assign(this, { session, live });
    this.people = new People(session);
    this.iceServers = new IceServers(session);
    this.people.addEventListener("change", this.#changed);
    live.addEventListener("state", this.#changed);
    live.addEventListener("connect", this.#connected);
    const about = (event, deed) => live.on(event, (payload) => { const call = this.#find(payload.callId); if (call) deed(call, payload); });
    const within = (event, deed) => live.on(event, (payload) => { if (this.current?.roomId === payload.roomId && !this.current.isOver) deed(this.current, payload); });
    this.#ends = [
      live.on("call:incoming", (payload) => this.#rings(payload)),
      live.on("call:resume", (payload) => { if (!this.#find(payload.callId)) this.#resume(payload); }),
      live.on("call:missed", ({ callId, callerId, callerInfo, callType }) => {
        this.#find(callId)?.finish();
        if (callerInfo?.username) this.people.learn(callerId, callerInfo.username);
        this.#missed({ peerId: callerId, callType });
      }),
      about("call:failed", (call, payload) => this.#failed(call, payload)),
      about("call:ended", (call, { reason }) => this.#ended(call, reason)),
      live.on("groupcall:invitation", (payload) => this.#invited(payload)),
      live.on("groupcall:resume", (payload) => { if (!this.isBusy || this.current.roomId !== payload.roomId) this.#resumeGroup(payload); }),
      ...Object.entries(directEvents).map(([event, deed]) => about(event, deed)),
      ...Object.entries(groupEvents).map(([event, deed]) => within(event, deed)),
    ];
    addEventListener("online", this.#networkChanged);
  }
  close() {
    if (this.isBusy) this.current.hangUp();
    this.#ends.forEach((end) => end());
    this.live.removeEventListener("state", this.#changed);
    this.live.removeEventListener("connect", this.#connected);
    removeEventListener("online", this.#networkChanged);
  }

  get isBusy() {
    return this.current !== null && !this.current.isOver;
  }

  call(peerId, callType) {
    if (!this.isBusy) this.#make(new DirectCall(this, { peerId, callType, isMine: true }, "calling")).dial();
  }
  accept(call, callType) {
    if (this.isBusy) this.current.hangUp();
    this.#make(call).accept(callType);
  }
  join(groupId, callType, title) {
    if (this.isBusy) this.current.hangUp();
    this.#left.delete(groupId);
    this.dismiss(groupId);
    this.#make(new GroupCall(this, { groupId, callType, title }, "joining")).join();
  }
  dismiss(roomId) {
    this.invitations = this.invitations.filter((one) => one.roomId !== roomId);
    this.#changed();
  }
  /** Puts away the call that is over. */
  clear() {
    if (this.isBusy) return;
    this.current = null;
    this.#changed();
  }

  /** Ends a call at the server; told later where the server is away. */
  end(id) {
    this.#left.add(id);
    this.live.ask("call:end", { callId: id }).then(() => this.#left.delete(id), () => {});
  }

  #find(id) {
    return [this.current, ...this.ringing].find((call) => call?.id === id && !call.isOver);
  }
  #make(call) {
    this.ringing = this.ringing.filter((one) => one !== call);
    this.current = call;
    call.endings.push(() => this.dispatchEvent(new Event("logged")));
    call.addEventListener("change", this.#changed);
    this.#changed();
    return call;
  }

  #rings({ callId, callerId, callerInfo, callType }) {
    if (this.#find(callId)) return;
    if (callerInfo?.username) this.people.learn(callerId, callerInfo.username);
    const call = new DirectCall(this, { callId, peerId: callerId, callType, isMine: false }, "incoming");
    if (this.#expected?.id === callId) {
      const wanted = this.#expected.callType;
      this.#expected = null;
      return this.accept(call, wanted);
    }
    call.endings.push(() => { this.ringing = this.ringing.filter((one) => one !== call); });
    call.addEventListener("change", this.#changed);
    this.ringing = [...this.ringing, call];
    this.#changed();
  }
  // Where both called each other the server lets one call stand, and both want to talk.
  #failed(call, { reason, winner }) {
    if (call.state === "active" && reason !== "Call not found") return; // one signal of it was refused, no more
    if (!winner) return call.finish(reason);
    const ringing = this.#find(winner);
    const { callType } = call;
    call.finish();
    this.current = null;
    if (ringing) this.accept(ringing, callType);
    else this.#expected = { id: winner, callType };
    this.#changed();
  }
  #ended(call, reason) {
    const wasRinging = this.ringing.includes(call);
    call.finish(reason);
    if (!wasRinging) return;
    if (reason?.endsWith("elsewhere")) notify(call.ending);
    else this.#missed(call);
  }
  #missed({ peerId, callType }) {
    notify(`You missed a call from ${this.people.name(peerId)}.`, this.isBusy ? undefined : { label: "Call back", run: () => this.call(peerId, callType) });
    this.dispatchEvent(new Event("missed"));
    this.dispatchEvent(new Event("logged"));
  }
  #resume(payload) {
    const { callId, peerId, callType, role, state } = payload;
    if (this.#left.has(callId)) return this.end(callId);
    if (this.isBusy || (role === "receiver" && state === "ringing")) return; // it rings by itself
    this.#make(new DirectCall(this, { callId, peerId, callType, isMine: role === "caller" }, "ringing")).resume(payload, true);
  }

  #invited({ roomId, groupId, callType, callerInfo, groupName }) {
    if (this.current?.roomId === roomId && this.isBusy) return;
    this.dismiss(roomId);
    this.invitations = [...this.invitations, { roomId, groupId, callType, who: callerInfo?.username ?? "Somebody", group: groupName ?? "your group" }];
    setTimeout(() => this.dismiss(roomId), invitationTime);
    this.#changed();
  }
  #resumeGroup(payload) {
    const { roomId, groupId, callType } = payload;
    if (this.isBusy || this.#left.has(roomId)) return void this.leave(roomId);
    this.#make(new GroupCall(this, { roomId, groupId, callType }, "joining")).resume(payload);
  }
  leave(roomId) {
    this.#left.add(roomId);
    this.live.ask("groupcall:leave", { roomId }).then(() => this.#left.delete(roomId), () => {});
  }

  // What rings is told again; one's place in a call one asks for, for the server may not know yet that the connection
  // before this one is lost.
  #connected = () => {
    for (const call of this.ringing) call.finish();
    if (this.isBusy) this.current.reconnect();
  };
  #networkChanged = () => { if (this.isBusy) this.current.restart(); };
  #changed = () => this.dispatchEvent(new Event("change"));
}
