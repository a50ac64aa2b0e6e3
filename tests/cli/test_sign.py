"""Forms: every rule of the command line as a field and its condition, every rendering, known answers."""
import base64
import hmac
import html.parser
import json
import os
import subprocess
import unittest

from tool import AT, Case, DONE, KEY_ID, MINIO, REFUSED, S3, SECRET, USAGE, environment, expected_signature, run

TARGET = "s3://bucket/key"
NOTED = ("--type", "text/plain", "--max-size", "10MiB")  # with these nothing is left open


class Oss(Case):
    """Form uploads to Aliyun OSS: its own names, its own signatures, and what it wants decided."""
    ENV = {"OSS_ACCESS_KEY_ID": "ak", "OSS_ACCESS_KEY_SECRET": SECRET, "OSS_REGION": "cn-hangzhou"}

    def policy(self, *words):
        return json.loads(self.ok("sign", "oss://bucket/k", "--at", AT, "-o", "policy", *words, env=self.ENV).stdout)

    def test_v4_and_v1_have_their_own_fields(self):
        decided = ("--type", "image/png", "--max-size", "1MiB")
        fields = json.loads(self.ok("sign", "oss://bucket/k", "--at", AT, *decided, env=self.ENV).stdout)["fields"]
        self.assertEqual(fields["x-oss-signature-version"], "OSS4-HMAC-SHA256")
        self.assertRegex(fields["x-oss-credential"], r"^ak/\d{8}/cn-hangzhou/oss/aliyun_v4_request$")
        key = ("aliyun_v4" + SECRET).encode()
        for link in (fields["x-oss-date"][:8], "cn-hangzhou", "oss", "aliyun_v4_request"):
            key = hmac.new(key, link.encode(), "sha256").digest()
        self.assertEqual(fields["x-oss-signature"], hmac.new(key, fields["policy"].encode(), "sha256").hexdigest())
        fields = json.loads(self.ok("sign", "oss://bucket/k", "--at", AT, "--signature", "v1", *decided, env=self.ENV).stdout)["fields"]
        self.assertEqual(fields["OSSAccessKeyId"], "ak")
        self.assertEqual(base64.b64decode(fields["Signature"]), hmac.new(SECRET.encode(), fields["policy"].encode(), "sha1").digest())

    def test_size_and_type_have_to_be_decided_or_left_open_by_name(self):
        self.refused(USAGE, "sign", "oss://bucket/k", says=("says nothing about the size",), env=self.ENV)
        self.refused(USAGE, "sign", "oss://bucket/k", "--any-size", says=("says nothing about the content type",), env=self.ENV)
        done = self.ok("sign", "oss://bucket/k", "--any-size", "--any-type", env=self.ENV)
        self.assertIn(b"no size limit", done.stderr)

    def test_lists_limits_and_pins_are_written(self):
        conditions = self.policy("--any-size", "--one-of", "content-type=image/png,image/jpeg", "--field", "content-type=image/png",
                                 "--none-of", "cache-control=no-cache", "--field", "cache-control=max-age=60", "--forbid-overwrite",
                                 "--traffic-limit", "819200", "--pin-unlisted")["conditions"]
        for condition in (["in", "$x-oss-content-type", ["image/png", "image/jpeg"]], ["not-in", "$Cache-Control", ["no-cache"]],
                          {"x-oss-forbid-overwrite": "true"}, {"x-oss-traffic-limit": "819200"}, {"x-oss-object-acl": "default"}):
            self.assertIn(condition, conditions)

    def test_a_list_is_never_cut_short(self):
        self.refused(USAGE, "sign", "oss://bucket/k", "--any-size", "--one-of", "content-type=" + ",".join(map(str, range(65))),
                     says=("more than 64 values",), env=self.ENV)

    def test_what_oss_has_not_is_refused_with_the_alternative(self):
        self.refused(USAGE, "sign", "oss://bucket/k", "--tag", "a=b", says=("PutObjectTagging",), env=self.ENV)
        self.refused(4, "sign", "oss://bucket/k", says=("ALIBABA_CLOUD_ACCESS_KEY_ID",), env={"OSS_REGION": "cn-hangzhou"})


