"""upload and post against a loopback server: lines, JSON, exit codes, interruptions."""
import base64
import json
import os
import pty
import re
import signal
import socket
import subprocess
import time
import unittest

import server
from tool import (Case, DIGEST, DONE, INTERNAL, INTERRUPTED, KEY_ID, MINIO, NETWORK, REFUSED, SOURCE_FAILED, TOOL, UNKNOWN, UNVERIFIED, USAGE,
                  environment, expected_signature, run, start)

NAMES = ["file", "object_state", "class", "key", "bytes", "etag", "verified", "request_id", "attempts", "elapsed_ms", "error"]
ERROR_NAMES = ["code", "retry", "retry_after_ms", "message", "provider_code", "http_status"]


class Upload(Case):
    def upload(self, at, *words, **options):
        return run("upload", *words, "--endpoint", at.url, env=MINIO, **options)

    def conditions(self, post):
        return json.loads(base64.b64decode(post.field("policy")))["conditions"]

    def test_a_file_arrives_under_its_own_type_size_and_key(self):
        path = self.file("photo ü.JPG")
        with server.Server() as at:
            done = self.upload(at, path, "minio://bucket/dir/")
        self.assertEqual(done.returncode, DONE, done.stderr)
        post = at.posts[0]
        self.assertEqual((post.path, post.file), ("/bucket", b"hello"))
        self.assertEqual(post.field("key"), "dir/photo ü.JPG")
        self.assertEqual(post.field("content-type"), "image/jpeg")
        self.assertIn(["content-length-range", 5, 5], self.conditions(post))
        self.assertIn({"key": "dir/photo ü.JPG"}, self.conditions(post))
        self.assertRegex(done.stdout.decode(), r"\Astored  minio://bucket/dir/photo ü.JPG  5 B  \d+\.\d s  etag 5d41402abc4b2a76b9719d911017c592  verified by md5\n\Z")
        self.assertEqual(done.stderr, b"")

    def test_a_proxy_is_used_only_when_asked_for(self):
        path = self.file("a")
        nowhere = ("minio://bucket/k", "--endpoint", "http://127.0.0.1:9")
        with server.Server() as at:
            through = dict(MINIO, http_proxy=at.url, no_proxy="elsewhere")
            self.assertEqual(run("upload", path, *nowhere, env=through).returncode, NETWORK)
            self.assertEqual(run("upload", path, *nowhere, "--environment-proxy", env=dict(through, no_proxy="127.0.0.0/8")).returncode, NETWORK)
            self.assertEqual(at.posts, [])
            self.ok("upload", path, *nowhere, "--environment-proxy", env=through)
            self.ok("upload", path, *nowhere, "--proxy", at.url, env=MINIO)
        self.assertEqual([(post.path, post.file) for post in at.posts], [("http://127.0.0.1:9/bucket", b"hello")] * 2)
        self.refused(USAGE, "upload", path, *nowhere, "--proxy", "gopher://p:1", env=MINIO, says=("proxy", "gopher", "socks5h"))

    def test_a_tunnel_is_made_where_it_is_asked_for(self):
        refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
        asked = []
        with socket.create_server(("127.0.0.1", 0)) as listener:
            tool = start("upload", self.file("a"), "minio://bucket/k", "--endpoint", "http://127.0.0.1:9", "--json", "--proxy",
                         "127.0.0.1:%d" % listener.getsockname()[1], "--proxy-tunnel", env=MINIO)
            connection, _ = listener.accept()
            with connection:
                asked.append(connection.recv(4096).split(b"\r\n")[0])
                connection.sendall(refusal)
                line = json.loads(tool.communicate(timeout=20)[0])
        self.assertEqual(asked, [b"CONNECT 127.0.0.1:9 HTTP/1.1"])
        self.assertEqual((tool.returncode, line["object_state"], line["attempts"]), (NETWORK, "not_stored", 1))
        self.assertIn("403", line["error"]["message"])

    def test_rules_replace_what_is_assumed(self):
        path = self.file("photo.jpg")
        with server.Server() as at:
            self.upload(at, path, "minio://bucket/k", "--type", "text/x", "--max-size", "1MiB", "--meta", "a=b", "--starts-with", "key=k")
            self.upload(at, path, "minio://bucket/k", "--type-prefix", "image/")
        first, second = at.posts
        self.assertEqual((first.field("content-type"), first.field("x-amz-meta-a"), first.field("key")), ("text/x", "b", "k"))
        self.assertIn(["content-length-range", 0, 1048576], self.conditions(first))
        self.assertIn(["starts-with", "$key", "k"], self.conditions(first))
        self.assertEqual(second.field("content-type"), "image/jpeg")

    def test_the_json_names_are_stable(self):
        path = self.file("a.txt")
        with server.Server() as at:
            line = json.loads(self.upload(at, path, "minio://bucket/", "--json").stdout)
        self.assertEqual(list(line), NAMES)
        self.assertEqual({name: line[name] for name in NAMES if name != "elapsed_ms"},
                         {"file": path, "object_state": "stored", "class": "ok", "key": "a.txt", "bytes": 5,
                          "etag": "5d41402abc4b2a76b9719d911017c592", "verified": "md5", "request_id": "REQ0", "attempts": 1, "error": None})
        with server.Server() as at:
            line = json.loads(self.upload(at, path, "minio://bucket/", "--json", "--verify", "none").stdout)
        self.assertEqual((list(line), line["verified"]), (NAMES, None))
        with server.Server(server.REFUSED) as at:
            done = self.upload(at, path, "minio://bucket/", "--json")
        line = json.loads(done.stdout)
        self.assertEqual(done.returncode, REFUSED)
        self.assertEqual((list(line), list(line["error"])), (NAMES, ERROR_NAMES))
        self.assertEqual((line["object_state"], line["class"], line["request_id"]), ("not_stored", "rejected", "REQ1"))
        self.assertEqual((line["error"]["provider_code"], line["error"]["http_status"]), ("EntityTooLarge", 400))
        self.assertEqual((line["error"]["retry"], line["error"]["retry_after_ms"]), ("never", None))
        for options, retry in (({"answer": server.FAILED}, "same_form"), ({"reset": True}, "same_form"),
                               ({"answer": server.EXPIRED_TOKEN}, "new_form")):
            with server.Server(**options) as at:
                line = json.loads(self.upload(at, path, "minio://bucket/", "--json").stdout)
            self.assertEqual(line["error"]["retry"], retry)

    def test_the_documents_name_all_of_the_json(self):
        with open(os.path.join(os.environ["POSTAGE_SOURCE"], "docs/command-line.md"), encoding="utf-8") as page:
            text = page.read()
        for name in NAMES + ERROR_NAMES:
            self.assertIn("`" + name + "`", text)

    def test_special_files_are_refused_without_waiting(self):
        fifo = self.directory + "/fifo"
        os.mkfifo(fifo)
        for path in (fifo, "/dev/null", self.directory):
            self.refused(SOURCE_FAILED, "upload", path, "minio://bucket/k", env=MINIO, says=path)

    def test_names_that_are_no_text_do_not_break_the_lines(self):
        names = [b"a\xff\xfe.txt", b"a\nb", b'a"b\\c', b"a\x1b[31m"]
        for name in names:
            with open(os.path.join(self.directory.encode(), name), "wb") as out:
                out.write(b"x")
            with server.Server() as at:
                done = run("upload", os.path.join(self.directory.encode(), name), "minio://bucket/", "--json", "--endpoint", at.url, env=MINIO)
            self.assertEqual(len(done.stdout.splitlines()), 1)
            self.assertIn("class", json.loads(done.stdout))
            self.assertNotIn(b"\x1b", done.stderr + done.stdout)

    def test_a_refusal_says_why_and_what_to_do(self):
        with server.Server(server.REFUSED) as at:
            done = self.upload(at, self.file("a.txt"), "minio://bucket/k")
        self.assertEqual((done.returncode, done.stdout), (REFUSED, b""))
        for word in (b"a.txt", b"minio://bucket/k", b"not stored", b"EntityTooLarge", b"REQ1", b"postage: hint: "):
            self.assertIn(word, done.stderr)

    def test_the_longest_key_does_not_push_the_reason_out_of_the_line(self):
        key = "k" * 1024
        with server.Server(server.REFUSED) as at:
            done = self.upload(at, self.file("a.txt"), "minio://bucket/" + key)
        self.assertEqual(done.returncode, REFUSED, done.stderr)
        self.assertIn(b"minio://bucket/" + key.encode() + b": not stored: EntityTooLarge", done.stderr)
        self.assertIn(b"(request id REQ1)\n", done.stderr)

    def test_an_expired_form_is_signed_again_whatever_its_code_says(self):
        for reason, word in ((b"Invalid according to Policy: Policy expired.", b"sign a new form"), (b"Access Denied", b"may not write")):
            refusal = server.reply("403 Forbidden", b"<Error><Code>AccessDenied</Code><Message>" + reason + b"</Message></Error>")
            with self.subTest(reason=reason), server.Server(refusal) as at:
                done = self.upload(at, self.file("a.txt"), "minio://bucket/k")
                self.assertEqual(done.returncode, REFUSED)
                self.assertIn(word, done.stderr.splitlines()[-1])

    def test_each_end_has_its_exit_code(self):
        path = self.file("a.txt")
        unused = socket.create_server(("127.0.0.1", 0))
        closed = "http://127.0.0.1:%d" % unused.getsockname()[1]
        unused.close()
        self.assertEqual(run("upload", path, "minio://bucket/k", "--endpoint", closed, env=MINIO).returncode, NETWORK)
        for options, code, state in (({"answer": server.STORED}, DONE, "stored"), ({"answer": server.REFUSED}, REFUSED, "not_stored"),
                                     ({"answer": server.FAILED}, REFUSED, "not_stored"), ({"answer": server.STRANGER}, UNKNOWN, "unknown"),
                                     ({"answer": b""}, UNKNOWN, "unknown"),
                                     ({"reset": True}, UNKNOWN, "unknown"), ({"answer": b"HTTP/1.1 204 No Content\r\nETag"}, UNKNOWN, "unknown")):
            with self.subTest(options=options), server.Server(**options) as at:
                done = self.upload(at, path, "minio://bucket/k", "--json")
                self.assertEqual((done.returncode, json.loads(done.stdout)["object_state"]), (code, state), done.stderr)

    def test_a_success_that_no_store_would_send_is_told_as_such(self):
        with server.Server(answer=server.STRANGER) as at:
            done = self.upload(at, self.file("a.txt"), "minio://bucket/k", "--json")
        line = json.loads(done.stdout)
        self.assertEqual((done.returncode, line["class"], line["object_state"]), (UNKNOWN, "not_a_store", "unknown"))
        self.assertIn('not like a store: "Sign in to hotel wifi" (HTTP 200 from 127.0.0.1 (portal/1) after', line["error"]["message"])
        with server.Server(answer=server.reply("204 No Content")) as at:
            done = self.upload(at, self.file("a.txt"), "minio://bucket/k")
        self.assertIn(b"--success-status 201", done.stderr.splitlines()[-1])

    def test_what_a_server_writes_is_not_obeyed_by_a_terminal(self):
        orders = "\x9b31m\x1b[31m\u202e\u2066".encode() + b"\x9b"
        document = (b"<PostResponse><Bucket>b</Bucket><Key>k%s</Key></PostResponse>" % "\x9b1m\u202e".encode())
        answers = (server.reply("403 Forbidden", b"<Error><Code>AccessDenied&#x9b;</Code><Message>m&#x202e;</Message></Error>"),
                   server.reply("201 Created", document).replace(b"Connection", b'ETag: "' + orders + b'"\r\nConnection'))
        for answer in answers:
            for words in ((), ("--json",)):
                with self.subTest(answer=answer, words=words), server.Server(answer=answer) as at:
                    done = self.upload(at, self.file("a.txt"), "minio://bucket/k", *words)
                    text = (done.stdout + done.stderr).decode()
                    self.assertIsNone(re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text), text)

    def test_many_files_are_reported_as_they_finish_and_the_worst_code_counts(self):
        paths = [self.file("f%02d.txt" % i, b"x" * i) for i in range(30)]
        with server.Server() as at:
            done = self.upload(at, *paths, self.directory + "/none", self.directory, "minio://bucket/d/", "--json")
        lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
        self.assertEqual(done.returncode, SOURCE_FAILED)
        self.assertEqual(len(lines), 32)
        self.assertEqual(sorted(post.field("key") for post in at.posts), ["d/f%02d.txt" % i for i in range(30)])
        self.assertEqual(sorted(line["file"] for line in lines if line["class"] == "source_io"), sorted([self.directory, self.directory + "/none"]))
        self.assertTrue(all(line["error"]["message"] for line in lines if line["error"]))

    def test_files_that_would_meet_are_refused(self):
        os.mkdir(self.directory + "/d")
        paths = [self.file("a.txt"), self.file("d/a.txt")]
        self.refused(USAGE, "upload", *paths, "minio://bucket/", env=MINIO, says=("a.txt", "both"))
        self.refused(USAGE, "upload", *paths, "minio://bucket/key", env=MINIO, says="key")

    def test_stdin_is_read_at_its_declared_length(self):
        with server.Server() as at:
            done = self.upload(at, "-", "minio://bucket/in.csv", "--size", "7", stdin=b"a,b\n1,2")
            self.assertEqual(done.returncode, DONE, done.stderr)
            for content in (b"short", b"much too long"):
                done = self.upload(at, "-", "minio://bucket/in.csv", "--size", "7", stdin=content)
                self.assertEqual(done.returncode, SOURCE_FAILED, done.stderr)
                self.assertIn(b"error: stdin -> minio://bucket/in.csv: not stored: the source", done.stderr)
        self.assertEqual([(post.file, post.field("content-type")) for post in at.posts], [(b"a,b\n1,2", "text/csv")])
        self.refused(USAGE, "upload", "-", "minio://bucket/k", env=MINIO, says="--size")
        self.refused(USAGE, "upload", "file", "minio://bucket/k", "--size", "1", env=MINIO, says="--size")
        self.refused(USAGE, "upload", "-", "minio://bucket/", "--size", "1", env=MINIO, says="TARGET")

    def test_a_slow_stdin_is_waited_for(self):
        with server.Server() as at:
            child = start("upload", "-", "minio://bucket/k", "--size", "6", "--endpoint", at.url, env=MINIO, stdin=subprocess.PIPE)
            for part in (b"ab", b"cd", b"ef"):
                time.sleep(0.2)
                child.stdin.write(part)
                child.stdin.flush()
            _, errors = child.communicate(timeout=30)
        self.assertEqual(child.returncode, DONE, errors)
        self.assertEqual(at.posts[0].file, b"abcdef")

    def test_an_interrupt_cancels_everything(self):
        paths = [self.file("f%d" % i, b"x" * 100) for i in range(20)]
        for number in (signal.SIGINT, signal.SIGTERM):
            with server.Server(hold=True) as at:
                child = start("upload", *paths, "minio://bucket/", "--json", "--endpoint", at.url, env=MINIO)
                self.assertTrue(at.connected.wait(30))
                time.sleep(0.2)
                began = time.monotonic()
                child.send_signal(number)
                output, errors = child.communicate(timeout=30)
                self.assertLess(time.monotonic() - began, 5)
            lines = [json.loads(line) for line in output.decode().splitlines()]
            self.assertEqual(child.returncode, INTERRUPTED, errors)
            self.assertEqual([line["class"] for line in lines], ["cancelled"] * 20)

    def test_output_that_cannot_be_written_stops_the_rest(self):
        paths = [self.file("f%d" % i) for i in range(20)]
        with server.Server() as at, open("/dev/full", "wb") as full:
            done = self.upload(at, *paths, "minio://bucket/", "--json", stdout=full)
        self.assertEqual(done.returncode, INTERNAL)
        self.assertIn(b"stdout", done.stderr)
        self.assertLess(len(at.posts), 20)

    def test_verbose_shows_the_exchange_without_its_secrets(self):
        with server.Server() as at:
            done = self.upload(at, self.file("a.txt"), "minio://bucket/k", "-v")
        post = at.posts[0]
        self.assertEqual(done.returncode, DONE)
        for shown in (b"> POST http", b"> key: k\n", b"> Content-Type: text/plain", b"> policy: (", b"> file: ", b"< HTTP 204",
                      b'< etag: "'):
            self.assertIn(shown, done.stderr)
        for secret in (MINIO["MINIO_SECRET_KEY"], post.field("policy"), post.field("x-amz-signature")):
            self.assertNotIn(secret.encode(), done.stdout + done.stderr)

    def test_verification_can_be_chosen(self):
        for how, end in (("auto", b"verified by md5"), ("md5", b"verified by md5"), ("required", b"verified by md5"),
                         ("required-md5", b"verified by md5"), ("crc64", b"unverified"), ("crc32c", b"unverified"),
                         ("none", b"unverified")):
            with self.subTest(how=how), server.Server() as at:
                done = self.upload(at, self.file("a.txt"), "minio://bucket/k", "--verify", how)
                self.assertEqual(done.returncode, DONE, done.stderr)
                self.assertRegex(done.stdout, b"  " + end + b"\n\\Z")

    def test_a_digest_that_differs_is_a_failure(self):
        for how in ("auto", "required", "md5"):
            with self.subTest(how=how), server.Server(server.reply("204 No Content", b"", 'ETag: "00000000000000000000000000000000"')) as at:
                done = self.upload(at, self.file("a.txt"), "minio://bucket/k", "--verify", how, "--json")
                line = json.loads(done.stdout)
                self.assertEqual((done.returncode, line["class"], line["verified"]), (DIGEST, "digest_mismatch", None))

    def test_crc64_is_that_of_the_provider(self):
        for scheme, header in (("s3", "x-amz-checksum-crc64nvme: M3eFcAZSQlc="), ("oss", "x-oss-hash-crc64ecma: 11177612005948864433")):
            with self.subTest(scheme=scheme), server.Server(server.reply("204 No Content", b"", header, server.MARK[scheme])) as at:
                done = self.send(at, scheme, "--verify", "required-crc64")
                self.assertEqual((done.returncode, json.loads(done.stdout)["verified"]), (DONE, "crc64nvme" if scheme == "s3" else "crc64xz"), done.stderr)

    def send(self, at, scheme, *words):
        """A form for that provider, posted to a server that is not its own."""
        keys = {"s3": {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": "s"}, "oss": {"OSS_ACCESS_KEY_ID": KEY_ID, "OSS_ACCESS_KEY_SECRET": "s"}}
        addressing = ("--addressing", "path") if scheme == "s3" else ("--addressing", "cname")
        return run("upload", self.file("a.txt"), scheme + "://bucket/k", "--region", "us-east-1", "--endpoint", at.url, *addressing,
                   "--json", *words, env=keys[scheme])

    def test_a_failed_callback_is_verified_like_the_rest(self):
        body = b"<Error><Code>CallbackFailed</Code><Message>Error status : 502.</Message></Error>"
        for headers, how, code, verified in (((), "auto", DONE, None), ((), "required", UNVERIFIED, None),
                                             (("x-oss-hash-crc64ecma: 11177612005948864433",), "required", DONE, "crc64xz"),
                                             (("x-oss-hash-crc64ecma: 1",), "auto", DIGEST, None)):
            with self.subTest(how=how, headers=headers), server.Server(server.reply("203 Non-Authoritative", body, server.MARK["oss"], *headers)) as at:
                done = self.send(at, "oss", "--verify", how)
                self.assertEqual((done.returncode, json.loads(done.stdout)["verified"]), (code, verified), done.stderr)
                if code == UNVERIFIED:
                    self.assertIn(b"CallbackFailed", done.stderr)

    def test_what_cannot_be_verified_fails_where_that_is_required(self):
        path = self.file("a.txt")
        with server.Server(server.reply("204 No Content", b"", server.MARK["minio"])) as at:
            done = self.upload(at, path, "minio://bucket/k", "--verify", "required")
            self.assertEqual((done.returncode, len(at.posts)), (UNVERIFIED, 1))
            self.assertRegex(done.stdout, rb"\Astored  .*  unverified\n\Z")
            self.assertIn(b"stored, but unverified: the reply (HTTP 204) carries no md5", done.stderr)
            self.assertIn(b"postage: hint: ", done.stderr)
            line = json.loads(self.upload(at, path, "minio://bucket/k", "--verify", "required", "--json").stdout)
            self.assertEqual((line["object_state"], line["class"], line["verified"]), ("stored", "unverified", None))

    def test_nothing_is_sent_where_it_is_known_that_nothing_will_be_compared(self):
        with server.Server() as at:
            done = self.upload(at, self.file("a.txt"), self.file("b.txt"), "minio://bucket/d/", "--verify", "required-crc64", "--json")
            self.assertEqual((done.returncode, at.posts), (UNVERIFIED, []))
        for line in map(json.loads, done.stdout.splitlines()):
            self.assertEqual((line["object_state"], line["class"], line["verified"]), ("not_stored", "unverified", None))
        self.assertIn(b"x-amz-checksum-crc64nvme", done.stderr)

    def test_several_files_and_a_form_say_each_whether_they_were_verified(self):
        paths = [self.file("a.txt"), self.file("b.txt", b"other")]
        with server.Server() as at:
            done = self.upload(at, paths[0], "minio://bucket/d/", "--success-redirect", "https://app.example.com/done")
            form = run("sign", "minio://bucket/k", "--endpoint", at.url, env=MINIO).stdout
            posted = run("post", "-", paths[0], "--json", stdin=form)
        self.assertEqual(json.loads(posted.stdout)["verified"], "md5", posted.stderr)
        with server.Server(server.reply("204 No Content", b"", 'x-amz-request-id: 1')) as at:
            done = self.upload(at, *paths, "minio://bucket/d/")
        self.assertEqual([line.split(b"  ")[-1] for line in done.stdout.splitlines()], [b"unverified"] * 2)
        redirect = server.reply("303 See Other", b"", "Location: https://app.example.com/done?etag=%225d41402abc4b2a76b9719d911017c592%22")
        with server.Server(redirect) as at:
            done = self.upload(at, paths[0], "minio://bucket/d/", "--success-redirect", "https://app.example.com/done")
        self.assertRegex(done.stdout, rb"\Astored  .*  unverified\n\Z")


class Terminal(Case):
    def on_terminal(self, *words, env=MINIO):
        """stderr of a run on a terminal of 100 columns."""
        master, slave = pty.openpty()
        with server.Server() as at, open(slave, "wb", closefd=True) as errors:
            done = subprocess.run([TOOL, "upload", *words, "--endpoint", at.url], env=environment({**env, "TERM": "xterm"}),
                                  stdout=subprocess.PIPE, stderr=errors, timeout=60, stdin=subprocess.DEVNULL)
        text = b""
        os.set_blocking(master, False)
        try:
            while True:
                text += os.read(master, 65536)
        except OSError:
            pass
        os.close(master)
        self.assertEqual(done.returncode, DONE, text)
        return text

    def test_a_bar_is_drawn_on_terminals_only_and_not_when_quiet(self):
        path = self.file("large.bin", b"x" * 3000000)
        text = self.on_terminal(path, "minio://bucket/k")
        self.assertRegex(text, rb"\d+% [0-9.]+ \w+ / 2\.9 MiB  [0-9.]+ \w+/s  .* left")
        self.assertTrue(text.endswith(b"\r\x1b[K"), text[-60:])
        self.assertEqual(self.on_terminal(path, "minio://bucket/k", "--quiet"), b"")


    def test_colours_follow_the_terminal_and_no_color(self):
        for extra, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)):
            master, slave = pty.openpty()
            with open(slave, "wb") as errors:
                subprocess.run([TOOL, "nonsense"], env=environment({"TERM": "xterm", **extra}), stderr=errors, timeout=60)
            text = os.read(master, 65536)
            os.close(master)
            self.assertEqual(b"\x1b[" in text, coloured, (extra, text))


