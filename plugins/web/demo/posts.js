// SPDX-License-Identifier: Apache-2.0
// The section Posts: what people write for everybody, with what others say to it.
import { commentThread } from "./comments.js";
import { h, icon, keep, set } from "./elements.js";
import { paintFace } from "./face.js";
import { newPostForm } from "./new_post.js";
import { attempt, notify } from "./notices.js";
import { People } from "./people.js";
import { sizeText } from "./sizes.js";
import { briefTime } from "./times.js";

const path = "/api/v1/posts";
const heart = "M12 20S4 14.5 4 9a4 4 0 0 1 8-1.5A4 4 0 0 1 20 9c0 5.5-8 11-8 11z";
const bubble = "M4 5h16v11H10l-4 4v-4H4z";
const patience = 300; // milliseconds after the last key before the server is asked

export function open({ session, offers }) {
  const me = session.user.id;
  const people = new People(session);
  let posts = [];
  let cursor = null;
  let liked = new Set();
  let wanted = {}; // {tag} or {drafts: true} or {search}
  let latest = 0; // answers of older questions are dropped
  let waiting = null;

  const list = h("section", { class: "posts", "aria-label": "Posts" });
  const empty = h("p", { class: "empty", hidden: true });
  const more = h("button", { type: "button", class: "quiet more", hidden: true, onclick: () => attempt(() => load(true)) }, "Show more");
  const chips = h("div", { class: "chips", role: "group", "aria-label": "Show" });
  const search = h("input", { type: "search", placeholder: "Search the posts", "aria-label": "Search the posts", maxLength: 200,
    oninput: () => { clearTimeout(waiting); waiting = setTimeout(() => choose(search.value.trim() ? { search: search.value.trim() } : {}), patience); } });

  async function load(further = false) {
    const question = ++latest;
    const { drafts, ...filter } = wanted;
    const query = new URLSearchParams({ limit: 20, ...filter, ...(drafts && { status: "draft" }), ...(further && { cursor }) });
    const [page, tags] = await Promise.all([session.call("GET", `${path}${drafts ? "/mine" : ""}?${query}`), session.call("GET", `${path}/tags?limit=8`)]);
    const ids = page.data.map(({ id }) => id);
    const marks = ids.length > 0 ? await session.call("GET", `${path}/liked?ids=${ids}`) : { ids: [] };
    if (question !== latest) return;
    posts = further ? [...posts, ...page.data] : page.data;
    liked = new Set([...(further ? liked : []), ...marks.ids]);
    cursor = page.hasMore ? page.nextCursor : null;
    showChips(tags.data);
    show();
  }

  function showChips(tags) {
    const names = [...new Set([...tags.map(({ name }) => name), ...(wanted.tag ? [wanted.tag] : [])])];
    const choices = [{ key: "all", label: "All", wish: {} }, { key: "drafts", label: "My drafts", wish: { drafts: true } }, ...names.map((tag) => ({ key: `tag ${tag}`, label: `#${tag}`, wish: { tag } }))];
    const now = wanted.drafts ? "drafts" : wanted.tag ? `tag ${wanted.tag}` : wanted.search ? "" : "all";
    keep(chips, choices, ({ key }) => key, ({ label, wish }) => h("button", { type: "button", onclick: () => { search.value = ""; choose(wish); } }, label),
      (chip, { key }) => set(chip, { "aria-pressed": String(key === now) }));
  }
  function choose(wish) {
    wanted = wish;
    attempt(load);
  }

  function show() {
    keep(list, posts, ({ id }) => id, make, update);
    set(empty, { hidden: posts.length > 0, textContent: wanted.search ? "Nothing here has these words." : wanted.drafts ? "No drafts of yours." : "Nobody has written anything yet." });
    more.hidden = cursor === null;
  }

  function make(post) {
    const id = `post-${post.id}`;
    return h("article", { class: "card post", tabIndex: -1, "aria-labelledby": id },
      h("header", {}, h("span", { class: "face", "aria-hidden": "true" }), h("div", { class: "lines" }, h("span", { class: "author" }), h("time", {}))),
      h("h2", { id }), h("p", { class: "words" }), h("div", { class: "attached" }), h("div", { class: "tags" }),
      h("footer", {}, h("button", { type: "button", class: "quiet like", onclick: () => like(post.id) }, icon(heart), h("span", {})),
        h("button", { type: "button", class: "quiet talk", onclick: (event) => talk(post.id, event.currentTarget) }, icon(bubble), h("span", {})),
        h("span", { class: "own" })));
  }
  function update(element, post) {
    const [header, title, words, attached, tags, footer] = element.children;
    const [face, { children: [author, time] }] = header.children;
    const [likes, comments, own] = footer.children;
    const name = people.name(post.authorId);
    const isDraft = post.status === "draft";
    paintFace(face, name);
    author.textContent = name;
    set(time, { dateTime: post.publishedAt ?? post.createdAt, textContent: isDraft ? "Draft" : briefTime(post.publishedAt) });
    title.textContent = post.title;
    words.textContent = post.body;
    keep(attached, post.attachments, ({ id }) => `${id} ${isDraft}`, (file) => attachment(file, isDraft));
    keep(tags, post.tags, (tag) => tag, (tag) => h("button", { type: "button", class: "quiet tag", onclick: () => choose({ tag }) }, `#${tag}`));
    set(likes, { hidden: isDraft, "aria-pressed": String(liked.has(post.id)), "aria-label": `Like ${post.title}` });
    likes.lastChild.textContent = String(post.likeCount);
    set(comments, { hidden: isDraft, "aria-label": `Comments on ${post.title}`, "aria-expanded": String(element.querySelector(".thread") !== null) });
    comments.lastChild.textContent = String(post.commentCount);
    if (post.authorId !== me || own.dataset.shown === post.status) return;
    own.dataset.shown = post.status;
    own.replaceChildren(...(isDraft ? [h("button", { type: "button", class: "quiet", onclick: () => publish(post.id) }, "Publish")] : []),
      h("button", { type: "button", class: "quiet remove", "aria-label": `Delete ${post.title}`, onclick: () => remove(post.id) }, "Delete"));
  }

  // A draft's files are the author's alone: only the section Files has them, with the token they need.
  function attachment({ url, name, size, contentType }, isDraft) {
    if (isDraft) return h("span", { class: "file" }, `${name} · ${sizeText(size)}`);
    const isPicture = /^image\/(png|jpeg|gif|webp|avif)$/.test(contentType);
    return h("a", { class: isPicture ? "picture" : "file", href: url, target: "_blank", rel: "noopener" },
      isPicture ? h("img", { src: url, alt: name, loading: "lazy" }) : `${name} · ${sizeText(size)}`);
  }

  const like = (id) => attempt(async () => {
    const post = posts.find((one) => one.id === id);
    const answer = await session.call(liked.has(id) ? "DELETE" : "PUT", `${path}/${id}/like`);
    post.likeCount = answer.likeCount;
    if (answer.liked) liked.add(id);
    else liked.delete(id);
    show();
  });

  function talk(id, button) {
    const element = button.closest("article");
    const thread = element.querySelector(".thread");
    if (thread) thread.remove();
    else element.append(commentThread(id, { session, people }, (change) => { posts.find((one) => one.id === id).commentCount += change; show(); }));
    show();
  }

  const publish = (id) => attempt(async () => {
    await session.call("PATCH", `${path}/${id}`, { status: "published" });
    await load();
  });
  const remove = (id) => attempt(async () => {
    const { title } = posts.find((one) => one.id === id);
    await session.call("DELETE", `${path}/${id}`);
    notify(`“${title}” is deleted.`);
    await load();
  });

  const add = (post) => attempt(async () => {
    await session.call("POST", path, post);
    if (post.status === "draft") notify("The draft is kept.", { label: "Show", run: () => choose({ drafts: true }) });
    await load();
    return true;
  });

  people.addEventListener("change", show);
  attempt(load);
  const element = h("div", { class: "page" }, h("header", { class: "heading" }, h("h1", {}, "Posts")),
    newPostForm(session, offers, add), search, chips, list, empty, more);
  return { element, close() { ++latest; clearTimeout(waiting); people.removeEventListener("change", show); } };
}
