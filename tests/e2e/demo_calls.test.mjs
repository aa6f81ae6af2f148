// SPDX-License-Identifier: Apache-2.0
// Two people call each other through the demo page, and what they send really arrives.
import assert from "node:assert";
import test from "node:test";
import { callers, find, flows, hearRing, history, press, tile, told } from "./demo_callers.mjs";
import { lookAt, missedByTab } from "./demo_page.mjs";

/** Ann on a desktop calls Ben on a phone, who answers. */
async function inCall(t, { how = "Video call", answer = "With video", ...options } = {}) {
  const { server, people } = await callers(t, ["ann", "ben"], options);
  const { ann, ben } = people;
  await find(ann, "ben");
  await press(ann, how);
  await hearRing(ben, "ann");
  await press(ben, answer);
  return { server, ann, ben };
}

test("a video call rings, both see and hear each other, a mute is seen, and the history has it", async (t) => {
  const { server, people: { ann, ben } } = await callers(t, ["ann", "ben"]);
  await find(ann, "ben");
  assert.deepEqual(await missedByTab(ann), []);
  await press(ann, "Video call");
  await hearRing(ben, "ann");
  await told(ann, "Ringing");
  await lookAt(ann, "desktop-call-outgoing");
  await lookAt(ben, "phone-call-incoming");
  assert.deepEqual(await missedByTab(ann), []);
  assert.deepEqual(await missedByTab(ben), []);
  await press(ann, "Mute");
  await press(ben, "With video");
  await tile(ben, "ann").getByText("muted").waitFor();
  await press(ann, "Mute");
  for (const page of [ann, ben]) await flows(page);
  await lookAt(ann, "desktop-call");
  await lookAt(ben, "phone-call");
  assert.deepEqual(await missedByTab(ben), []);

  await press(ann, "Mute");
  await tile(ben, "ann").getByText("muted").waitFor();
  await press(ann, "Mute");
  await tile(ben, "ann").getByText("muted").waitFor({ state: "hidden" });
  await press(ben, "Camera");
  await ann.locator(".tile.has-video:not(.own)").waitFor({ state: "detached" });
  await press(ben, "Camera");
  for (const page of [ann, ben]) await flows(page);
  await press(ann, "Make small");
  await ann.getByRole("textbox", { name: "Message" }).fill("Do you see me?");
  await lookAt(ann, "desktop-call-small");
  await press(ann, "Make large");

  await press(ben, "Hang up");
  await told(ann, "ben hung up.");
  await press(ann, "Close");
  for (const page of [ann, ben]) await page.getByRole("link", { name: "Calls" }).click();
  await ann.getByRole("list", { name: "Calls" }).getByText(/Outgoing · 0:\d\d/).waitFor();
  await ben.getByRole("list", { name: "Calls" }).getByText(/Incoming · 0:\d\d/).waitFor();
  assert.deepEqual((await history(server, "ben")).map(({ direction, status, callType }) => [direction, status, callType]), [["incoming", "answered", "video"]]);

  await press(ben, "Call ann");
  await hearRing(ann, "ben");
  await press(ann, "With video");
  for (const page of [ann, ben]) await flows(page);
  await press(ann, "Hang up");
  for (const page of [ann, ben]) assert.deepEqual(page.complaints, []);
});

test("one may answer without a camera, and share the screen instead", async (t) => {
  const { ann, ben } = await inCall(t, { answer: "Answer" });
  await flows(ann, { kinds: ["audio"] });
  await flows(ben);
  assert.equal(await ann.locator(".tile.has-video:not(.own)").count(), 0);
  await press(ann, "Share screen");
  await ann.getByRole("button", { name: "Share screen", pressed: true }).waitFor();
  await flows(ben);
  await press(ann, "Share screen");
  await ann.getByRole("button", { name: "Share screen", pressed: false }).waitFor();
  await flows(ben);
  for (const page of [ann, ben]) assert.deepEqual(page.complaints, []);
});

test("a page is loaded anew in mid-call: it is the same call, and both see and hear again", async (t) => {
  const pages = await inCall(t);
  const { server, ann, ben } = pages;
  for (const page of [ann, ben]) await flows(page);
  for (const [reloaded, other] of [[ann, ben], [ben, ann]]) {
    await press(reloaded, "Mute");
    await reloaded.reload();
    await flows(reloaded);
    await flows(other, { kinds: ["video"] });
    await reloaded.getByRole("button", { name: "Mute", pressed: true }).click();
    await flows(other);
  }
  await press(ann, "Hang up");
  await told(ben, "ann hung up.");
  for (const name of ["ann", "ben"]) assert.equal((await history(server, name)).length, 1);
  for (const page of [ann, ben]) assert.deepEqual(page.complaints, []);
});

