// SPDX-License-Identifier: Apache-2.0
// People in pages of their own that call each other, with the browser's false camera and microphone.
import { enter, openPage, screens } from "./demo_page.mjs";
import { browse, call, serve } from "./harness.mjs";

const devices = [
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream=fps=5", // pictures cost a machine without a graphics card much
  "--auto-select-desktop-capture-source=Entire screen",
  "--disable-features=WebRtcHideLocalIpsWithMdns", // a test's loopback has nobody to ask for .local names
];
const plugins = (settings) => ["auth", "users", "tasks", "chat", settings ? `{ calls: ${settings} }` : "calls", "web"];

// The page's connections, to ask them what comes through.
const watchConnections = (page) => page.addInitScript(() => {
  window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) {
      super(...given);
      window.connections.push(this);
    }
  };
});

/** One page a name: the first on a desktop, the second on a phone, and so on. `settings` are the plugin's, as YAML. */
export async function callers(t, names, { settings, prepare = async () => {} } = {}) {
  const server = await serve(t, plugins(settings));
  const browser = await browse(...devices);
  const people = {};
  for (const [place, name] of names.entries()) {
    const screen = place % 2 === 0 ? screens.desktop : screens.phone;
    people[name] = await openPage(t, browser, server, screen, async (page) => {
      await enter(page, server, name);
      await watchConnections(page);
      await prepare(page, name);
    });
    await people[name].getByRole("link", { name: "Chat" }).click();
    await people[name].getByText("Live", { exact: true }).waitFor();
  }
  return { server, browser, people };
}

/** Opens the conversation of this page with somebody. */
export async function find(page, name) {
  await page.getByRole("searchbox", { name: "Find people" }).fill(name);
  await page.getByRole("list", { name: "People" }).getByRole("button", { name }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
}

/** The conversation's group of everybody, opened in all their pages. */
export async function gather(people, title) {
  const [first, ...others] = Object.keys(people);
  const page = people[first];
  await page.getByRole("button", { name: "New group" }).click();
  await page.getByLabel("Name of the group").fill(title);
  for (const name of others) {
    await page.getByRole("searchbox", { name: "Add people" }).fill(name);
    await page.getByRole("list", { name: "People" }).getByRole("button", { name }).click();
    await page.getByRole("button", { name: `Without ${name}` }).waitFor();
  }
  await page.getByRole("button", { name: "Begin the group" }).click();
  await page.getByRole("heading", { name: title, level: 1 }).waitFor();
  for (const name of others) {
    await people[name].getByRole("list", { name: "Conversations" }).getByRole("link", { name: title }).click();
    await people[name].getByRole("heading", { name: title, level: 1 }).waitFor();
  }
}

export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
/** Somebody's picture in the call. */
export const tile = (page, name) => page.locator(".stage").getByRole("group", { name, exact: true });
/** Somebody rings here. */
export const hearRing = (page, name) => page.getByRole("group", { name: `Call from ${name}` }).waitFor();
/** Waits until the call's line of words says this. */
export async function told(page, words) {
  const line = page.locator(".stage .words");
  await line.filter({ hasText: words }).waitFor({ state: "attached", timeout: 15_000 }) // no words: no box
    .catch(async () => { throw new Error(`not “${words}” but “${await line.textContent()}”`); });
}

/** Waits until what these kinds bring grows on exactly so many connections: pictures decoded, sound with something in it. */
export async function flows(page, { from = 1, kinds = ["audio", "video"] } = {}) {
  await page.evaluate(async ({ from, kinds, patience }) => {
    const received = async (connection) => {
      const sum = { audio: 0, video: 0 };
      for (const report of (await connection.getStats()).values())
        if (report.type === "inbound-rtp") sum[report.kind] += (report.kind === "video" ? report.framesDecoded : report.totalAudioEnergy) ?? 0;
      return sum;
    };
    const first = new Map();
    const grows = async (connection) => {
      const now = await received(connection);
      if (!first.has(connection)) first.set(connection, now);
      return kinds.every((kind) => now[kind] > first.get(connection)[kind]);
    };
    for (const end = Date.now() + patience; ; await new Promise((resolve) => { setTimeout(resolve, 100); })) {
      const open = window.connections.filter(({ connectionState }) => connectionState === "connected");
      const growing = await Promise.all(open.map(grows));
      if (open.length === from && growing.every(Boolean)) return;
      if (Date.now() > end) throw new Error(`comes through: ${JSON.stringify(await Promise.all(window.connections.map(async (connection) => [connection.connectionState, await received(connection)])))}`);
    }
  }, { from, kinds, patience: 20_000 });
}

/** Somebody's history as the API has it. */
export async function history(server, name) {
  const { accessToken } = await call(server, "POST", "/api/v1/auth/login", { body: { email: name, password: "correct horse" } });
  return (await call(server, "GET", "/api/v1/calls", { token: accessToken })).data;
}
