// SPDX-License-Identifier: Apache-2.0
// People call each other over the official clients, and the server is killed in the middle.
import assert from "node:assert";
import test from "node:test";
import { connect, next, signUp } from "./chat_people.mjs";
import { serve } from "./harness.mjs";

const plugins = (options) => ["auth: { password: { memory: 8MiB, passes: 1 } }", `calls: { ${options} }`];
const ask = (socket, event, payload) => socket.timeout(5000).emitWithAck(event, payload);
const refusal = (answer) => (assert.equal(answer.ok, false), answer.error.code);

/** Two people and their sockets. */
async function pair(t, server, library) {
  const people = await Promise.all(["ann", "ben"].map((name) => signUp(server, name)));
  const [ofAnn, ofBen] = await Promise.all(people.map((person) => connect(t, server, person, { library })));
  return { ann: people[0], ben: people[1], ofAnn, ofBen };
}

async function begin({ ben, ofAnn, ofBen }, callId) {
  const incoming = next(ofBen, "call:incoming");
  assert.ok((await ask(ofAnn, "call:initiate", { callId, receiverId: ben.id, callType: "video" })).ok);
  await incoming;
  const answered = next(ofAnn, "call:answered");
  assert.ok((await ask(ofBen, "call:answer", { callId })).ok);
  await answered;
}

test("a call from ring to end, its signals, and a stranger who hears nothing", async (t) => {
  const server = await serve(t, plugins(""));
  const { ann, ben, ofAnn, ofBen } = await pair(t, server);
  const ofCay = await connect(t, server, await signUp(server, "cay"));
  ofCay.onAny((event) => assert.equal(event, "call:failed"));

  const incoming = next(ofBen, "call:incoming"), ringing = next(ofAnn, "call:ringing");
  const callId = "7c1e";
  ofAnn.emit("call:initiate", { callId, receiverId: ben.id, callType: "audio", callerInfo: { fullname: "Ann", username: "cay" } });
  assert.equal((await ringing).receiverId, ben.id);
  const rings = await incoming;
  assert.equal(rings.callerId, ann.id);
  assert.deepEqual(rings.callerInfo, { fullname: "Ann", username: "ann", id: ann.id });

  const answered = next(ofAnn, "call:answered");
  ofBen.emit("call:answer", { callId });
  assert.equal((await answered).receiverId, ben.id);

  const offer = { type: "offer", sdp: "v=0\r\n" };
  const heard = next(ofBen, "webrtc:offer");
  ofAnn.emit("webrtc:offer", { callId, offer, receiverId: ben.id });
  assert.deepEqual(await heard, { callId, offer, callerId: ann.id });
  const reply = next(ofAnn, "webrtc:answer");
  ofBen.emit("webrtc:answer", { callId, answer: offer, callerId: ann.id });
  assert.deepEqual(await reply, { callId, answer: offer, receiverId: ben.id });
  const candidate = next(ofAnn, "webrtc:ice-candidate");
  ofBen.emit("webrtc:ice-candidate", { callId, candidate: { candidate: "x" }, receiverId: ann.id });
  assert.deepEqual(await candidate, { callId, candidate: { candidate: "x" }, senderId: ben.id });

  const metrics = async () => (await fetch(server.url + "/metrics")).text();
  assert.match(await metrics(), /^mortise_calls_active 1$/m);
  assert.equal(refusal(await ask(ofCay, "webrtc:offer", { callId, offer, receiverId: ben.id })), "not_found");
  assert.equal(refusal(await ask(ofCay, "call:end", { callId })), "not_found");
  assert.equal(refusal(await ask(ofCay, "call:initiate", { receiverId: ben.id })), "busy");

  const ended = next(ofBen, "call:ended");
  ofAnn.emit("call:end", { callId, reason: "completed", duration: 999 });
  const { duration, ...rest } = await ended;
  assert.deepEqual(rest, { callId, reason: "completed" });
  assert.ok(duration < 60);
  const figures = await metrics();
  for (const line of ["mortise_calls_active 0", "mortise_calls_pending 0", 'mortise_calls_started_total{type="audio"} 1', 'mortise_calls_ended_total{outcome="answered"} 1'])
    assert.ok(figures.split("\n").includes(line), line);
});

