// SPDX-License-Identifier: Apache-2.0
// So many calls at once: how long each takes until the caller has the answer to the offer, and what it costs the server from the
// first ring to the end. Beside a bare relay on Node's socket.io, which checks nothing and keeps nothing: what signalling costs
// there before it is right.
//
//     ./dev bench calls [CALLS [ROUNDS]]
//
// A call is 23 messages to the server: initiate, answer, offer and answer of 2 kB each, 8 candidates from either side, end; Mortise
// writes three of its steps to the disk before it tells anybody. In `paced` a new call begins every 10 ms, in `together` all begin at
// the same moment, so that its times tell how long the last one waits. Servers have the first processor, clients the second.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Contender, kinds, servers_processor } from "../sockets/contender.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.MORTISE_BUILD_DIR ?? join(here, "../../../build");
const calls = Number(process.argv[2] ?? 1000), rounds = Number(process.argv[3] ?? 3);
const pace = 10;  // ms

kinds["mortise calls"] = (folder) => {
  const config = join(folder, "mortise.yaml");
  writeFileSync(config, `server: { listen: ["127.0.0.1:0"] }\ndatabase: { url: "sqlite:${folder}/bench.db" }\n` +
    "plugins: [auth: { password: { memory: 8MiB, passes: 1, queue: 200 }, host: { in_flight: 300 } }, calls]\n");
  return { words: [join(build, "bin/mortise"), "serve", "--config", config], port: /http:\/\/127\.0\.0\.1:(\d+)/ };
};
kinds["socket.io relay"] = () => ({ words: [process.execPath, join(here, "relay.mjs")], port: /^(\d+)$/ });

const folder = mkdtempSync(join(tmpdir(), "mortise-bench-"));
const contenders = [];
const median = (values) => values.toSorted((left, right) => left - right)[values.length >> 1];
try {
  for (const kind of ["mortise calls", "socket.io relay"]) {
    const contender = await Contender.start(kind, mkdtempSync(join(folder, "data-")), servers_processor, join(here, "crowd.mjs"));
    contenders.push(contender);
    console.error(`${kind}: ${2 * calls} people connect`);
    await contender.run("connect", { count: calls, signs_up: kind === "mortise calls" });
  }
  console.log(`${calls} calls at once, medians of ${rounds} rounds`.padEnd(44) +
    ["us CPU a call", "p50 ms", "p95 ms", "p99 ms"].map((title) => title.padStart(15)).join(""));
  for (const [name, every] of [["paced", pace], ["together", 0]]) {
    const results = contenders.map(() => []);
    for (let round = 0; round <= rounds; ++round)  // the first does not count
      for (const [place, contender] of contenders.entries()) {
        console.error(`${name}, ${contender.kind}: ${round === 0 ? "warming" : `round ${round} of ${rounds}`}`);
        const result = await contender.run("call", { round: `${name}-${round}`, every });
        if (round > 0) results[place].push({ ...result, cpu: result.cpu / result.count });
      }
    for (const [place, contender] of contenders.entries())
      console.log(`${name}, ${contender.kind}`.padEnd(44) + ["cpu", "p50", "p95", "p99"]
        .map((figure) => median(results[place].map((result) => result[figure])).toFixed(1).padStart(15)).join(""));
  }
} finally {
  await Promise.all(contenders.map((contender) => contender.stop()));
  rmSync(folder, { recursive: true });
}
