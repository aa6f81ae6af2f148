// SPDX-License-Identifier: Apache-2.0
// Short messages at the edge of the page that go away by themselves.
import { h } from "./elements.js";

const shown = 6000; // milliseconds

/** `action` is {label, run}: a button in the notice, such as Undo. */
export function notify(text, action) {
  const close = () => notice.remove();
  const notice = h("div", { class: "notice" }, h("span", {}, text));
  if (action) {
    const act = () => { close(); action.run(); };
    notice.append(h("button", { type: "button", class: "quiet", onclick: act }, action.label));
  }
  document.querySelector(".notices").append(notice);
  const ending = setTimeout(close, shown);
  notice.addEventListener("focusin", () => clearTimeout(ending));
}

/** Runs what a person asked for; says what went wrong. */
export async function attempt(work) {
  try {
    return await work();
  } catch (fault) {
    if (!fault.text) throw fault;
    notify(fault.text);
    return undefined;
  }
}
