// SPDX-License-Identifier: Apache-2.0
// Two people in two pages talk to each other through the demo.
import assert from "node:assert";
import test from "node:test";
import { enter, fitsItsWidth, lookAt, missedByTab, openPage, register, screens } from "./demo_page.mjs";
import { browse, call, picture, serve } from "./harness.mjs";

const plugins = ["auth", "users", "tasks", "chat", "web"];

/** Ann on a desktop and Ben on a phone, each in a browser of their own, with one conversation between them. */
async function twoPeople(t, prepare = async () => {}) {
  const server = await serve(t, plugins);
  const browser = await browse();
  const open = (name, screen) => openPage(t, browser, server, screen, async (page) => { await enter(page, server, name); await prepare(page); });
  const ann = await open("ann", screens.desktop);
  const ben = await open("ben", screens.phone);
  for (const page of [ann, ben]) await page.getByRole("link", { name: "Chat" }).click();
  await ann.getByRole("searchbox", { name: "Find people" }).fill("be");
  await ann.getByRole("list", { name: "People" }).getByRole("button", { name: "ben" }).click();
  await ann.getByRole("heading", { name: "ben" }).waitFor();
  return { server, ann, ben };
}

const say = async (page, text) => {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.keyboard.press("Enter");
};
const hear = (page, text) => page.getByRole("log").getByText(text, { exact: true }).waitFor();
const texts = (page) => page.getByRole("log").locator(".text").allInnerTexts();
function withResolver() {
  const made = {};
  made.promise = new Promise((resolve) => { made.resolve = resolve; });
  return made;
}

/** Both show the same, as soon as the last has come everywhere. */
async function assertSame(one, other) {
  const count = (page) => page.getByRole("log").locator(".message").count();
  while (await count(one) !== await count(other) || await one.locator(".waiting").count() + await other.locator(".waiting").count() > 0)
    await one.waitForTimeout(20);
  assert.deepEqual(await texts(one), await texts(other));
}
const openChatWith = (page, name) => page.getByRole("list", { name: "Conversations" }).getByRole("link", { name }).click();

test("what one says the other hears at once, sees being written, and is told that it was read", async (t) => {
  const { ann, ben } = await twoPeople(t);
  await ann.getByText("Live", { exact: true }).waitFor();
  await ann.getByText("Here now").waitFor();
  await say(ann, "Is the glue dry?");
  await ben.getByRole("link", { name: "ann" }).getByLabel("1 unread").waitFor();
  await openChatWith(ben, "ann");
  await hear(ben, "Is the glue dry?");
  await ann.getByText("Read").waitFor();

  await ben.getByRole("textbox", { name: "Message" }).pressSequentially("Near");
  await ann.getByText("ben is writing…").waitFor();
  await say(ben, "Nearly. <b>Wait</b> an hour & don't touch it.");
  await hear(ann, "Nearly. <b>Wait</b> an hour & don't touch it.");
  await ann.getByText("ben is writing…").waitFor({ state: "detached" });
  for (const text of ["Then I'll plane the lid.", "The grain runs to the left,\nso start from the far end.", "See you at four."]) await say(ann, text);
  await hear(ben, "See you at four.");
  assert.deepEqual(await texts(ann), await texts(ben));

  for (const [name, page] of Object.entries({ "desktop-chat": ann, "phone-chat": ben })) {
    await lookAt(page, name);
    assert.deepEqual(await missedByTab(page), []);
    assert.deepEqual(page.complaints, []);
  }
});

test("what is said offline waits, goes out once, and nothing said meanwhile is missing", async (t) => {
  const { ann, ben } = await twoPeople(t);
  await say(ann, "one");
  await openChatWith(ben, "ann");
  await hear(ben, "one");

  await ben.context().setOffline(true);
  await ben.getByText("Reconnecting").waitFor();
  for (const text of ["two", "three"]) await say(ann, text);
  for (const text of ["four", "five"]) await say(ben, text);
  await ben.getByText("Waiting for the network").last().waitFor();
  await ben.screenshot({ path: picture("phone-chat-offline") });
  assert.deepEqual(await texts(ann), ["one", "two", "three"]);

  await ben.context().setOffline(false);
  for (const page of [ann, ben]) await hear(page, "five");
  await ben.getByText("Live", { exact: true }).waitFor();
  for (const page of [ann, ben]) assert.deepEqual(await texts(page), ["one", "two", "three", "four", "five"]);
  await ben.reload();
  await hear(ben, "five");
  assert.deepEqual(await texts(ben), ["one", "two", "three", "four", "five"]);
});

