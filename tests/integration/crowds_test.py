# SPDX-License-Identifier: Apache-2.0
"""Many clients at once, some of them ill-mannered."""
import json
import resource
import socket
import threading
import time
import unittest

from harness import ServerTest

REQUEST = b"GET /hello/you HTTP/1.1\r\nHost: x\r\n\r\n"


def read_answer(connection):
    data = b""
    while b"\r\n\r\n" not in data or not data.endswith(b"Hello, you!"):
        chunk = connection.recv(4096)
        if not chunk:
            raise AssertionError(f"cut after {data!r}")
        data += chunk
    return data


class Crowd:
    """1,000 ordinary keep-alive connections, and 200 that send `slow_request` at a byte a second."""

    def __init__(self, server, slow_request):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
        address = ("127.0.0.1", server.port)
        self.ordinary = [socket.create_connection(address, 30) for _ in range(1000)]
        self.slow = [socket.create_connection(address, 30) for _ in range(200)]
        self.slow_request = slow_request
        self.done = threading.Event()
        self.dribbler = threading.Thread(target=self._dribble)
        self.dribbler.start()

    def _dribble(self):
        for place in range(len(self.slow_request)):
            for connection in self.slow:
                try:
                    connection.send(self.slow_request[place:place + 1])
                except OSError:
                    pass  # the server's patience has ended
            if self.done.wait(1.0):
                return

    def is_dribbling(self):
        return self.dribbler.is_alive()

    def ask_once(self):
        """A request on every ordinary connection, all at once; how many were answered as they should be."""
        for connection in self.ordinary:
            connection.sendall(REQUEST)
        return sum(read_answer(connection).startswith(b"HTTP/1.1 200") for connection in self.ordinary)

    def leave(self):
        self.done.set()
        self.dribbler.join()
        for connection in self.ordinary + self.slow:
            connection.close()


class Crowds(ServerTest):
    def test_200_slow_clients_do_not_disturb_1000_ordinary_ones(self):
        crowd = Crowd(self.serve(plugins=["hello"]), slow_request=REQUEST[:-4])
        self.addCleanup(crowd.leave)
        for _ in range(3):
            self.assertEqual(crowd.ask_once(), 1000)
        self.assertTrue(crowd.is_dribbling())

    def test_a_storm_of_logins_leaves_other_routes_answering(self):
        server = self.serve()
        ann = self.register(server, "ann")
        stop = threading.Event()

        def log_in():
            client = server.client()
            while not stop.is_set():
                client("POST", "/api/v1/auth/login", {"email": "nobody@example.org", "password": "wrong password"})

        threads = [threading.Thread(target=log_in) for _ in range(8)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(50):
                self.assertEqual(ann("GET", "/api/v1/tasks").status, 200)
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def test_a_storm_that_is_refused_does_not_flood_the_log(self):
        server = self.serve(plugins=["auth: { password: { queue: 0 } }"])
        began = time.monotonic()
        refused = []

        def log_in():
            client = server.client()
            for _ in range(50):
                answer = client("POST", "/api/v1/auth/login", {"email": "nobody@example.org", "password": "wrong password"})
                if answer.status == 503:
                    refused.append(answer.headers["retry-after"])

        threads = [threading.Thread(target=log_in) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.monotonic() - began
        self.assertEqual(server.stop(), 0)
        lines = [json.loads(line) for line in server.errors.splitlines()]
        told = [line for line in lines if line.get("code") == "sign_in_busy"]
        self.assertGreater(len(refused), 100)
        self.assertTrue(all(int(wait) > 0 for wait in refused))
        self.assertTrue(1 <= len(told) <= seconds + 1, told)
        self.assertEqual([line for line in lines if line["level"] == "error"], [])


if __name__ == "__main__":
    unittest.main()
