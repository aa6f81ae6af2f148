// SPDX-License-Identifier: Apache-2.0
// The ways from a conversation into a call.
import { camera, phone } from "./call_icons.js";
import { h, icon, set } from "./elements.js";

/** `show(chat, title)` fits them to the conversation. */
export function callButtons(desk) {
  let shown = null; // {chat, title}
  const begin = (callType) => {
    const { chat, title } = shown;
    if (chat.type === "group") desk.join(chat.id, callType, title);
    else desk.call(chat.peerId, callType);
  };
  const buttons = ["audio", "video"].map((callType) => h("button", { type: "button", class: "quiet", onclick: () => begin(callType) }, icon(callType === "video" ? camera : phone)));
  const element = h("div", { class: "call-buttons" }, ...buttons);

  function update() {
    if (!shown) return;
    const { chat } = shown;
    const isGroup = chat.type === "group";
    const isOn = isGroup && desk.invitations.some(({ groupId }) => groupId === chat.id);
    const labels = isGroup ? [isOn ? "Join call" : "Start call", isOn ? "Join with video" : "Start video call"] : ["Call", "Video call"];
    buttons.forEach((button, place) => set(button, { "aria-label": labels[place], title: labels[place], disabled: desk.isBusy || desk.live.state !== "connected" }));
    element.hidden = !isGroup && !chat.peerId;
  }
  desk.addEventListener("change", update);
  return {
    element,
    show(chat, title) {
      shown = { chat, title };
      update();
    },
    close: () => desk.removeEventListener("change", update),
  };
}
