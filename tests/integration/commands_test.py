# SPDX-License-Identifier: Apache-2.0
"""The command line, as an admin types it."""
import json
import shutil
import unittest

from harness import Server, ServerTest, build, run

TEN_FAULTS = """\
server:
  lisen: ["127.0.0.1:0"]
  max_body: huge
  io_threads: 0
  trusted_proxies: 10.0.0.1
database:
  url: "sqlite:x.db"
  url: "sqlite:y.db"
log: { level: loud }
plugins:
  - helo
  - tasks: { statuses: [] }
  - hello: { greeting: 7, host: { in_flight: none } }
"""


class Commands(ServerTest):
    def file(self, text, name="mortise.yaml"):
        path = self.folder / name
        path.write_text(text)
        return path

    def test_check_tells_every_fault_with_its_place(self):
        file = self.file(TEN_FAULTS)
        done = run("check", "--config", file)
        self.assertEqual(done.returncode, 2)
        places = [line for line in done.stderr.splitlines() if line.startswith(str(file) + ":")]
        self.assertEqual(len(places), 10, done.stderr)
        for line in places:
            self.assertRegex(line, r":\d+:\d+: ")
        self.assertIn("listen", places[0])  # the nearest known key
        self.assertIn("hello", next(line for line in places if "helo" in line))

    def test_check_accepts_what_ships(self):
        done = run("check")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("hello", done.stdout)

    def test_routes_and_events_need_no_database(self):
        Server(self.folder)
        done = run("routes", "--json", "--config", self.folder / "mortise.yaml")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("/api/v1/tasks/{id}", [route["path"] for route in json.loads(done.stdout)])
        self.assertIn("hello:wave", run("events", "--config", self.folder / "mortise.yaml").stdout)
        self.assertFalse((self.folder / "test.db").exists())

    def test_the_first_admin_is_made_on_the_command_line(self):
        server = Server(self.folder)
        made = run("user", "create", "root@example.org", "root", "--role", "admin", "--password-stdin",
                   "--config", server.config, stdin="password123\n")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertNotIn("password123", made.stdout)
        again = run("user", "create", "root@example.org", "root2", "--password-stdin", "--config", server.config,
                    stdin="password123\n")
        self.assertEqual(again.returncode, 1)
        self.assertIn("root@example.org", run("user", "list", "--config", server.config).stdout)

        server = self.serve()
        login = server.client()("POST", "/api/v1/auth/login", {"email": "root@example.org", "password": "password123"})
        self.assertEqual(login.json()["user"]["role"], "admin")
        admin = server.client(login.json()["accessToken"])
        self.assertEqual(admin("GET", "/api/v1/admin/stats").status, 200)

    def test_what_is_done_to_an_account_is_felt_beside_a_running_server(self):
        server = self.serve()
        ann = self.register(server, "ann")

        def user(*words, stdin=None):
            done = run("user", *words, "--config", server.config, stdin=stdin)
            self.assertEqual(done.returncode, 0, done.stderr)

        self.assertEqual(ann("GET", "/api/v1/admin/stats").status, 403)
        user("set-role", "ann", "admin")
        while ann("GET", "/api/v1/admin/stats").status == 403:
            pass
        self.assertEqual(ann("GET", "/api/v1/admin/stats").status, 200)
        user("set-password", "ann@example.org", "--password-stdin", stdin="another password\n")
        while ann("GET", "/api/v1/auth/me").status == 200:
            pass
        self.assertEqual(ann("GET", "/api/v1/auth/me").status, 401)
        for password, status in (("password123", 401), ("another password", 200)):
            login = server.client()("POST", "/api/v1/auth/login", {"email": "ann@example.org", "password": password})
            self.assertEqual(login.status, status)

    def test_migrate_is_done_once(self):
        server = Server(self.folder)
        self.assertIn("tasks/0001_tasks", run("migrate", "--pending", "--config", server.config).stdout)
        self.assertIn("applied tasks/0001_tasks", run("migrate", "--config", server.config).stdout)
        self.assertIn("up to date", run("migrate", "--config", server.config).stdout)

    def test_a_plugin_that_is_no_plugin_is_refused_with_one_line(self):
        plugins = self.folder / "plugins"
        shutil.copytree(build / "plugins/hello", plugins / "hello")
        library = plugins / "hello/libhello.so"
        library.write_bytes(library.read_bytes()[:5000])
        server = Server(self.folder, plugins=["hello"], extra_folders=[plugins])
        with self.assertRaises(AssertionError):
            server.start()
        self.assertEqual(server.stop(), 3)
        lines = [line for line in server.errors.splitlines() if "plugin fault" in line]
        self.assertEqual(len(lines), 1, server.errors)
        self.assertIn("libhello.so", lines[0])

    def test_a_misspelt_command_is_met_with_the_nearest(self):
        done = run("rutes")
        self.assertEqual(done.returncode, 1)
        self.assertIn("did you mean 'routes'", done.stderr)


if __name__ == "__main__":
    unittest.main()
