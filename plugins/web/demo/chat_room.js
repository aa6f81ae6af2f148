// SPDX-License-Identifier: Apache-2.0
// One conversation: what was said, who is writing, and the place to answer.
import { callButtons } from "./call_buttons.js";
import { titleOf } from "./chat_list.js";
import { h, icon, keep, set } from "./elements.js";
import { paintFace } from "./face.js";
import { attempt } from "./notices.js";
import { briefTime, clockTime, dayName } from "./times.js";

const typingPause = 3000; // milliseconds between two words that one is writing
const together = 5 * 60_000; // messages of one person this close stand together
const back = "M15 5l-7 7 7 7";
const plane = "M4 12l16-8-6 17-3-7z";

export function chatRoom(id, { session, live, calls, conversations, people, presence }) {
  const me = session.user.id;
  const name = h("h1", {});
  const state = h("p", { class: "state", "aria-live": "polite" });
  const face = h("span", { class: "face", "aria-hidden": "true" });
  const earlier = h("button", { type: "button", class: "quiet more", onclick: () => attempt(loadEarlier) }, "Earlier messages");
  const log = h("div", { class: "messages", role: "log", "aria-label": "Messages" });
  const scroll = h("div", { class: "scroll", tabIndex: 0, "aria-label": "Conversation", role: "group" }, earlier, log);
  const composer = messageComposer((text) => conversations.send(id, text), (isTyping) => conversations.writing(id, isTyping));
  const buttons = calls && callButtons(calls);
  const element = h("div", { class: "room" },
    h("header", {}, h("a", { class: "back", href: "#chat", "aria-label": "All conversations" }, icon(back)), face, h("div", { class: "lines" }, name, state), buttons?.element),
    scroll, composer);

  function show() {
    const chat = conversations.get(id);
    if (!chat) return;
    const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
    const title = titleOf(chat, people);
    name.textContent = title;
    paintFace(face, title, presence.isThere(chat.peerId));
    presence.watch(chat.peerId);
    buttons?.show(chat, title);
    state.textContent = stateOf(chat);
    earlier.hidden = !chat.hasEarlier;
    keep(log, linesOf(chat), (line) => line.key, makeLine, (row, line) => updateLine(row, line, chat));
    if (atEnd) scroll.scrollTop = scroll.scrollHeight;
    if (chat.isLoaded && !document.hidden) conversations.markRead(id);
  }
  const showThis = (event) => { if ((event.detail ?? id) === id) show(); }; // null: any

  function stateOf(chat) {
    const writers = [...chat.writing.keys()].map((userId) => people.name(userId));
    if (writers.length > 0) return `${writers.join(", ")} ${writers.length === 1 ? "is" : "are"} writing…`;
    if (live.state === "away") return "You are offline: messages wait here and go out by themselves";
    if (chat.type === "group") return [...chat.members.keys()].map((userId) => people.name(userId)).join(", ");
    if (presence.isThere(chat.peerId)) return "Here now";
    const seen = presence.lastSeen(chat.peerId);
    return seen ? `Last here ${briefTime(seen)}` : "";
  }

  // Messages, days between them, and behind them what is still on its way. What one sent keeps its line when it
  // has arrived: clientId names both.
  function linesOf(chat) {
    const lines = [];
    let before = null;
    const sent = new Set(chat.messages.map(({ clientId }) => clientId).filter(Boolean));
    const waiting = conversations.outbox.of(id).filter(({ clientId }) => !sent.has(clientId)).map((entry) => ({ ...entry, senderId: me, isWaiting: true }));
    const lastMine = chat.messages.findLast(({ senderId, deleted }) => senderId === me && !deleted);
    for (const message of [...chat.messages, ...waiting]) {
      const day = new Date(message.createdAt).toDateString();
      if (day !== (before && new Date(before.createdAt).toDateString())) lines.push({ key: `day ${day}`, day: dayName(message.createdAt) });
      const isMine = message.senderId === me;
      const joins = before?.senderId === message.senderId && lines.at(-1).message && new Date(message.createdAt) - new Date(before.createdAt) < together;
      if (joins) lines.at(-1).isFollowed = true;
      lines.push({ key: isMine && message.clientId ? `mine ${message.clientId}` : `seq ${message.seq}`, message, isMine, joins, showsFate: message === lastMine || message.isWaiting });
      before = message;
    }
    return lines;
  }

  function makeLine({ day }) {
    if (day) return h("p", { class: "day" }, day);
    return h("div", { class: "message" }, h("span", { class: "sender" }), h("p", { class: "text" }), h("span", { class: "fate" }));
  }
  function updateLine(row, { day, message, isMine, joins, isFollowed, showsFate }, chat) {
    if (day) return;
    const [sender, text, fate] = row.children;
    row.className = ["message", isMine ? "mine" : "theirs", joins && "joins", message.isWaiting && "waiting", message.problem && "failed", message.deleted && "deleted"].filter(Boolean).join(" ");
    set(sender, { textContent: people.name(message.senderId), hidden: joins || isMine || chat.type !== "group" });
    const words = message.deleted ? "This message was deleted" : message.text;
    if (text.textContent !== words) text.textContent = words;
    fate.hidden = isFollowed && !message.isWaiting;
    const wanted = fateOf(message, chat, isMine && showsFate);
    if (fate.dataset.shown === wanted) return;
    fate.dataset.shown = wanted;
    fate.replaceChildren(wanted);
    if (message.problem)
      fate.append(" ", h("button", { type: "button", class: "quiet", onclick: () => conversations.outbox.retry(message.clientId) }, "Try again"),
        h("button", { type: "button", class: "quiet", onclick: () => conversations.outbox.discard(message.clientId) }, "Discard"));
  }
  function fateOf(message, chat, showsFate) {
    if (message.problem) return `Not sent: ${message.problem}`;
    if (message.isWaiting) return live.state === "connected" ? "Sending…" : "Waiting for the network";
    const time = clockTime(message.createdAt) + (message.editedAt ? " · edited" : "");
    if (!showsFate) return time;
    const others = [...chat.members].filter(([userId]) => userId !== me).map(([, marks]) => marks);
    const by = (mark) => others.length > 0 && others.every((marks) => marks[mark] >= message.seq);
    return `${time} · ${by("read") ? "Read" : by("delivered") ? "Delivered" : "Sent"}`;
  }

  async function loadEarlier() {
    const height = scroll.scrollHeight;
    await conversations.loadEarlier(id);
    scroll.scrollTop += scroll.scrollHeight - height;
  }

  const follow = (change) => {
    conversations[change]("room", showThis);
    people[change]("change", show);
    presence[change]("change", show);
    live[change]("state", show);
    document[change]("visibilitychange", show);
  };
  follow("addEventListener");
  return {
    id,
    element,
    async start() {
      show();
      if (matchMedia("(pointer: fine)").matches) composer.focusText();
      await attempt(() => conversations.load(id));
      scroll.scrollTop = scroll.scrollHeight;
    },
    close() {
      follow("removeEventListener");
      buttons?.close();
    },
  };
}

/** Enter sends, Shift+Enter begins a line; the field grows with its text. */
function messageComposer(send, tellTyping) {
  let told = 0;
  const grow = () => {
    field.rows = 1;
    while (field.scrollHeight > field.clientHeight + 2 && field.rows < 6) ++field.rows;
  };
  const submit = (event) => {
    event?.preventDefault();
    const text = field.value.trim();
    field.focus();
    if (!text) return;
    field.value = "";
    told = 0;
    grow();
    send(text);
  };
  const field = h("textarea", { rows: 1, maxLength: 10_000, placeholder: "Write a message", "aria-label": "Message", enterKeyHint: "send",
    oninput: () => {
      grow();
      if (Date.now() - told < typingPause || !field.value) return;
      told = Date.now();
      tellTyping(true);
    },
    onkeydown: (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event); } });
  const form = h("form", { class: "composer", onsubmit: submit }, field, h("button", { type: "submit", class: "primary", "aria-label": "Send" }, icon(plane)));
  return Object.assign(form, { focusText: () => field.focus() });
}
