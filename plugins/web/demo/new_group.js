// SPDX-License-Identifier: Apache-2.0
// The form that begins a group: its name and the people in it.
import { h } from "./elements.js";
import { attempt } from "./notices.js";
import { personSearch } from "./person_search.js";

/** `begin` gets {title, memberIds} and returns when the group stands; `close` puts the form away. */
export function newGroup(people, begin, close) {
  const chosen = new Map();
  const chips = h("div", { class: "chips" });
  const title = h("input", { name: "title", required: true, maxLength: 100, autocomplete: "off" });

  const show = () => chips.replaceChildren(...[...chosen.values()].map((person) =>
    h("button", { type: "button", "aria-label": `Without ${person.name}`, onclick: () => { chosen.delete(person.id); show(); } }, `${person.name} ×`)));
  const submit = async (event) => {
    event.preventDefault();
    if (chosen.size > 0) await attempt(() => begin({ title: title.value.trim(), memberIds: [...chosen.keys()] }));
  };
  const element = h("form", { class: "new-group", onsubmit: submit },
    h("label", {}, h("span", {}, "Name of the group"), title), chips,
    personSearch(people, "Add people", (person) => { chosen.set(person.id, person); show(); }),
    h("div", { class: "choice" }, h("button", { type: "submit", class: "primary" }, "Begin the group"),
      h("button", { type: "button", class: "quiet", onclick: close }, "Cancel")));
  return { element, focus: () => title.focus() };
}
