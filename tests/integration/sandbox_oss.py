"""OSS: what it checks and what it does not, its codes with their EC numbers."""
import base64
import email.utils
import hashlib
import hmac
import json
import unittest
import urllib.parse

from sandbox_harness import KEY_ID, NOW, SECRET, TEMPORARY, Case, Form, Reply, extended, raw, replaced, request_of, stamp, without

DAY = 24 * 60 * 60


class Oss(Case):
    words = ("--no-sync", "--bucket", "oss=oss", "--bucket", "open=oss+read+write", "--unsigned-reads")

    def post(self, form, bucket="oss", **file):
        return self.send(form, bucket, path="/", host=f"{bucket}.localhost", **file)

    def refuses(self, reply, status, code, ec, rule=None):
        xml = self.refused(reply, status, code, rule)
        self.assertEqual(xml.get("EC"), ec)
        self.assertEqual(reply.headers.get("x-oss-ec"), ec)
        self.assertEqual(xml["RequestId"], reply.headers["x-oss-request-id"])

    def test_both_versions_are_accepted(self):
        for kind in ("oss4", "oss1"):
            reply = self.post(Form("oss", kind, key="in/${filename}"), file_name="a.txt", content=b"123456789")
            self.assertEqual((reply.status, reply.body), (204, b""))
            self.assertEqual(reply.headers["x-oss-hash-crc64ecma"], str(0x995DC9BBDF1939FA))
            self.assertRegex(reply.headers["etag"], '^"[0-9A-F]{32}"$')
        stored = self.get("/in/a.txt", host="oss.localhost")
        self.assertEqual((stored.body, stored.headers["content-type"]), (b"123456789", "image/jpeg"))
        self.assertEqual(stored.headers["x-oss-hash-crc64ecma"], str(0x995DC9BBDF1939FA))

    def test_path_style_is_an_extension(self):
        self.assertEqual(self.send(Form("oss", "oss4"), "oss").status, 204)

    def test_fields_without_conditions_pass(self):
        self.assertEqual(self.post(Form("oss", "oss4").add("x-oss-meta-a", "b", None).add("anything", "x", None)).status, 204)
        self.assertEqual(self.get("/in/photo.jpg", host="oss.localhost").headers["x-oss-meta-a"], "b")
        form = Form("oss", "oss1")
        form.conditions = form.conditions[1:]
        self.assertEqual(self.post(form).status, 204)

    def test_a_signature_has_to_be_bound(self):
        form = Form("oss", "oss4")
        form.document = json.dumps({"expiration": form.expiration, "conditions": form.conditions})
        self.refuses(self.post(form), 403, "AccessDenied", None, "unbound-signature")

    def test_conditions(self):
        rows = [
            (["eq", "$x-oss-meta-a", "b"], 204), (["eq", "$x-oss-meta-a", "c"], 403), (["starts-with", "$x-oss-meta-a", ""], 204),
            (["in", "$x-oss-meta-a", ["a", "b"]], 204), (["in", "$x-oss-meta-a", ["B"]], 403),
            (["not-in", "$x-oss-meta-a", ["a"]], 204), (["not-in", "$x-oss-meta-a", ["b"]], 403),
        ]
        for kind in ("oss4", "oss1"):
            for condition, status in rows:
                reply = self.post(Form("oss", kind).add("x-oss-meta-a", "b", condition))
                self.assertEqual(reply.status, status, condition)
                if status == 403:
                    self.refuses(reply, 403, "AccessDenied", "0006-00000227", "condition")
        shown = self.post(Form("oss", "oss4").add("success_action_status", "201", ["eq", "$success_action_status", "200"])).xml()["Message"]
        self.assertEqual(shown, 'Invalid according to Policy: Policy Condition failed: ["eq", "$success_action_status", "200"]')
        form = Form("oss", "oss4")
        form.conditions.append(["eq", "$never", "x"])
        self.refuses(self.post(form), 403, "AccessDenied", "0006-00000226", "condition-no-field")

    def test_the_key_is_judged_unexpanded(self):
        form = Form("oss", "oss1", key=None).add("key", "in/${filename}", ["eq", "$key", "in/${filename}"])
        self.assertEqual(self.post(form).status, 204)
        form = Form("oss", "oss1", key=None).add("key", "in/${filename}", ["starts-with", "$key", "in/photo"])
        self.refuses(self.post(form), 403, "AccessDenied", "0006-00000227", "condition")

    def test_documents(self):
        good, conditions = '"expiration":"%s"' % extended(NOW + 60), '"conditions":[{"bucket":"oss"}]'
        rows = [
            (b"\xff", "203"), ("{", "204"), ("{%s,%s,\"x\":1}" % (good, conditions), "206"), ("{%s}" % good, "207"), ("{%s}" % conditions, "208"),
            ("{}", "209"), ('{"expiration":1,%s}' % conditions, "210"), ('{"expiration":"",%s}' % conditions, "211"),
            ('{%s,"conditions":{}}' % good, "214"), ('{%s,"conditions":[]}' % good, "215"), ('{%s,"conditions":[[]]}' % good, "216"),
            ('{%s,"conditions":[["eq","$key","a","b"]]}' % good, "218"), ('{%s,"conditions":[["content-length-range",5,1]]}' % good, "219"),
            ('{%s,"conditions":[["content-length-range","a",1]]}' % good, "221"), ('{%s,"conditions":["x"]}' % good, "222"),
            ('{%s,"conditions":[["not-in","$key","a"]]}' % good, "224"),
        ]
        for document, ec in rows:
            with self.subTest(document):
                form = Form("oss", "oss1")
                form.document = document
                self.refuses(self.post(form), 400, "InvalidPolicyDocument", "0006-00000" + ec)
        form = Form("oss", "oss1", expires=NOW)
        self.refuses(self.post(form), 403, "AccessDenied", "0006-00000213", "expired")

    def test_signatures(self):
        v4, v1 = Form("oss", "oss4").signed(), Form("oss", "oss1").signed()
        rows = [
            (without(v1, "policy"), 400, "InvalidArgument", "0002-00000702"), (without(v1, "Signature"), 400, "InvalidArgument", "0002-00000703"),
            (without(v1, "OSSAccessKeyId"), 400, "InvalidArgument", "0002-00000706"),
            (replaced(v1, "Signature", "x"), 403, "SignatureDoesNotMatch", "0002-00000705"),
            (replaced(v4, "x-oss-signature", "x"), 403, "SignatureDoesNotMatch", "0002-00000705"),
            (replaced(v4, "x-oss-signature-version", "OSS9"), 400, "InvalidArgument", "0002-00000701"),
            (replaced(v4, "x-oss-credential", "x"), 400, "InvalidArgument", "0002-00000710"),
            (replaced(v4, "x-oss-date", "x"), 400, "InvalidArgument", "0002-00000709"),
            (Form("oss", "oss4", region="cn-beijing").signed(), 400, "InvalidArgument", "0002-00000715"),
            (Form("oss", "oss4", at=NOW + 901).signed(), 403, "RequestTimeTooSkewed", "0002-00000709"),
            (Form("oss", "oss4", at=NOW - 7 * DAY).signed(), 403, "AccessDenied", "0006-00000213"),
            (Form("oss", "oss4", who=("x", SECRET, None)).signed(), 403, "InvalidAccessKeyId", None),
            (Form("oss", "oss4", who=TEMPORARY[:2] + (None,)).signed(), 403, "InvalidAccessKeyId", None),
            (Form("oss", "oss4", who=TEMPORARY[:2] + ("x",)).signed(), 403, "InvalidSecurityToken", None),
        ]
        for fields, status, code, ec in rows:
            with self.subTest(ec or code):
                self.refuses(self.post(fields), status, code, ec)
        for kind in ("oss4", "oss1"):
            self.assertEqual(self.post(Form("oss", kind, who=TEMPORARY)).status, 204)

    def test_sizes_and_files(self):
        self.refuses(self.post(Form("oss", "oss4").range(1, 4)), 400, "EntityTooLarge", "0006-00000003")
        self.refuses(self.post(Form("oss", "oss4").range(6, 9)), 400, "EntityTooSmall", "0006-00000004")
        self.refuses(self.post(Form("oss", "oss4"), content=None), 400, "IncorrectNumberOfFilesInPOSTRequest", "0006-00000107")
        self.refuses(self.post(without(Form("oss", "oss4").signed(), "key")), 400, "InvalidArgument", None, "missing-key")
        self.refuses(self.send(Form("oss", "oss4"), "oss", content_type="text/plain"), 400, "RequestIsNotMultiPartContent", None)
        for key in ("/a", "\\a"):
            self.refuses(self.post(Form("oss", "oss4", key=key)), 400, "InvalidObjectName", None, "key-name")
        self.refuses(self.post(Form("oss", "oss4", key="k" * 1024)), 400, "InvalidObjectName", None, "key-length")
        form = Form("oss", "oss1").add("a", "v" * ((2 << 20) + 1))
        self.refuses(self.post(form), 400, "FieldItemTooLong", None, "field-size")

    def test_what_the_fields_ask_for(self):
        rows = [("x-oss-object-acl", "secret", "InvalidArgument"), ("x-oss-storage-class", "STANDARD", "InvalidArgument"),
                ("x-oss-traffic-limit", "819199", "InvalidArgument"), ("x-oss-forbid-overwrite", "yes", "InvalidArgument"),
                ("x-oss-server-side-encryption", "AES128", "InvalidEncryptionAlgorithmError"), ("x-oss-tagging", "a=b", "InvalidArgument")]
        for name, value, code in rows:
            with self.subTest(name):
                self.refuses(self.post(Form("oss", "oss4").add(name, value)), 400, code, None)
        self.assertEqual(self.post(Form("oss", "oss4", key="once").add("x-oss-forbid-overwrite", "true")).status, 204)
        self.refuses(self.post(Form("oss", "oss4", key="once").add("x-oss-forbid-overwrite", "true")), 409, "FileAlreadyExists", None, "file-exists")
        self.assertEqual(self.post(Form("oss", "oss4").add("Content-Type", "a/b").add("x-oss-content-type", "c/d")).status, 204)
        self.assertEqual(self.get("/in/photo.jpg", host="oss.localhost").headers["content-type"], "c/d")
        reply = self.post(Form("oss", "oss4").add("success_action_status", "201"))
        self.assertEqual((reply.status, sorted(reply.xml())), (201, ["Bucket", "ETag", "Key", "Location"]))

    def test_callbacks(self):
        def callback(text):
            return Form("oss", "oss4", key="called").add("callback", text)
        self.refuses(self.post(callback("!")), 400, "InvalidArgument", "0007-00000002")
        self.refuses(self.post(callback(base64.b64encode(b"x").decode())), 400, "InvalidArgument", "0007-00000003")
        self.refuses(self.post(callback(base64.b64encode(b"{}").decode())), 400, "InvalidArgument", "0007-00000004")
        good = base64.b64encode(json.dumps({"callbackUrl": "http://a.example", "callbackBody": "x"}).encode()).decode()
        reply = self.post(callback(good))
        self.assertEqual((reply.status, reply.xml()["Code"]), (203, "CallbackFailed"))
        self.assertEqual(self.sandbox.ledger()[-1]["verdict"], "stored")
        self.assertEqual(self.get("/called", host="oss.localhost").body, b"hello")

    def test_anonymous_forms(self):
        self.assertEqual(self.post([("key", "a")], "open").status, 204)
        self.refuses(self.post([("key", "a")]), 403, "AccessDenied", None, "anonymous")
        self.assertEqual(self.post([("key", "a"), ("policy", "e30=")], "open").status, 400)


