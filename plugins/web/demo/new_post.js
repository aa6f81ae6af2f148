// SPDX-License-Identifier: Apache-2.0
// The form of a new post: its words, its tags and, where the server keeps files, what comes with it.
import { h, set } from "./elements.js";
import { attempt } from "./notices.js";
import { upload } from "./upload.js";

/** `add` gets the new post and returns true when it stands. */
export function newPostForm(session, offers, add) {
  const mayAttach = offers.has("/api/v1/uploads");
  const buttons = [h("button", { type: "submit", class: "primary", value: "published" }, "Publish"), h("button", { type: "submit", value: "draft" }, "Keep as draft")];

  const submit = async (event) => {
    event.preventDefault();
    const { title, body, tags, files } = form.elements;
    const status = event.submitter?.value ?? "published";
    for (const button of buttons) set(button, { disabled: true });
    const post = await attempt(async () => ({
      title: title.value.trim(), body: body.value.trim(), status,
      tags: tags.value.split(/[,\s]+/).map((tag) => tag.replace(/^#/, "")).filter(Boolean),
      attachments: await attach([...(files?.files ?? [])]),
    }));
    const stands = post && (await add(post));
    for (const button of buttons) set(button, { disabled: false });
    if (!stands) return;
    form.reset();
    title.focus();
  };
  async function attach(files) {
    const ids = [];
    for (const file of files) ids.push((await upload(session, file).stored).id);
    return ids;
  }

  const form = h("form", { class: "card new-post", onsubmit: submit },
    h("label", {}, h("span", {}, "New post"), h("input", { name: "title", required: true, maxLength: 200, placeholder: "Title", autocomplete: "off", pattern: ".*\\S.*" })),
    h("label", {}, h("span", {}, "Words"), h("textarea", { name: "body", required: true, rows: 3, maxLength: 20_000 })),
    h("label", {}, h("span", {}, "Tags", h("small", {}, "with blanks between")), h("input", { name: "tags", autocomplete: "off", autocapitalize: "none", placeholder: "oak tools" })),
    mayAttach && h("label", {}, h("span", {}, "Files"), h("input", { name: "files", type: "file", multiple: true })),
    h("div", { class: "buttons" }, ...buttons));
  return form;
}
