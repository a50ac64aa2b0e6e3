"""How connections are treated: early refusals, slow and broken senders, many at once, kills, TLS, IPv6, CORS."""
import os
import random
import shutil
import socket
import ssl
import tempfile
import threading
import time
import unittest

from sandbox_harness import (BOUNDARY, NOW, Case, Form, Reply, Sandbox, body_of, context_for, raw, request_of, stamp)

UPLOADS = int(os.environ.get("SANDBOX_UPLOADS", "2000"))


def head_of(form, length, path="/s3"):
    """A request's head, and its body up to the first byte of the file."""
    body = body_of(form.signed(), content=b"")
    start = body.index(b"\r\n--" + BOUNDARY.encode() + b"--")
    return request_of(body[:start], path).replace(b"Content-Length: %d" % start, b"Content-Length: %d" % length)


class EarlyRefusals(Case):
    def refused_early(self, form, code):
        """Declares 5 GiB, sends the head and 64 KiB, and must read the whole refusal, then the end."""
        for _ in range(20):
            started = time.monotonic()
            reply = Reply(raw(self.sandbox.address, head_of(form, 5 << 30) + b"x" * 65536))
            self.assertEqual(reply.xml()["Code"], code)
            self.assertEqual(reply.headers["connection"], "close")
            self.assertEqual(len(reply.body), int(reply.headers["content-length"]))
            self.assertLess(time.monotonic() - started, 2)

    def test_a_signature_is_judged_at_the_files_header(self):
        self.refused_early(Form("s3", who=("AKIANOBODY", "x", None)), "InvalidAccessKeyId")

    def test_a_policy_is_judged_at_the_files_header(self):
        self.refused_early(Form("s3", expires=NOW - 1), "AccessDenied")

    def test_a_size_is_judged_at_the_byte_behind_the_limit(self):
        self.refused_early(Form("s3").range(0, 1000), "EntityTooLarge")
        sock = socket.create_connection(self.sandbox.address)
        with sock:
            sock.sendall(head_of(Form("s3").range(0, 1000), 5 << 30) + b"x" * 1000)
            sock.settimeout(0.3)
            self.assertRaises(TimeoutError, sock.recv, 1)
            # One byte more decides, with a few that could still be the boundary's beginning.
            sock.sendall(b"x")
            sock.settimeout(5)
            self.assertIn(b"EntityTooLarge", sock.recv(65536))

    def test_a_refusal_needs_no_byte_of_the_file(self):
        with socket.create_connection(self.sandbox.address) as sock:
            sock.sendall(head_of(Form("s3", expires=NOW - 1), 5 << 30))
            sock.settimeout(5)
            self.assertIn(b"Policy expired", sock.recv(65536))

    def test_who_goes_on_sending_is_cut_off(self):
        with socket.create_connection(self.sandbox.address) as sock:
            sock.sendall(head_of(Form("s3", expires=NOW - 1), 5 << 30))
            started = time.monotonic()
            with self.assertRaises(OSError):
                while time.monotonic() - started < 10:
                    sock.sendall(b"x" * 65536)
            self.assertLess(time.monotonic() - started, 5)


