# SPDX-License-Identifier: Apache-2.0
"""Plugins that misbehave, in the real program."""
import os
import select
import socket
import threading
import unittest

from harness import Client, Server, ServerTest, build, run

BROKEN = build / "test-plugins"


class PluginsTest(ServerTest):
    def prepare(self, plugins, faulty="", settings=""):
        server = Server(self.folder, plugins=plugins, settings=settings, extra_folders=[BROKEN])
        server.environment["MORTISE_FAULTY"] = faulty
        server.environment["MORTISE_FAULTY_TRACE"] = str(self.folder / "trace")
        self.addCleanup(lambda: server.process.poll() is None and server.stop())
        return server

    def faults_of(self, server):
        with self.assertRaises(AssertionError):
            server.start()
        self.assertEqual(server.stop(), 3)
        return [line for line in server.errors.splitlines() if "plugin fault" in line]

    def test_every_plugin_that_cannot_be_loaded_is_told_and_none_of_its_code_has_run(self):
        server = self.prepare(["hello", "faulty", "another_sdk", "unlinked"], faulty="constructor abort")
        lines = self.faults_of(server)
        self.assertEqual(len(lines), 3, lines)
        self.assertIn("libanother_sdk.so was built for sdk=2", lines[0])
        self.assertIn("constructor of libfaulty.so ended the process with signal 6", lines[1])
        self.assertIn("libunlinked.so needs mortise::function_of_another_time(", lines[2])
        ran_in = (self.folder / "trace").read_text().split()
        self.assertTrue(ran_in)
        self.assertNotIn(str(server.process.pid), ran_in)

    def test_a_plugin_that_throws_in_start_is_named(self):
        self.assertEqual(len(self.faults_of(self.prepare(["hello", "faulty"], faulty="start throw"))), 1)

    def test_a_plugin_that_may_be_skipped_is_left_out(self):
        for fault in ("constructor abort", "start throw_int", "ready throw"):
            server = self.prepare(["hello", "faulty: { host: { on_error: skip } }"], faulty=fault).start()
            client = server.client()
            self.assertEqual(client("GET", "/hello/Ada").status, 200)
            self.assertEqual(client("GET", "/faulty").status, 404)
            self.assertNotIn("/faulty", client("GET", "/openapi.json").json()["paths"])
            self.assertEqual(server.figure('mortise_server_running{plugin="faulty"}'), 0)
            self.assertEqual(server.figure('mortise_server_running{plugin="hello"}'), 1)
            self.assertEqual(server.stop(), 0)
            self.assertIn("a plugin is left out", server.errors)

    def test_whatever_a_handler_throws_is_a_500_and_the_server_lives(self):
        for fault in ("handler throw", "handler throw_int"):
            client = self.prepare(["hello", "faulty"], faulty=fault).start().client()
            self.assertEqual(client("GET", "/faulty").status, 500)
            self.assertEqual(client("GET", "/hello/Ada").status, 200)

    def test_a_plugin_whose_handlers_all_hang_leaves_the_others_alone(self):
        server = self.prepare(["hello", "faulty: { host: { in_flight: 4, queue: 4, deadline: 2s } }"],
                              faulty="handler hang",
                              settings='server: { listen: ["127.0.0.1:0"], drain: 1s }\n').start()
        answers = []
        askers = [threading.Thread(target=lambda: answers.append(Client(server.port)("GET", "/faulty").status))
                  for _ in range(12)]
        for asker in askers:
            asker.start()
        client = server.client()
        for _ in range(200):
            self.assertEqual(client("GET", "/hello/Ada").status, 200)
        for asker in askers:
            asker.join()
        self.assertEqual(sorted(answers), [503] * 4 + [504] * 8)
        # The four that hang can't be ended; the program ends without them, in time and in order.
        self.assertEqual(server.stop(), 0, server.errors)

    def test_neighbours_answer_while_every_worker_of_a_plugin_is_blocked(self):
        server = self.prepare(["hello", "auth", "tasks", "faulty: { host: { deadline: 10m } }"], faulty="handler hang",
                              settings='server: { listen: ["127.0.0.1:0"], drain: 100ms }\n').start()
        ann = self.register(server, "ann")
        blocked = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(40)]
        for connection in blocked:
            self.addCleanup(connection.close)
            connection.sendall(b"GET /faulty HTTP/1.1\r\nHost: x\r\n\r\n")

        def load():
            return [server.figure(f'mortise_server_{name}{{plugin="faulty"}}') for name in ("in_flight", "queued")]

        while load() != [32, 8]:
            pass
        for _ in range(100):
            self.assertEqual(ann("GET", "/hello/Ada").status, 200)
            self.assertEqual(ann("POST", "/api/v1/tasks", {"title": "Mow"}).status, 201)
        self.assertEqual(load(), [32, 8])
        self.assertEqual(select.select(blocked, [], [], 0)[0], [])

    def test_a_plugin_is_not_stopped_while_its_code_runs(self):
        settings = 'server: { listen: ["127.0.0.1:0"], drain: 200ms }\n'
        server = self.prepare(["faulty"], faulty="handler hang,stop abort", settings=settings).start()
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(b"GET /faulty HTTP/1.1\r\nHost: x\r\n\r\n")
            while server.figure('mortise_server_in_flight{plugin="faulty"}') != 1:
                pass
            self.assertEqual(server.stop(), 0)
        self.assertIn("did not end in time", server.errors)

    def test_a_client_that_does_not_end_in_time_keeps_no_plugin_from_being_stopped(self):
        settings = 'server: { listen: ["127.0.0.1:0"], drain: 200ms }\n'
        server = self.prepare(["faulty"], faulty="stop throw", settings=settings).start()
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(b"GET /faulty HTTP/1.1\r\nHost: x\r\n\r\nGET /fau")
            self.assertIn(b"200 OK", connection.recv(4096))
            self.assertEqual(server.stop(), 0)
        self.assertIn("connections were cut", server.errors)
        self.assertIn("a plugin failed in stop()", server.errors)
        self.assertNotIn("did not end in time: the program", server.errors)

    def test_a_job_that_hangs_does_not_keep_the_program(self):
        settings = 'server: { listen: ["127.0.0.1:0"], drain: 200ms }\n'
        server = self.prepare(["faulty"], faulty="job hang,stop abort", settings=settings).start()
        while server.figure("mortise_jobs_running") != 1:
            pass
        self.assertEqual(server.stop(), 0)
        self.assertIn("did not end in time", server.errors)

    def test_dead_jobs_are_listed_and_retried_from_the_command_line(self):
        server = self.prepare(["faulty"], faulty="job throw").start()
        server.wait_until_said("a job is dead")
        self.assertEqual(server.stop(), 0)

        def jobs(*words):
            return run("jobs", *words, "--config", server.config, environment=server.environment)

        dead = jobs("list", "--state", "dead").stdout.splitlines()[0].split("\t")
        self.assertEqual((dead[1:3], dead[-1]), (["dead", "faulty.job"], "no cheese"))
        self.assertEqual(jobs("retry", dead[0]).stdout, f"job {dead[0]} waits again\n")
        self.assertEqual(jobs("retry", dead[0]).returncode, 1)
        self.assertIn(dead[0] + "\twaiting", jobs("list").stdout)

        again = self.prepare(["faulty"], faulty="job succeed").start()
        while dead[0] + "\tdone" not in jobs("list").stdout:
            self.assertIsNone(again.process.poll())

    def test_echo_answers_any_method_with_the_body_it_was_sent(self):
        client = self.prepare(["http_echo"]).start().client()
        body = os.urandom(100_000)
        for method in ("POST", "PUT", "DELETE", "PURGE"):
            answer = client(method, "/echo", body, {"Content-Type": "x/y"})
            self.assertEqual((answer.status, answer.body, answer.headers["content-type"]), (200, body, "x/y"))
        chunks = client("POST", "/echo", None, {})
        self.assertEqual((chunks.status, chunks.body), (200, b""))
        client.connection.request("POST", "/echo", iter([b"one ", b"two"]), encode_chunked=True)
        self.assertEqual(client.connection.getresponse().read(), b"one two")
        self.assertEqual(client("GET", "/echo").status, 200)


if __name__ == "__main__":
    unittest.main()