test("clients of version 2 call each other too", async (t) => {
  const server = await serve(t, plugins(""));
  const { ben, ofAnn, ofBen } = await pair(t, server, "socket.io-client-v2");
  const incoming = next(ofBen, "call:incoming");
  ofAnn.emit("call:initiate", { callId: "v2", receiverId: ben.id, callType: "video" });
  await incoming;
  const rejected = next(ofAnn, "call:rejected");
  ofBen.emit("call:reject", { callId: "v2", reason: "Later" });
  assert.deepEqual(await rejected, { callId: "v2", reason: "Later", receiverId: ben.id });
});

test("a server that is killed in mid-call finds the call again, and so do both clients", async (t) => {
  const server = await serve(t, plugins("grace: 10s"));
  const people = await pair(t, server);
  await begin(people, "c-1");
  const { ofAnn, ofBen } = people;
  const resumed = [next(ofAnn, "call:resume"), next(ofBen, "call:resume")];
  await server.stop("SIGKILL");
  await server.start();
  const [annsCall, bensCall] = await Promise.all(resumed);
  assert.deepEqual([annsCall.callId, annsCall.state, annsCall.role], ["c-1", "answered", "caller"]);
  assert.deepEqual([bensCall.callId, bensCall.peerId, bensCall.role], ["c-1", people.ann.id, "receiver"]);
  const heard = next(ofAnn, "webrtc:offer");
  assert.ok((await ask(ofBen, "webrtc:offer", { callId: "c-1", offer: "again" })).ok);
  assert.equal((await heard).offer, "again");
  const ended = next(ofBen, "call:ended");
  assert.ok((await ask(ofAnn, "call:end", { callId: "c-1" })).ok);
  await ended;
});

test("after a kill, a call in which one does not come back ends with the grace time", async (t) => {
  const server = await serve(t, plugins("grace: 2s"));
  const people = await pair(t, server);
  await begin(people, "c-1");
  const ended = next(people.ofAnn, "call:ended");
  await server.stop("SIGKILL");
  people.ofBen.close();
  await server.start();
  assert.deepEqual((await ended).reason, "Connection lost");
  assert.ok((await ask(people.ofAnn, "call:initiate", { receiverId: people.ben.id })).ok, "nobody is busy any more");
});

test("a server that is killed in mid-ring goes on ringing, until the ring is over", async (t) => {
  const server = await serve(t, plugins("ring: 6s, grace: 5s"));
  const people = await pair(t, server);
  const { ben, ofAnn, ofBen } = people;
  for (const callId of ["answered", "missed"]) {
    assert.ok((await ask(ofAnn, "call:initiate", { callId, receiverId: ben.id })).ok);
    const resumed = next(ofAnn, "call:resume"), rings = next(ofBen, "call:incoming");
    await server.stop("SIGKILL");
    await server.start();
    assert.equal((await resumed).state, "ringing");
    assert.equal((await rings).callId, callId);
    if (callId === "missed") break;
    const answered = next(ofAnn, "call:answered");
    assert.ok((await ask(ofBen, "call:answer", { callId })).ok);
    await answered;
    assert.ok((await ask(ofAnn, "call:end", { callId })).ok);
  }
  const failed = next(ofAnn, "call:failed"), missed = next(ofBen, "call:missed");
  assert.deepEqual(await failed, { callId: "missed", reason: "No answer", winner: null });
  assert.equal((await missed).callId, "missed");
});

test("nobody who was in a call when the server died is busy once the grace time is over", async (t) => {
  const server = await serve(t, plugins("grace: 1s"));
  const people = await pair(t, server);
  await begin(people, "c-1");
  people.ofAnn.close();
  people.ofBen.close();
  await server.stop("SIGKILL");
  await server.start();
  const ofCay = await connect(t, server, await signUp(server, "cay"));
  for (;;) {  // until the call is over: the test's own time limit ends it otherwise
    const answer = await ask(ofCay, "call:initiate", { receiverId: people.ben.id });
    if (answer.ok) break;
    assert.equal(answer.error.code, "busy");
  }
});
