// SPDX-License-Identifier: Apache-2.0
// One's own microphone, camera and screen, as far as there are any and the browser may use them.

/** Events: `change` when something begins or ends to be sent. */
export class Media extends EventTarget {
  audio = null; // the track that is sent; null: none
  isMuted = false;
  problem = ""; // why something wished for is missing, in words
  #camera = null;
  #screen = null;
  #isClosed = false;

  get video() {
    return this.#screen ?? this.#camera;
  }
  get isCameraOn() {
    return this.#camera !== null;
  }
  get isSharing() {
    return this.#screen !== null;
  }
  get canShare() {
    return Boolean(navigator.mediaDevices?.getDisplayMedia);
  }

  /** Takes what there is of the microphone and, if wished, the camera. Never fails: what is missing is a `problem`. */
  async open(withVideo) {
    const kinds = withVideo ? ["audio", "video"] : ["audio"];
    const attempts = withVideo ? [kinds, ["audio"], ["video"]] : [kinds];
    const faults = [];
    for (const wish of attempts) {
      const fault = await this.#take(wish);
      if (!fault) return this.#tell(kinds.filter((kind) => !wish.includes(kind)), faults[0]);
      faults.push(fault);
    }
    this.#tell(kinds, faults.at(-1));
  }
  close() {
    this.#isClosed = true;
    for (const track of [this.audio, this.#camera, this.#screen]) track?.stop();
    this.audio = this.#camera = this.#screen = null;
  }

  mute(isMuted) {
    this.isMuted = isMuted;
    if (this.audio) this.audio.enabled = !isMuted;
    this.#changed();
  }
  async turnCamera(isOn) {
    if (!isOn) this.#end("camera");
    else if (!this.#camera) this.#tell(["video"], await this.#take(["video"]));
  }
  async share(isOn) {
    if (!isOn) return this.#end("screen");
    let stream;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
    } catch {
      return; // the person has thought better of it
    }
    this.#adopt(stream);
  }

  // Returns the fault, if any.
  async #take(kinds) {
    if (!navigator.mediaDevices) return { name: "Insecure" };
    try {
      this.#adopt(await navigator.mediaDevices.getUserMedia(Object.fromEntries(kinds.map((kind) => [kind, true]))), "camera");
      return null;
    } catch (fault) {
      return fault;
    }
  }
  #adopt(stream, picture = "screen") {
    for (const track of stream.getTracks()) {
      if (this.#isClosed) track.stop();
      else this.#put(track.kind === "audio" ? "audio" : picture, track);
    }
    this.#changed();
  }
  #put(place, track) {
    if (place === "audio") this.audio = track;
    else if (place === "camera") this.#camera = track;
    else this.#screen = track;
    if (place === "audio") track.enabled = !this.isMuted;
    track.onended = () => this.#end(place); // unplugged, or stopped from the browser's own bar
  }
  #end(place) {
    const track = { audio: this.audio, camera: this.#camera, screen: this.#screen }[place];
    if (!track) return;
    track.stop();
    if (place === "audio") this.audio = null;
    else if (place === "camera") this.#camera = null;
    else this.#screen = null;
    this.#changed();
  }

  #tell(missing, fault) {
    this.problem = missing.length > 0 && fault ? `${effect(missing)}: ${cause(missing, fault)}` : "";
    this.#changed();
  }
  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

const effect = (missing) => (missing.length === 2 ? "You are neither heard nor seen" : missing[0] === "audio" ? "You are not heard" : "You are not seen");

function cause(missing, { name }) {
  const things = missing.map((kind) => (kind === "audio" ? "microphone" : "camera")).join(" or ");
  if (name === "Insecure") return `browsers lend the ${things} only to pages that came over https.`;
  if (name === "NotAllowedError") return `this page may not use the ${things}. The browser asks again beside the address.`;
  if (name === "NotFoundError") return `there is no ${things}.`;
  return `the ${things} cannot be used now.`;
}
