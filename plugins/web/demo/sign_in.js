// SPDX-License-Identifier: Apache-2.0
// The page of those who are not signed in: an account, or the way back into it.
import { h, set } from "./elements.js";

const forms = {
  register: {
    title: "Create an account", send: "Create account",
    other: "I have an account", fields: [
      { name: "username", label: "Username", autocomplete: "username", minLength: 3, maxLength: 32, autocapitalize: "none" },
      { name: "email", label: "E-mail", type: "email", autocomplete: "email" },
      { name: "password", label: "Password", type: "password", autocomplete: "new-password", minLength: 8, hint: "8 characters or more" },
    ],
  },
  signIn: {
    title: "Sign in", send: "Sign in",
    other: "I am new here", fields: [
      { name: "email", label: "E-mail or username", autocomplete: "username", autocapitalize: "none" },
      { name: "password", label: "Password", type: "password", autocomplete: "current-password" },
    ],
  },
};

/** `offered` are the titles and summaries of the sections that wait behind the door. */
export function signInPage(session, offered) {
  const card = h("section", { class: "card door" });
  showForm(card, session, "register");
  return h("div", { class: "welcome" },
    h("section", { class: "pitch" },
      h("p", { class: "eyebrow" }, "This server is running"),
      h("h1", {}, "One process, one file, a whole back end."),
      h("p", { class: "lead" }, "This page is served by it, and talks to nothing else. Every section below is a plugin; take its line out of the configuration and it is gone from here too."),
      h("ul", { class: "offered" }, ...offered.map(({ title, summary }) => h("li", {}, h("strong", {}, title), " ", summary))),
      h("p", { class: "aside" }, "Every tab signs in by itself: open a second one to be somebody else. Look behind: ",
        h("a", { href: "/openapi.json" }, "openapi.json"), ", ", h("a", { href: "/health" }, "health"), ", ", h("a", { href: "/metrics" }, "metrics"), ".")),
    card);
}

function showForm(card, session, kind) {
  const { title, send, other, fields } = forms[kind];
  const problem = h("p", { class: "problem", role: "alert" });
  const button = h("button", { type: "submit", class: "primary" }, send);
  const submit = async (event) => {
    event.preventDefault();
    problem.textContent = "";
    set(button, { disabled: true });
    try {
      await session[kind](Object.fromEntries(new FormData(form)));
    } catch (fault) {
      if (!fault.text) throw fault;
      problem.textContent = fault.text;
    } finally {
      set(button, { disabled: false });
    }
  };
  const form = h("form", { onsubmit: submit },
    h("h2", {}, title), ...fields.map(field), problem, button,
    h("button", { type: "button", class: "quiet", onclick: () => { showForm(card, session, kind === "signIn" ? "register" : "signIn"); card.querySelector("input").focus(); } }, other));
  card.replaceChildren(form);
}

function field({ label, hint, ...properties }) {
  return h("label", {}, h("span", {}, label, hint && h("small", {}, hint)),
    h("input", { required: true, spellcheck: false, ...properties }));
}
