# SPDX-License-Identifier: Apache-2.0
"""Calls of two servers on one PostgreSQL and one Redis, of which one is killed in mid-call."""
import queue
import tempfile
import time
import unittest

import socketio

from harness import Postgres, Redis, Server, ServerTest

PATIENCE = 60  # seconds until a test gives up; nothing is told apart by how long it takes
GONE_WITHIN = 30  # seconds, as promised for a node that dies


class Person:
    """Somebody's socket at one server, and the events that reach it."""

    def __init__(self, test, server, token, *events):
        self.client = socketio.Client(reconnection=False)
        self.came = {event: queue.Queue() for event in events}
        for event, came in self.came.items():
            self.client.on(event, came.put)
        self.client.connect(f"http://127.0.0.1:{server.port}", auth={"token": token}, transports=["websocket"])
        test.addCleanup(self.client.disconnect)

    def hear(self, event):
        return self.came[event].get(timeout=PATIENCE)

    def ask(self, event, **payload):
        return self.client.call(event, payload, timeout=PATIENCE)


class CallsOfTwoNodes(ServerTest):
    def setUp(self):
        super().setUp()
        postgres, redis = Postgres(), Redis()
        self.addCleanup(postgres.stop)
        self.addCleanup(redis.stop)
        database = postgres.fresh_database()
        self.nodes = []
        for _ in range(2):
            folder = self.folder / tempfile.mkdtemp(dir=self.folder)
            node = Server(folder, settings=f'redis: {{ url: "{redis.url}" }}\n', database=database,
                          plugins=["auth", "calls: { grace: 12s }"])
            self.addCleanup(lambda node=node: node.process.poll() is None and node.stop())
            self.nodes.append(node.start())
        self.tokens = {}
        for name in ("ann", "ben"):
            answer = self.nodes[0].client()("POST", "/api/v1/auth/register", {
                "email": name + "@example.org", "username": name, "password": "password123"}).json()
            self.tokens[name] = (answer["user"]["id"], answer["accessToken"])

    def test_a_call_of_a_node_that_dies_is_over_on_the_other_in_time(self):
        here, there = self.nodes
        (ann_id, ann_token), (ben_id, ben_token) = self.tokens["ann"], self.tokens["ben"]
        ann = Person(self, here, ann_token)
        self.assertTrue(ann.ask("call:initiate", callId="c-1", receiverId=ben_id, callType="audio")["ok"])
        ben = Person(self, there, ben_token, "call:incoming", "call:peer-away", "call:ended")
        self.assertEqual(ben.hear("call:incoming")["callerId"], ann_id)  # it rings wherever he connects
        self.assertTrue(ben.ask("call:answer", callId="c-1")["ok"])

        here.kill()
        began = time.monotonic()
        self.assertEqual(ben.hear("call:peer-away")["userId"], ann_id)
        self.assertEqual(ben.hear("call:ended")["reason"], "Connection lost")
        print(f"the call was over {time.monotonic() - began:.1f} s after its node was killed (promised: {GONE_WITHIN})")
        refused = ben.ask("call:end", callId="c-1")
        self.assertEqual(refused["error"]["code"], "not_found")

    def test_whoever_was_on_a_node_that_dies_goes_on_with_the_call_on_the_other(self):
        here, there = self.nodes
        (ann_id, ann_token), (ben_id, ben_token) = self.tokens["ann"], self.tokens["ben"]
        ann = Person(self, here, ann_token)
        self.assertTrue(ann.ask("call:initiate", callId="c-1", receiverId=ben_id, callType="audio")["ok"])
        ben = Person(self, there, ben_token, "call:incoming", "call:peer-back", "webrtc:offer")
        ben.hear("call:incoming")
        self.assertTrue(ben.ask("call:answer", callId="c-1")["ok"])
        here.kill()
        ann = Person(self, there, ann_token)
        resumed = ann.ask("call:resume", callId="c-1")  # before anybody has noticed that the node is lost
        self.assertTrue(resumed["ok"], resumed)
        self.assertEqual(resumed["peerId"], ben_id)
        self.assertEqual(ben.hear("call:peer-back")["userId"], ann_id)
        self.assertTrue(ann.ask("webrtc:offer", callId="c-1", offer="again")["ok"])
        self.assertEqual(ben.hear("webrtc:offer")["offer"], "again")


if __name__ == "__main__":
    unittest.main()
