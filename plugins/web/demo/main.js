// SPDX-License-Identifier: Apache-2.0
// Puts the page together: who is signed in, what the server offers, which section is open.
import { accountCorner } from "./account_corner.js";
import { h, icon, set } from "./elements.js";
import { Offers } from "./offers.js";
import { Session } from "./session.js";
import { signInPage } from "./sign_in.js";
import { Live } from "./socket.js";

// A section appears when the server has the path it lives from. Its module gives `open(context)`, which returns
// {element, go(rest), close()}: `rest` is what follows the section's name in the address. What lives from sign-in to
// sign-out, whichever section is open, comes from `attend(context)` and has a close() too; a section gets its own as
// `attended`, and another's by `others(name)`, undefined where the server does not offer that.
const sections = [
  { name: "tasks", title: "Tasks", path: "/api/v1/tasks", summary: "lists with a state, a priority and a date", icon: "M4 7l2 2 3-4 M4 17l2 2 3-4 M13 7h7 M13 17h7" },
  { name: "posts", title: "Posts", path: "/api/v1/posts", summary: "with comments, likes, tags and a search", icon: "M5 4h14v16H5z M8 8h8 M8 12h8 M8 16h5" },
  { name: "files", title: "Files", path: "/api/v1/uploads", summary: "streamed to the disk and back, private until you share them", icon: "M4 6h6l2 2h8v11H4z" },
  { name: "chat", title: "Chat", path: "/api/v1/chats", summary: "messages that arrive at once and are never lost", icon: "M4 5h16v11H10l-4 4v-4H4z" },
  { name: "calls", title: "Calls", path: "/api/v1/calls", summary: "of two and of groups, with sound and picture, that outlive a lost connection", icon: "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1z" },
];

const content = document.querySelector("#content");
const navigation = document.querySelector(".sections");
const session = new Session();
const live = new Live(session);
let offered = [];
let offers = null;
let open = null; // {name, element, go, close}
let attended = new Map(); // section -> what its attend() returned
let isInside = false; // signed in, and all of these are there

async function start() {
  try {
    offers = await Offers.ask();
  } catch (fault) {
    content.replaceChildren(h("div", { class: "lonely" }, h("h1", {}, "Nobody answers"), h("p", {}, fault.text ?? String(fault)),
      h("button", { type: "button", class: "primary", onclick: start }, "Try again")));
    return;
  }
  offered = sections.filter(({ path }) => offers.has(path));
  session.addEventListener("change", enter);
  addEventListener("hashchange", show);
  accountCorner(document.querySelector(".account"), session, live);
  enter();
}

/** Somebody has come in or gone out. */
async function enter() {
  close();
  attended.forEach((held) => held.close());
  attended = new Map();
  isInside = false;
  document.body.classList.toggle("inside", session.user !== null);
  if (!session.user) {
    live.stop();
    navigation.replaceChildren();
    document.title = "Mortise";
    content.replaceChildren(offers.has("/api/v1/auth/login") ? signInPage(session, offered) : noAccounts());
    return;
  }
  navigation.replaceChildren(...offered.map(({ name, title, icon: path }) =>
    h("a", { href: `#${name}`, "data-section": name }, icon(path), h("span", {}, title), h("span", { class: "count", hidden: true }))));
  const mine = attended;
  for (const section of offered) {
    const module = await load(section);
    if (attended !== mine) return; // gone already
    if (module.attend) attended.set(section, module.attend({ session, live, offers, badge }));
  }
  if (attended.size > 0) live.start(); // now somebody hears what the server tells first
  isInside = true;
  show();
}

const others = (name) => attended.get(sections.find((section) => section.name === name));
const load = ({ name }) => import(`./${name}.js`);

/** Opens the section the address names. */
async function show() {
  if (!isInside || offered.length === 0) return;
  const [name, ...rest] = location.hash.slice(1).split("/").map(decodeURIComponent);
  const section = offered.find((one) => one.name === name) ?? offered[0];
  for (const link of navigation.children)
    set(link, { "aria-current": link.dataset.section === section.name ? "page" : null });
  if (open?.name !== section.name) {
    close();
    const opening = { name: section.name, close() {} };
    open = opening;
    const module = await load(section);
    if (open !== opening) return;
    Object.assign(opening, module.open({ session, live, offers, badge, others, attended: attended.get(section) }));
    content.replaceChildren(opening.element);
    document.title = `${section.title} · Mortise`;
  }
  open.go?.(rest);
}

function close() {
  open?.close();
  open = null;
}

/** A small figure beside a section's name, such as unread messages; 0: none. */
function badge(name, figure) {
  const count = navigation.querySelector(`[data-section="${name}"] .count`);
  if (count) set(count, { hidden: figure === 0, textContent: figure > 99 ? "99+" : String(figure) });
}

function noAccounts() {
  return h("div", { class: "lonely" }, h("h1", {}, "This server has no accounts"),
    h("p", {}, "Add the line ", h("code", {}, "- auth"), " to the plugins of its configuration, and this page can sign you in."));
}

start();