test("a connection is lost in mid-call, then the server is killed: the call goes on, and says what is the matter", async (t) => {
  const { server, ann, ben } = await inCall(t);
  for (const page of [ann, ben]) await flows(page);
  await ben.context().setOffline(true);
  await told(ann, "ben is reconnecting");
  await told(ben, "You are offline");
  await ben.context().setOffline(false);
  for (const page of [ann, ben]) await told(page, /^$/);
  for (const page of [ann, ben]) await flows(page);

  await server.stop("SIGKILL");
  for (const page of [ann, ben]) await told(page, "You are offline");
  for (const page of [ann, ben]) await flows(page);
  await server.start();
  for (const page of [ann, ben]) await told(page, /^$/);
  for (const page of [ann, ben]) await flows(page);
  await press(ben, "Hang up");
  await told(ann, "ben hung up.");
  assert.equal((await history(server, "ann")).length, 1);
});

test("both call at the same time: one call comes of it", async (t) => {
  const { server, people: { ann, ben } } = await callers(t, ["ann", "ben"]);
  await Promise.all([find(ann, "ben"), find(ben, "ann")]);
  // Not by the mouse: what rings first may lie over the other's button.
  await Promise.all([ann, ben].map((page) => page.getByRole("button", { name: "Video call", exact: true }).dispatchEvent("click")));
  for (const page of [ann, ben]) await flows(page);
  await press(ann, "Hang up");
  await told(ben, "ann hung up.");
  for (const name of ["ann", "ben"]) assert.equal((await history(server, name)).length, 1);
});

test("declined, given up, busy, nobody there, and no answer: each is said in words", async (t) => {
  const { people: { ann, ben, cleo } } = await callers(t, ["ann", "ben", "cleo"], { settings: "{ ring: 5s }" });
  await find(ann, "ben");
  await press(ann, "Call");
  await hearRing(ben, "ann");
  await press(ben, "Decline");
  await told(ann, "ben declined.");
  await press(ann, "Call again");
  await hearRing(ben, "ann");
  await press(ann, "Cancel");
  await ben.getByText("You missed a call from ann.").waitFor();

  await press(ann, "Call");
  await hearRing(ben, "ann");
  await press(ben, "Answer");
  for (const page of [ann, ben]) await flows(page, { kinds: ["audio"] });
  await find(cleo, "ben");
  await press(cleo, "Call");
  await told(cleo, "ben is in another call.");
  await lookAt(cleo, "desktop-call-busy");
  await press(ben, "Hang up");
  await press(ann, "Close");

  await press(ann, "Call");
  await hearRing(ben, "ann");
  await told(ann, "ben does not answer.");
  await ben.getByRole("link", { name: "Calls" }).click();
  await ben.getByRole("list", { name: "Calls" }).getByText("Missed").first().waitFor();
  await lookAt(ben, "phone-call-history");
  await press(ann, "Close");
  await ann.getByRole("link", { name: "Calls" }).click();
  await ann.getByRole("list", { name: "Calls" }).getByText("No answer").waitFor();
  await lookAt(ann, "desktop-call-history");
  assert.deepEqual(await missedByTab(ann), []);

  await ben.context().close();
  await ann.getByRole("button", { name: "Call ben" }).first().click();
  await told(ann, "ben is not here just now.");
  await press(ann, "Cancel");
  for (const page of [ann, cleo]) assert.deepEqual(page.complaints, []);
});

test("it rings in all of one's pages; where one answers the others are quiet", async (t) => {
  const { server, browser, people: { ann, ben } } = await callers(t, ["ann", "ben"]);
  const kept = await ben.evaluate(() => JSON.stringify(sessionStorage));
  const context = await browser.newContext({ baseURL: server.url });
  t.after(() => context.close());
  const other = await context.newPage();
  await other.addInitScript((entries) => { for (const [name, value] of Object.entries(JSON.parse(entries))) sessionStorage.setItem(name, value); }, kept);
  await other.goto("/");
  await other.getByText("Live", { exact: true }).waitFor();
  await find(ann, "ben");
  await press(ann, "Call");
  for (const page of [ben, other]) await hearRing(page, "ann");
  await press(ben, "Answer");
  await other.getByText("Answered on another device.").waitFor();
  await flows(ann, { kinds: ["audio"] });
  await press(ann, "Hang up");
});

test("without a camera and a microphone one still hears and sees, and is told so", async (t) => {
  const without = (page, name) => name === "ben" && page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("none", "NotFoundError"); };
  });
  const { ann, ben } = await inCall(t, { prepare: without });
  await flows(ben);
  await ben.getByText("You are neither heard nor seen: there is no microphone or camera.").waitFor();
  await lookAt(ben, "phone-call-receive-only");
  await press(ben, "Hang up");
  await told(ann, "ben hung up.");
});