class BrokenRequests(Case):
    words = ("--no-sync", "--idle-ms", "1500", "--head-ms", "1200")

    def answer(self, data, **options):
        got = raw(self.sandbox.address, data, **options)
        return Reply(got) if got else None

    def test_two_readings_of_one_request_are_refused(self):
        rows = {
            "two lengths": b"POST /s3 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
            "the same length twice": b"POST /s3 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
            "length and chunked": b"POST /s3 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "chunked twice": b"POST /s3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            "unknown coding": b"POST /s3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
            "bare LF": b"GET /s3 HTTP/1.1\nHost: a\n\n",
            "folded": b"GET /s3 HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
            "space before colon": b"GET /s3 HTTP/1.1\r\nHost : a\r\n\r\n",
            "negative length": b"POST /s3 HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            "plus length": b"POST /s3 HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n",
            "huge length": b"POST /s3 HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
            "two hosts": b"GET /s3 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "no host": b"GET /s3 HTTP/1.1\r\n\r\n",
            "NUL": b"GET /s3 HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n",
            "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
            "HTTP/0.9": b"GET /s3\r\n\r\n",
            "chunked with 1.0": b"POST /s3 HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        }
        for name, data in rows.items():
            with self.subTest(name):
                reply = self.answer(data, half_close=True)
                self.assertEqual((reply.status, reply.headers["connection"]), (400, "close"))
        self.assertEqual(self.answer(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"y" * 40000).status, 400)
        self.assertEqual(self.answer(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 200 + b"\r\n").status, 400)

    def test_bodies_without_a_length(self):
        body = b"5\r\nhello\r\n0\r\n\r\n"
        head = "POST /{} HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n"
        for bucket, status, code in (("s3", 411, "MissingContentLength"), ("minio", 400, "EmptyRequestBody"), ("oss", 411, "MissingContentLength")):
            reply = self.answer(head.format(bucket).encode() + body)
            self.assertEqual((reply.status, reply.xml()["Code"]), (status, code))

    def test_http_1_0_is_answered(self):
        reply = self.answer(b"GET /s3 HTTP/1.0\r\n\r\n")
        self.assertEqual((reply.status, reply.headers["connection"]), (403, "close"))

    def test_expectations(self):
        request = request_of(body_of(Form("s3").signed()), "/s3", headers=[("Expect", "100-continue")])
        head, _, body = request.partition(b"\r\n\r\n")
        with socket.create_connection(self.sandbox.address) as sock:
            sock.sendall(head + b"\r\n\r\n")
            self.assertEqual(sock.recv(1000), b"HTTP/1.1 100 Continue\r\n\r\n")
            sock.sendall(body)
            self.assertTrue(sock.recv(1000).startswith(b"HTTP/1.1 204 "))
        self.assertEqual(self.answer(request_of(b"", "/s3", headers=[("Expect", "tea")])).status, 417)
        refused = request_of(b"x" * 9, "/nowhere", headers=[("Expect", "100-continue")]).partition(b"\r\n\r\n")[0]
        self.assertEqual(self.answer(refused + b"\r\n\r\n").status, 404)

    def test_a_body_that_stops_stores_nothing(self):
        whole = request_of(body_of(Form("s3", key="in/cut").signed()), "/s3")
        for cut in (1, 2, 3, 10, len(BOUNDARY) + 12):
            reply = self.answer(whole[:-cut], half_close=True)
            self.assertEqual((reply.status, reply.xml()["Code"]), (400, "IncompleteBody"))
            self.assertEqual(self.sandbox.ledger()[-1]["verdict"], "incomplete")
        self.assertIsNone(self.stored("s3", "in/cut"))

    def test_silent_senders_are_told_and_cut_off(self):
        whole = request_of(body_of(Form("s3", key="in/silent").signed()), "/s3")
        started = time.monotonic()
        reply = self.answer(whole[:-5])
        self.assertEqual((reply.status, reply.xml()["Code"]), (400, "RequestTimeout"))
        self.assertEqual(self.answer(whole[:20]).xml()["Code"], "RequestTimeout")
        self.assertIsNone(self.answer(b""))
        self.assertLess(time.monotonic() - started, 10)
        self.assertIsNone(self.stored("s3", "in/silent"))

    def test_a_head_that_drips_has_an_end(self):
        started = time.monotonic()
        with socket.create_connection(self.sandbox.address) as sock:
            sock.settimeout(0.1)
            answer = b""
            for byte in b"GET /s3 HTTP/1.1\r\nHost: " + b"a" * 1000:
                try:
                    sock.sendall(bytes([byte]))
                    answer = sock.recv(1000)
                    break
                except TimeoutError:
                    continue
        self.assertIn(b"RequestTimeout", answer)
        self.assertLess(time.monotonic() - started, 5)

    def test_slow_senders_do_not_hold_others(self):
        slow = [socket.create_connection(self.sandbox.address) for _ in range(50)]
        whole = request_of(body_of(Form("s3", key="in/slow").signed()), "/s3")
        for sock in slow:
            sock.sendall(whole[:-30])
        started = time.monotonic()
        for _ in range(20):
            self.assertEqual(self.send(Form("s3")).status, 204)
        self.assertLess(time.monotonic() - started, 1)
        for sock in slow:
            sock.sendall(whole[-30:])
            self.assertTrue(sock.recv(100).startswith(b"HTTP/1.1 204"))
            sock.close()

    def test_one_connection_serves_many_requests(self):
        keep = request_of(body_of(Form("s3").signed()), "/s3").replace(b"Connection: close\r\n", b"")
        with socket.create_connection(self.sandbox.address) as sock:
            sock.sendall(keep * 10 + request_of(b"", "/nowhere", method="GET"))
            answer = b""
            while piece := sock.recv(65536):
                answer += piece
        self.assertEqual(answer.count(b"HTTP/1.1 204 "), 10)
        self.assertEqual(answer.count(b"HTTP/1.1 404 "), 1)

    def test_every_cut_of_a_request_gives_the_same_answer(self):
        whole = request_of(body_of(Form("s3", key="in/cuts").signed()), "/s3")
        draw = random.Random(1)
        for _ in range(10):
            with socket.create_connection(self.sandbox.address) as sock:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                at = 0
                while at < len(whole):
                    step = draw.choice((1, 2, 7, 50, 300))
                    sock.sendall(whole[at:at + step])
                    at += step
                self.assertTrue(sock.recv(100).startswith(b"HTTP/1.1 204"))


class Many(Case):
    def test_300_at_once(self):
        requests = [request_of(body_of(Form("s3", key=f"many/{i}").signed(), content=b"%d" % i * 5000), "/s3") for i in range(300)]
        sockets = [socket.create_connection(self.sandbox.address) for _ in requests]
        at = [0] * len(requests)
        while any(position < len(request) for position, request in zip(at, requests)):
            for i, sock in enumerate(sockets):
                sock.sendall(requests[i][at[i]:at[i] + 4000])
                at[i] += 4000
        for sock in sockets:
            self.assertTrue(sock.recv(1000).startswith(b"HTTP/1.1 204"))
            sock.close()
        self.assertEqual(self.stored("s3", "many/299").body, b"299" * 5000)

    def test_thousands_in_a_row(self):
        request = request_of(body_of(Form("minio", key="row").signed()), "/minio").replace(b"Connection: close\r\n", b"")
        with socket.create_connection(self.sandbox.address) as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(UPLOADS):
                sock.sendall(request)
                self.assertTrue(sock.recv(4096).startswith(b"HTTP/1.1 204"))
        entries = [entry for entry in self.sandbox.ledger() if entry["key"] == "row"]
        self.assertEqual(len(entries), UPLOADS)

    def test_other_origins_may_read_the_answer(self):
        reply = self.get("/s3", "OPTIONS", [("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST"),
                                            ("Access-Control-Request-Headers", "x-custom")])
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.headers["access-control-allow-origin"], "https://app.example")
        self.assertIn("POST", reply.headers["access-control-allow-methods"])
        self.assertEqual(reply.headers["access-control-allow-headers"], "x-custom")
        for form in (Form("s3"), Form("s3", expires=NOW)):
            reply = self.send(form, headers=[("Origin", "https://app.example")])
            self.assertEqual(reply.headers["access-control-allow-origin"], "https://app.example")
            self.assertIn("ETag", reply.headers["access-control-expose-headers"])
        self.assertEqual(self.send(Form("s3"), headers=[("Origin", "null")]).headers["access-control-allow-origin"], "*")
        self.assertEqual(self.get("/s3", "OPTIONS").status, 403)


