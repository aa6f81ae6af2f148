// SPDX-License-Identifier: Apache-2.0
// Mortise's sockets beside Node's socket.io and ws, in turns in one run: what an echo costs, what an idle client and a
// receiver of a broadcast cost among so many, and how long messages are on their way there.
//
//     ./dev bench sockets [CLIENTS [ROUNDS]]
//
// Each server has one thread for its sockets. In the echo it shares a processor with its clients, so that neither waits
// for the other to wake up; after that servers have the first processor and clients the second.
//
// CPU is what the kernel charged the server's process (in steps of 10 ms) over the messages its clients counted. How many
// messages a server finds when it wakes up depends on who else is busy, and so does what each costs: look at ratios. They
// are medians of the rounds' own, whose range stands beside them. Rounds count once Node's compiler is done: cold, its
// echo costs seven times as much. The cost of talking contains the idle ones' heartbeat. Delays contain the time the
// clients' one process takes to read what has come: they compare servers, and are no promise.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Contender, crowds_processor } from "./contender.mjs";

const crowd_size = Number(process.argv[2] ?? 10_000), rounds = Number(process.argv[3] ?? 5);
const echoing = 100, echoes = 50_000;  // a round
const held_before = 100;  // clients that are there when idle memory is first looked at: what a server needs but once
const broadcasts = 10;    // a round
const talkers = 100, talk_every = 50, talk_time = 5_000;
const warming = 3;  // rounds that do not count

const folder = mkdtempSync(join(tmpdir(), "mortise-bench-"));
const running = [];
const start = async (kind, processor) => {
  running.push(await Contender.start(kind, mkdtempSync(join(folder, "data-")), processor));
  return running.at(-1);
};
const stop_all = () => Promise.all(running.splice(0).map((contender) => contender.stop()));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const say = (text) => console.error(text);

/** Each in each round, in turns; the results of each that counts. */
async function in_rounds(name, contenders, work) {
  const results = contenders.map(() => []);
  for (let round = 1 - warming; round <= rounds; ++round) {
    say(`${name}: ${round <= 0 ? "warming" : `round ${round} of ${rounds}`}`);
    for (const [place, contender] of contenders.entries()) {
      const result = await work(contender);
      if (round > 0) results[place].push(result);
    }
  }
  return results;
}
const cpu_of = (results) => results.map(({ cpu, count }) => cpu / count);

const table = [];
/** Values are one figure, or one of each round: then the ratio is the median of the rounds' own, and has a range. */
function row(what, unit, ours, theirs, digits = 2) {
  const [mine, other] = [[ours].flat(), [theirs].flat()];
  const ratios = mine.map((value, round) => value / other[round]);
  const range = ratios.length > 1 ? `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}` : "";
  table.push([what, unit, median(mine).toFixed(digits), median(other).toFixed(digits), median(ratios).toFixed(2), range]);
}
const share_and_delays = (what, results) => {
  const all = (name) => results.map((rounds) => rounds.map((result) => result[name]));
  const total = (values) => values.reduce((sum, value) => sum + value, 0);
  const expected = all("expected").map(total);
  row(`${what}, delivered`, "%", ...all("count").map((counts, place) => (100 * total(counts)) / expected[place]), 3);
  for (const name of ["average", "p50", "p99"]) row(`${what}, delay ${name}`, "ms", ...all(name));
};

async function echo(what, path, other) {
  const contenders = [await start("mortise", crowds_processor), await start(other, crowds_processor)];
  for (const contender of contenders) await contender.run("connect", { count: echoing, path });
  const [ours, theirs] = await in_rounds(what, contenders, (contender) =>
    contender.run("echo", { is_raw: path !== undefined, count: echoes }));
  row(`${what}, 64 bytes, ${echoing} clients`, "us CPU a message", cpu_of(ours), cpu_of(theirs));
  await stop_all();
}

async function crowd() {
  const contenders = [await start("mortise"), await start("socket.io")];
  const held = { before: [], idle: [], after: [] };
  const connecting = [];
  for (const contender of contenders) {
    await contender.run("connect", { count: held_before });
    await sleep(1000);
    held.before.push(await contender.memory());
    say(`${contender.kind}: ${crowd_size} clients connect`);
    connecting.push((await contender.run("connect", { count: crowd_size - held_before })).cpu);
    await sleep(2000);
    held.idle.push(await contender.memory());
  }
  const added = crowd_size - held_before;
  row("connecting", "us CPU a client", connecting[0] / added, connecting[1] / added, 0);
  const memory = (when, field) =>
    contenders.map((_, place) => (held[when][place][field] - held.before[place][field]) / added);
  row(`idle client among ${crowd_size}, private`, "kB", ...memory("idle", "anonymous"));
  row(`idle client among ${crowd_size}, resident`, "kB", ...memory("idle", "rss"));

  const talk = await in_rounds(`${talkers} talk beside the idle`, contenders, (contender) =>
    contender.run("exchange", { talkers, every: talk_every, milliseconds: talk_time }));
  row(`${talkers} talking beside the idle`, "us CPU a message", ...talk.map(cpu_of));
  share_and_delays("... their messages", talk);

  for (const contender of contenders) await contender.run("join");
  const told = await in_rounds("broadcast", contenders, (contender) =>
    contender.run("broadcast", { count: broadcasts }));
  row(`broadcast to ${crowd_size}`, "us CPU a receiver", ...told.map(cpu_of));
  share_and_delays("... broadcast", told);
  await sleep(2000);
  for (const contender of contenders) held.after.push(await contender.memory());
  row("client after the broadcasts, private", "kB", ...memory("after", "anonymous"));
  await stop_all();
}

try {
  await echo("Socket.IO echo", undefined, "socket.io");
  await echo("WebSocket echo", "/ws", "ws");
  await crowd();
  console.log(`\n${rounds} rounds; Node is socket.io, for the WebSocket echo ws\n`);
  for (const [what, unit, ours, theirs, ratio, range] of [["", "", "Mortise", "Node", "ratio", "its range"], ...table])
    console.log(what.padEnd(44) + unit.padEnd(19) +
      ours.padStart(9) + theirs.padStart(9) + ratio.padStart(7) + range.padStart(12));
} finally {
  await stop_all();
  rmSync(folder, { recursive: true });
}
