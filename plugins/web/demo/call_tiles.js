// SPDX-License-Identifier: Apache-2.0
// The people in a call: each one's picture, or their initial where there is none, and how they are.
import { silent } from "./call_icons.js";
import { h, icon, keep, set } from "./elements.js";
import { paintFace } from "./face.js";

/** `own` of the items is oneself: between two a small picture in the corner, in a group one among the others. */
export function callTiles() {
  const grid = h("div", { class: "tiles" });
  const ownStream = new MediaStream();
  const own = make({ isOwn: true });
  const element = h("div", { class: "scene" }, grid, own);

  function show(call, ownName) {
    const { media } = call;
    const isGroup = call.roomId !== undefined;
    const self = { key: "own", isOwn: true, name: ownName, stream: ownStream, hasVideo: media.video !== null, isMuted: media.isMuted || !media.audio, isAway: false, isWhole: media.isSharing };
    const others = call.state === "active" ? call.others : [];
    const items = isGroup && others.length > 0 ? [...others, self] : others;
    keepTrack(media.video);
    keep(grid, items, ({ key }) => key, (item) => (item.isOwn ? own : make(item)), update);
    set(grid, { "data-count": String(Math.min(items.length, 5)) });
    if (items.includes(self)) return set(own, { hidden: false });
    if (own.parentElement !== element) element.append(own);
    update(own, self);
    own.hidden = media.video === null;
  }
  function keepTrack(track) {
    const [before] = ownStream.getTracks();
    if (before === (track ?? undefined)) return;
    if (before) ownStream.removeTrack(before);
    if (track) ownStream.addTrack(track);
  }
  return { element, show };
}

function make({ isOwn }) {
  return h("figure", { class: isOwn ? "tile own" : "tile", role: "group" },
    h("video", { autoplay: true, playsInline: true, muted: isOwn === true }), h("span", { class: "face", "aria-hidden": "true" }),
    h("figcaption", {}, h("span", { class: "name" }), h("span", { class: "note", title: "Muted" }, icon(silent), h("span", { class: "unseen" }, "muted")), h("span", { class: "away" }, "reconnecting…")));
}

function update(tile, { name, stream, hasVideo, isMuted, isAway, isWhole }) {
  const [video, face, { children: [title, muted, away] }] = tile.children;
  set(tile, { "aria-label": name });
  tile.classList.toggle("has-video", hasVideo);
  tile.classList.toggle("is-whole", isWhole);
  tile.classList.toggle("is-away", isAway);
  if (video.srcObject !== stream) video.srcObject = stream;
  set(video, { "aria-label": `Picture of ${name}` });
  paintFace(face, name);
  title.textContent = name;
  muted.hidden = !isMuted;
  away.hidden = !isAway;
}