test("through a network that comes and goes everything arrives once, each one's words in their order", async (t) => {
  const { ann, ben } = await twoPeople(t);
  await say(ann, "begin");
  await openChatWith(ben, "ann");
  await hear(ben, "begin");
  const away = [null, ann, null, ben, null];
  for (const [round, page] of away.entries()) {
    for (const other of [ann, ben]) await other.context().setOffline(other === page);
    for (let turn = round * 4; turn < round * 4 + 4; ++turn) {
      await say(ann, `ann ${turn}`);
      await say(ben, `ben ${turn}`);
    }
  }
  for (const page of [ann, ben]) for (const text of ["ann 19", "ben 19"]) await hear(page, text);
  await assertSame(ann, ben);
  const heard = await texts(ann);
  assert.equal(heard.length, 41);
  for (const name of ["ann", "ben"])
    assert.deepEqual(heard.filter((text) => text.startsWith(`${name} `)), Array.from({ length: 20 }, (_, turn) => `${name} ${turn}`));
});

test("the server may go away and come back while both are talking", async (t) => {
  const { server, ann, ben } = await twoPeople(t);
  await say(ann, "before");
  await openChatWith(ben, "ann");
  await hear(ben, "before");
  await server.stop("SIGKILL");
  for (const page of [ann, ben]) await page.getByText("Reconnecting").waitFor();
  await say(ann, "to nobody yet");
  await server.start();
  for (const page of [ann, ben]) await hear(page, "to nobody yet");
  await say(ben, "after");
  await hear(ann, "after");
  for (const page of [ann, ben]) assert.deepEqual(await texts(page), ["before", "to nobody yet", "after"]);
});

test("a token that ends is renewed in place, on the connection there is", async (t) => {
  const server = await serve(t, ["{ auth: { access_token: { lifetime: 6s } } }", "users", "tasks", "chat", "web"]);
  const refreshed = withResolver();
  let refreshes = 0;
  let closed = 0;
  const page = await openPage(t, await browse(), server, {}, (page) => page.on("websocket", (socket) => {
    socket.on("close", () => ++closed);
    socket.on("framesent", ({ payload }) => String(payload).includes("auth:refresh") && ++refreshes === 3 && refreshed.resolve());
  }));
  await register(page, "ann");
  await refreshed.promise;
  await page.getByText("Live", { exact: true }).waitFor();
  assert.equal(closed, 0);
  assert.deepEqual(page.complaints, []);
});

test("signed out everywhere from elsewhere, the page is at the door again", async (t) => {
  const { server, ann } = await twoPeople(t);
  await ann.getByText("Live", { exact: true }).waitFor();
  const { accessToken } = await call(server, "POST", "/api/v1/auth/login", { body: { email: "ann", password: "correct horse" } });
  await call(server, "POST", "/api/v1/auth/logout-all", { token: accessToken });
  await ann.getByRole("heading", { name: "Create an account" }).waitFor();
});

test("a group is begun with a name, and everybody in it sees who says what", async (t) => {
  const { ann, ben } = await twoPeople(t);
  await ann.getByRole("button", { name: "New group" }).click();
  await ann.getByLabel("Name of the group").fill("Workshop");
  await ann.getByRole("searchbox", { name: "Add people" }).fill("ben");
  await ann.getByRole("list", { name: "People" }).getByRole("button", { name: "ben" }).click();
  await ann.getByRole("button", { name: "Without ben" }).waitFor();
  assert.deepEqual(await missedByTab(ann), []);
  await ann.getByRole("button", { name: "Begin the group" }).click();
  await ann.getByRole("heading", { name: "Workshop" }).waitFor();
  await say(ann, "The stove is lit.");
  await openChatWith(ben, "Workshop");
  await hear(ben, "The stove is lit.");
  await ben.getByRole("log").getByText("ann", { exact: true }).waitFor();
  await ben.screenshot({ path: picture("phone-group") });
});

test("without the Socket.IO client messages are sent and asked for over HTTP", async (t) => {
  const { ann, ben } = await twoPeople(t, (page) => page.route("**/vendor/socket.io.js", (route) => route.abort()));
  await say(ann, "Is the glue dry?");
  await ann.getByText("Sent").waitFor();
  await openChatWith(ben, "ann");
  await hear(ben, "Is the glue dry?");
  await say(ben, "Nearly.");
  await hear(ann, "Nearly.");
  assert.deepEqual(await texts(ann), await texts(ben));
  assert.ok(await fitsItsWidth(ben));
  await ann.screenshot({ path: picture("desktop-chat-http") });
  await ben.screenshot({ path: picture("phone-chat-http") });
});
