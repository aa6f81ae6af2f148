# SPDX-License-Identifier: Apache-2.0
"""Two servers on one PostgreSQL and nothing else between them."""
import re
import tempfile
import threading
import unittest

from harness import Postgres, Server, ServerTest

SETTINGS = 'server: { listen: ["127.0.0.1:0"] }\n'


class Nodes(ServerTest):
    @classmethod
    def setUpClass(cls):
        cls.postgres = Postgres()
        cls.addClassCleanup(cls.postgres.stop)

    def serve_two(self):
        """Two nodes that start at the same moment on a database where there is nothing yet."""
        database = self.postgres.fresh_database()
        nodes, faults = [], []
        for name in ("one", "other"):
            folder = self.folder / tempfile.mkdtemp(dir=self.folder)
            nodes.append(Server(folder, settings=SETTINGS, database=database))
            self.addCleanup(lambda node=nodes[-1]: node.process and node.process.poll() is None and node.stop())

        def start(node):
            try:
                node.start()
            except AssertionError as fault:
                faults.append(fault)

        starts = [threading.Thread(target=start, args=(node,)) for node in nodes]
        for thread in starts:
            thread.start()
        for thread in starts:
            thread.join()
        self.assertEqual(faults, [])
        return nodes

    def await_refusal(self, client):
        """Returns when the token is refused: nodes without a shared redis ask the database each second."""
        while (status := client("GET", "/api/v1/auth/me").status) != 401:
            self.assertEqual(status, 200)

    def test_both_come_up_each_migration_runs_once_and_they_sign_with_one_key(self):
        for _ in range(5):
            one, other = self.serve_two()
            applied = re.findall(r'"migration applied".*?"plugin":"(\w+)","name":"(\w+)"', one.errors + other.errors)
            self.assertEqual(len(applied), len(set(applied)))
            self.assertTrue({("auth", "0001_accounts_and_sessions"), ("tasks", "0001_tasks")} <= set(applied), applied)
            keys = [node.client()("GET", "/.well-known/jwks.json").json() for node in (one, other)]
            self.assertEqual(keys[0], keys[1])
            for node in (one, other):
                self.assertEqual(node.client()("GET", "/readyz").status, 200)
                self.assertEqual(node.stop(), 0)

    def test_a_session_of_one_node_is_good_at_the_other_until_it_ends_at_either(self):
        one, other = self.serve_two()
        here = self.register(one, "ann")
        there = other.client(here.token)
        task = here("POST", "/api/v1/tasks", {"title": "Mow"})
        self.assertEqual(task.status, 201)
        self.assertEqual(there("GET", task.headers["location"]).json()["title"], "Mow")
        login = other.client()("POST", "/api/v1/auth/login", {"email": "ann@example.org", "password": "password123"})
        self.assertEqual(login.status, 200)
        phone = one.client(login.json()["accessToken"])
        self.assertEqual(phone("GET", "/api/v1/auth/me").status, 200)

        self.assertEqual(here("POST", "/api/v1/auth/logout").status, 204)
        self.assertEqual(here("GET", "/api/v1/auth/me").status, 401)
        self.await_refusal(there)
        self.assertEqual(there("GET", "/api/v1/tasks").status, 401)
        self.assertEqual(phone("GET", "/api/v1/auth/me").status, 200)  # another session

        refresh = {"refreshToken": login.json()["refreshToken"]}
        renewed = [node.client()("POST", "/api/v1/auth/refresh", refresh) for node in (one, other)]
        self.assertEqual([answer.status for answer in renewed], [200, 200])
        self.assertEqual(renewed[0].json()["refreshToken"], renewed[1].json()["refreshToken"])

        self.assertEqual(other.client(login.json()["accessToken"])("POST", "/api/v1/auth/logout-all").status, 204)
        self.await_refusal(phone)


if __name__ == "__main__":
    unittest.main()
