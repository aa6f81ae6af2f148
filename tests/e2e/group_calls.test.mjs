// SPDX-License-Identifier: Apache-2.0
// Members of a real group in a call of theirs, over the official clients; where they are; the server killed in the middle.
import assert from "node:assert";
import test from "node:test";
import { connect, next, plugins, signUp } from "./chat_people.mjs";
import { call, serve } from "./harness.mjs";

const ask = (socket, event, payload) => socket.timeout(5000).emitWithAck(event, payload);
const roomId = "r-1";

/** A server, a group of ann, ben and cay with a socket each, and eve who is in none. */
async function stage(t, options = "") {
  const server = await serve(t, [...plugins, `calls: { ${options} }`]);
  const people = await Promise.all(["ann", "ben", "cay", "eve"].map((name) => signUp(server, name)));
  const sockets = await Promise.all(people.map((person) => connect(t, server, person)));
  const [ann, ben, cay] = people;
  const body = { type: "group", title: "Garden", memberIds: [ben.id, cay.id] };
  const { id: groupId } = await call(server, "POST", "/api/v1/chats", { token: ann.token, body });
  return { server, people, sockets, groupId };
}

const join = (socket, groupId) => ask(socket, "groupcall:join", { roomId, groupId, callType: "video" });

/** All three are in the call. */
async function begin({ sockets, groupId }) {
  for (const socket of sockets.slice(0, 3)) assert.ok((await join(socket, groupId)).ok);
}

test("a group's call from invitation to history, and a stranger who hears nothing", async (t) => {
  const { server, people: [ann, ben, cay], sockets: [ofAnn, ofBen, ofCay, ofEve], groupId } = await stage(t);
  ofEve.onAny((event) => assert.equal(event, "groupcall:error"));

  const invitation = next(ofBen, "groupcall:invitation"), joined = next(ofAnn, "groupcall:joined");
  ofAnn.emit("groupcall:join", { roomId, groupId, callType: "video", userInfo: { fullname: "Ann" } });
  assert.deepEqual(await invitation, {
    roomId, groupId, callType: "video", callerInfo: { fullname: "Ann", id: ann.id, username: "ann" }, groupName: "Garden",
  });
  assert.equal((await joined).roomState.totalParticipants, 1);

  const heard = next(ofAnn, "groupcall:participant-joined");
  const answer = await join(ofBen, groupId);
  assert.deepEqual(answer.participants.map((one) => one.userId), [ann.id]);
  assert.deepEqual((await heard).participant.tracks, { audio: true, video: true });
  assert.ok((await join(ofCay, groupId)).ok);

  const offers = [next(ofAnn, "groupcall:webrtc-offer"), next(ofBen, "groupcall:webrtc-offer")];
  assert.ok((await ask(ofCay, "groupcall:webrtc-offer", { roomId, offer: { sdp: "v=0" } })).ok);
  for (const offer of await Promise.all(offers)) assert.deepEqual(offer, { roomId, offer: { sdp: "v=0" }, senderId: cay.id });
  const glare = next(ofAnn, "groupcall:webrtc-glare");
  assert.equal((await ask(ofAnn, "groupcall:webrtc-offer", { roomId, offer: "x", targetUserId: cay.id })).error.code, "glare");
  assert.equal((await glare).winnerId, cay.id);
  const reply = next(ofCay, "groupcall:webrtc-answer");
  ofAnn.emit("groupcall:webrtc-answer", { roomId, answer: "a", targetUserId: cay.id });
  assert.deepEqual(await reply, { roomId, answer: "a", senderId: ann.id });

  const screen = next(ofBen, "groupcall:screen-share-started");
  ofCay.emit("groupcall:screen-share-start", { roomId, trackId: "t-1" });
  assert.deepEqual(await screen, { roomId, userId: cay.id, trackId: "t-1" });

  const figures = async () => (await fetch(server.url + "/metrics")).text();
  assert.match(await figures(), /^mortise_calls_rooms 1$/m);
  assert.match(await figures(), /^mortise_calls_participants 3$/m);

  const refused = next(ofEve, "groupcall:error");
  ofEve.emit("groupcall:join", { roomId, groupId, callType: "video" });
  assert.deepEqual(await refused, { roomId, error: "You are not a member of this group" });
  assert.equal((await ask(ofEve, "groupcall:webrtc-offer", { roomId, offer: "x" })).error.code, "not_found");

  const left = next(ofBen, "groupcall:participant-left");
  ofAnn.emit("groupcall:leave", { roomId });
  assert.deepEqual(await left, { roomId, userId: ann.id });
  assert.match(await figures(), /^mortise_calls_participants 2$/m);
  const { data: [record] } = await call(server, "GET", "/api/v1/calls?kind=group", { token: ann.token });
  assert.deepEqual([record.callId, record.groupId, record.direction, record.status], [roomId, groupId, "outgoing", "answered"]);
  assert.equal((await call(server, "GET", "/api/v1/calls/stats", { token: ann.token })).total, 1);
});