class Discard(Case):
    words = ("--discard",)

    def test_digest_and_ledger_without_an_object(self):
        reply = self.send(Form("s3"), content=b"abcdef")
        self.assertEqual((reply.status, reply.headers["x-amz-checksum-crc64nvme"]), (204, "Pact6XRTYyA="))
        entry = self.sandbox.ledger()[-1]
        self.assertEqual((entry["verdict"], entry["file"], entry["stored"]), ("discarded", 6, 0))
        self.assertIsNone(self.stored("s3", "in/photo.jpg"))

    def test_memory_does_not_grow_with_the_object(self):
        def resident():
            with open(f"/proc/{self.sandbox.process.pid}/statm") as statm:
                return int(statm.read().split()[1]) * 4096
        self.assertEqual(self.send(Form("s3"), content=b"x" * (1 << 20)).status, 204)
        before, size, piece = resident(), 256 << 20, b"x" * (1 << 20)
        tail = body_of([], content=None)
        head = head_of(Form("s3"), 0).partition(b"\r\n\r\n")
        length = len(head[2]) + size + 2 + len(tail)
        with socket.create_connection(self.sandbox.address) as sock:
            sock.sendall(head_of(Form("s3"), length))
            for _ in range(size // len(piece)):
                sock.sendall(piece)
            sock.sendall(b"\r\n" + tail)
            self.assertTrue(sock.recv(100).startswith(b"HTTP/1.1 204"))
        self.assertLess(resident() - before, 4 << 20)


class Kills(unittest.TestCase):
    def test_a_kill_leaves_whole_objects_and_no_others(self):
        directory, draw = tempfile.mkdtemp(prefix="sandbox-kill-"), random.Random(7)
        self.addCleanup(shutil.rmtree, directory)
        acknowledged = {}
        for turn in range(int(os.environ.get("SANDBOX_KILLS", "8"))):
            sandbox = Sandbox(directory=directory)
            killer = threading.Timer(draw.uniform(0.02, 0.25), sandbox.kill)
            killer.start()
            number = 0
            try:
                while True:
                    key, content = f"k/{turn}/{number % 5}", bytes([number % 251]) * draw.choice((1, 5000, 300000))
                    reply = raw(sandbox.address, request_of(body_of(Form("s3", key=key).signed(), content=content), "/s3"))
                    if Reply(reply).status == 204:
                        acknowledged[key] = content
                    number += 1
            except (OSError, ValueError, IndexError):
                maybe = (key, content)
            killer.join()
            sandbox.process.stdout.close()
            self.check(directory, acknowledged, maybe)
        self.assertGreater(len(acknowledged), 5)

    def check(self, directory, acknowledged, maybe):
        sandbox = Sandbox("--unsigned-reads", directory=directory)
        names = os.listdir(os.path.join(directory, "objects", "s3"))
        self.assertFalse([name for name in names if name.startswith(".upload")])
        for key, content in list(acknowledged.items()) + [maybe]:
            reply = Reply(raw(sandbox.address, request_of(b"", "/s3/" + key, method="GET")))
            found = reply.body if reply.status == 200 else None
            if key == maybe[0]:
                # The upload under way: its own bytes, those before, or nothing if there was nothing.
                self.assertIn(found, (acknowledged.get(key), maybe[1]))
            else:
                self.assertEqual(found, content, key)
        if found is not None:
            acknowledged[key] = found
        self.assertEqual(sandbox.close(), 0)


class Addresses(unittest.TestCase):
    def test_several_addresses_of_both_families(self):
        sandbox = Sandbox("--listen", "127.0.0.1:0", "--listen", "[::1]:0", "--no-sync")
        self.addCleanup(sandbox.close)
        self.assertRegex(sandbox.ready["endpoints"][1], r"^http://\[::1\]:\d+$")
        for index in (0, 1):
            request = request_of(body_of(Form("s3").signed()), "/s3", host=sandbox.ready["endpoints"][index][7:])
            self.assertEqual(Reply(raw(sandbox.address_of(index), request)).status, 204)

    def test_tls(self):
        sandbox = Sandbox("--tls", "--no-sync", "--listen", "127.0.0.1:0")
        self.addCleanup(sandbox.close)
        context = context_for(sandbox)
        content = os.urandom(3 << 20)
        request = request_of(body_of(Form("s3").add("success_action_status", "201").signed(), content=content), "/s3")
        reply = Reply(raw(sandbox.address, request, context))
        self.assertEqual(reply.status, 201)
        self.assertTrue(reply.xml()["Location"].startswith("https://localhost/s3/"))
        for _ in range(10):
            refused = Reply(raw(sandbox.address, head_of(Form("s3", expires=NOW), 5 << 30) + b"x" * 65536, context))
            self.assertEqual(refused.xml()["Code"], "AccessDenied")
        with socket.create_connection(sandbox.address) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try:
                self.assertNotIn(b"HTTP", plain.recv(100))
            except ConnectionResetError:
                pass

    def test_a_directory_has_one_owner(self):
        sandbox = Sandbox()
        self.addCleanup(sandbox.close)
        with self.assertRaises(RuntimeError):
            Sandbox(directory=sandbox.directory)


if __name__ == "__main__":
    unittest.main()
