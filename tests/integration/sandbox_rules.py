"""Bugs that real servers had, and every rule of signatures and policies: the sandbox refuses them, by the rule that is meant."""
import base64
import hashlib
import json
import unittest
import zlib

from sandbox_harness import BOUNDARY, KEY_ID, NOW, SECRET, TEMPORARY, Case, Form, body_of, extended, raw, replaced, request_of, stamp, without

DAY = 24 * 60 * 60


def with_policy(document, **options):
    form = Form("s3", **options)
    form.document = document
    return form


class KnownBugs(Case):
    """Each was in a store or an emulator, some with a CVE."""
    words = ("--no-sync", "--bucket", "s3=s3", "--bucket", "minio=minio", "--bucket", "other=s3", "--bucket", "open=s3+read+write")

    def test_a_policy_for_another_bucket(self):  # CVE-2023-43040, s3s
        fields = Form("other").signed()
        self.refused(self.send(fields), 403, "AccessDenied", "condition")
        self.refused(self.send([("bucket", "other")] + fields), 403, "AccessDenied", "condition")
        self.assertEqual(self.send(Form("s3").add("bucket", "s3", None)).status, 204)

    def test_duplicate_members_of_a_policy(self):  # MinIO #11894
        inside = json.dumps([{"bucket": "s3"}, ["starts-with", "$key", ""]])
        document = '{"expiration":"%s","conditions":%s,"conditions":[{"bucket":"other"}]}' % (extended(NOW + 60), inside)
        self.refused(self.send(with_policy(document)), 400, "InvalidPolicyDocument", "policy-json")
        document = '{"expiration":"%s","expiration":"%s","conditions":%s}' % (extended(NOW + 60), extended(0), inside)
        self.refused(self.send(with_policy(document)), 400, "InvalidPolicyDocument", "policy-json")

    def test_buckets_outside_the_namespace(self):  # CVE-2023-28434
        for path in ("/.minio.sys", "/..", "/%2e%2e", "/.rules", "/s3%2f..%2f..", "/"):
            reply = self.send(Form("s3"), path=path)
            self.assertIn(reply.status, (404, 405), path)

    def test_fields_that_no_condition_names(self):  # MinIO #7437, #18074, #20674, #21656; SeaweedFS #9124
        for name in ("x-amz-meta-extra", "Content-Encoding", "tagging", "x-amz-checksum-sha256", "submit", "Content-MD5", "acl",
                     "x-amz-server-side-encryption-customer-algorithm", "AWSAccessKeyId2"):
            reply = self.send(Form("s3").add(name, "v", None))
            self.refused(reply, 403, "AccessDenied", "extra-field", "Invalid according to Policy: Extra input fields: " + name)
            self.refused(self.send(Form("minio").add(name, "v", None), "minio"), 403, "AccessDenied", "extra-field",
                         "Each form field that you specify in a form must appear in the list of policy conditions. "
                         f'"{name}" not specified in the policy.')
        self.assertEqual(self.send(Form("s3").add("x-ignore-foo", "v", None)).status, 204)

    def test_a_prefix_of_the_key(self):  # MinIO #7937
        self.refused(self.send(Form("s3", key="in/a").add("x-amz-meta-a", "v").signed()[1:] + [("key", "out/a")]), 403, "AccessDenied",
                     "condition")

    def test_conditions_on_unknown_names(self):  # MinIO today, SeaweedFS #9123
        for bucket in ("s3", "minio"):
            form = Form(bucket).add("content-language", "en", ["eq", "$content-language", "de"])
            self.refused(self.send(form, bucket), 403, "AccessDenied", "condition")
            form = Form(bucket)
            form.conditions.append(["eq", "$never-sent", "v"])
            self.refused(self.send(form, bucket), 403, "AccessDenied", "condition-no-field")
            form.conditions[-1] = ["starts-with", "$never-sent", ""]
            self.refused(self.send(form, bucket), 403, "AccessDenied", "condition-no-field")

    def test_every_range_counts(self):  # MinIO: the last; RustFS #984, #1773: none, the wrong size
        form = Form("s3").range(3, 5).range(1, 10)
        self.refused(self.send(form, content=b"a" * 6), 400, "EntityTooLarge", "size-large")
        self.refused(self.send(form, content=b"a" * 2), 400, "EntityTooSmall", "size-small")
        self.assertEqual(self.send(form, content=b"a" * 4).status, 204)
        self.refused(self.send(Form("minio").range(0, 0), "minio", content=b"a"), 400, "EntityTooLarge", "size-large")

    def test_multipart_alone_authenticates_nobody(self):  # SeaweedFS #7915
        self.refused(self.send([("key", "a")]), 403, "AccessDenied", "anonymous")
        self.refused(self.send([("key", "a"), ("policy", "")]), 403, "AccessDenied", "anonymous")
        reply = self.send([("key", "a")], path="/s3?delete")
        self.assertEqual(reply.status, 403)
        self.assertEqual(self.send([("key", "a")], path="/s3?uploads").status, 501)
        for method, query in (("POST", "uploads"), ("POST", "select"), ("PUT", "uploadId=1"), ("GET", "bucketInfo"), ("DELETE", "tagging")):
            self.assertEqual(self.get("/s3/a?" + query, method).status, 501, query)
        for name in ("x-amz-copy-source", "x-oss-copy-source", "x-amz-tagging", "x-oss-tagging", "if-match", "if-none-match",
                     "x-oss-forbid-overwrite"):
            self.assertEqual(self.get("/s3/a", "PUT", [(name, "/s3/b")]).status, 501, name)
        self.assertEqual(self.get("/s3/a", "POST").status, 405)

    def test_a_signature_alone_is_not_enough(self):  # Supabase #1211: conditions ignored, policy omitted
        self.refused(self.send(Form("s3").add("x-amz-meta-a", "b", ["eq", "$x-amz-meta-a", "c"])), 403, "AccessDenied", "condition")
        self.refused(self.send(without(Form("s3").signed(), "policy")), 400, "InvalidArgument", "missing-policy")
        self.refused(self.send(with_policy("")), 400, "InvalidArgument", "missing-policy")

    def test_operators_that_a_field_does_not_take(self):  # LocalStack: no match types per field
        for name, value in (("success_action_status", "201"), ("x-amz-storage-class", "STANDARD")):
            self.refused(self.send(Form("s3").add(name, value, ["starts-with", "$" + name, ""])), 403, "AccessDenied", "condition")

    def test_forwarded_addresses_are_nothing(self):  # CVE-2026-21862
        headers = [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Host", "open.localhost"), ("X-Real-IP", "127.0.0.1")]
        self.refused(self.send([("key", "a")], headers=headers), 403, "AccessDenied", "anonymous")

    def test_a_copy_needs_more_than_a_header(self):  # CVE-2026-39360
        reply = self.get("/s3/a?partNumber=1&uploadId=x", "PUT", [("x-amz-copy-source", "/other/secret")])
        self.assertIn(reply.status, (403, 501))

    def test_a_violation_is_no_redirect(self):  # SeaweedFS #9122
        form = Form("s3").range(0, 1).add("success_action_redirect", "http://a.example")
        self.refused(self.send(form), 400, "EntityTooLarge", "size-large")

    def test_anonymous_forms_only_where_the_bucket_is_public(self):
        self.assertEqual(self.send([("key", "a"), ("x-amz-meta-a", "b")], "open").status, 204)
        self.assertEqual(self.get("/open/a").body, b"hello")
        self.refused(self.send([("key", "a"), ("policy", "e30=")], "open"), 403, "AccessDenied", "anonymous")
        self.refused(self.send([("key", "a")], "minio"), 400, "AuthorizationQueryParametersError", "anonymous")


class Signatures(Case):
    words = ("--no-sync",)

    def test_scope_and_clock(self):
        rows = [
            ("region", dict(region="eu-west-1"), 400, "InvalidArgument", "scope-region"),
            ("service", dict(service="sts"), 400, "InvalidArgument", "scope-service"),
            ("terminal", dict(terminal="aws4"), 400, "InvalidArgument", "credential"),
            ("day", dict(scope_date=stamp(NOW - DAY)[:8]), 400, "InvalidArgument", "scope-date"),
            ("day that is none", dict(scope_date="today000"), 400, "InvalidArgument", "credential"),
            ("future", dict(at=NOW + 901), 403, "RequestTimeTooSkewed", "clock"),
            ("too old", dict(at=NOW - 7 * DAY), 403, "AccessDenied", "signature-age"),
            ("unknown key", dict(who=("AKIANOBODY", SECRET, None)), 403, "InvalidAccessKeyId", "access-key"),
            ("wrong secret", dict(who=(KEY_ID, "x", None)), 403, "SignatureDoesNotMatch", "signature"),
            ("token missing", dict(who=TEMPORARY[:2] + (None,)), 403, "InvalidAccessKeyId", "token-missing"),
            ("token wrong", dict(who=TEMPORARY[:2] + ("other",)), 400, "InvalidToken", "token"),
            ("token of nobody", dict(who=(KEY_ID, SECRET, "token/+=")), 400, "InvalidToken", "token"),
        ]
        for name, options, status, code, rule in rows:
            with self.subTest(name):
                self.refused(self.send(Form("s3", **options)), status, code, rule)
        for at in (NOW + 899, NOW - 7 * DAY + 1):
            self.assertEqual(self.send(Form("s3", at=at)).status, 204)
        xml = self.send(Form("s3", region="eu-west-1")).xml()
        self.assertEqual((xml["Message"], xml["Region"]), ("the region 'eu-west-1' is wrong; expecting 'us-east-1'", "us-east-1"))

    def test_signatures_are_compared_as_text(self):
        fields = Form("s3").signed()
        signature = dict(fields)["x-amz-signature"]
        for spoilt in (signature.upper(), signature + " ", signature[:-1], signature[:-1] + ("0" if signature[-1] != "0" else "1")):
            self.refused(self.send(replaced(fields, "x-amz-signature", spoilt)), 403, "SignatureDoesNotMatch", "signature")
        self.refused(self.send(replaced(fields, "policy", dict(fields)["policy"] + "\n")), 403, "SignatureDoesNotMatch", "signature")

    def test_two_identities_are_one_too_many(self):
        both = Form("s3").signed() + [("AWSAccessKeyId", KEY_ID), ("signature", "x")]
        self.refused(self.send(both), 400, "InvalidRequest", "mixed-signatures")
        self.refused(self.send(Form("s3"), headers=[("Authorization", "AWS4-HMAC-SHA256 Credential=a")]), 400, "InvalidRequest",
                     "mixed-signatures")
        fields = Form("s3").signed()
        self.refused(self.send(fields + [("x-amz-date", stamp(NOW))]), 400, "InvalidArgument", "duplicate-field")

    def test_a_temporary_key_expires(self):
        self.sandbox.set_clock(2000000000)
        try:
            form = Form("s3", at=2000000000, expires=2000000600, who=TEMPORARY)
            self.refused(self.send(form), 400, "ExpiredToken", "token-expired")
        finally:
            self.sandbox.set_clock(NOW)

    def test_presigned_and_unsigned_reads(self):
        self.assertEqual(self.send(Form("s3")).status, 204)
        self.assertEqual(self.presigned("s3", "in/photo.jpg", "HEAD").headers["content-length"], "5")
        self.assertEqual(self.get("/s3/in/photo.jpg").status, 403)
        self.assertEqual(self.get("/s3").status, 403)
        self.assertEqual(self.presigned("s3", "in/photo.jpg", **{"X-Amz-Expires": "604801"}).status, 400)
        self.sandbox.set_clock(NOW + 600)
        self.assertEqual(self.presigned("s3", "in/photo.jpg").status, 403)
        self.sandbox.set_clock(NOW)

    def test_ranges(self):
        self.send(Form("s3"), content=b"0123456789")
        rows = [("bytes=2-4", 206, b"234", "bytes 2-4/10"), ("bytes=-3", 206, b"789", "bytes 7-9/10"), ("bytes=8-", 206, b"89", "bytes 8-9/10"),
                ("bytes=5-99", 206, b"56789", "bytes 5-9/10"), ("bytes=0-0,5-5", 200, b"0123456789", None), ("lines=1-2", 200, b"0123456789", None),
                ("bytes=4-2", 200, b"0123456789", None)]
        for text, status, body, content_range in rows:
            reply = self.presigned("s3", "in/photo.jpg", headers=[("Range", text)])
            self.assertEqual((reply.status, reply.body, reply.headers.get("content-range")), (status, body, content_range), text)
        self.assertEqual(self.presigned("s3", "in/photo.jpg", headers=[("Range", "bytes=10-")]).status, 416)


class Policies(Case):
    words = ("--no-sync",)

    def test_documents_that_cannot_be_read(self):
        good = '"expiration":"%s"' % extended(NOW + 60)
        conditions = '"conditions":[{"bucket":"s3"}]'
        rows = [
            (b"\xff\xfe", "policy-utf8", "Invalid JSON."), ("{", "policy-json", "Invalid JSON."),
            ("{%s,%s}x" % (good, conditions), "policy-json", "Invalid JSON."), ("[]", "policy-json", "Invalid JSON."),
            ("{%s,%s,\"a\":1}" % (good, conditions), "policy-member", "Unexpected: 'a'"),
            ("{%s}" % conditions, "policy-no-expiration", "Policy missing expiration."),
            ("{%s}" % good, "policy-no-conditions", "Policy missing conditions."),
            ('{"EXPIRATION":"%s",%s}' % (extended(NOW + 60), conditions), "policy-member", "Unexpected: 'EXPIRATION'"),
            ('{%s,"CONDITIONS":[]}' % good, "policy-member", "Unexpected: 'CONDITIONS'"),
            ('{"expiration":"2030-01-01T00:00:00+02:00",%s}' % conditions, "expiration-value",
             "Invalid 'expiration' value: '2030-01-01T00:00:00+02:00'"),
            ('{%s,"conditions":{}}' % good, "conditions-type", "Invalid 'conditions' value: must be a List."),
            ('{%s,"conditions":[1]}' % good, "condition-type", "Invalid condition test: must be a List or Object."),
            ('{%s,"conditions":[[]]}' % good, "condition-no-operator", "Invalid Condition: missing operation identifier."),
            ('{%s,"conditions":[["ne","$key","a"]]}' % good, "condition-operator", "Invalid Condition: unknown operation 'ne'."),
            ('{%s,"conditions":[["in","$key",["a"]]]}' % good, "condition-operator", "Invalid Condition: unknown operation 'in'."),
            ('{%s,"conditions":[["eq","$key"]]}' % good, "condition-count", "Invalid eq: wrong number of arguments."),
            ('{%s,"conditions":[["content-length-range",0]]}' % good, "condition-count",
             "Invalid content-length-range: wrong number of arguments."),
            ('{%s,"conditions":[{}]}' % good, "simple-condition-count",
             "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."),
            ('{%s,"conditions":[{"a":1}]}' % good, "simple-condition-value", "Invalid Simple-Condition: value must be a string."),
            ('{%s,"conditions":[["content-length-range",-1,0]]}' % good, "range-bound", None),
            ('{%s,"conditions":[["content-length-range",0,1.5]]}' % good, "range-bound", None),
            ('{%s,"conditions":[["starts-with","$key","a\\u0000b"]]}' % good, "policy-json", "Invalid JSON."),
        ]
        for document, rule, message in rows:
            with self.subTest(document):
                self.refused(self.send(with_policy(document)), 400, "InvalidPolicyDocument", rule, message and "Invalid Policy: " + message)
                form = Form("minio")
                form.document = document
                self.refused(self.send(form, "minio"), 403, "PostPolicyInvalidKeyName", rule)

    def test_a_policy_that_is_no_base64(self):
        fields = Form("s3", "v2").signed()
        from hmac import new
        for text in ("=e30=", "e30", "e3 0=", "e30=\n", "%7B%7D"):
            signature = base64.b64encode(new(SECRET.encode(), text.encode(), hashlib.sha1).digest()).decode()
            reply = self.send(replaced(replaced(fields, "policy", text), "signature", signature))
            self.refused(reply, 400, "InvalidPolicyDocument", "policy-base64", "Invalid Policy: invalid Base64 encoding.")

    def test_a_dollar_may_be_escaped(self):
        document = '{"expiration":"%s","conditions":[{"bucket":"s3"},["starts-with","$key","\\$a"],["starts-with","$x-amz-meta-a","\\\\\\$"]]}'
        form = Form("s3", "v2", key=None)
        form.document = document % extended(NOW + 60)
        form.add("key", "$a.txt").add("x-amz-meta-a", "\\$b")
        self.assertEqual(self.send(form).status, 204)

    def test_types_are_a_list_to_s3(self):
        for sent, status in (("image/png,image/jpeg", 204), ("image/png, image/gif", 204), ("image/png,text/html", 403)):
            form = Form("s3").add("Content-Type", sent, ["starts-with", "$Content-Type", "image/"])
            self.assertEqual(self.send(form).status, status, sent)

    def test_the_file_name_goes_in_before_the_policy_is_judged(self):
        for sent, stored in (("photo.jpg", "in/photo.jpg"), ("../../etc/passwd", "in/passwd"), ("C:\\\\x\\\\y.txt", "in/y.txt"), ("", "in/")):
            self.assertEqual(self.send(Form("s3", key="in/${filename}"), file_name=sent).status, 204)
            self.assertIsNotNone(self.stored("s3", stored), sent)
        form = Form("s3").add("x-amz-meta-name", "${filename}", ["eq", "$x-amz-meta-name", "photo.jpg"])
        self.assertEqual(self.send(form).status, 204)
        self.assertEqual(self.stored("s3", "in/photo.jpg").headers["x-amz-meta-name"], "photo.jpg")
        form = Form("s3").add("x-amz-meta-name", "${filename}", ["eq", "$x-amz-meta-name", "${filename}"])
        self.refused(self.send(form), 403, "AccessDenied", "condition")
        form = Form("minio", key="in/${filename}").add("x-amz-meta-name", "${filename}")
        self.assertEqual(self.send(form, "minio").status, 204)
        self.assertEqual(self.stored("minio", "in/photo.jpg").headers["x-amz-meta-name"], "${filename}")
        self.assertEqual(self.send(Form("minio", key="a/${filename}"), "minio", file_name=None).status, 204)
        self.assertIsNotNone(self.stored("minio", "a/a/${filename}"))

    def test_keys_stay_in_the_directory(self):
        import os
        root = os.path.join(self.sandbox.directory, "objects")
        buckets = sorted(os.listdir(root))
        for key in ("../../escape", "/etc/passwd", ".rules", "..", ".", "a/../../b", "%2e%2e/x", "x" * 1024, "\u00e9" * 512, "a\\b", "NUL", "-rf",
                    "a\nb", "~", "*"):
            with self.subTest(key):
                self.assertEqual(self.send(Form("s3", key=key)).status, 204)
                self.assertEqual(self.stored("s3", key).body, b"hello")
        self.assertEqual(sorted(os.listdir(root)), buckets)
        self.assertEqual(sorted(os.listdir(self.sandbox.directory)), ["clock", "ledger.jsonl", "objects"])
        self.refused(self.send(Form("s3", key="x" * 1025)), 400, "KeyTooLongError", "key-length")
        self.refused(self.send(Form("s3", key="")), 400, "InvalidArgument", "key-name")
        for key in ("a/../b", "a//b", "./a"):
            self.refused(self.send(Form("minio", key=key), "minio"), 400, "XMinioInvalidObjectName", "key-name")

    def test_what_comes_before_the_file_is_limited(self):
        form = Form("s3").add("x-amz-meta-a", "v" * 20480)
        xml = self.refused(self.send(form), 400, "MaxPostPreDataLengthExceeded", "pre-file-size")
        self.assertEqual(xml["MaxPostPreDataLengthBytes"], "20480")
        self.refused(self.send(Form("s3").add("x-amz-meta-a", "v" * 2049)), 400, "MetadataTooLarge", "metadata-size")
        self.refused(self.send(Form("minio").add("x-amz-a", "v" * (1 << 20) + "v"), "minio"), 400, "MalformedPOSTRequest", "field-size")

    def test_digests_are_compared(self):
        right = {"Content-MD5": hashlib.md5(b"hello").digest(), "x-amz-checksum-sha256": hashlib.sha256(b"hello").digest(),
                 "x-amz-checksum-sha1": hashlib.sha1(b"hello").digest(), "x-amz-checksum-crc32": zlib.crc32(b"hello").to_bytes(4, "big"),
                 "x-amz-checksum-crc32c": bytes.fromhex("9a71bb4c")}
        for name, digest in right.items():
            good = base64.b64encode(digest).decode()
            self.assertEqual(self.send(Form("s3").add(name, good)).status, 204, name)
            wrong = base64.b64encode(bytes([digest[0] ^ 1]) + digest[1:]).decode()
            self.refused(self.send(Form("s3", key="in/wrong").add(name, wrong)), 400, "BadDigest")
            self.assertIsNone(self.stored("s3", "in/wrong"))
            self.assertEqual(self.send(Form("s3").add(name, "!")).status, 400)

    def test_exactly_one_file(self):
        xml = self.refused(self.send(Form("s3"), content=None), 400, "InvalidArgument", "file-count",
                           "POST requires exactly one file upload per request.")
        self.assertEqual((xml["ArgumentName"], xml["ArgumentValue"]), ("file", "0"))
        part = b'--%s\r\nContent-Disposition: form-data; name="%%s"; filename="b"\r\n\r\nsecond\r\n' % BOUNDARY.encode()
        whole = body_of(Form("s3", key="in/two").signed())
        end = b"--" + BOUNDARY.encode() + b"--\r\n"
        body = whole[:-len(end)] + part % b"file" + end
        from sandbox_harness import Reply
        self.refused(Reply(raw(self.sandbox.address, request_of(body, "/s3"))), 400, "InvalidArgument", "two-files")
        self.assertIsNone(self.stored("s3", "in/two"))
        body = whole[:-len(end)] + part % b"submit" + end
        self.assertEqual(Reply(raw(self.sandbox.address, request_of(body, "/s3"))).status, 204)
        self.assertEqual(self.stored("s3", "in/two").body, b"hello")
        self.refused(self.send(Form("minio"), "minio", file_field="File"), 400, "MalformedPOSTRequest", "file-count")

    def test_values_cannot_become_headers(self):
        for value in ("a\r\nX-Evil: 1", "a\nb", "a\x01b"):
            self.refused(self.send(Form("s3").add("x-amz-meta-a", value)), 400, "InvalidArgument", "field-value")
        self.refused(self.send(Form("s3").add("acl", "public-everything")), 400, "InvalidArgument", "acl")

    def test_a_form_that_went_astray_is_in_the_ledger(self):
        for path, bucket, rule in (("/nope", "nope", "bucket"), ("/", None, "method"), ("/s3/key", "s3", "method"),
                                   ("/%ff", None, "request-syntax"), ("/" + "a" * 20000, None, "bucket")):
            with self.subTest(path=path[:20]):
                before = len(self.sandbox.ledger())
                self.send(Form("s3"), path=path)
                entries = self.sandbox.ledger()[before:]
                self.assertEqual([(e["bucket"], e["verdict"], e["rule"]) for e in entries], [(bucket, "refused", rule)])
        before = len(self.sandbox.ledger())
        self.refused(self.send(Form("s3"), content_type="text/plain"), 412, "PreconditionFailed", "not-multipart")
        self.assertEqual(len(self.sandbox.ledger()), before + 1)

    def test_malformed_bodies(self):
        good = body_of(Form("s3", key="in/never").signed())
        from sandbox_harness import Reply
        for name, body in (("preamble", b"x" + good), ("epilogue", good + b"x"), ("no end", good[:-40]), ("bare LF", good.replace(b"\r\n", b"\n")),
                           ("junk", b"abcdef")):
            with self.subTest(name):
                reply = Reply(raw(self.sandbox.address, request_of(body, "/s3")))
                self.refused(reply, 400, "MalformedPOSTRequest", "multipart")
        self.assertIsNone(self.stored("s3", "in/never"))
        self.refused(self.send(Form("s3"), content_type="multipart/form-data"), 400, "MalformedPOSTRequest")


class Minio(Case):
    """MinIO's codes for what MinIO checks; redirect and status as it has them."""
    words = ("--no-sync",)

    def test_codes(self):
        rows = [
            (dict(region="eu-west-1"), 400, "AuthorizationHeaderMalformed"), (dict(service="sts"), 400, "AuthorizationParametersError"),
            (dict(terminal="x"), 400, "AuthorizationQueryParametersError"), (dict(who=("x", SECRET, None)), 403, "InvalidAccessKeyId"),
            (dict(who=(KEY_ID, "x", None)), 403, "SignatureDoesNotMatch"), (dict(expires=NOW), 403, "AccessDenied"),
            (dict(who=TEMPORARY[:2] + (None,)), 403, "InvalidTokenId"), (dict(who=(KEY_ID, SECRET, "t")), 403, "InvalidTokenId"),
        ]
        for options, status, code in rows:
            with self.subTest(code):
                self.refused(self.send(Form("minio", **options), "minio"), status, code)
        self.refused(self.send(without(Form("minio").signed(), "x-amz-signature"), "minio"), 403, "SignatureDoesNotMatch")
        self.refused(self.send(without(Form("minio").signed(), "key"), "minio"), 400, "MalformedPOSTRequest")
        self.refused(self.send(Form("minio"), "minio", content_type="text/plain"), 400, "MalformedPOSTRequest")
        self.refused(self.send(Form("minio"), path="/minio/key"), 405, "MethodNotAllowed")
        form = Form("minio")
        form.conditions = form.conditions[1:]
        self.refused(self.send(form, "minio"), 403, "AccessDenied", "extra-field")

    def test_success(self):
        reply = self.send(Form("minio", key=None).add("key", "/a/b", ["eq", "$key", "a/b"]).add("success_action_status", "201"), "minio")
        self.assertEqual(list(reply.xml()), ["Bucket", "Key", "ETag", "Location"])
        self.assertEqual(reply.xml()["Key"], "a/b")
        self.assertEqual(reply.headers["location"], "http://localhost/minio/a/b")
        reply = self.send(Form("minio").add("success_action_redirect", "http://www.google.com?query=value"), "minio")
        self.assertEqual(reply.status, 303)
        self.assertIn("query=value", reply.headers["location"])


if __name__ == "__main__":
    unittest.main()
