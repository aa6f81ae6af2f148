# SPDX-License-Identifier: Apache-2.0
"""What a newcomer tries first, over a real socket; on SQLite and on PostgreSQL."""
import unittest

from harness import Postgres, ServerTest


class Api(ServerTest):
    def problem(self, answer, status):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["content-type"], "application/problem+json")
        problem = answer.json()
        self.assertEqual(problem["status"], status)
        self.assertEqual(problem["requestId"], answer.headers["x-request-id"])
        return problem

    def test_accounts_and_tasks_from_registration_to_deletion(self):
        server = self.serve()
        ann = self.register(server, "ann")
        login = server.client()("POST", "/api/v1/auth/login", {"email": "ann@example.org", "password": "password123"})
        self.assertEqual(login.status, 200)
        self.assertEqual(login.json()["user"]["username"], "ann")
        self.assertNotIn("password", str(login.json()))

        created = ann("POST", "/api/v1/tasks", {"title": "Mow"})
        self.assertEqual(created.status, 201)
        path = created.headers["location"]
        self.assertEqual(ann("GET", "/api/v1/tasks/stats").json()["byStatus"]["pending"], 1)
        changed = ann("PATCH", path, {"status": "completed"})
        self.assertEqual((changed.status, changed.json()["status"]), (200, "completed"))
        self.assertEqual(ann("GET", "/api/v1/tasks/stats").json()["byStatus"]["completed"], 1)
        self.assertEqual([task["title"] for task in ann("GET", "/api/v1/tasks").json()["data"]], ["Mow"])

        ben = self.register(server, "ben")
        self.problem(ben("GET", path), 404)
        self.problem(ben("DELETE", path), 404)
        self.assertEqual(ann("DELETE", path).status, 204)
        self.problem(ann("GET", path), 404)

    def test_every_kind_of_refusal_is_a_problem(self):
        server = self.serve()
        ann = self.register(server, "ann")
        pointers = {fault["pointer"] for fault in
                    self.problem(ann("POST", "/api/v1/tasks", {"title": 5, "priority": "someday"}), 422)["errors"]}
        self.assertEqual(pointers, {"/title", "/priority"})
        json_type = {"Content-Type": "application/json"}
        self.problem(ann("POST", "/api/v1/tasks", '{"title":', json_type), 400)
        self.problem(server.client()("GET", "/api/v1/tasks"), 401)
        self.problem(ann("GET", "/api/v1/admin/stats"), 403)
        self.problem(ann("GET", "/nowhere"), 404)
        self.assertEqual(self.problem(ann("PUT", "/api/v1/tasks"), 405) and
                         ann("PUT", "/api/v1/tasks").headers["allow"], "GET, HEAD, POST, OPTIONS")
        self.problem(ann("POST", "/api/v1/auth/register", {
            "email": "ANN@example.org", "username": "other", "password": "password123"}), 409)
        self.problem(server.client(ann.token)("POST", "/api/v1/tasks", b"x" * (1 << 20) + b"y", json_type), 413)
        self.problem(ann("POST", "/api/v1/tasks", "title=Mow", {"Content-Type": "text/plain"}), 415)

    def test_head_options_conditions_and_compression(self):
        server = self.serve()
        client = server.client()
        head = client("HEAD", "/hello/you")
        self.assertEqual((head.status, head.body), (200, b""))
        self.assertEqual(head.headers["content-length"], "11")
        self.assertEqual(client("OPTIONS", "/hello/you").headers["allow"], "GET, HEAD, OPTIONS")
        etag = client("GET", "/hello/you").headers["etag"]
        self.assertEqual(client("GET", "/hello/you", headers={"If-None-Match": etag}).status, 304)
        packed = client("GET", "/openapi.json", headers={"Accept-Encoding": "gzip"})
        self.assertEqual(packed.headers["content-encoding"], "gzip")
        plain = client("GET", "/openapi.json", headers={"Accept-Encoding": "gzip", "X-No-Compression": "1"})
        self.assertNotIn("content-encoding", plain.headers)
        self.assertNotEqual(packed.headers["etag"], plain.headers["etag"])

    def test_the_documents_and_figures_name_what_runs(self):
        server = self.serve()
        client = server.client()
        document = client("GET", "/openapi.json").json()
        self.assertEqual(document["openapi"], "3.1.0")
        self.assertIn("/api/v1/tasks/{id}", document["paths"])
        client("GET", "/hello/you")
        figures = client("GET", "/metrics").body.decode()
        self.assertIn('mortise_http_requests_total{method="GET",route="/hello/{name}",status="200"} 1', figures)
        self.assertNotIn("/hello/you", figures)
        self.assertTrue(client("GET", "/health").json()["success"])
        self.assertEqual(client("GET", "/readyz").status, 200)

    def test_a_logout_ends_the_token_at_once(self):
        server = self.serve()
        ann = self.register(server, "ann")
        self.assertEqual(ann("GET", "/api/v1/auth/me").status, 200)
        self.assertEqual(ann("POST", "/api/v1/auth/logout").status, 204)
        self.problem(ann("GET", "/api/v1/auth/me"), 401)
        self.problem(ann("GET", "/api/v1/tasks"), 401)


class ApiOnPostgres(Api):
    @classmethod
    def setUpClass(cls):
        cls.postgres = Postgres()
        cls.addClassCleanup(cls.postgres.stop)

    def serve(self, **how):
        server = super().serve(database=self.postgres.fresh_database(), **how)
        self.assertFalse((self.folder / "test.db").exists())
        return server


if __name__ == "__main__":
    unittest.main()
