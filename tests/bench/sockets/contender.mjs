// SPDX-License-Identifier: Apache-2.0
// A server that takes part, and the clients it has.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.MORTISE_BUILD_DIR ?? join(here, "../../../build");
const ticks_a_second = 100;  // what /proc counts in, on every Linux there is
export const servers_processor = 0, crowds_processor = 1;

const pinned = (processor, words, how) => spawn("taskset", ["-c", String(processor), ...words], how);
const node = (...words) => [process.execPath, "--expose-gc", join(here, "server.mjs"), ...words];

/** The command that starts each server, and what its line with the port looks like. */
export const kinds = {
  mortise: (folder) => {
    const config = join(folder, "mortise.yaml");
    writeFileSync(config, `server: { listen: ["127.0.0.1:0"], io_threads: 1 }\n` +
      `database: { url: "sqlite:${folder}/bench.db" }\nplugins: [protocol_echo]\n`);
    return { words: [join(build, "bin/mortise"), "serve", "--config", config], port: /http:\/\/127\.0\.0\.1:(\d+)/ };
  },
  "socket.io": () => ({ words: node("socket.io"), port: /^(\d+)$/, collects: true }),
  ws: () => ({ words: node("ws"), port: /^(\d+)$/, collects: true }),
};

export class Contender {
  /** `processor` is the server's; `crowd` the program that plays its clients. */
  static async start(kind, folder, processor = servers_processor, crowd = join(here, "crowd.mjs")) {
    const self = new Contender();
    const { words, port, collects } = kinds[kind](folder);
    self.kind = kind;
    self.collects = collects;
    self.server = pinned(processor, words, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, MORTISE_PLUGIN_PATH: join(build, "test-plugins") },
    });
    self.lines = createInterface({ input: self.server.stdout });
    self.port = await new Promise((resolve, reject) => {
      self.lines.on("line", (line) => {
        const found = line.match(port);
        if (found) resolve(Number(found[1]));
      });
      self.server.once("exit", () => reject(new Error(`${kind} did not start`)));
    });
    self.crowd = pinned(crowds_processor, [process.execPath, crowd],
      { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    self.lost = new Promise((_, reject) => {
      self.crowd.once("exit", (code) => reject(new Error(`the clients of ${kind} gave up (${code})`)));
    });
    self.lost.catch(() => {});  // run() tells it
    return self;
  }
  /** Has the crowd do something; adds the processor time, in us, that the server took meanwhile. */
  async run(task, how = {}) {
    const before = this.#ticks();
    const answer = once(this.crowd, "message");
    this.crowd.send({ task, port: this.port, ...how });
    const [{ result, fault }] = await Promise.race([answer, this.lost]);
    if (fault) throw new Error(`${this.kind}, ${task}: ${fault}`);
    return { ...result, cpu: ((this.#ticks() - before) / ticks_a_second) * 1e6 };
  }
  /** What the server's process holds, in kB. */
  async memory() {
    if (this.collects) {
      const collected = once(this.lines, "line");
      this.server.kill("SIGUSR2");
      await collected;
    }
    const text = readFileSync(`/proc/${this.server.pid}/smaps_rollup`, "utf8");
    const field = (name) => Number(text.match(new RegExp(`^${name}: +(\\d+) kB`, "m"))[1]);
    return { rss: field("Rss"), anonymous: field("Anonymous") };
  }
  async stop() {
    this.crowd.kill("SIGKILL");
    this.server.kill("SIGKILL");
    await once(this.server, "exit");
  }
  #ticks() {
    const fields = readFileSync(`/proc/${this.server.pid}/stat`, "utf8").split(") ")[1].split(" ");
    return Number(fields[11]) + Number(fields[12]);
  }
}
