// SPDX-License-Identifier: Apache-2.0
// Sound and pictures to and from one other person. When both offer at once the server lets one offer through, so
// whichever offer arrives here is the one that counts: one's own is taken back.

const patience = 1000; // milliseconds from an offer that did not get through to the next

/** Events: `change` when the connection's state or what the other sends has changed. */
export class Peer extends EventTarget {
  stream = new MediaStream(); // what the other sends
  #media;
  #ice;
  #signal;
  #connection = null;
  #mine = null; // the name of this connection: another name tells the other to begin afresh
  #theirs = null;
  #work = Promise.resolve(); // one step after the other
  #again = null;
  #isClosed = false;

  /** `ice()` promises the servers; `signal` has offer(), answer() and candidate(), which reject what is refused. */
  constructor(media, ice, signal) {
    super();
    this.#media = media;
    this.#ice = ice;
    this.#signal = signal;
    media.addEventListener("change", this.#carry);
  }

  /** new, connecting, connected, disconnected, failed. */
  get state() {
    return this.#connection?.connectionState ?? "new";
  }
  /** What was agreed; a track's `muted` stays true in Chromium after an offer was taken back. */
  get hasVideo() {
    if (["new", "connecting"].includes(this.state)) return false;
    return this.#connection.getTransceivers().some(({ receiver, currentDirection }) => receiver.track.kind === "video" && ["sendrecv", "recvonly"].includes(currentDirection));
  }

  /** Makes a connection and offers it. */
  begin() {
    this.#then(() => this.#beginAfresh());
  }
  /** Finds another way through the network, after one's own has changed. */
  restart() {
    this.#then(async () => {
      await this.#takeBack();
      if (!this.#connection) return this.#beginAfresh();
      this.#connection.setConfiguration(await this.#configuration());
      this.#connection.restartIce();
    });
  }
  /** The other is away: an offer that was open is lost. Whoever comes back offers, and is offered, anew. */
  lose() {
    this.#then(() => this.#takeBack());
  }
  close() {
    this.#isClosed = true;
    this.#media.removeEventListener("change", this.#carry);
    this.#drop();
  }

  takeOffer(offer) {
    this.#then(async () => {
      const isFirst = !this.#connection?.currentRemoteDescription;
      if (isFirst || offer.session !== this.#theirs) await this.#open();
      this.#theirs = offer.session;
      clearTimeout(this.#again);
      this.#again = null;
      await this.#connection.setRemoteDescription(offer);
      this.#carry();
      await this.#connection.setLocalDescription();
      await this.#signal.answer(this.#named(this.#connection.localDescription)).catch(() => {}); // whoever comes back offers again
    });
  }
  takeAnswer(answer) {
    this.#then(async () => {
      if (this.#connection?.signalingState !== "have-local-offer") return;
      const isSame = !this.#connection.currentRemoteDescription || answer.session === this.#theirs;
      this.#theirs = answer.session;
      if (isSame) await this.#connection.setRemoteDescription(answer);
      else await this.#beginAfresh(); // a page that was reloaded answers what was meant for the one before
    });
  }
  takeCandidate(candidate) {
    this.#then(async () => {
      if (!this.#connection?.remoteDescription || candidate.session !== this.#theirs) return;
      await this.#connection.addIceCandidate(candidate).catch(() => {}); // it was of an offer taken back
    });
  }

  async #beginAfresh() {
    await this.#open();
    this.#carry();
  }
  async #open() {
    const configuration = await this.#configuration();
    this.#drop();
    if (this.#isClosed) return;
    const connection = new RTCPeerConnection(configuration);
    this.#connection = connection;
    this.#mine = Math.random().toString(36).slice(2);
    connection.onnegotiationneeded = () => this.#then(() => this.#negotiate(connection));
    connection.onicecandidate = ({ candidate }) => { if (candidate) this.#signal.candidate(this.#named(candidate)).catch(() => {}); };
    connection.ontrack = ({ track }) => this.#receive(track);
    connection.onsignalingstatechange = () => this.#changed();
    connection.onconnectionstatechange = () => {
      if (connection.connectionState === "failed") this.restart();
      this.#changed();
    };
  }
  #drop() {
    clearTimeout(this.#again);
    this.#again = null;
    this.#connection?.close();
    this.#connection = null;
    for (const track of this.stream.getTracks()) this.stream.removeTrack(track);
  }
  async #configuration() {
    return { iceServers: await this.#ice(), bundlePolicy: "max-bundle" };
  }

  // Puts what one has now into the connection. A kind that is not sent is still received.
  #carry = () => {
    const connection = this.#connection;
    if (!connection || connection.signalingState === "closed") return;
    for (const kind of ["audio", "video"]) {
      const track = this.#media[kind];
      const direction = track ? "sendrecv" : "recvonly";
      const lane = connection.getTransceivers().find(({ receiver }) => receiver.track.kind === kind) ?? connection.addTransceiver(kind, { direction });
      lane.sender.replaceTrack(track).catch(() => {}); // only where the connection was closed meanwhile
      lane.direction = direction;
    }
  };

  async #negotiate(connection) {
    if (connection !== this.#connection || connection.signalingState !== "stable" || this.#again) return;
    await connection.setLocalDescription();
    try {
      await this.#signal.offer(this.#named(connection.localDescription));
    } catch {
      await this.#takeBack();
      this.#again = setTimeout(() => { this.#again = null; this.#then(() => (this.#connection ? this.#negotiate(this.#connection) : this.#beginAfresh())); }, patience);
    }
  }
  // A first offer goes with its connection: taken back, its lanes would get names that the other cannot follow.
  async #takeBack() {
    if (this.#connection?.signalingState !== "have-local-offer") return;
    if (this.#connection.currentRemoteDescription) await this.#connection.setLocalDescription({ type: "rollback" });
    else this.#drop();
  }
  #named(value) {
    return { ...value.toJSON(), session: this.#mine };
  }

  #receive(track) {
    for (const before of this.stream.getTracks()) if (before.kind === track.kind && before !== track) this.stream.removeTrack(before);
    this.stream.addTrack(track);
    this.#changed();
  }

  #then(step) {
    this.#work = this.#work.then(async () => { if (!this.#isClosed) await step(); })
      .catch((fault) => { if (!this.#isClosed) console.warn("The connection:", fault); });
  }
  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
