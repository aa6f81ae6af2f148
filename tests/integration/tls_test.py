# SPDX-License-Identifier: Apache-2.0
"""TLS as clients see it, and a certificate that is renewed while they talk."""
import signal
import ssl
import subprocess
import unittest

from harness import ServerTest

VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}


class Tls(ServerTest):
    def setUp(self):
        super().setUp()
        self.key, self.certificate = self.folder / "key.pem", self.folder / "certificate.pem"

    def make_certificate(self, name):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", self.key, "-out", self.certificate, "-days", "2", "-subj", f"/CN={name}",
                        "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)

    def trust(self, version=None):
        """Trusts the present certificate alone; speaks `version` alone."""
        context = ssl.create_default_context(cafile=self.certificate)
        if version:
            context.minimum_version = context.maximum_version = VERSIONS[version]
        return context

    def serve_tls(self, more=""):
        return self.serve(plugins=["hello"], settings=(
            f'server: {{ listen: ["127.0.0.1:0"], tls: {{ certificate: "{self.certificate}", key: "{self.key}"{more} }} }}\n'))

    def name_seen(self, client):
        return dict(part[0] for part in client.connection.sock.getpeercert()["subject"])["commonName"]

    def test_both_versions_serve_and_nothing_else_does(self):
        self.make_certificate("first")
        server = self.serve_tls()
        for version in VERSIONS:
            client = server.client(tls=self.trust(version))
            for _ in range(2):
                self.assertEqual(client("GET", "/hello/you").body, b"Hello, you!")
            self.assertEqual(client.connection.sock.version(), version)
            self.assertGreater(len(client("GET", "/openapi.json").body), 1000)
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        self.assertRaises(OSError, server.client(tls=old), "GET", "/hello/you")
        self.assertRaises(Exception, server.client(), "GET", "/hello/you")
        self.assertEqual(server.client(tls=self.trust())("GET", "/hello/you").status, 200)
        self.assertEqual(server.stop(), 0)

    def test_tls_12_can_be_switched_off(self):
        self.make_certificate("first")
        server = self.serve_tls(more=', min_version: tls1.3')
        self.assertEqual(server.client(tls=self.trust("TLSv1.3"))("GET", "/hello/you").status, 200)
        self.assertRaises(ssl.SSLError, server.client(tls=self.trust("TLSv1.2")), "GET", "/hello/you")

    def test_a_new_certificate_is_for_new_connections_and_open_ones_live_on(self):
        self.make_certificate("first")
        server = self.serve_tls()
        before = {version: server.client(tls=self.trust(version)) for version in VERSIONS}
        for client in before.values():
            self.assertEqual(client("GET", "/hello/you").status, 200)
        sockets = [client.connection.sock for client in before.values()]

        self.make_certificate("second")
        server.signal(signal.SIGHUP)
        server.wait_until_said("configuration reloaded")
        for version, client in before.items():
            self.assertEqual(client("GET", "/hello/you").status, 200)
            self.assertEqual(self.name_seen(client), "first")
            fresh = server.client(tls=self.trust(version))
            self.assertEqual(fresh("GET", "/hello/you").status, 200)
            self.assertEqual(self.name_seen(fresh), "second")
        self.assertEqual([client.connection.sock for client in before.values()], sockets)

    def test_a_certificate_that_does_not_fit_its_key_changes_nothing(self):
        self.make_certificate("first")
        server = self.serve_tls()
        trust, key = self.trust(), self.key.read_text()
        self.make_certificate("second")
        self.key.write_text(key)
        server.signal(signal.SIGHUP)
        server.wait_until_said("configuration not reloaded")
        client = server.client(tls=trust)
        self.assertEqual(client("GET", "/hello/you").status, 200)
        self.assertEqual(self.name_seen(client), "first")

    def test_a_start_with_a_certificate_that_is_not_there_is_refused(self):
        with self.assertRaisesRegex(AssertionError, "certificate.pem"):
            self.serve_tls()


if __name__ == "__main__":
    unittest.main()
