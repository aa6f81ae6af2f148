# SPDX-License-Identifier: Apache-2.0
"""What README.md shows is what there is."""
import re
import unittest

from harness import ServerTest, run, source

readme = (source / "README.md").read_text()


def quoted(language):
    return re.findall(rf"```{language}\n(.*?)```", readme, re.S)


class Readme(ServerTest):
    def test_the_smallest_plugin_is_quoted_as_it_is(self):
        self.assertIn((source / "plugins/hello/hello.cpp").read_text(), quoted("cpp"))
        self.assertIn((source / "plugins/hello/plugin.yaml").read_text(), quoted("yaml"))

    def test_its_configuration_is_in_order(self):
        examples = [text for text in quoted("yaml") if "plugins:" in text]
        self.assertTrue(examples)
        for text in examples:
            file = self.folder / "mortise.yaml"
            file.write_text(text)
            done = run("check", "--config", file)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_its_requests_are_answered_as_it_says(self):
        server = self.serve(plugins=["hello"])
        for path, answer in re.findall(r"curl localhost:8080(/\S+)\n(.+)\n", readme):
            self.assertEqual(server.client()("GET", path).body.decode(), answer)


if __name__ == "__main__":
    unittest.main()
