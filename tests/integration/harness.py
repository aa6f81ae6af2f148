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


def run(*words, stdin=None):
    """Runs a command to its end."""
    return subprocess.run([program, *map(str, words)], input=stdin, capture_output=True, text=True, timeout=60)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class Client:
    """One keep-alive connection."""

    def __init__(self, port, token=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
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
    """A serving program. `settings` is YAML put before the list of plugins."""

    def __init__(self, folder, settings="", plugins=None, extra_folders=()):
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "mortise.yaml"
        lines = "".join("  - " + plugin + "\n" for plugin in (PLUGINS if plugins is None else plugins))
        listen = "" if "server:" in settings else 'server: { listen: ["127.0.0.1:0"] }\n'
        database = "" if "database:" in settings else f'database: {{ url: "sqlite:{self.folder}/test.db" }}\n'
        self.config.write_text(listen + database + settings + "plugins:\n" + lines)
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
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.announcement)
        if not found:
            self.process.wait(30)
            self.said.join()
            raise AssertionError("the server did not start: " + self.errors)
        self.port = int(found[1])
        return self

    def _keep_errors(self):
        for line in self.process.stderr:
            self.errors += line

    def client(self, token=None):
        return Client(self.port, token)

    def signal(self, number):
        self.process.send_signal(number)

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
