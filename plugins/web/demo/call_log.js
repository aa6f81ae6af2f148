// SPDX-License-Identifier: Apache-2.0
// The calls one had: with whom, when, how they went, and the way to call back.
import { camera, group, incoming, outgoing, phone } from "./call_icons.js";
import { outcomeText } from "./call_words.js";
import { h, icon, keep, set } from "./elements.js";
import { paintFace } from "./face.js";
import { attempt } from "./notices.js";
import { briefTime, clockTime, dayName } from "./times.js";

const path = "/api/v1/calls";

/** `groupName(id)` is what a group is called, as far as that is known. */
export function callLog({ session }, desk, groupName) {
  let calls = [];
  let cursor = null;
  let filter = "";
  let latest = 0; // answers of older questions are dropped

  const list = h("ul", { class: "log", "aria-label": "Calls" });
  const empty = h("p", { class: "empty", hidden: true });
  const more = h("button", { type: "button", class: "quiet more", hidden: true, onclick: () => attempt(() => load(true)) }, "Show more");
  const filters = h("div", { class: "chips", role: "group", "aria-label": "Show" },
    ...[["", "All"], ["missed", "Missed"]].map(([status, label]) => h("button", { type: "button", "data-status": status, onclick: () => { filter = status; attempt(load); } }, label)));

  async function load(further = false) {
    const question = ++latest;
    const query = new URLSearchParams({ limit: 50, ...(filter && { status: filter, direction: "incoming" }), ...(further && { cursor }) });
    const page = await session.call("GET", `${path}?${query}`);
    if (question !== latest) return;
    calls = further ? [...calls, ...page.data] : page.data;
    cursor = page.hasMore ? page.nextCursor : null;
    show();
  }
  function show() {
    for (const chip of filters.children) set(chip, { "aria-pressed": String(chip.dataset.status === filter) });
    keep(list, calls, ({ id }) => id, make, update);
    set(empty, { hidden: calls.length > 0, textContent: filter ? "You have missed no call." : "No calls yet. Begin one from a conversation." });
    more.hidden = cursor === null;
  }

  function make(call) {
    const arrow = call.kind === "group" ? group : call.direction === "outgoing" ? outgoing : incoming;
    return h("li", { class: "card logged" },
      h("span", { class: "face", "aria-hidden": "true" }),
      h("div", { class: "lines" }, h("strong", { class: "name" }), h("span", { class: "state" }, icon(arrow), " ", outcomeText(call))),
      h("time", { dateTime: call.startedAt, title: dayName(call.startedAt) }, when(call.startedAt)),
      h("button", { type: "button", class: "quiet", onclick: () => callBack(call) }, icon(call.callType === "video" ? camera : phone)));
  }
  function update(element, call) {
    const [face, { firstChild: name }, , button] = element.children;
    const title = nameOf(call);
    element.classList.toggle("is-missed", call.direction === "incoming" && call.status === "missed");
    paintFace(face, title);
    name.textContent = title;
    set(button, { "aria-label": call.kind === "group" ? `Call ${title} again` : `Call ${title}`, title: "Call", disabled: desk.isBusy });
  }
  const nameOf = ({ kind, peerId, groupId }) => (kind === "group" ? groupName(groupId) : desk.people.name(peerId));
  function callBack({ kind, peerId, groupId, callType }) {
    if (kind === "group") desk.join(groupId, callType, groupName(groupId));
    else desk.call(peerId, callType);
  }
  const when = (time) => (briefTime(time) === clockTime(time) ? clockTime(time) : `${briefTime(time)}, ${clockTime(time)}`);

  const renew = () => attempt(load);
  desk.addEventListener("logged", renew);
  desk.addEventListener("change", show);
  renew();
  const element = h("div", { class: "page" }, h("header", { class: "heading" }, h("h1", {}, "Calls")), filters, list, empty, more);
  return {
    element, show,
    close() {
      ++latest;
      desk.removeEventListener("logged", renew);
      desk.removeEventListener("change", show);
    },
  };
}
