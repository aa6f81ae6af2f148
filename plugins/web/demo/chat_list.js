// SPDX-License-Identifier: Apache-2.0
// The conversations one has, and the ways to begin one.
import { h, keep, set } from "./elements.js";
import { paintFace } from "./face.js";
import { newGroup } from "./new_group.js";
import { personSearch } from "./person_search.js";
import { briefTime } from "./times.js";

export function chatList({ conversations, people, presence }, mayFind) {
  const list = h("ul", { class: "chats", "aria-label": "Conversations" });
  const empty = h("p", { class: "empty" }, mayFind ? "No conversations yet. Find somebody above." : "No conversations yet.");
  let marked = null;

  function show() {
    const all = conversations.list();
    keep(list, all, (chat) => chat.id, make, update);
    empty.hidden = all.length > 0;
  }
  function make(chat) {
    presence.watch(chat.peerId);
    return h("li", {}, h("a", { class: "chat-link", href: `#chat/${chat.id}` },
      h("span", { class: "face", "aria-hidden": "true" }),
      h("span", { class: "lines" },
        h("span", { class: "line" }, h("strong", { class: "name" }), h("time", {})),
        h("span", { class: "line" }, h("span", { class: "preview" }), h("span", { class: "count" })))));
  }
  function update(element, chat) {
    const [link] = element.children;
    const [disc, lines] = link.children;
    const [name, time] = lines.firstChild.children;
    const [preview, count] = lines.lastChild.children;
    const title = titleOf(chat, people);
    set(link, { "aria-current": chat.id === marked ? "true" : null });
    paintFace(disc, title, presence.isThere(chat.peerId));
    name.textContent = title;
    time.textContent = chat.last ? briefTime(chat.last.createdAt) : "";
    preview.textContent = previewOf(chat, people);
    set(count, { hidden: chat.unread === 0, textContent: String(chat.unread), "aria-label": `${chat.unread} unread` });
  }

  const follow = (change) => {
    conversations[change]("list", show);
    people[change]("change", show);
    presence[change]("change", show);
  };
  follow("addEventListener");
  show();
  return {
    element: h("section", { class: "chat-list", "aria-label": "Conversations" }, h("h1", {}, "Chat"),
      mayFind && beginnings(conversations, people), list, empty),
    mark(id) {
      marked = id;
      show();
    },
    close: () => follow("removeEventListener"),
  };
}

/** Somebody to talk to, or the button to the form for a group. */
function beginnings(conversations, people) {
  const begin = async (kind) => { location.hash = `chat/${await conversations.begin(kind)}`; };
  const place = h("div", { class: "beginnings" });
  const showSearch = () => place.replaceChildren(
    personSearch(people, "Find people", ({ id }) => begin({ type: "direct", memberIds: [id] })),
    h("button", { type: "button", class: "quiet", onclick: showForm }, "New group"));
  const showForm = () => {
    const form = newGroup(people, async (group) => { await begin({ type: "group", ...group }); showSearch(); }, showSearch);
    place.replaceChildren(form.element);
    form.focus();
  };
  showSearch();
  return place;
}

/** What a conversation is called: its title, or the other one's name. */
export function titleOf(chat, people) {
  if (chat.title) return chat.title;
  return chat.peerId ? people.name(chat.peerId) : "Group";
}

function previewOf({ last, type }, people) {
  if (!last) return "Nothing said yet";
  if (last.deleted) return "A message was deleted";
  const who = people.name(last.senderId);
  return who === "You" || type === "group" ? `${who}: ${last.text}` : last.text;
}
