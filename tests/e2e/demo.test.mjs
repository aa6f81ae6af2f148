// SPDX-License-Identifier: Apache-2.0
// The demo page in a real browser: accounts and tasks, wide and on a phone, by mouse and by keyboard.
import assert from "node:assert";
import test from "node:test";
import { addTask, lookAt, missedByTab, openPage, register, screens } from "./demo_page.mjs";
import { browse, serve } from "./harness.mjs";

for (const [screen, options] of Object.entries(screens)) {
  test(`on a ${screen}: an account is made, tasks are added, changed and deleted`, async (t) => {
    const server = await serve(t, ["auth", "users", "tasks", "web"]);
    const page = await openPage(t, await browse(), server, options);
    await page.getByRole("heading", { name: "Create an account" }).waitFor();
    assert.deepEqual(await missedByTab(page), []);
    await page.evaluate(() => scrollTo(0, 0));
    await lookAt(page, `${screen}-welcome`);

    await register(page, "ann");
    await page.getByText("Nothing to do yet").waitFor();
    for (const title of ["Sharpen the chisels", "Cut the tenons", "Order oak boards"]) await addTask(page, title);
    const oak = page.getByRole("listitem").filter({ hasText: "Order oak boards" });
    await oak.getByLabel("State").selectOption("in-progress");
    await page.getByText("2 pending · 1 in progress").waitFor();
    await page.getByRole("checkbox", { name: "Cut the tenons" }).check();
    await page.getByText("1 pending · 1 in progress · 1 completed").waitFor();
    assert.deepEqual(await missedByTab(page), []);
    await lookAt(page, `${screen}-tasks`);

    await page.getByRole("button", { name: "Completed" }).click();
    await page.getByRole("listitem").filter({ hasText: "Sharpen" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Delete Cut the tenons" }).click();
    await page.getByText("Nothing is completed.").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("listitem").filter({ hasText: "Cut the tenons" }).waitFor();

    await page.reload();
    await page.getByText("1 pending · 1 in progress · 1 completed").waitFor();
    assert.equal(await page.getByRole("list", { name: "Tasks" }).getByRole("listitem").count(), 3);
    assert.deepEqual(page.complaints, []);
  });
}

test("signing out and in again, a wrong password and a name that is taken", async (t) => {
  const server = await serve(t, ["auth", "users", "tasks", "web"]);
  const browser = await browse();
  const page = await openPage(t, browser, server);
  await register(page, "ann");
  await addTask(page, "<img src=x onerror=alert(1)>");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Create an account" }).waitFor();

  await page.getByRole("button", { name: "I have an account" }).click();
  await page.getByLabel("E-mail or username").fill("ann");
  await page.getByLabel("Password").fill("wrong horse");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").filter({ hasText: /\S/ }).waitFor();
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("listitem").filter({ hasText: "<img src=x onerror=alert(1)>" }).waitFor();

  const other = await openPage(t, browser, server);
  await other.getByLabel("Username").fill("Ann");
  await other.getByLabel("E-mail").fill("other@example.org");
  await other.getByLabel("Password").fill("correct horse");
  await other.getByRole("button", { name: "Create account" }).click();
  await other.getByRole("alert").filter({ hasText: /taken|exists|use/i }).waitFor();
});

test("a section is there only if the server offers it", async (t) => {
  const browser = await browse();
  const bare = await openPage(t, browser, await serve(t, ["web"]));
  await bare.getByRole("heading", { name: "This server has no accounts" }).waitFor();
  const page = await openPage(t, browser, await serve(t, ["auth", "users", "tasks", "web"]));
  await register(page, "ann");
  assert.deepEqual(await page.getByRole("navigation").getByRole("link").allInnerTexts(), ["Tasks"]);
});
