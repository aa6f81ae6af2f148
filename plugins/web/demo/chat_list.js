// SPDX-License-Identifier: Apache-2.0
// The conversations one has, and the search for people to begin one with.
import { h, keep, set } from "./elements.js";
import { attempt } from "./notices.js";
import { briefTime } from "./times.js";

const patience = 250; // milliseconds after the last key before the server is asked

export function chatList(conversations, people, mayFind) {
  const list = h("ul", { class: "chats", "aria-label": "Conversations" });
  const empty = h("p", { class: "empty" }, "No conversations yet.");
  let marked = null;

  function show() {
    const all = conversations.list();
    keep(list, all, (chat) => chat.id, make, update);
    empty.hidden = all.length > 0;
  }
  function make(chat) {
    return h("li", {}, h("a", { class: "chat-link", href: `#chat/${chat.id}` },
      h("span", { class: "face", "aria-hidden": "true" }),
      h("span", { class: "lines" },
        h("span", { class: "line" }, h("strong", { class: "name" }), h("time", {})),
        h("span", { class: "line" }, h("span", { class: "preview" }), h("span", { class: "count" })))));
  }
  function update(element, chat) {
    const [link] = element.children;
    const [face, lines] = link.children;
    const [name, time] = lines.firstChild.children;
    const [preview, count] = lines.lastChild.children;
    const title = titleOf(chat, people);
    set(link, { "aria-current": chat.id === marked ? "true" : null });
    paintFace(face, title);
    name.textContent = title;
    time.textContent = chat.last ? briefTime(chat.last.createdAt) : "";
    preview.textContent = previewOf(chat, people);
    set(count, { hidden: chat.unread === 0, textContent: String(chat.unread), "aria-label": `${chat.unread} unread` });
  }

  conversations.addEventListener("list", show);
  people.addEventListener("change", show);
  show();
  return {
    element: h("section", { class: "chat-list", "aria-label": "Conversations" }, h("h1", {}, "Chat"),
      mayFind && personSearch(people, (id) => conversations.begin(id)), list, empty),
    mark(id) {
      marked = id;
      show();
    },
    close() {
      conversations.removeEventListener("list", show);
      people.removeEventListener("change", show);
    },
  };
}

/** `begin` gets a person's id and returns the id of the conversation. */
function personSearch(people, begin) {
  const found = h("ul", { class: "found", "aria-label": "People" });
  const told = h("p", { class: "told", role: "status" });
  let waiting = null;
  let latest = 0;

  async function search() {
    const text = input.value.trim();
    const question = ++latest;
    const persons = text ? await people.search(text) : [];
    if (question !== latest) return;
    found.replaceChildren(...persons.map((person) => h("li", {}, h("button", { type: "button", onclick: () => choose(person) },
      paintFace(h("span", { class: "face", "aria-hidden": "true" }), person.name), h("span", {}, person.name, person.name !== person.username && h("small", {}, ` ${person.username}`))))));
    told.textContent = text && persons.length === 0 ? `Nobody here is called “${text}”.` : "";
  }
  async function choose({ id }) {
    const chatId = await attempt(() => begin(id));
    if (!chatId) return;
    input.value = "";
    search();
    location.hash = `chat/${chatId}`;
  }
  const input = h("input", { type: "search", placeholder: "Find people", "aria-label": "Find people by username", autocomplete: "off", autocapitalize: "none", spellcheck: false,
    oninput: () => { clearTimeout(waiting); waiting = setTimeout(() => attempt(search), patience); } });
  return h("div", { class: "search", role: "search" }, input, told, found);
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

/** A disc with somebody's initial, always in the same of a few colours. */
export function paintFace(face, name) {
  const sum = [...name].reduce((all, letter) => (all * 31 + letter.codePointAt(0)) % 997, 7);
  face.dataset.hue = String(sum % 5);
  face.textContent = [...name][0]?.toUpperCase() ?? "";
  return face;
}
