// SPDX-License-Identifier: Apache-2.0
// Three people of a group in one call through the demo page: everybody sees and hears everybody.
import assert from "node:assert";
import test from "node:test";
import { callers, flows, gather, history, press, tile } from "./demo_callers.mjs";
import { lookAt, missedByTab } from "./demo_page.mjs";

/** Ann begins, the others are invited and join. */
async function inGroupCall(t) {
  const { server, people } = await callers(t, ["ann", "ben", "cleo"]);
  const { ann, ben, cleo } = people;
  await gather(people, "Workshop");
  await press(ann, "Start video call");
  for (const page of [ben, cleo]) {
    const invitation = page.getByRole("group", { name: "Call in Workshop" });
    await invitation.getByText("ann has begun a video call").waitFor();
    if (page === ben) await lookAt(ben, "phone-group-invitation");
    await invitation.getByRole("button", { name: "Join" }).click();
  }
  for (const page of [ann, ben, cleo]) await flows(page, { from: 2 });
  return { server, ann, ben, cleo };
}

test("all three see and hear the others, mute, share the screen, leave and come back", async (t) => {
  const { server, ann, ben, cleo } = await inGroupCall(t);
  await lookAt(ann, "desktop-group-call");
  await lookAt(ben, "phone-group-call");
  assert.deepEqual(await missedByTab(ann), []);

  await press(ann, "Mute");
  for (const page of [ben, cleo]) await tile(page, "ann").getByText("muted").waitFor();
  await press(ann, "Mute");
  for (const page of [ben, cleo]) await tile(page, "ann").getByText("muted").waitFor({ state: "hidden" });
  await press(cleo, "Share screen");
  for (const page of [ann, ben]) await page.locator(".tile.is-whole").and(tile(page, "cleo")).waitFor();
  for (const page of [ann, ben]) await flows(page, { from: 2 });
  await lookAt(ann, "desktop-group-call-screen");
  await press(cleo, "Share screen");
  for (const page of [ann, ben]) await page.locator(".tile.is-whole").waitFor({ state: "detached" });

  await press(ben, "Hang up");
  for (const page of [ann, cleo]) await tile(page, "ben").waitFor({ state: "detached" });
  for (const page of [ann, cleo]) await flows(page);
  await press(ben, "Start video call");
  for (const page of [ann, ben, cleo]) await flows(page, { from: 2 });
  for (const page of [ann, ben, cleo]) await press(page, "Hang up");
  await ann.getByRole("link", { name: "Calls" }).click();
  await ann.getByRole("list", { name: "Calls" }).getByText("Workshop").waitFor();
  assert.equal((await history(server, "ben")).length, 2);
  for (const page of [ann, ben, cleo]) assert.deepEqual(page.complaints, []);
});

test("a page that is loaded anew comes back into the call, and everybody sees and hears it again", async (t) => {
  const { ann, ben, cleo } = await inGroupCall(t);
  await ben.reload();
  await tile(ben, "ann").waitFor();
  for (const page of [ann, ben, cleo]) await flows(page, { from: 2 });
  await press(ben, "Hang up");
  for (const page of [ann, cleo]) await flows(page);
  for (const page of [ann, ben, cleo]) assert.deepEqual(page.complaints, []);
});
