// SPDX-License-Identifier: Apache-2.0
// Calls that ring here and calls of groups one may join, at the top of the page.
import { camera, phone } from "./call_icons.js";
import { h, icon, keep } from "./elements.js";
import { face, paintFace } from "./face.js";

export function callBanners(desk) {
  const rings = h("div", { class: "rings" });
  const invitations = h("div", { class: "rings" });
  const told = h("p", { class: "unseen", role: "alert" });
  const element = h("section", { class: "banners", "aria-label": "Who is calling" }, told, rings, invitations);

  function show() {
    const { current, ringing } = desk;
    const shown = ringing.filter(({ peerId }) => peerId !== current?.peerId || current.isOver); // both call: the server says whose call stands
    keep(rings, shown, ({ id }) => id, makeRing, (ring, call) => {
      const [disc, { children: [name, words] }] = ring.children;
      paintFace(disc, call.title);
      name.textContent = call.title;
      words.textContent = call.words;
    });
    keep(invitations, desk.invitations, ({ roomId }) => roomId, makeInvitation);
    element.hidden = shown.length + desk.invitations.length === 0;
    const news = shown.map((call) => `${call.words} from ${call.title}`).concat(desk.invitations.map(({ who, group }) => `${who} calls ${group}`)).join(", ");
    if (told.textContent !== news) told.textContent = news;
  }

  const makeRing = (call) => h("div", { class: "card ring is-ringing", role: "group", "aria-label": `Call from ${call.title}` },
    face(call.title), h("div", { class: "lines" }, h("strong", {}), h("span", { class: "state" })),
    h("div", { class: "answers" },
      h("button", { type: "button", class: "leave", onclick: () => call.reject() }, "Decline"),
      h("button", { type: "button", class: call.callType === "audio" ? "primary" : "", onclick: () => desk.accept(call, "audio") }, icon(phone), " Answer"),
      call.callType === "video" && h("button", { type: "button", class: "primary", onclick: () => desk.accept(call, "video") }, icon(camera), " With video")));

  const makeInvitation = ({ roomId, groupId, callType, who, group }) => h("div", { class: "card ring", role: "group", "aria-label": `Call in ${group}` },
    face(group), h("div", { class: "lines" }, h("strong", {}, group), h("span", { class: "state" }, `${who} has begun a ${callType === "video" ? "video call" : "call"}`)),
    h("div", { class: "answers" },
      h("button", { type: "button", class: "quiet", onclick: () => desk.dismiss(roomId) }, "Not now"),
      h("button", { type: "button", class: "primary", onclick: () => desk.join(groupId, callType, group) }, icon(callType === "video" ? camera : phone), " Join")));

  desk.addEventListener("change", show);
  show();
  return { element, close() { desk.removeEventListener("change", show); element.remove(); } };
}
