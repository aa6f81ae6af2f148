# SPDX-License-Identifier: Apache-2.0
"""Limits over several nodes on one Redis, which goes away and comes back."""
import concurrent.futures
import tempfile
import time

from harness import Redis, Server, ServerTest, build


class RateLimit(ServerTest):
    def setUp(self):
        super().setUp()
        self.redis = Redis()
        self.addCleanup(self.redis.stop)
        self.settings = f'redis: {{ url: "{self.redis.url}", timeout: 200ms, connect_timeout: 200ms }}\n'

    def node(self, options=""):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        server = Server(folder.name, settings=self.settings, plugins=["ratelimit: { " + options + " }", "doors"],
                        extra_folders=[build / "test-plugins"])
        self.addCleanup(lambda: server.process.poll() is None and server.stop())
        return server.start()

    def decisions(self, server, outcome):
        return server.figure(f'mortise_ratelimit_decisions_total{{outcome="{outcome}",policy="general"}}')

    def test_two_nodes_admit_one_limit_together(self):
        nodes = [self.node(), self.node()]

        def ask(number):
            client = nodes[number % 2].client()
            return [client("GET", "/api/open").status for _ in range(40)]

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = [status for some in pool.map(ask, range(8)) for status in some]
        self.assertEqual(statuses.count(200), 100)
        self.assertEqual(statuses.count(429), 220)
        answer = nodes[0].client()("GET", "/api/open")
        self.assertEqual(answer.headers["ratelimit-policy"], '"general";q=100;w=900')
        self.assertRegex(answer.headers["ratelimit"], r'^"general";r=0;t=\d+$')
        self.assertEqual(sum(self.decisions(node, "admitted") for node in nodes), 100)

    def test_who_is_at_the_limit_is_refused_without_asking_redis(self):
        node = self.node("policies: { general: { limit: 3 } }")
        client = node.client()
        for _ in range(4):
            client("GET", "/api/open")
        before = node.figure("mortise_redis_commands_total")
        for _ in range(50):
            self.assertEqual(client("GET", "/api/open").status, 429)
        self.assertEqual(node.figure("mortise_redis_commands_total"), before)

    def under_load(self, server, status_while_away):
        """Four clients ask on while Redis goes and comes; what they saw while it was away."""
        clients = [server.client() for _ in range(4)]

        def ask(client):
            return client("GET", "/api/open")

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            def round_of():
                return list(pool.map(ask, clients))

            self.assertEqual({answer.status for answer in round_of()}, {200})
            for away, back in (("kill", "start"), ("freeze", "thaw")):
                self.redis(away)
                for _ in range(10):
                    for answer in round_of():
                        self.assertEqual(answer.status, status_while_away)
                        self.assertNotIn("ratelimit", answer.headers)
                        if status_while_away == 503:
                            self.assertEqual(answer.headers["retry-after"], "1")
                self.redis(back)
                deadline = time.monotonic() + 30
                while any("ratelimit" not in answer.headers for answer in round_of()):
                    self.assertLess(time.monotonic(), deadline)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(server.errors.count("the store can't count"), 2)
        self.assertEqual(server.errors.count("the store counts again"), 2)

    def test_redis_away_lets_everybody_through_by_default_and_counts_that(self):
        server = self.node("policies: { general: { limit: 100000 } }")
        self.assertEqual(self.decisions(server, "let_through_uncounted"), 0)
        self.under_load(server, 200)

    def test_redis_away_refuses_everybody_when_told_to(self):
        self.under_load(self.node("when_away: refuse, policies: { general: { limit: 100000 } }"), 503)
