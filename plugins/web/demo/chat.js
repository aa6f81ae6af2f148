// SPDX-License-Identifier: Apache-2.0
// The section Chat: whom one talks to on the left, one conversation on the right; on a phone one of the two.
import { chatList } from "./chat_list.js";
import { chatRoom } from "./chat_room.js";
import { Conversations } from "./conversations.js";
import { h } from "./elements.js";
import { People } from "./people.js";
import { Presence } from "./presence.js";

/** From sign-in to sign-out: messages arrive whichever section is open. */
export function attend({ session, live, badge }) {
  const conversations = new Conversations(session, live);
  const presence = new Presence(live);
  conversations.addEventListener("list", () => badge("chat", conversations.unread));
  return {
    conversations, presence, people: new People(session),
    close() {
      conversations.close();
      presence.close();
    },
  };
}

export function open({ session, live, offers, attended, others }) {
  const calls = others("calls")?.desk;
  const list = chatList(attended, offers.has("/api/v1/users"));
  const place = h("section", { class: "room-place", "aria-label": "Conversation" });
  const element = h("div", { class: "chat" }, list.element, place);
  let room = null;

  function go([id]) {
    if (room?.id === id) return;
    room?.close();
    room = id ? chatRoom(id, { session, live, calls, ...attended }) : null;
    element.classList.toggle("is-open", room !== null);
    place.replaceChildren(room?.element ?? h("p", { class: "empty" }, "Choose a conversation, or find somebody to begin one."));
    list.mark(id);
    room?.start();
  }
  function close() {
    room?.close();
    list.close();
  }
  return { element, go, close };
}