class Post(Case):
    def sign(self, at, *words):
        return self.file("form.json", self.ok("sign", *words, "--endpoint", at.url, env=MINIO).stdout)

    def test_a_form_is_posted_without_keys(self):
        path = self.file("a.png")
        with server.Server() as at:
            form = self.sign(at, "minio://bucket/in/", "--type-prefix", "image/", "--meta", "a=b")
            done = self.ok("post", form, path, env={})
            with open(form, "rb") as stream:
                self.ok("post", "-", path, "--json", env={}, stdin=stream.read())
        for post in at.posts:
            self.assertEqual((post.field("key"), post.field("x-amz-meta-a"), post.file), ("in/${filename}", "b", b"hello"))
            self.assertEqual((post.field("content-type"), post.file_name), ("image/png", "a.png"))
            self.assertEqual(post.field("x-amz-signature"),
                             expected_signature(post.field("policy"), date=post.field("x-amz-date")[:8]))
        self.assertIn(b"stored  " + at.url.encode() + b"/bucket/in/a.png", done.stdout)

    def test_what_a_form_leaves_open_is_filled_in(self):
        path = self.file("a.png")
        with server.Server() as at:
            form = self.sign(at, "minio://bucket/", "--starts-with", "key=in/", "--any", "x-amz-meta-user")
            self.refused(USAGE, "post", form, path, env={}, says=("key", "in/", "--field"))
            self.refused(REFUSED, "post", form, path, "--field", "key=out/a", env={}, says="key")
            self.refused(REFUSED, "post", form, path, "--field", "key=in/a", "--field", "acl=private", env={}, says="acl")
            self.ok("post", form, path, "--field", "key=in/a", "--field", "x-amz-meta-user=42", env={})
        self.assertEqual([(post.field("key"), post.field("x-amz-meta-user")) for post in at.posts], [("in/a", "42")])

    def test_fields_that_a_rule_fixes_are_sent_though_the_form_lacks_them(self):
        with server.Server() as at:
            with open(self.sign(at, "minio://bucket/k", "--type", "a/b", "--meta", "x=y"), encoding="utf-8") as stream:
                form = json.load(stream)
            for name in ("key", "Content-Type", "x-amz-meta-x"):
                del form["fields"][name]
            self.ok("post", self.file("cut.json", json.dumps(form).encode()), self.file("a"), env={})
        post = at.posts[0]
        self.assertEqual((post.field("key"), post.field("content-type"), post.field("x-amz-meta-x")), ("k", "a/b", "y"))

    def test_garbage_is_no_form(self):
        path = self.file("a")
        for content in (b"", b"{}", b"[]", b"nonsense", b'{"url":1,"fields":{}}', b'{"url":"ftp://h/","fields":{"key":"a"}}',
                        b'{"url":"http://127.0.0.1:9/b","fields":{"key":"a","key":"b"}}', b'{"url":"http://127.0.0.1:9/b","fields":{}} x',
                        b'{"url":"http://127.0.0.1:9/b","fields":{"key":"\\u0000"}}', b"\xff\xfe", b'{"a":' * 5000):
            with self.subTest(content=content[:40]):
                self.refused(USAGE, "post", self.file("form.json", content), path, env={}, says="form.json: ")
        for content, words in ((b"nonsense", "not JSON at byte 0"), (b'{"a":1,"a":2}', 'member "a" occurs twice')):
            with self.subTest(words=words):
                self.refused(USAGE, "post", self.file("form.json", content), path, env={}, says="form.json: " + words)
        self.refused(SOURCE_FAILED, "post", self.directory + "/none", path, env={}, says="none")
        self.refused(SOURCE_FAILED, "post", self.file("long", b" " * 1100000), path, env={}, says="long")
        self.refused(USAGE, "post", "-", "-", "--size", "1", env={}, says="stdin")
        self.refused(USAGE, "post", "form", "-", env={}, says="--size")
        self.refused(USAGE, "post", "form", path, "--size", "1", env={}, says="--size")

    def test_a_file_that_cannot_be_read_is_named(self):
        with server.Server() as at:
            form = self.sign(at, "minio://bucket/k")
            self.refused(SOURCE_FAILED, "post", form, self.directory + "/none", env={}, says="none")
            done = run("post", form, self.directory, "--json", env={})
        self.assertEqual((done.returncode, json.loads(done.stdout)["class"]), (SOURCE_FAILED, "source_io"))


if __name__ == "__main__":
    unittest.main()
