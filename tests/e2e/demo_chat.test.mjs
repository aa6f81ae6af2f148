// SPDX-License-Identifier: Apache-2.0
// Two people in two pages talk to each other through the demo.
import assert from "node:assert";
import test from "node:test";
import { fitsItsWidth, missedByTab, openPage, register, screens } from "./demo_page.mjs";
import { browse, picture, serve } from "./harness.mjs";

const plugins = ["auth", "users", "tasks", "chat", "web"];

/** Ann on a desktop and Ben on a phone, each in a browser of their own, with one conversation between them. */
async function twoPeople(t, prepare = async () => {}) {
  const server = await serve(t, plugins);
  const browser = await browse(t);
  const ann = await openPage(t, browser, server, screens.desktop, prepare);
  const ben = await openPage(t, browser, server, screens.phone, prepare);
  await register(ann, "ann");
  await register(ben, "ben");
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
const openChatWith = (page, name) => page.getByRole("list", { name: "Conversations" }).getByRole("link", { name }).click();

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
