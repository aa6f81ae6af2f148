# SPDX-License-Identifier: Apache-2.0
"""Many clients at once, some of them ill-mannered."""
import resource
import socket
import threading
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


class Crowds(ServerTest):
    def test_200_slow_clients_do_not_disturb_1000_ordinary_ones(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
        server = self.serve(plugins=["hello"])
        address = ("127.0.0.1", server.port)
        ordinary = [socket.create_connection(address, 30) for _ in range(1000)]
        slow = [socket.create_connection(address, 30) for _ in range(200)]
        done = threading.Event()

        def dribble():
            for place in range(len(REQUEST) - 4):
                for connection in slow:
                    try:
                        connection.send(REQUEST[place:place + 1])
                    except OSError:
                        pass  # the server's patience has ended
                if done.wait(1.0):  # a byte a second, until the others are through
                    return

        dribbler = threading.Thread(target=dribble)
        dribbler.start()
        for _ in range(3):
            for connection in ordinary:
                connection.sendall(REQUEST)
            for connection in ordinary:
                self.assertTrue(read_answer(connection).startswith(b"HTTP/1.1 200"))
        done.set()
        dribbler.join()
        for connection in ordinary + slow:
            connection.close()

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


if __name__ == "__main__":
    unittest.main()
