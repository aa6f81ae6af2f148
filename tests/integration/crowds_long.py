# SPDX-License-Identifier: Apache-2.0
"""The minute of crowds_test.py: too long for every day."""
import unittest

from crowds_test import REQUEST, Crowd, read_answer
from harness import ServerTest

# Sixty bytes and an end, so that a byte a second takes more than a minute.
SLOW_REQUEST = b"GET /hello/you HTTP/1.1\r\nHost: x\r\nX-Why: patience, patience\r\n\r\n"


class LongCrowds(ServerTest):
    def ask_for_a_minute(self, crowd):
        self.addCleanup(crowd.leave)
        rounds = 0
        while crowd.is_dribbling():
            self.assertEqual(crowd.ask_once(), 1000)
            rounds += 1
        self.assertGreater(rounds, 10)

    def test_slow_clients_are_served_in_the_end_where_the_server_has_the_patience(self):
        self.assertGreaterEqual(len(SLOW_REQUEST), 60)
        server = self.serve(plugins=["hello"],
                            settings='server: { listen: ["127.0.0.1:0"], header_timeout: 3m }\n')
        crowd = Crowd(server, SLOW_REQUEST)
        self.ask_for_a_minute(crowd)
        for connection in crowd.slow:
            self.assertTrue(read_answer(connection).startswith(b"HTTP/1.1 200"))

    def test_slow_clients_are_sent_away_where_it_has_not(self):
        crowd = Crowd(self.serve(plugins=["hello"]), SLOW_REQUEST)
        self.ask_for_a_minute(crowd)
        for connection in crowd.slow:
            try:
                answer = connection.recv(4096)
            except ConnectionError:
                continue
            self.assertTrue(answer.startswith(b"HTTP/1.1 408"), answer)


if __name__ == "__main__":
    unittest.main()