class Version1(Case):
    """Requests signed as ali-oss and the older SDKs do it: the key and the parameters' values are signed as they are, not encoded."""

    def signature(self, method, resource, date, headers=(), secret=SECRET):
        headers = {name.lower(): value for name, value in headers}
        own = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers) if name.startswith("x-oss-"))
        text = "\n".join([method, headers.get("content-md5", ""), headers.get("content-type", ""), date, own + resource])
        return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()

    def call(self, method, path, resource, headers=(), body=b"", at=NOW, name="x-oss-date", who=(KEY_ID, SECRET, None)):
        date = email.utils.formatdate(at, usegmt=True)
        headers = [*headers, (name, date)] + ([("x-oss-security-token", who[2])] if who[2] else [])
        signature = self.signature(method, resource, date, headers, who[1])
        headers.append(("Authorization", f"OSS {who[0]}:{signature}"))
        return Reply(raw(self.sandbox.address, request_of(body, path, "oss.localhost", headers, None, method)))

    def by_url(self, method, resource, headers=(), expires=NOW + 60, spoil="", path=None, who=(KEY_ID, SECRET, None)):
        if who[2]:
            resource += "?security-token=" + who[2]
        query = {"OSSAccessKeyId": who[0], "Expires": str(expires),
                 "Signature": self.signature(method, resource, str(expires), headers, who[1]) + spoil}
        if who[2]:
            query["security-token"] = who[2]
        path = path or urllib.parse.quote(resource.partition("?")[0].removeprefix("/oss"))
        return self.get(path + "?" + urllib.parse.urlencode(query), method, headers, "oss.localhost")

    def test_objects(self):
        path = "/a%20b%2B%C3%A4"
        key = "/oss/a b+\u00e4"
        headers = [("Content-Type", "text/plain"), ("x-oss-meta-b", "1"), ("x-oss-meta-a", "2")]
        self.assertEqual(self.call("PUT", path, key, headers, b"hello").status, 200)
        for name in ("x-oss-date", "Date"):
            reply = self.call("GET", path, key, name=name)
            self.assertEqual((reply.body, reply.headers["x-oss-meta-a"]), (b"hello", "2"))
        changed = self.call("GET", path + "?response-content-type=x%2Fy", key + "?response-content-type=x/y")
        self.assertEqual(changed.headers["content-type"], "x/y")
        self.assertEqual(self.by_url("GET", key).body, b"hello")
        self.assertEqual(self.by_url("HEAD", key, [("x-oss-meta-q", "r")]).status, 200)
        self.assertEqual(self.by_url("GET", key, who=TEMPORARY).body, b"hello")
        self.assertEqual(self.call("GET", path, key, who=TEMPORARY).body, b"hello")
        self.assertIn("<Key>a b+\u00e4</Key>".encode(), self.call("GET", "/?prefix=a&max-keys=1", "/oss/").body)
        self.assertEqual(self.call("DELETE", path, key).status, 204)
        self.assertEqual(self.call("GET", path, key).status, 404)

    def test_content_of_unknown_length(self):
        date = email.utils.formatdate(NOW, usegmt=True)
        signature = self.signature("PUT", "/oss/chunked", date)
        self.assertEqual(Reply(raw(self.sandbox.address, (
            f"PUT /chunked HTTP/1.1\r\nHost: oss.localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\nDate: {date}\r\n"
            f"Authorization: OSS {KEY_ID}:{signature}\r\n\r\n5\r\nhello\r\n0\r\n\r\n").encode())).status, 200)
        self.assertEqual(self.call("GET", "/chunked", "/oss/chunked").body, b"hello")

    def test_what_is_asked_about_buckets(self):
        """No element of OSS is in a namespace, and lists of the first kind name an owner: SDKs rely on both."""
        self.assertEqual(self.call("PUT", "/listed", "/oss/listed").status, 200)
        rows = [("/", "<DisplayName>postage</DisplayName>"), ("/?acl", "<Grant>private</Grant>"), ("/listed?acl", "<Grant>default</Grant>"),
                ("/?location", "<LocationConstraint>oss-us-east-1</LocationConstraint>"), ("/?list-type=2", "<Key>listed</Key>"),
                ("/?versions", "<Version>")]
        for path, wanted in rows:
            body = self.call("GET", path, "/oss" + path.replace("?list-type=2", "")).body.decode()
            self.assertIn(wanted, body)
            self.assertNotIn("xmlns", body)
        self.assertNotIn("<Owner>", self.call("GET", "/?list-type=2", "/oss/").body.decode())

    def test_refusals(self):
        rows = [
            ("another key", self.call("GET", "/b", "/oss/a"), 403, "SignatureDoesNotMatch"),
            ("another secret", self.call("GET", "/a", "/oss/a", who=(KEY_ID, "x", None)), 403, "SignatureDoesNotMatch"),
            ("unsigned subresource", self.call("GET", "/?acl", "/oss/"), 403, "SignatureDoesNotMatch"),
            ("unknown id", self.call("GET", "/a", "/oss/a", who=("x", SECRET, None)), 403, "InvalidAccessKeyId"),
            ("no token", self.call("GET", "/a", "/oss/a", who=TEMPORARY[:2] + (None,)), 403, "InvalidAccessKeyId"),
            ("early", self.call("GET", "/a", "/oss/a", at=NOW + 901), 403, "RequestTimeTooSkewed"),
            ("late", self.call("GET", "/a", "/oss/a", at=NOW - 901), 403, "RequestTimeTooSkewed"),
            ("no date", self.call("GET", "/a", "/oss/a", name="x-date"), 400, "InvalidArgument"),
            ("URL spoilt", self.by_url("GET", "/oss/a", spoil="x"), 403, "SignatureDoesNotMatch"),
            ("URL of another key", self.by_url("GET", "/oss/a", path="/b"), 403, "SignatureDoesNotMatch"),
            ("URL expired", self.by_url("GET", "/oss/a", expires=NOW), 403, "AccessDenied"),
            ("URL without end", self.by_url("GET", "/oss/a", expires="x"), 400, "InvalidArgument"),
            ("both", self.get("/a?OSSAccessKeyId=x", "GET", [("Authorization", "OSS a:b")], "oss.localhost"), 400, "InvalidArgument"),
            ("no colon", self.get("/a", "GET", [("Authorization", "OSS ab")], "oss.localhost"), 403, "AccessDenied"),
            ("S3 does not know it", self.get("/s3/a", "GET", [("Authorization", "OSS a:b")]), 400, None),
        ]
        for name, reply, status, code in rows:
            with self.subTest(name):
                self.assertEqual((reply.status, reply.xml()["Code"]), (status, code or reply.xml()["Code"]), reply.body)


if __name__ == "__main__":
    unittest.main()
