# SPDX-License-Identifier: Apache-2.0
"""python-socketio's own client, over polling and over WebSocket."""
import pathlib
import queue
import sys
import unittest

import socketio

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "integration"))
from harness import ServerTest, build  # noqa: E402


class PythonClient(ServerTest):
    def connect(self, server, transports):
        client = socketio.Client(reconnection=False)
        came = queue.Queue()
        client.on("message-back", lambda *arguments: came.put(arguments))
        client.on("question", lambda what: what + 1)
        client.connect(f"http://127.0.0.1:{server.port}", transports=transports, namespaces=["/", "/custom"])
        self.addCleanup(client.disconnect)
        return client, came

    def test_events_acknowledgements_and_bytes(self):
        server = self.serve(plugins=["protocol_echo"], extra_folders=[build / "test-plugins"])
        for transports in (["polling"], ["websocket"], ["polling", "websocket"]):
            with self.subTest(transports):
                client, came = self.connect(server, transports)
                client.emit("message", (1, {"a": b"\x01\x02"}, "grüße"))
                self.assertEqual(came.get(timeout=10), (1, {"a": b"\x01\x02"}, "grüße"))
                self.assertEqual(client.call("message-with-ack", "ack", timeout=10), "ack")
                self.assertEqual(client.call("ask-me", 41, timeout=10), 42)
                self.assertEqual(client.call("throw", timeout=10)["error"]["code"], "never_works")
                client.disconnect()


if __name__ == "__main__":
    unittest.main()