class Rules(Case):
    def test_the_key_follows_the_target(self):
        for target, field, condition in (
            ("s3://bucket/dir/photo.jpg", "dir/photo.jpg", {"key": "dir/photo.jpg"}),
            ("s3://bucket/dir/", "dir/${filename}", ["starts-with", "$key", "dir/"]),
            ("s3://bucket/dir/a-${filename}", "dir/a-${filename}", ["starts-with", "$key", "dir/a-"]),
            ("s3://bucket/", "${filename}", ["starts-with", "$key", ""]),
            ("s3://bucket", "${filename}", ["starts-with", "$key", ""]),
            ("s3://bucket/a%20b ü", "a%20b ü", {"key": "a%20b ü"}),
        ):
            with self.subTest(target=target):
                self.assertEqual(self.form(target)["fields"]["key"], field)
                self.assertEqual(self.conditions(target), [condition])

    def test_starts_with_key_turns_the_exact_key_into_a_prefix_rule(self):
        self.assertEqual(self.form("s3://bucket/in/a.jpg", "--starts-with", "key=in/")["fields"]["key"], "in/a.jpg")
        self.assertEqual(self.conditions("s3://bucket/in/a.jpg", "--starts-with", "key=in/"), [["starts-with", "$key", "in/"]])
        self.assertEqual(self.conditions("s3://bucket/in/a.jpg", "--any", "key"), [["starts-with", "$key", ""]])
        self.assertNotIn("key", self.form("s3://bucket/", "--starts-with", "key=in/")["fields"])
        self.assertEqual(self.conditions("s3://bucket/in/x/a", "--starts-with", "key=in/", "--starts-with", "KEY=in/x/"),
                         [["starts-with", "$key", "in/"], ["starts-with", "$key", "in/x/"]])

    def test_each_option_makes_a_field_and_its_condition(self):
        for words, name, value in (
            (("--type", "image/png"), "Content-Type", "image/png"),
            (("--meta", "user=42"), "x-amz-meta-user", "42"),
            (("--acl", "private"), "acl", "private"),
            (("--storage-class", "STANDARD_IA"), "x-amz-storage-class", "STANDARD_IA"),
            (("--sse", "AES256"), "x-amz-server-side-encryption", "AES256"),
            (("--cache-control", "max-age=60"), "Cache-Control", "max-age=60"),
            (("--content-disposition", 'attachment; filename="a"'), "Content-Disposition", 'attachment; filename="a"'),
            (("--success-status", "201"), "success_action_status", "201"),
            (("--success-redirect", "https://x/?a=b"), "success_action_redirect", "https://x/?a=b"),
            (("--field", "x-amz-website-redirect-location=/a=b"), "x-amz-website-redirect-location", "/a=b"),
            (("--field", "x-amz-meta-a=-v"), "x-amz-meta-a", "-v"),
        ):
            with self.subTest(words=words):
                fields = {k.lower(): v for k, v in self.form(TARGET, *words)["fields"].items()}
                self.assertEqual(fields[name.lower()], value)
                condition = self.conditions(TARGET, *words)[1]
                self.assertEqual({k.lower(): v for k, v in condition.items()}, {name.lower(): value})

    def test_tags_become_one_field(self):
        fields = self.form(TARGET, "--tag", "a=1", "--tag", "b=<2>")["fields"]
        self.assertIn("<Key>a</Key><Value>1</Value>", fields["tagging"])
        self.assertIn("&lt;2&gt;", fields["tagging"])
        self.assertIn({"tagging": fields["tagging"]}, self.conditions(TARGET, "--tag", "a=1", "--tag", "b=<2>"))

    def test_open_rules_have_a_condition_and_a_value_only_if_one_is_given(self):
        low = lambda *words: ({k.lower(): v for k, v in self.form(TARGET, *words)["fields"].items()},
                              [[c[0], c[1].lower(), c[2]] for c in self.conditions(TARGET, *words) if isinstance(c, list)])
        fields, conditions = low("--type-prefix", "image/")
        self.assertNotIn("content-type", fields)
        self.assertEqual(conditions, [["starts-with", "$content-type", "image/"]])
        fields, conditions = low("--type-prefix", "image/", "--type", "image/png")
        self.assertEqual(fields["content-type"], "image/png")
        self.assertEqual(conditions, [["starts-with", "$content-type", "image/"]])
        fields, conditions = low("--field", "X-Amz-Meta-A=v1", "--starts-with", "x-amz-meta-a=v")
        self.assertEqual(fields["x-amz-meta-a"], "v1")
        self.assertEqual(conditions, [["starts-with", "$x-amz-meta-a", "v"]])
        fields, conditions = low("--any", "x-amz-meta-a", "--field", "x-amz-meta-a=v")
        self.assertEqual((fields["x-amz-meta-a"], conditions), ("v", [["starts-with", "$x-amz-meta-a", ""]]))
        fields, conditions = low("--starts-with", "x-amz-meta-a=b", "--starts-with", "x-amz-meta-a=bc")
        self.assertEqual(conditions, [["starts-with", "$x-amz-meta-a", "b"], ["starts-with", "$x-amz-meta-a", "bc"]])
        self.refused(USAGE, "sign", TARGET, "--type", "text/plain", "--type-prefix", "image/", says=("text/plain", "image/"))

    def test_size_ranges_have_two_ends(self):
        size = lambda *words, **o: [c for c in self.conditions(*words, **o) if isinstance(c, list) and c[0] == "content-length-range"]
        self.assertEqual(size(TARGET), [])
        self.assertEqual(size(TARGET, "--max-size", "10MiB"), [["content-length-range", 0, 10485760]])
        self.assertEqual(size(TARGET, "--min-size", "1"), [["content-length-range", 1, 5368709120]])
        self.assertEqual(size(TARGET, "--min-size", "1kB", "--max-size", "1KiB"), [["content-length-range", 1000, 1024]])

    def test_expiry_is_fifteen_minutes_unless_given(self):
        expiration = lambda *words: self.policy(TARGET, "--at", AT, *words)["expiration"]
        self.assertEqual(expiration(), "2015-12-29T00:15:00.000Z")
        self.assertEqual(expiration("--expires", "2h30m"), "2015-12-29T02:30:00.000Z")
        self.assertEqual(expiration("--expires", "7d"), "2016-01-05T00:00:00.000Z")

    def test_the_order_is_that_of_the_command_line(self):
        words = ("--meta", "b=1", "--acl", "private", "--meta", "a=2", "--any", "x-amz-meta-c", "--type", "a/b")
        names = [list(c)[0] if isinstance(c, dict) else c[1] for c in self.conditions(TARGET, *words)]
        self.assertEqual([n.lower() for n in names], ["key", "x-amz-meta-b", "acl", "x-amz-meta-a", "$x-amz-meta-c", "content-type"])


