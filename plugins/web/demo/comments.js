// SPDX-License-Identifier: Apache-2.0
// What people say below one post.
import { h, keep } from "./elements.js";
import { attempt } from "./notices.js";
import { briefTime } from "./times.js";

/** `counted` is told how many more there are after a change. */
export function commentThread(postId, { session, people }, counted) {
  const path = `/api/v1/posts/${postId}/comments`;
  const me = session.user.id;
  let comments = [];
  let cursor = null;

  const list = h("ul", { class: "comments", "aria-label": "Comments" });
  const more = h("button", { type: "button", class: "quiet more", hidden: true, onclick: () => attempt(load) }, "Later comments");

  async function load() {
    const query = new URLSearchParams({ limit: 50, ...(cursor && { cursor }) });
    const page = await session.call("GET", `${path}?${query}`);
    const known = new Set(comments.map(({ id }) => id));
    comments = [...comments, ...page.data.filter(({ id }) => !known.has(id))];
    cursor = page.hasMore ? page.nextCursor : null;
    show();
  }
  function show() {
    keep(list, comments, ({ id }) => id, make, (element, comment) => { element.querySelector("strong").textContent = people.name(comment.authorId); });
    more.hidden = cursor === null;
  }
  const make = ({ id, authorId, body, createdAt }) => h("li", {},
    h("p", { class: "facts" }, h("strong", {}), " ", h("time", { dateTime: createdAt }, briefTime(createdAt)),
      authorId === me && h("button", { type: "button", class: "quiet", "aria-label": `Delete comment: ${body.slice(0, 40)}`, onclick: () => remove(id) }, "Delete")),
    h("p", { class: "words" }, body));

  const remove = (id) => attempt(async () => {
    await session.call("DELETE", `${path}/${id}`);
    comments = comments.filter((one) => one.id !== id);
    show();
    counted(-1);
  });
  const submit = (event) => {
    event.preventDefault();
    const body = field.value.trim();
    if (!body) return;
    attempt(async () => {
      comments.push(await session.call("POST", path, { body }));
      field.value = "";
      show();
      counted(1);
    });
  };

  const field = h("input", { placeholder: "Say something", "aria-label": "Comment", maxLength: 5000, autocomplete: "off", required: true });
  const element = h("section", { class: "thread", "aria-label": "Comments" }, list, more,
    h("form", { class: "say", onsubmit: submit }, field, h("button", { type: "submit" }, "Say")));
  attempt(load);
  return element;
}
