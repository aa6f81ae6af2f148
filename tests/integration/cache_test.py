# SPDX-License-Identifier: Apache-2.0
"""Two nodes on one PostgreSQL and one Redis: what one keeps the other gives, what one purges the other forgets."""
import itertools
import tempfile
import unittest

from harness import Postgres, Redis, Server, ServerTest

LIST = "/api/v1/tasks?limit=100"


class TwoNodes(ServerTest):
    def setUp(self):
        super().setUp()
        self.redis = Redis()
        self.addCleanup(self.redis.stop)
        postgres = Postgres()
        self.addCleanup(postgres.stop)
        database = postgres.fresh_database()
        nodes = [self.node(database) for _ in range(2)]
        self.here = self.register(nodes[0], "ann")
        self.there = nodes[1].client(self.here.token)

    def node(self, database):
        settings = f'redis: {{ url: "{self.redis.url}", timeout: 200ms, connect_timeout: 200ms }}\n'
        node = Server(tempfile.mkdtemp(dir=self.folder), settings=settings, database=database,
                      plugins=["cache", "idempotency", "auth", "tasks"])
        self.addCleanup(lambda: node.process.poll() is None and node.stop())
        return node.start()

    def titles(self, client):
        answer = client("GET", LIST)
        self.assertEqual(answer.status, 200)
        return {task["title"] for task in answer.json()["data"]}

    def add(self, title):
        self.assertEqual(self.here("POST", "/api/v1/tasks", {"title": title}).status, 201)

    def wait_until_both_see(self, title):
        self.assertIn(title, self.titles(self.here))  # at once: it is where it was written
        while title not in self.titles(self.there):
            pass

    def test_a_node_gives_what_another_has_kept(self):
        self.add("Mow")
        # What a node keeps reaches Redis a moment after its client: another address each time, until one was there first.
        for number in itertools.count():
            path = f"{LIST}&number={number}"
            first = self.here("GET", path)
            self.assertEqual(first.headers["x-cache"], "miss")
            self.assertEqual(self.here("GET", path).headers["x-cache"], "hit")
            other = self.there("GET", path)
            self.assertEqual((other.body, other.headers["etag"]), (first.body, first.headers["etag"]))
            if other.headers["x-cache"] == "hit":
                return

    def test_what_is_written_at_one_node_is_seen_at_the_other(self):
        for number in range(20):
            self.titles(self.there)  # keeps the old list
            self.add(f"Task {number}")
            self.wait_until_both_see(f"Task {number}")

    def test_redis_away_costs_no_answer_and_hides_no_write(self):
        for number, (away, back) in enumerate((("freeze", "thaw"), ("kill", "start"))):
            self.titles(self.there)
            self.redis(away)
            self.add(f"Written while away {number}")
            self.assertIn(f"Written while away {number}", self.titles(self.here))
            self.titles(self.there)  # it may be the old list: nobody could tell that node
            refused = self.here("POST", "/api/v1/tasks", {"title": "Twice?"}, {"Idempotency-Key": "away"})
            self.assertEqual(refused.status, 503)
            self.assertIn("retry-after", refused.headers)
            self.redis(back)
            self.wait_until_both_see(f"Written while away {number}")
            self.assertNotIn("Twice?", self.titles(self.here))

    def test_a_request_repeated_at_another_node_changes_nothing_twice(self):
        task, key = {"title": "Once"}, {"Idempotency-Key": "7f9c"}
        first = self.here("POST", "/api/v1/tasks", task, key)
        self.assertEqual(first.status, 201)
        again = self.there("POST", "/api/v1/tasks", task, key)
        while again.status == 409:  # the answer is on its way to the store
            again = self.there("POST", "/api/v1/tasks", task, key)
        self.assertEqual(again.status, 201)
        self.assertEqual(again.headers["idempotency-replayed"], "true")
        self.assertEqual(again.json()["id"], first.json()["id"])
        self.assertEqual(self.there("POST", "/api/v1/tasks", {"title": "Other"}, key).status, 422)
        self.assertEqual(self.titles(self.there), {"Once"})
