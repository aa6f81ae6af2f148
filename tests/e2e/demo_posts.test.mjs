// SPDX-License-Identifier: Apache-2.0
// The demo page in a real browser: posts and files, wide and on a phone, by mouse and by keyboard.
import assert from "node:assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import test from "node:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enter, lookAt, missedByTab, openPage, screens } from "./demo_page.mjs";
import { browse, serve } from "./harness.mjs";

// A green square of 8 x 8.
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mOQz47EihiGlgQAHpI4wVbbSBAAAAAASUVORK5CYII=", "base64");

async function serveAll(t) {
  const folder = mkdtempSync(join(tmpdir(), "mortise-e2e-files-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return serve(t, ["auth", "users", "tasks", `{ uploads: { folder: "${folder}", keep_free: 0B } }`, "posts", "web"]);
}

async function isInOrder(page, name) {
  assert.deepEqual(await missedByTab(page), []);
  await lookAt(page, name);
}

const section = (page, name) => page.getByRole("navigation").getByRole("link", { name }).click();

for (const [screen, options] of Object.entries(screens)) {
  test(`on a ${screen}: a post is written, found, liked and talked about`, async (t) => {
    const server = await serveAll(t);
    const browser = await browse();
    const ann = await openPage(t, browser, server, options, (page) => enter(page, server, "ann"));
    await section(ann, "Posts");
    await ann.getByText("Nobody has written anything yet").waitFor();
    await isInOrder(ann, `${screen}-posts-empty`);

    await ann.getByLabel("New post").fill("Oak <b>or</b> ash?");
    await ann.getByLabel("Words").fill("For a mallet, I mean.\nBoth are heavy.");
    await ann.getByLabel("Tags").fill("#Wood tools");
    await ann.getByLabel("Files").setInputFiles({ name: "mallet.png", mimeType: "image/png", buffer: png });
    await ann.getByRole("button", { name: "Publish" }).click();
    const post = ann.getByRole("article", { name: "Oak <b>or</b> ash?" });
    await post.getByRole("img", { name: "mallet.png" }).waitFor();
    assert.ok(await post.getByRole("img", { name: "mallet.png" }).evaluate(async (one) => { await one.decode(); return one.naturalWidth === 8; }));

    await ann.getByLabel("New post").fill("Not ready");
    await ann.getByLabel("Words").fill("…");
    await ann.getByRole("button", { name: "Keep as draft" }).click();
    await ann.getByText("The draft is kept.").waitFor();

    const ben = await openPage(t, browser, server, options, (page) => enter(page, server, "ben"));
    await section(ben, "Posts");
    const seen = ben.getByRole("article", { name: "Oak <b>or</b> ash?" });
    await seen.getByText("ann", { exact: true }).waitFor();
    assert.equal(await ben.getByRole("article").count(), 1);
    await seen.getByRole("button", { name: /^Like/ }).click();
    await seen.getByRole("button", { name: /^Like/, pressed: true }).waitFor();
    await seen.getByRole("button", { name: /^Comments/ }).click();
    await seen.getByLabel("Comment", { exact: true }).fill("Ash, for the shock.");
    await seen.getByRole("button", { name: "Say" }).click();
    await seen.getByText("Ash, for the shock.").waitFor();
    assert.equal(await seen.getByRole("button", { name: "Delete", exact: true }).count(), 0);
    await isInOrder(ben, `${screen}-posts`);

    await ben.getByLabel("Search the posts").fill("heavy mall");
    await seen.waitFor();
    await ben.getByLabel("Search the posts").fill("walnut");
    await ben.getByText("Nothing here has these words.").waitFor();
    await ben.getByRole("button", { name: "#wood" }).click();
    await seen.waitFor();
    await ben.reload();
    await seen.getByRole("button", { name: /^Like/, pressed: true }).waitFor();

    await ann.getByRole("button", { name: "My drafts" }).click();
    const draft = ann.getByRole("article", { name: "Not ready" });
    await draft.getByRole("button", { name: "Publish" }).click();
    await ann.getByText("No drafts of yours.").waitFor();
    await ann.getByRole("button", { name: "All", exact: true }).click();
    await draft.getByRole("button", { name: "Delete Not ready" }).click();
    await draft.waitFor({ state: "detached" });
    assert.deepEqual([...ann.complaints, ...ben.complaints], []);
  });

  test(`on a ${screen}: files are kept, made public, saved and deleted`, async (t) => {
    const server = await serveAll(t);
    const page = await openPage(t, await browse(), server, { ...options, acceptDownloads: true }, (page) => enter(page, server, "ann"));
    await section(page, "Files");
    await page.getByText("Nothing here yet.").waitFor();
    await page.getByLabel("Choose files").setInputFiles([
      { name: "square.png", mimeType: "image/png", buffer: png },
      { name: "notes with a rather long name that wants to break somewhere.txt", mimeType: "text/plain", buffer: Buffer.from("words\n") },
    ]);
    const square = page.getByRole("listitem").filter({ hasText: "square.png" });
    await square.waitFor();
    await page.getByRole("button", { name: "Save notes with" }).waitFor();
    await isInOrder(page, `${screen}-files`);

    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save square.png" }).click()]);
    assert.equal(download.suggestedFilename(), "square.png");
    assert.deepEqual(readFileSync(await download.path()), png);
    await page.getByRole("button", { name: "square.png is public", pressed: false }).click();
    await page.getByRole("button", { name: "square.png is public", pressed: true }).waitFor();
    await page.getByRole("button", { name: "Delete square.png" }).click();
    await square.waitFor({ state: "detached" });
    assert.deepEqual(page.complaints, []);

    await page.getByLabel("Choose files").setInputFiles({ name: "page.html", mimeType: "text/html", buffer: Buffer.from("<!DOCTYPE html><html></html>") });
    await page.getByText("Files of this kind (text/html) are not taken here.").waitFor();
  });
}
