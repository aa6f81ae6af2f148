// SPDX-License-Identifier: Apache-2.0
// The demo page as its tests use it: opened in a browser, worked with as people do.

import assert from "node:assert";
import { readFileSync } from "node:fs";
import { account, makeAccount, picture, require } from "./harness.mjs";

export const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
};

/** A page that fails its test for anything the browser complains about, and for every word to another server. */
export async function openPage(test, browser, server, options = {}, prepare = async () => {}) {
  const context = await browser.newContext({ baseURL: server.url, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (fault) => complaints.push(String(fault)));
  page.on("request", (request) => request.url().startsWith(server.url) || complaints.push(`asked ${request.url()}`));
  await prepare(page);
  await page.goto("/");
  test.after(() => context.close());
  return Object.assign(page, { complaints });
}

export async function register(page, name) {
  const { username, email, password } = account(name);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Tasks" }).waitFor();
}

/** A new account's page, as if its form had been sent: before the page is opened, for tests of what comes after. */
export async function enter(page, server, name) {
  const session = await makeAccount(server, name);
  await page.addInitScript(([place, entry]) => sessionStorage.getItem(place) ?? sessionStorage.setItem(place, entry), ["mortise.session", JSON.stringify(session)]);
}

export const addTask = async (page, title) => {
  await page.getByLabel("New task").fill(title);
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("listitem").filter({ hasText: title }).waitFor();
};

export const fitsItsWidth = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

/** Walks the page by Tab; returns what can be worked with but was not reached, and what was reached unseen. */
export async function missedByTab(page) {
  await page.evaluate(() => {
    document.activeElement?.blur();
    getSelection().removeAllRanges();
    const usable = "a[href], button, input, select, textarea";
    window.unreached = new Set([...document.querySelectorAll(usable)].filter((one) => one.checkVisibility() && !one.disabled && !one.closest("[inert]")));
    window.unseen = new Set();
  });
  let left = await page.evaluate(() => window.unreached.size);
  for (let steps = left * 3 + 10; left > 0 && steps > 0; --steps) {
    await page.keyboard.press("Tab");
    left = await page.evaluate(() => {
      const at = document.activeElement;
      window.unreached.delete(at);
      if (at !== document.body && getComputedStyle(at).outlineStyle === "none") window.unseen.add(at);
      return window.unreached.size;
    });
  }
  return page.evaluate(() => [...window.unreached, ...window.unseen].map((one) => one.outerHTML.slice(0, 120)));
}

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong with the page for people who don't see or hear it as it was meant; one line for each. */
export async function barriers(page, rules = ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]) {
  if (!await page.evaluate(() => "axe" in window)) await page.evaluate(axe);
  const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly }), rules);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html.slice(0, 100)} ${any[0]?.message ?? ""}`));
}

const rulesOfColours = ["color-contrast", "link-in-text-block"];

/** What must hold of every view, and pictures of it, by day and by night, where nothing but the colours differ. */
export async function lookAt(page, name) {
  assert.ok(await fitsItsWidth(page), `${name} is wider than its page`);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.deepEqual(await barriers(page, rulesOfColours), []);
  await page.screenshot({ path: picture(`${name}-dark`) });
  await page.emulateMedia({ colorScheme: "light" });
  assert.deepEqual(await barriers(page), []);
  await page.screenshot({ path: picture(name) });
}
