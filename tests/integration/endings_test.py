# SPDX-License-Identifier: Apache-2.0
"""How the server ends, is killed, and changes its mind."""
import http.client
import pathlib
import re
import signal
import socket
import threading
import unittest

from harness import ServerTest


class Endings(ServerTest):
    def test_what_was_acknowledged_survives_kill_9(self):
        server = self.serve()
        ann = self.register(server, "ann")
        acknowledged = []
        enough = threading.Event()

        def create(number):
            client = server.client(ann.token)
            try:
                while True:
                    answer = client("POST", "/api/v1/tasks", {"title": f"task {number}"})
                    acknowledged.append(answer.json()["id"])
                    if len(acknowledged) > 200:
                        enough.set()
            except (OSError, http.client.HTTPException, ValueError, KeyError):
                pass  # the server is gone

        threads = [threading.Thread(target=create, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        self.assertTrue(enough.wait(60))
        server.kill()
        for thread in threads:
            thread.join()

        ann = self.serve().client(ann.token)
        found, cursor = set(), ""
        while cursor is not None:
            page = ann("GET", "/api/v1/tasks?limit=100" + cursor).json()
            found |= {task["id"] for task in page["data"]}
            cursor = "&cursor=" + page["nextCursor"] if page["hasMore"] else None
        self.assertEqual(set(acknowledged) - found, set())

    def test_an_idle_server_takes_less_than_40_MB(self):
        server = self.serve()
        self.register(server, "ann")
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        self.assertLess(int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]), 40_000)

    def test_sigterm_answers_what_is_in_flight_and_ends_with_0(self):
        server = self.serve()
        waiting = socket.create_connection(("127.0.0.1", server.port))
        body = b'{"email":"ann@example.org","username":"ann","password":"password123"}'
        waiting.sendall(b"POST /api/v1/auth/register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(body))
        self.assertIn(b"100 Continue", waiting.recv(1000))  # the request is in flight
        server.signal(signal.SIGTERM)
        waiting.sendall(body)
        answer = b""
        while chunk := waiting.recv(10000):
            answer += chunk
        waiting.close()
        self.assertIn(b"201 Created", answer)
        self.assertIn(b"onnection: close", answer)
        self.assertEqual(server.stop(), 0)
        self.assertRaises(OSError, socket.create_connection, ("127.0.0.1", server.port))

    def test_sighup_with_a_faulty_file_changes_nothing(self):
        server = self.serve(settings='log: { level: info }\n')
        good = server.config.read_text()
        server.config.write_text(good.replace("level: info", "level: loud"))
        server.signal(signal.SIGHUP)
        server.wait_until_said("level")
        self.assertEqual(server.client()("GET", "/hello/you").status, 200)
        server.config.write_text(good.replace("level: info", "level: warn"))
        server.signal(signal.SIGHUP)
        server.config.write_text(good)
        server.signal(signal.SIGHUP)
        server.wait_until_said("configuration reloaded")
        self.assertEqual(server.client()("GET", "/hello/you").status, 200)


if __name__ == "__main__":
    unittest.main()
