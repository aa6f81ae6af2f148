# SPDX-License-Identifier: Apache-2.0
"""The real program, on a free port, with its data in a temporary folder."""
import http.client
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import unittest

source = pathlib.Path(os.environ["MORTISE_SOURCE_DIR"])
build = pathlib.Path(os.environ["MORTISE_BUILD_DIR"])
program = build / "bin/mortise"

PLUGINS = ["auth", "users", "tasks", "hello"]


def run(*words, stdin=None, environment=None):
    """Runs a command to its end."""
    return subprocess.run([program, *map(str, words)], input=stdin, env=environment, capture_output=True, text=True,
                          timeout=60)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class Client:
    """One keep-alive connection. `tls`: what to trust, an ssl.SSLContext."""

    def __init__(self, port, token=None, tls=None):
        self.connection = (http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=tls) if tls else
                           http.client.HTTPConnection("127.0.0.1", port, timeout=30))
        self.token = token

    def __call__(self, method, path, body=None, headers=None):
        sent = dict(headers or {})
        if self.token:
            sent["Authorization"] = "Bearer " + self.token
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        self.connection.request(method, path, body, sent)
        return Answer(self.connection.getresponse())


class Server:
    """A serving program. `settings` is YAML put before the list of plugins; `database` an URL (SQLite)."""

    def __init__(self, folder, settings="", plugins=None, extra_folders=(), database=None):
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "mortise.yaml"
        lines = "".join("  - " + plugin + "\n" for plugin in (PLUGINS if plugins is None else plugins))
        listen = "" if "server:" in settings else 'server: { listen: ["127.0.0.1:0"] }\n'
        url = database or f"sqlite:{self.folder}/test.db"
        self.config.write_text(f'{listen}database: {{ url: "{url}" }}\n{settings}plugins:\n{lines}')
        self.environment = dict(os.environ, MORTISE_PLUGIN_PATH=":".join(map(str, extra_folders)))
        self.process = None
        self.errors = ""

    def start(self):
        self.process = subprocess.Popen(
            [program, "serve", "--config", self.config], env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.said = threading.Thread(target=self._keep_errors, daemon=True)
        self.said.start()
        self.announcement = ""
        for line in self.process.stdout:
            self.announcement += line
            if line.strip().startswith("try"):
                break
        found = re.search(r"https?://127\.0\.0\.1:(\d+)", self.announcement)
        if not found:
            self.process.wait(30)
            self.said.join()
            raise AssertionError("the server did not start: " + self.errors)
        self.port = int(found[1])
        return self

    def _keep_errors(self):
        for line in self.process.stderr:
            self.errors += line

    def client(self, token=None, tls=None):
        return Client(self.port, token, tls)

    def signal(self, number):
        self.process.send_signal(number)

    def wait_until_said(self, text, times=1):
        """Until its log has said it so often."""
        for _ in range(3000):
            if self.errors.count(text) >= times:
                return
            self.said.join(0.01)
        raise AssertionError(f"'{text}' was never said: {self.errors}")

    def figure(self, name):
        """One line of /metrics, by its name with labels."""
        for line in self.client()("GET", "/metrics").body.decode().splitlines():
            if line.startswith(name + " "):
                return float(line.split()[-1])
        return None

    def stop(self):
        """Asks it to stop; its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.stdout.read()
        code = self.process.wait(60)
        self.process.stdout.close()
        self.said.join()
        self.process.stderr.close()
        return code

    def kill(self):
        self.process.kill()
        self.stop()


class Companion:
    """A program of the build that runs beside the server and is told what to do, a line at a time."""

    def __init__(self, program, *arguments):
        self.process = subprocess.Popen([build / "bin" / program, *arguments], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def tell(self, word):
        """The first line of its answer."""
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def stop(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


class Postgres(Companion):
    """A private PostgreSQL, gone with this process."""

    def __init__(self):
        super().__init__("postgres-for-tests")

    def fresh_database(self):
        """The URL of a place where there is nothing yet."""
        return self.tell("fresh")


class Redis(Companion):
    """A private Redis, gone with this process. `arguments` are redis-server's."""

    def __init__(self, *arguments):
        super().__init__("redis-for-tests", *arguments)
        self.url = self.process.stdout.readline().strip()

    def __call__(self, word):
        """kill, start, freeze, thaw, or a command of Redis."""
        return self.tell(word)


class ServerTest(unittest.TestCase):
    """Gives each test a folder, and stops what it started."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def serve(self, **how):
        server = Server(self.folder, **how)
        self.addCleanup(lambda: server.process.poll() is None and server.stop())
        return server.start()

    def register(self, server, name):
        """A new account's client, signed in."""
        answer = server.client()("POST", "/api/v1/auth/register", {
            "email": name + "@example.org", "username": name, "password": "password123"})
        self.assertEqual(answer.status, 201, answer.body)
        return server.client(answer.json()["accessToken"])
