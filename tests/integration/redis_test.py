# SPDX-License-Identifier: Apache-2.0
"""Servers whose shared state is in Redis, which goes away and comes back."""
import tempfile
import unittest

from harness import Postgres, Redis, Server, ServerTest, run

PASSWORD = {"email": "ann@example.org", "password": "password123"}
WRONG = {"email": "ann@example.org", "password": "not this one"}


class WithRedis(ServerTest):
    def setUp(self):
        super().setUp()
        self.redis = Redis("--requirepass", "s3cret")
        self.addCleanup(self.redis.stop)
        self.settings = f'redis: {{ url: "{self.redis.url}?password=s3cret", timeout: 200ms, connect_timeout: 200ms }}\n'

    def login(self, server, attempt):
        return server.client()("POST", "/api/v1/auth/login", attempt).status

    def assert_ready(self, server, status):
        answer = server.client()("GET", "/readyz")
        self.assertEqual(answer.status, status)
        self.assertEqual(answer.json()["checks"]["redis"]["ok"], status == 200)
        self.assertTrue(answer.json()["checks"]["database"]["ok"])

    def test_redis_killed_frozen_and_back_turns_readiness_and_nothing_else(self):
        server = self.serve(settings=self.settings)
        self.register(server, "ann")
        self.assert_ready(server, 200)
        self.assertEqual(server.figure("mortise_redis_subscribed"), 1)
        self.assertEqual(server.figure("mortise_redis_connections_limit"), 8)
        for times, (away, back) in enumerate((("kill", "start"), ("freeze", "thaw")), 1):
            self.redis(away)
            self.assertEqual(self.login(server, PASSWORD), 200)  # uncounted: sign-in does not hang on Redis
            server.wait_until_said("health check fails", times)
            self.assert_ready(server, 503)
            self.assertEqual(server.client()("GET", "/health").json()["status"], "degraded")
            self.redis(back)
            server.wait_until_said("health check passes again", times)
            self.assert_ready(server, 200)
            self.assertEqual(self.login(server, PASSWORD), 200)
        self.assertGreater(server.figure("mortise_redis_failures_total"), 0)
        self.assertEqual(server.stop(), 0)
        self.assertIn("redis is back", server.errors)
        self.assertNotIn("s3cret", server.errors)

    def test_a_server_starts_without_redis_and_finds_it_later(self):
        self.redis("kill")
        server = self.serve(settings=self.settings)
        self.assertEqual(server.client()("GET", "/hello/you").status, 200)
        self.assert_ready(server, 503)
        self.redis("start")
        server.wait_until_said("health check passes again")
        self.assert_ready(server, 200)

    def test_the_password_is_not_shown_and_a_faulty_url_is_a_fault_of_the_configuration(self):
        server = Server(self.folder, settings=self.settings)
        shown = run("check", "--show", "--config", server.config).stdout
        self.assertIn("password=***", shown)
        self.assertNotIn("s3cret", shown)
        for faulty, said in (('url: "redis://:s3cret@h:port"', "redis.url: the port is a number"),
                             ('url: "redis://h", tls: { authorities: ca.pem }', "rediss://"),
                             ('url: "rediss://h", tls: { certificate: c.pem }', "certificate and key")):
            server = Server(self.folder, settings=f"redis: {{ {faulty} }}\n")
            checked = run("check", "--config", server.config)
            self.assertEqual(checked.returncode, 2)
            self.assertIn(said, checked.stderr)
            self.assertNotIn("s3cret", checked.stderr)

    def test_nodes_share_what_is_counted_and_hear_of_what_ends_at_the_other(self):
        postgres = Postgres()
        self.addCleanup(postgres.stop)
        database = postgres.fresh_database()
        nodes = []
        for _ in range(2):
            node = Server(tempfile.mkdtemp(dir=self.folder), settings=self.settings, database=database,
                          plugins=["auth: { watch: 1m, lockout: { exempt: [] } }", "users", "hello"])
            nodes.append(node.start())
            self.addCleanup(lambda node=node: node.process.poll() is None and node.stop())
        one, other = nodes
        here = self.register(one, "ann")
        there = other.client(here.token)
        self.assertEqual(there("GET", "/api/v1/auth/me").status, 200)
        heard = other.figure("mortise_redis_messages_total")
        self.assertEqual(here("POST", "/api/v1/auth/logout").status, 204)
        while there("GET", "/api/v1/auth/me").status != 401:
            pass
        self.assertGreater(other.figure("mortise_redis_messages_total"), heard)  # told, not read from the tables

        for attempt in range(5):
            self.assertEqual(self.login(nodes[attempt % 2], WRONG), 401)
        for node in nodes:
            self.assertEqual(self.login(node, PASSWORD), 429)


if __name__ == "__main__":
    unittest.main()
