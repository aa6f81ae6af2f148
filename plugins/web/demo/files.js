// SPDX-License-Identifier: Apache-2.0
// The section Files: what one keeps on the server, and who may have it.
import { ApiError } from "./api.js";
import { h, keep, set } from "./elements.js";
import { attempt, notify } from "./notices.js";
import { sizeText } from "./sizes.js";
import { briefTime } from "./times.js";
import { upload } from "./upload.js";

const path = "/api/v1/uploads";

export function open({ session }) {
  let files = [];
  let cursor = null;
  let latest = 0; // answers of older questions are dropped
  const arriving = new Map(); // key -> {name, part, cancel}
  let arrivals = 0;

  const figures = h("p", { class: "figures" });
  const coming = h("ul", { class: "arriving", "aria-label": "On their way" });
  const list = h("ul", { class: "files", "aria-label": "Files" });
  const empty = h("p", { class: "empty", hidden: true }, "Nothing here yet.");
  const more = h("button", { type: "button", class: "quiet more", hidden: true, onclick: () => attempt(() => load(true)) }, "Show more");

  async function load(further = false) {
    const question = ++latest;
    const query = new URLSearchParams({ limit: 50, ...(further && { cursor }) });
    const [page, usage] = await Promise.all([session.call("GET", `${path}?${query}`), session.call("GET", `${path}/usage`)]);
    if (question !== latest) return;
    files = further ? [...files, ...page.data] : page.data;
    cursor = page.hasMore ? page.nextCursor : null;
    figures.textContent = `${sizeText(usage.used)} of ${sizeText(usage.quota)}`;
    show();
  }
  function show() {
    keep(list, files, ({ id }) => id, make, update);
    keep(coming, [...arriving], ([key]) => key, makeArriving, (element, [, { part }]) => { element.querySelector("progress").value = part; });
    empty.hidden = files.length > 0 || arriving.size > 0;
    more.hidden = cursor === null;
  }

  const make = ({ id, name, size, contentType, createdAt }) => h("li", { class: "card stored" },
    h("div", { class: "about" }, h("strong", {}, name), h("p", { class: "facts" }, `${sizeText(size)} · ${contentType} · ${briefTime(createdAt)}`)),
    h("div", { class: "buttons" },
      h("button", { type: "button", class: "quiet", "aria-label": `Save ${name}`, onclick: () => save(id) }, "Save"),
      h("button", { type: "button", class: "quiet", "aria-label": `${name} is public`, onclick: () => change(id) }, "Public"),
      h("button", { type: "button", class: "quiet remove", "aria-label": `Delete ${name}`, onclick: () => remove(id) }, "Delete")));
  function update(element, { visibility }) {
    set(element.lastChild.children[1], { "aria-pressed": String(visibility === "public") });
  }
  const makeArriving = ([, { name, cancel }]) => h("li", { class: "card stored" },
    h("div", { class: "about" }, h("strong", {}, name), h("progress", { max: 1, "aria-label": `How much of ${name} is sent` })),
    h("button", { type: "button", class: "quiet", "aria-label": `Stop ${name}`, onclick: cancel }, "Stop"));

  async function send(file) {
    const key = ++arrivals;
    const { stored, cancel } = upload(session, file, (part) => { arriving.get(key).part = part; show(); });
    arriving.set(key, { name: file.name, part: 0, cancel });
    show();
    try {
      await stored;
    } catch (fault) {
      if (!fault.text) throw fault;
      notify(`${file.name}: ${fault.text}`);
    } finally {
      arriving.delete(key);
      show();
    }
    await attempt(load);
  }
  const sendAll = async (chosen) => { for (const file of chosen) await send(file); };

  // The bytes want the token, which a link can't carry.
  const save = (id) => attempt(async () => {
    const { url, name } = files.find((one) => one.id === id);
    const answer = await fetch(url, { headers: { authorization: `Bearer ${await session.token()}` } });
    if (!answer.ok) throw new ApiError(answer.status, {});
    const address = URL.createObjectURL(await answer.blob());
    h("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  });
  const change = (id) => attempt(async () => {
    const place = files.findIndex((one) => one.id === id);
    const visibility = files[place].visibility === "public" ? "private" : "public";
    files[place] = await session.call("PATCH", `${path}/${id}`, { visibility });
    show();
  });
  const remove = (id) => attempt(async () => {
    const { name } = files.find((one) => one.id === id);
    await session.call("DELETE", `${path}/${id}`);
    notify(`${name} is deleted.`);
    await load();
  });

  const choice = h("input", { type: "file", name: "file", multiple: true, onchange: () => { sendAll([...choice.files]); choice.value = ""; } });
  const drop = h("label", { class: "card drop",
    ondragover: (event) => { event.preventDefault(); drop.classList.add("is-over"); },
    ondragleave: () => drop.classList.remove("is-over"),
    ondrop: (event) => { event.preventDefault(); drop.classList.remove("is-over"); sendAll([...event.dataTransfer.files]); } },
    h("span", {}, "Choose files", h("small", {}, "or drop them here")), choice);
  attempt(load);
  const element = h("div", { class: "page" }, h("header", { class: "heading" }, h("h1", {}, "Files"), figures), drop, coming, list, empty, more);
  return { element, close() { ++latest; arriving.forEach(({ cancel }) => cancel()); } };
}
