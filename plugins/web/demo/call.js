// SPDX-License-Identifier: Apache-2.0
// What a call between two and a call of a group have in common: how far it is, and one's own sound and picture.
import { callEnding } from "./call_words.js";
import { Media } from "./media.js";

/**
 * Events: `change`. State: incoming (it rings here), calling (on its way), ringing (it rings there), joining, active,
 * over. `title` is whom one talks to, `words` says how it is, `others` are {key, name, stream, hasVideo, isMuted,
 * isAway, isWhole (a picture that must not be cut)} of everybody else in it.
 */
export class Call extends EventTarget {
  state;
  since = null; // when talking began, in milliseconds
  reason = ""; // why it is over, as the server says it; empty: one ended it oneself
  endings = []; // called once, when it is over
  media = new Media();

  constructor(desk, state) {
    super();
    this.desk = desk;
    this.state = state;
    this.media.addEventListener("change", this.changed);
  }

  get isOver() {
    return this.state === "over";
  }
  /** How it went, in words. */
  get ending() {
    return this.reason && callEnding(this.reason, this.title);
  }
  /** Whether one's own connection is lost just now. */
  get isLost() {
    return this.desk.live.state !== "connected";
  }

  become(state) {
    if (this.isOver) return;
    this.state = state;
    if (state === "active") this.since ??= Date.now();
    this.changed();
  }
  /** It has come to its end. */
  finish(reason = "") {
    if (this.isOver) return;
    this.state = "over";
    this.reason = reason;
    this.media.removeEventListener("change", this.changed);
    this.media.close();
    this.endings.forEach((end) => end());
    this.changed();
  }

  changed = () => this.dispatchEvent(new Event("change"));
}
