// SPDX-License-Identifier: Apache-2.0
// Who is signed in, and how the live connection is.
import { h, set } from "./elements.js";

const words = { idle: "", connecting: "Connecting", connected: "Live", away: "Reconnecting", missing: "Not live" };
const hints = {
  connected: "Messages arrive the moment they are sent",
  away: "The server is out of reach; it is tried again and again",
  missing: "This build has no Socket.IO client: new messages are asked for every few seconds",
};

export function accountCorner(corner, session, live) {
  const lamp = h("span", { class: "lamp", role: "status" });
  const name = h("span", { class: "who" });
  const leave = h("button", { type: "button", class: "quiet", onclick: () => session.signOut() }, "Sign out");
  const show = () => {
    set(lamp, { textContent: words[live.state], title: hints[live.state] ?? "", "data-state": live.state, hidden: live.state === "idle" });
    name.textContent = session.user?.username ?? "";
    corner.hidden = !session.user;
  };
  corner.replaceChildren(lamp, name, leave);
  session.addEventListener("change", show);
  live.addEventListener("state", show);
  show();
}
