// SPDX-License-Identifier: Apache-2.0
// A field that finds people while one types.
import { face } from "./face.js";
import { h } from "./elements.js";
import { attempt } from "./notices.js";

const patience = 250; // milliseconds after the last key before the server is asked

/** `choose` gets {id, name, username} of whoever was picked; the field is empty again then. */
export function personSearch(people, label, choose) {
  const found = h("ul", { class: "found", "aria-label": "People" });
  const told = h("p", { class: "told", role: "status" });
  let waiting = null;
  let latest = 0;

  async function search() {
    const text = input.value.trim();
    const question = ++latest;
    const persons = text ? await people.search(text) : [];
    if (question !== latest) return;
    found.replaceChildren(...persons.map((person) => h("li", {}, h("button", { type: "button", onclick: () => pick(person) },
      face(person.name), h("span", {}, person.name, person.name !== person.username && h("small", {}, ` ${person.username}`))))));
    told.textContent = text && persons.length === 0 ? `Nobody here is called “${text}”.` : "";
  }
  function pick(person) {
    input.value = "";
    search();
    attempt(() => choose(person));
  }
  const input = h("input", { type: "search", placeholder: label, "aria-label": label, autocomplete: "off", autocapitalize: "none", spellcheck: false,
    oninput: () => { clearTimeout(waiting); waiting = setTimeout(() => attempt(search), patience); } });
  return h("div", { class: "search", role: "search" }, input, told, found);
}