class Notes(Case):
    def test_what_is_left_open_is_said_on_stderr(self):
        for words, said in (((), True), (NOTED, False), (("-q",), False)):
            done = self.ok("sign", TARGET, *words)
            self.assertEqual(b"postage: note: " in done.stderr, said, done.stderr)
            if not said:
                self.assertEqual(done.stderr, b"")

    def test_plain_http_is_warned_about_unless_it_stays_here(self):
        for host, said in (("http://storage.example:9000", True), ("http://127.0.0.1:9", False), ("http://[::1]:9", False),
                           ("http://localhost:9", False), ("https://storage.example", False)):
            done = self.ok("sign", "minio://bucket/key", *NOTED, "--endpoint", host, env=MINIO)
            self.assertEqual(b"postage: warning: " in done.stderr, said, host)

    def test_no_colour_where_no_terminal_is(self):
        self.assertNotIn(b"\x1b", self.ok("sign", TARGET).stderr)


class KnownAnswers(Case):
    def test_signatures_are_those_of_an_independent_hmac(self):
        for words, env, region in (((TARGET,), S3, "us-east-1"), ((TARGET, "--region", "eu-west-1", *NOTED), S3, "eu-west-1"),
                                   (("minio://bucket/dir/",), MINIO, "us-east-1")):
            fields = self.form(*words, "--at", AT, env=env)["fields"]
            self.assertEqual(fields["x-amz-signature"], expected_signature(fields["policy"], region=region))
            self.assertEqual(fields["x-amz-credential"], f"{KEY_ID}/20151229/{region}/s3/aws4_request")
            self.assertEqual(fields["x-amz-date"], AT)

    # S3 user guide, "Example: Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)"; its lines end with CRLF
    DOCUMENT = "\r\n".join((
        '{ "expiration": "2015-12-30T12:00:00.000Z",', '  "conditions": [', '    {"bucket": "sigv4examplebucket"},',
        '    ["starts-with", "$key", "user/user1/"],', '    {"acl": "public-read"},',
        '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
        '    ["starts-with", "$Content-Type", "image/"],', '    {"x-amz-meta-uuid": "14365123651274"},',
        '    {"x-amz-server-side-encryption": "AES256"},', '    ["starts-with", "$x-amz-meta-tag", ""],', '',
        '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
        '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},', '    {"x-amz-date": "20151229T000000Z" }', '  ]', '}')).encode()

    def test_a_policy_document_is_signed_byte_for_byte(self):
        path = self.file("policy.json", self.DOCUMENT)
        for words, stdin in (((path,), b""), (("-",), self.DOCUMENT)):
            done = self.ok("sign", "s3://sigv4examplebucket/", "--policy", *words, "--at", AT, stdin=stdin)
            fields = json.loads(done.stdout)["fields"]
            self.assertEqual(base64.b64decode(fields["policy"]), self.DOCUMENT)
            self.assertEqual(fields["x-amz-signature"], "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e")
            self.assertEqual(fields["acl"], "public-read")
        self.assertEqual(self.ok("sign", "s3://sigv4examplebucket/", "--policy", path, "--at", AT, "-o", "policy").stdout, self.DOCUMENT)

    def test_policies_of_official_sdks_get_the_signatures_that_those_made(self):
        folder = os.path.join(os.environ["POSTAGE_SOURCE"], "tests/vectors")
        checked = 0
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".json") or not name.startswith(("s3-", "minio")) or name == "s3-v2-default.json":
                continue
            with open(os.path.join(folder, name), encoding="utf-8") as stream:
                vectors = json.load(stream)
            for vector in vectors:
                given, output = vector["input"], vector["output"]
                env = {"AWS_ACCESS_KEY_ID": given["access_key_id"], "AWS_SECRET_ACCESS_KEY": given["secret_access_key"],
                       "AWS_SESSION_TOKEN": given["session_token"] or ""}
                with self.subTest(vector=vector["id"]):
                    form = self.form("s3://some-bucket/", "--region", given["region"], "--at", given["now"], "--policy", "-",
                                     env=env, stdin=base64.b64decode(output["policy_base64"]))
                    self.assertEqual(form["fields"]["policy"], output["policy_base64"])
                    self.assertEqual(form["fields"]["x-amz-signature"], output["signature"])
                    checked += 1
        self.assertGreaterEqual(checked, 70)

    def test_the_target_names_the_key_that_a_document_leaves_open(self):
        path = self.file("policy.json", self.DOCUMENT)
        form = self.form("s3://sigv4examplebucket/user/user1/a.jpg", "--policy", path, "--at", AT)
        self.assertEqual(form["fields"]["key"], "user/user1/a.jpg")
        self.refused(USAGE, "sign", "s3://sigv4examplebucket/other", "--policy", path, "--at", AT, says="TARGET")

    def test_documents_that_cannot_be_read_are_named(self):
        self.refused(8, "sign", TARGET, "--policy", self.directory + "/none", says="none")
        self.refused(8, "sign", TARGET, "--policy", self.directory, says=self.directory)
        self.refused(8, "sign", TARGET, "--policy", self.file("long", b" " * 70000), says="65536")

    def test_presigned_urls_carry_method_and_expiry(self):
        get = self.ok("presign", "get", "s3://bucket/a b", "--at", AT, "--expires", "1h").stdout.decode()
        self.assertTrue(get.startswith("https://bucket.s3.us-east-1.amazonaws.com/a%20b?"), get)
        for part in ("X-Amz-Expires=3600", "X-Amz-Date=" + AT, "X-Amz-SignedHeaders=host", "X-Amz-Signature="):
            self.assertIn(part, get)
        self.assertEqual(get.count("\n"), 1)
        self.assertNotEqual(get, self.ok("presign", "head", "s3://bucket/a b", "--at", AT, "--expires", "1h").stdout.decode())
        for value in ("8d", "0"):
            self.refused(USAGE, "presign", "get", TARGET, "--expires", value, says=("--expires", value, "7d"))


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.form, self.fields, self.files = None, {}, 0

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.form = attributes
        elif tag == "input" and attributes.get("type") == "file":
            self.files += 1
        elif tag == "input" and attributes.get("name"):
            self.fields[attributes["name"]] = attributes.get("value", "")


