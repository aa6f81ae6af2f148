# SPDX-License-Identifier: Apache-2.0
"""A real TURN server, coturn, that knows of ours no more than the secret they share."""
import os
import pathlib
import socket
import subprocess
import unittest

from harness import Server, ServerTest

SECRET = "between the two servers alone"


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Coturn:
    """A private turnserver on loopback, gone with the test."""

    def __init__(self, folder):
        self.port = free_port()
        self.process = subprocess.Popen(
            ["turnserver", "-n", "--use-auth-secret", "--static-auth-secret=" + SECRET, "--realm=example.org",
             "--listening-ip=127.0.0.1", f"--listening-port={self.port}", "--relay-ip=127.0.0.1",
             "--allow-loopback-peers", "--no-tcp", "--no-tls", "--no-dtls", "--no-cli", "--log-file=stdout",
             f"--pidfile={folder}/turn.pid", f"--userdb={folder}/turn.db"],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_until_it_answers()

    def wait_until_it_answers(self):
        request = bytes.fromhex("000100002112a442") + os.urandom(12)  # STUN binding
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0.1)
            client.connect(("127.0.0.1", self.port))
            for _ in range(300):
                try:
                    client.send(request)
                    if client.recv(2000)[8:20] == request[8:]:
                        return
                except ConnectionRefusedError:
                    if self.ended_within(0.05):
                        break
                except TimeoutError:
                    pass
        raise AssertionError("turnserver does not answer")

    def ended_within(self, seconds):
        try:
            self.process.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def accepts(self, credentials):
        """Whether it relays between two clients who come with these."""
        client = subprocess.run(
            ["turnutils_uclient", "-u", credentials["username"], "-w", credentials["credential"], "-p", str(self.port),
             "-y", "-c", "-n", "1", "-m", "1", "127.0.0.1"], capture_output=True, text=True, timeout=60)
        said = client.stdout + client.stderr
        if client.returncode == 0:
            assert "Total lost packets 0" in said, said
            return True
        assert "Cannot complete Allocation" in said, said
        return False

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


class Turn(ServerTest):
    def setUp(self):
        super().setUp()
        self.turn = Coturn(self.folder)
        self.addCleanup(self.turn.stop)

    def sign_in(self, lifetime):
        """Somebody at a server whose credentials live so long."""
        folder = pathlib.Path(self.folder, lifetime)
        folder.mkdir()
        server = Server(folder, plugins=["auth", "calls: { turn: { urls: "
                                         f'["turn:127.0.0.1:{self.turn.port}?transport=udp"], '
                                         f'secret: "${{TURN_SECRET}}", lifetime: {lifetime} }} }}'])
        server.environment["TURN_SECRET"] = SECRET
        self.addCleanup(lambda: server.process.poll() is None and server.stop())
        return self.register(server.start(), "ann")

    def ask(self, client):
        answer = client("GET", "/api/v1/calls/ice-servers")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["cache-control"], "no-store")
        (server,) = answer.json()["iceServers"]
        return server

    def test_credentials_are_accepted_until_they_expire(self):
        server = self.ask(self.sign_in("10m"))
        self.assertEqual(server["urls"], [f"turn:127.0.0.1:{self.turn.port}?transport=udp"])
        self.assertTrue(self.turn.accepts(server))

        short = self.ask(self.sign_in("1s"))
        while self.turn.accepts(short):  # each attempt outlasts them
            pass

        expiry, who = server["username"].split(":")
        prolonged = dict(server, username=f"{int(expiry) + 3600}:{who}")
        another = dict(server, username=f"{expiry}:somebody-else")
        for forged in (prolonged, another, dict(server, credential=short["credential"])):
            self.assertFalse(self.turn.accepts(forged))


if __name__ == "__main__":
    unittest.main()
