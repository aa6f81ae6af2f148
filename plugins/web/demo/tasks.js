// SPDX-License-Identifier: Apache-2.0
// The section Tasks: what is to be done, by when, and how far it is.
import { h, icon, keep, set } from "./elements.js";
import { attempt, notify } from "./notices.js";
import { daysFromToday, dueText } from "./times.js";

const path = "/api/v1/tasks";
const bin = "M5 7h14 M10 7V4h4v3 M7 7l1 13h8l1-13";

export function open({ session, offers }) {
  const statuses = offers.choices("post", path, "status");
  const priorities = offers.choices("post", path, "priority");
  const done = statuses.at(-1);
  let tasks = [];
  let cursor = null;
  let filter = "";
  let latest = 0; // answers of older questions are dropped

  const figures = h("p", { class: "figures" });
  const list = h("ul", { class: "tasks", "aria-label": "Tasks" });
  const empty = h("p", { class: "empty", hidden: true });
  const more = h("button", { type: "button", class: "quiet more", hidden: true, onclick: () => attempt(() => load(true)) }, "Show more");
  const filters = h("div", { class: "chips", role: "group", "aria-label": "Show" },
    ...["", ...statuses].map((status) => h("button", { type: "button", "data-status": status, onclick: () => choose(status) }, status ? label(status) : "All")));

  async function load(further = false) {
    const question = ++latest;
    const query = new URLSearchParams({ limit: 50, ...(filter && { status: filter }), ...(further && { cursor }) });
    const [page, stats] = await Promise.all([session.call("GET", `${path}?${query}`), session.call("GET", `${path}/stats`)]);
    if (question !== latest) return;
    tasks = further ? [...tasks, ...page.data] : page.data;
    cursor = page.hasMore ? page.nextCursor : null;
    show(stats);
  }

  function show(stats) {
    if (stats) figures.textContent = sentence(stats);
    for (const chip of filters.children) set(chip, { "aria-pressed": String(chip.dataset.status === filter) });
    keep(list, tasks, (task) => task.id, make, update);
    set(empty, { hidden: tasks.length > 0, textContent: filter ? `Nothing is ${label(filter).toLowerCase()}.` : "Nothing to do yet. Add a task above." });
    more.hidden = cursor === null;
  }

  function sentence({ byStatus = {}, total }) {
    const counted = statuses.filter((status) => byStatus[status] > 0).map((status) => `${byStatus[status]} ${label(status).toLowerCase()}`);
    return total === 0 || counted.length === 0 ? "A clean slate" : counted.join(" · ");
  }

  function choose(status) {
    filter = status;
    attempt(load);
  }

  function make(task) {
    const id = `task-${task.id}`;
    return h("li", { class: "task" },
      h("input", { type: "checkbox", class: "done", id, onchange: (event) => change(task.id, { status: event.target.checked ? done : statuses[0] }) }),
      h("div", { class: "about" }, h("label", { class: "title", for: id }), h("p", { class: "facts" })),
      h("select", { class: "status", "aria-label": "State", onchange: (event) => change(task.id, { status: event.target.value }) },
        ...statuses.map((status) => h("option", { value: status }, label(status)))),
      h("button", { type: "button", class: "quiet remove", onclick: () => remove(task.id) }, icon(bin)));
  }
  function update(element, task) {
    const [box, about, select, button] = element.children;
    const isDone = task.status === done;
    element.classList.toggle("is-done", isDone);
    box.checked = isDone;
    about.firstChild.textContent = task.title;
    about.lastChild.replaceChildren(...facts(task, isDone));
    select.value = task.status;
    set(button, { "aria-label": `Delete ${task.title}`, title: "Delete" });
  }
  function facts(task, isDone) {
    const late = task.dueDate && !isDone && daysFromToday(task.dueDate) < 0;
    return [
      h("span", { class: "priority", "data-rank": rank(task.priority) }, `${label(task.priority)} priority`),
      task.dueDate && h("span", { class: late ? "late" : "" }, `due ${dueText(task.dueDate)}`),
    ].filter(Boolean);
  }
  // 0 for the least important, 2 for the most, whatever the words are.
  const rank = (priority) => Math.round((2 * priorities.indexOf(priority)) / Math.max(1, priorities.length - 1));

  const change = (id, changes) => attempt(async () => {
    try {
      await session.call("PATCH", `${path}/${id}`, changes);
    } finally {
      await load();
    }
  });

  async function remove(id) {
    const task = tasks.find((one) => one.id === id);
    await attempt(async () => {
      await session.call("DELETE", `${path}/${id}`);
      const { title, description, status, priority, dueDate } = task;
      const restore = () => add({ title, description, status, priority, dueDate });
      notify(`“${title}” is deleted.`, { label: "Undo", run: restore });
      await load();
    });
  }

  const add = (task) => attempt(async () => {
    await session.call("POST", path, task);
    await load();
    return true;
  });

  const form = newTaskForm(priorities, add);
  attempt(load);
  const element = h("div", { class: "page" },
    h("header", { class: "heading" }, h("h1", {}, "Tasks"), figures), form, filters, list, empty, more);
  return { element, close() { ++latest; } };
}

/** `add` gets the new task and returns true when it stands. */
function newTaskForm(priorities, add) {
  const submit = async (event) => {
    event.preventDefault();
    const { title, priority, due } = form.elements;
    const dueDate = due.value ? new Date(`${due.value}T12:00`).toISOString() : null;
    if (!(await add({ title: title.value.trim(), priority: priority.value, dueDate }))) return;
    form.reset();
    title.focus();
  };
  const form = h("form", { class: "card new-task", onsubmit: submit },
    h("label", { class: "wide" }, h("span", {}, "New task"),
      h("input", { name: "title", required: true, maxLength: 200, placeholder: "What is to be done?", autocomplete: "off", pattern: ".*\\S.*" })),
    h("label", {}, h("span", {}, "Priority"),
      h("select", { name: "priority" }, ...priorities.map((word, place) => h("option", { value: word, defaultSelected: place === Math.floor((priorities.length - 1) / 2) }, label(word))))),
    h("label", {}, h("span", {}, "Due"), h("input", { name: "due", type: "date" })),
    h("button", { type: "submit", class: "primary" }, "Add"));
  return form;
}

/** "in-progress" as people read it: "In progress". */
function label(word) {
  const text = word.replace(/[-_]/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