class Renderings(Case):
    NASTY = """a'b"c\\d;e,f@g<h>i&j$k`l$(m)!*?[n]{o}#p|q~r %s ü  end"""

    def nasty(self, output):
        return self.ok("sign", "s3://bucket/dir/${filename}", "--at", AT, *NOTED, "--meta", "v=" + self.NASTY,
                       "--meta", "w=@/etc/passwd;type=x", "-o", output)

    def fields(self):
        return json.loads(self.nasty("json").stdout)["fields"]

    def test_the_curl_line_survives_the_shell(self):
        line = self.nasty("curl").stdout.decode()
        fake = os.path.join(self.directory, "curl")
        with open(fake, "w", encoding="ascii") as out:
            out.write('#!/usr/bin/env python3\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n')
        os.chmod(fake, 0o700)
        env = environment({"LC_ALL": "C.UTF-8"})
        env["PATH"] = self.directory + ":" + os.environ["PATH"]
        words = json.loads(subprocess.run(["sh", "-c", line], env=env, stdout=subprocess.PIPE, check=True, timeout=60).stdout)
        sent = [words[i + 1].split("=", 1) for i, word in enumerate(words) if word == "--form-string"]
        self.assertEqual({name: value for name, value in sent}, self.fields())
        self.assertTrue(any(word.startswith("file=@") for word in words))
        self.assertIn("https://bucket.s3.us-east-1.amazonaws.com/", words)

    def test_the_page_holds_every_field(self):
        page = Page()
        page.feed(self.nasty("html").stdout.decode())
        self.assertEqual(page.form["action"], "https://bucket.s3.us-east-1.amazonaws.com/")
        self.assertEqual((page.form["method"].lower(), page.form["enctype"]), ("post", "multipart/form-data"))
        self.assertEqual(page.files, 1)
        fields = self.fields()
        self.assertEqual({name: page.fields.get(name) for name in fields}, fields)

    def test_lines_are_for_reading(self):
        lines = self.ok("sign", TARGET, "--at", AT, "--acl", "private", "-o", "fields").stdout.decode().splitlines()
        self.assertIn("key=key", lines)
        self.assertIn("acl=private", lines)

    def test_the_public_url_replaces_the_host_only(self):
        words = ("--at", AT, *NOTED)
        form = self.form(TARGET, "--public-url", "https://cdn.example/up", *words)
        self.assertTrue(form["url"].startswith("https://cdn.example/up"))
        self.assertEqual(form["fields"], self.form(TARGET, *words)["fields"])

    def test_addressing_is_the_callers_choice(self):
        url = lambda *words, **options: self.form(*words, **options)["url"]
        self.assertEqual(url(TARGET, "--addressing", "path").rstrip("/"), "https://s3.us-east-1.amazonaws.com/bucket")
        self.assertEqual(url("minio://bucket/key", env=MINIO), "http://127.0.0.1:9/bucket")
        self.assertEqual(url("minio://bucket/key", "--addressing", "virtual", "--endpoint", "https://s.example", env=MINIO).rstrip("/"),
                         "https://bucket.s.example")
        self.assertIn("s3-accelerate", url(TARGET, "--accelerate"))
        self.refused(USAGE, "sign", TARGET, "--accelerate", "--addressing", "path")


if __name__ == "__main__":
    unittest.main()
