// SPDX-License-Identifier: Apache-2.0
// The real program on a free port with its data in a temporary folder, and a real browser.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";

const source = process.env.MORTISE_SOURCE_DIR;
const build = process.env.MORTISE_BUILD_DIR;
export const require = createRequire(join(source, "tests/package.json"));

/** Starts the program; `test` stops it. Returns {url, stop, start}: start() comes back on the same port.
    `settings` is YAML beside the plugins. */
export async function serve(test, plugins, settings = "") {
  const folder = mkdtempSync(join(tmpdir(), "mortise-e2e-"));
  const config = join(folder, "mortise.yaml");
  const write = (port) => writeFileSync(config,
    `server: { listen: ["127.0.0.1:${port}"] }\ndatabase: { url: "sqlite:${folder}/test.db" }\n${settings}\nplugins: [${plugins.join(", ")}]\n`);
  const server = { url: null, process: null, errors: "" };

  server.start = async () => {
    write(server.url ? new URL(server.url).port : 0);
    server.process = spawn(join(build, "bin/mortise"), ["serve", "--config", config], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, MORTISE_PLUGIN_PATH: join(build, "test-plugins") },
    });
    server.ended = new Promise((resolve) => server.process.once("exit", resolve));
    const kill = server.process.kill.bind(server.process, "SIGKILL");
    process.once("exit", kill); // where the tests themselves are cut short
    server.ended.then(() => process.off("exit", kill));
    server.process.stderr.on("data", (bytes) => { server.errors += bytes; });
    for await (const line of createInterface({ input: server.process.stdout })) {
      server.url = line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0] ?? server.url;
      if (line.trim().startsWith("try")) return server;
    }
    throw new Error(`the server did not start: ${server.errors}`);
  };
  server.stop = async (signal = "SIGTERM") => {
    server.process.kill(signal);
    await server.ended;
  };
  test.after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });
  return server.start();
}

// Debian's and Fedora's headless shell, which needs half as much of the processors as the whole browser.
const chromiums = ["/usr/bin/chromium-headless-shell", "/usr/lib64/chromium-browser/headless_shell", "/usr/bin/chromium"];
let browser = null;
after(async () => (await browser)?.close());

/** The one browser of a file's tests; each opens contexts of its own in it. `args` count the first time. */
export function browse(...args) {
  browser ??= require("playwright-core").chromium.launch({
    executablePath: process.env.MORTISE_CHROMIUM ?? chromiums.find(existsSync),
    args: process.getuid() === 0 ? ["--no-sandbox", ...args] : args,
  });
  return browser;
}

/** Asks the server as a program would; returns the parsed body. */
export async function call(server, method, path, { token, body } = {}) {
  const answer = await fetch(server.url + path, {
    method,
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** What an account of this name is registered with. */
export const account = (name) => ({ username: name, email: `${name}@example.org`, password: "correct horse" });

/** Registers it as a program would; returns its session. */
export const makeAccount = (server, name) => call(server, "POST", "/api/v1/auth/register", { body: account(name) });

/** Where pictures of the page go, to be looked at. */
export function picture(name) {
  const folder = join(build, "e2e");
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}