test("a server that is killed in mid-call finds the group's call again, and so do all clients", async (t) => {
  const { server, people: [ann, ben, cay], sockets: [ofAnn, ofBen, ofCay], ...rest } = await stage(t, "grace: 10s");
  await begin({ sockets: [ofAnn, ofBen, ofCay], ...rest });
  const resumed = [ofAnn, ofBen, ofCay].map((socket) => next(socket, "groupcall:resume"));
  await server.stop("SIGKILL");
  await server.start();
  const others = (await Promise.all(resumed)).map((room) => room.participants.map((one) => one.userId));
  assert.deepEqual(others, [[ben.id, cay.id], [ann.id, cay.id], [ann.id, ben.id]]);
  const heard = next(ofCay, "groupcall:webrtc-offer");
  assert.ok((await ask(ofBen, "groupcall:webrtc-offer", { roomId, offer: "again", targetUserId: cay.id })).ok);
  assert.equal((await heard).offer, "again");
});

test("after a kill, whoever does not come back has left the group's call with the grace time", async (t) => {
  const { server, people: [, , cay], sockets, groupId } = await stage(t, "grace: 3s");
  const [ofAnn, , ofCay] = sockets;
  await begin({ sockets, groupId });
  const left = next(ofAnn, "groupcall:participant-left");
  await server.stop("SIGKILL");
  ofCay.close();
  await server.start();
  assert.deepEqual(await left, { roomId, userId: cay.id });
});

test("positions go to the contacts or to the room one has joined, and to nobody else", async (t) => {
  const { people: [ann], sockets: [ofAnn, ofBen, ofCay, ofEve], groupId } = await stage(t);
  ofEve.onAny((event) => assert.equal(event, "location:offline"));
  const position = { lat: 52.5, lng: 13.4, speed: null, heading: 90, accuracy: 5 };
  const heard = [next(ofBen, "location:peer"), next(ofCay, "location:peer"), next(ofAnn, "location:confirmed")];
  assert.ok((await ask(ofAnn, "location:update", position)).ok);
  for (const { timestamp, ...known } of await Promise.all(heard)) {
    assert.ok(Date.parse(timestamp));
    assert.deepEqual(known, { userId: ann.id, ...position, user: { fullname: "ann", profilePic: null } });
  }
  const response = next(ofBen, "location:response"), offline = next(ofEve, "location:offline");
  for (const socket of [ofBen, ofEve]) socket.emit("location:request", { targetUserId: ann.id });
  assert.equal((await response).lat, 52.5);
  assert.deepEqual(await offline, { userId: ann.id });

  for (const socket of [ofAnn, ofBen]) assert.ok((await ask(socket, "location:join", { roomId: groupId })).ok);
  assert.equal((await ask(ofEve, "location:join", { roomId: groupId })).error.code, "not_found");
  ofCay.onAny((event) => assert.fail(event));
  const inRoom = next(ofBen, "location:peer");
  ofAnn.emit("location:update", { ...position, lat: 1 });
  assert.equal((await inRoom).lat, 1);
  await ask(ofCay, "location:leave", { roomId: groupId }); // had she been told, she would have heard it before this
});
