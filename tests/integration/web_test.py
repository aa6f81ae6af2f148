# SPDX-License-Identifier: Apache-2.0
"""Files over the wire: conditions and ranges, and the demo that is served by default."""
import re
import unittest

from harness import ServerTest


class Web(ServerTest):
    def test_the_demo_is_served_and_its_modules_are_there(self):
        get = self.serve(plugins=["hello", "web"]).client()
        page = get("GET", "/", headers={"Accept": "text/html"})
        self.assertEqual(page.status, 200)
        self.assertIn("default-src 'self'", page.headers["content-security-policy"])
        for name in re.findall(r'(?:src|href)="([^"#/][^"]*)"', page.body.decode()):
            self.assertEqual(get("GET", "/" + name).status, 200, name)
        self.assertEqual(get("GET", "/hello/you").body, b"Hello, you!")

    def test_conditions_and_ranges_are_answered(self):
        public = self.folder / "public"
        public.mkdir()
        (public / "app.8f3a9c1b.js").write_text("0123456789")
        server = self.serve(plugins=[f"web: {{ sites: {{ /: {public} }} }}"])
        get = server.client()
        whole = get("GET", "/app.8f3a9c1b.js")
        self.assertEqual(whole.body, b"0123456789")
        self.assertEqual(whole.headers["accept-ranges"], "bytes")
        self.assertEqual(whole.headers["cache-control"], "public, max-age=31536000, immutable")
        self.assertIn("last-modified", whole.headers)

        same = get("GET", "/app.8f3a9c1b.js", headers={"If-None-Match": whole.headers["etag"]})
        self.assertEqual((same.status, same.body), (304, b""))
        self.assertEqual(same.headers["cache-control"], whole.headers["cache-control"])
        part = get("GET", "/app.8f3a9c1b.js", headers={"Range": "bytes=2-4"})
        self.assertEqual((part.status, part.body), (206, b"234"))
        self.assertEqual(part.headers["content-range"], "bytes 2-4/10")
        head = get("HEAD", "/app.8f3a9c1b.js")
        self.assertEqual((head.status, head.headers["content-length"], head.body), (200, "10", b""))

    def test_dot_segments_reach_nothing(self):
        (self.folder / "public").mkdir()
        server = self.serve(plugins=[f"web: {{ sites: {{ /: {self.folder / 'public'} }} }}"])
        for path in ("/../mortise.yaml", "/%2e%2e/mortise.yaml", "/..%2fmortise.yaml", "//mortise.yaml", "/x/../../mortise.yaml"):
            self.assertIn(server.client()("GET", path).status, (400, 404), path)

    def test_a_folder_that_is_not_there_stops_the_start(self):
        with self.assertRaises(AssertionError) as told:
            self.serve(plugins=["web: { sites: { /: /nowhere/at/all } }"])
        self.assertIn("/nowhere/at/all is no folder", str(told.exception))


if __name__ == "__main__":
    unittest.main()
