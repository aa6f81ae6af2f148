# SPDX-License-Identifier: Apache-2.0
"""Files on their way to the disk and back, over a real socket: memory, cuts, crashes, full disks, ranges."""
import hashlib
import http.client
import json
import pathlib
import resource
import socket
import subprocess
import time
import unittest

from harness import Server, ServerTest

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"
HEAD = (b'--XX\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n'
        b"Content-Type: image/png\r\n\r\n")
END = b"\r\n--XX--\r\n"
TYPE = "multipart/form-data; boundary=XX"


class LimitedServer(Server):
    """One whose files can't grow beyond `most` bytes, as on a full disk."""

    def __init__(self, most, *arguments, **how):
        super().__init__(*arguments, **how)
        self.most = most

    def start(self):
        popen = subprocess.Popen

        def limited(*arguments, **how):
            # Python ignores SIGXFSZ; so does its child then, which is told by EFBIG instead.
            limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (self.most, self.most))
            return popen(*arguments, preexec_fn=limit, restore_signals=False, **how)

        subprocess.Popen = limited
        try:
            return super().start()
        finally:
            subprocess.Popen = popen


class UploadsTest(ServerTest):
    """Words for what clients of uploads do."""

    def plugins(self, options=""):
        return ["auth", f"uploads: {{ folder: {self.folder}/files, keep_free: 0B{options} }}", "posts"]

    def files(self):
        return [path for path in (self.folder / "files").rglob("*") if path.is_file()]

    def upload(self, client, content, name=b"a.png"):
        return client("POST", "/api/v1/uploads", HEAD % name + content + END, {"Content-Type": TYPE})

    def stream(self, server, client, size, block=1 << 20, pause=lambda sent: None):
        """Sends a file of so many bytes, block by block; its answer and the checksum of what was sent."""
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
        head = HEAD % b"big.png"
        connection.putrequest("POST", "/api/v1/uploads")
        connection.putheader("Content-Type", TYPE)
        connection.putheader("Content-Length", str(len(head) + size + len(END)))
        connection.putheader("Authorization", "Bearer " + client.token)
        connection.endheaders()
        connection.send(head)
        digest = hashlib.sha256()
        filling = bytes(range(256)) * (block // 256)
        sent = 0
        while sent < size:
            part = (PNG + filling[len(PNG):] if sent == 0 else filling)[:size - sent]
            digest.update(part)
            connection.send(part)
            sent += len(part)
            pause(sent)
        connection.send(END)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body, digest.hexdigest()

    def memory(self, server, field="VmRSS"):
        for line in pathlib.Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no " + field)

    def big_upload(self, megabytes):
        """A whole server takes so much and gives it back; how much more memory it held meanwhile."""
        server = self.serve(plugins=self.plugins())
        ann = self.register(server, "ann")
        self.assertEqual(self.upload(ann, PNG).status, 201)  # all code and tables are in memory now
        idle = self.memory(server)
        most = 0

        def look(_):
            nonlocal most
            most = max(most, self.memory(server))

        size = megabytes * 1000 * 1000
        status, body, checksum = self.stream(server, ann, size, pause=look)
        self.assertEqual(status, 201, body)
        stored = json.loads(body)
        self.assertEqual((stored["size"], stored["sha256"]), (size, checksum))

        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
        connection.request("GET", stored["url"], headers={"Authorization": "Bearer " + ann.token})
        answer = connection.getresponse()
        digest = hashlib.sha256()
        while part := answer.read(1 << 20):
            digest.update(part)
            look(None)
        connection.close()
        self.assertEqual(digest.hexdigest(), checksum)
        print(f"{megabytes} MB: {idle / 1e6:.1f} MB idle, {(most - idle) / 1e6:.1f} MB more at most", flush=True)
        return most - idle

    def begin(self, server, client, files=1):
        """A connection with the first bytes of a longer upload, which is then the so manieth file."""
        raw = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        self.addCleanup(raw.close)
        raw.sendall(f"POST /api/v1/uploads HTTP/1.1\r\nHost: x\r\nContent-Type: {TYPE}\r\nContent-Length: 5000000\r\n"
                    f"Authorization: Bearer {client.token}\r\n\r\n".encode() + HEAD % b"a.png" + PNG)
        self.wait_for(lambda: len(self.files()) == files)
        return raw

    def wait_for(self, question):
        for _ in range(3000):
            if question():
                return
            time.sleep(0.01)
        raise AssertionError("it never came to that")


class Uploads(UploadsTest):
    def test_a_large_file_comes_and_goes_in_constant_memory(self):
        self.assertLess(self.big_upload(100), 50_000_000)

    def test_parts_of_a_file_and_what_has_not_changed(self):
        server = self.serve(plugins=self.plugins())
        ann = self.register(server, "ann")
        stored = self.upload(ann, PNG + b"0123456789")
        self.assertEqual(stored.status, 201, stored.body)
        url = stored.json()["url"]
        whole = ann("GET", url)
        self.assertEqual((whole.status, whole.body), (200, PNG + b"0123456789"))
        part = ann("GET", url, headers={"Range": "bytes=-4"})
        size = len(PNG) + 10
        self.assertEqual((part.status, part.body), (206, b"6789"))
        self.assertEqual(part.headers["content-range"], f"bytes {size - 4}-{size - 1}/{size}")
        self.assertEqual(ann("GET", url, headers={"Range": f"bytes={size}-"}).status, 416)
        self.assertEqual(ann("GET", url, headers={"If-None-Match": whole.headers["etag"]}).status, 304)
        self.assertEqual(ann("HEAD", url).headers["content-length"], str(size))
        self.assertEqual(whole.headers["x-content-type-options"], "nosniff")
        self.assertIn("sandbox", whole.headers["content-security-policy"])
        self.assertEqual(server.client()("GET", url).status, 404)

    def test_a_cut_upload_leaves_nothing_behind(self):
        server = self.serve(plugins=self.plugins())
        ann = self.register(server, "ann")
        with self.begin(server, ann) as raw:
            raw.sendall(b"x" * 1000000)
        self.wait_for(lambda: not self.files())
        self.assertEqual(ann("GET", "/api/v1/uploads").json()["data"], [])

    def test_an_upload_that_stalls_or_never_ends_is_ended(self):
        server = self.serve(plugins=self.plugins(", time_limit: 2s"),
                            settings='server: { listen: ["127.0.0.1:0"], body_timeout: 1s }\n')
        ann = self.register(server, "ann")
        stalled = self.begin(server, ann)
        self.assertEqual(stalled.makefile("rb").readline().split()[1], b"408")
        self.wait_for(lambda: not self.files())

        slow = self.begin(server, ann)
        slow.setblocking(False)
        answer = b""
        while not answer:
            time.sleep(0.05)
            try:
                slow.send(b"x")
                answer = slow.recv(100)
            except BlockingIOError:
                pass
        self.assertEqual(answer.split()[1], b"408")
        self.wait_for(lambda: not self.files())

    def test_a_killed_server_leaves_nothing_behind(self):
        server = self.serve(plugins=self.plugins())
        ann = self.register(server, "ann")
        self.assertEqual(self.upload(ann, PNG).status, 201)
        self.begin(server, ann, files=2).sendall(b"x" * 1000000)
        server.kill()
        self.assertEqual(len(self.files()), 2)
        placed = next(path for path in self.files() if path.parent.name != "moving")
        placed.rename(self.folder / "files/moving" / placed.name)  # as if it had died before the last rename
        server.start()
        self.assertEqual(self.files(), [placed])
        again = server.client(ann.token)
        url = again("GET", "/api/v1/uploads").json()["data"][0]["url"]
        self.assertEqual(again("GET", url).body, PNG)

    def test_a_full_disk_is_told_and_leaves_nothing_behind(self):
        server = LimitedServer(4_000_000, self.folder, plugins=self.plugins())
        self.addCleanup(lambda: server.process.poll() is None and server.stop())
        server.start()
        ann = self.register(server, "ann")
        refused = self.upload(ann, PNG + b"x" * 5_000_000)
        self.assertEqual((refused.status, refused.json()["code"]), (503, "disk_full"), refused.body)
        self.assertEqual(refused.headers["retry-after"], "60")
        self.assertEqual(self.files(), [])
        self.assertEqual(self.upload(server.client(ann.token), PNG).status, 201)

    def test_refusals_come_before_the_body(self):
        server = self.serve(plugins=self.plugins(", max_size: 1MB"))
        ann = self.register(server, "ann")

        def answer_to(length, token=ann.token, sent=b""):
            with socket.create_connection(("127.0.0.1", server.port), timeout=30) as raw:
                raw.sendall(f"POST /api/v1/uploads HTTP/1.1\r\nHost: x\r\nContent-Type: {TYPE}\r\n"
                            f"Content-Length: {length}\r\nAuthorization: Bearer {token}\r\n\r\n".encode() + sent)
                head = raw.makefile("rb").readline()
                return int(head.split()[1])

        self.assertEqual(answer_to(3_000_000), 413)
        self.assertEqual(answer_to(1000, token="x"), 401)
        page = b"<!DOCTYPE html><html><script></script></html>" + b" " * 20_000
        self.assertEqual(answer_to(1_000_000, sent=HEAD % b"a.png" + page), 415)
        self.assertEqual(self.files(), [])

    def test_slow_uploads_hold_up_nobody_else(self):
        server = self.serve(plugins=self.plugins(", at_once: 3, at_once_each: 2"))
        ann, ben = self.register(server, "ann"), self.register(server, "ben")
        slow = [self.begin(server, client, place + 1) for place, client in enumerate((ann, ann, ben))]
        self.assertEqual(ben("GET", "/api/v1/uploads").status, 200)
        self.assertEqual(ben("POST", "/api/v1/posts", {"title": "a", "body": "b"}).status, 201)
        refused = self.upload(server.client(ben.token), PNG)
        self.assertEqual((refused.status, refused.json()["code"]), (503, "uploads_busy"))
        slow[2].close()
        self.wait_for(lambda: len(self.files()) == 2)
        refused = self.upload(server.client(ann.token), PNG)
        self.assertEqual((refused.status, refused.json()["code"]), (429, "too_many_uploads"))
        self.assertEqual(self.upload(server.client(ben.token), PNG).status, 201)

    def test_a_post_carries_files_for_whoever_may_read_it(self):
        server = self.serve(plugins=self.plugins())
        ann = self.register(server, "ann")
        file = self.upload(ann, PNG).json()["id"]
        post = ann("POST", "/api/v1/posts", {"title": "Cat", "body": "Mine", "attachments": [file]})
        self.assertEqual(post.status, 201, post.body)
        url = post.json()["attachments"][0]["url"]
        self.assertEqual(server.client()("GET", url, headers={"Range": "bytes=1-3"}).body, b"PNG")
        self.assertEqual(ann("DELETE", "/api/v1/uploads/" + file).status, 204)
        self.assertEqual(server.client()("GET", url).status, 404)


if __name__ == "__main__":
    unittest.main()
