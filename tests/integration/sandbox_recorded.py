"""What AWS answered: each row of the recordings (LocalStack's validated suite of presigned posts, 2026-02-21) is a test."""
import base64
import hashlib
import json
import unittest

from sandbox_harness import NOW, KEY_ID, TEMPORARY, Case, Form, replaced, without

POLICY = "Invalid according to Policy: "
MISSING = "Bucket POST must contain a field named '{}'.  If it is specified, please check the order of the fields."


class Recorded(Case):
    def test_70000_bytes_are_stored_as_sent(self):
        content = bytes(range(256)) * 280
        self.assertEqual(self.send(Form("s3"), content=content[:70000]).status, 204)
        self.assertEqual(self.stored("s3", "in/photo.jpg").body, content[:70000])

    def test_a_form_that_expired_a_second_ago_is_refused(self):
        self.refused(self.send(Form("s3", expires=NOW - 1)), 403, "AccessDenied", "expired", POLICY + "Policy expired.")
        self.refused(self.send(Form("s3", expires=NOW)), 403, "AccessDenied", "expired")

    def test_a_shortened_policy_is_a_wrong_signature(self):
        for kind, field in (("v2", "signature"), ("v4", "x-amz-signature")):
            fields = Form("s3", kind).signed()
            policy = dict(fields)["policy"][:-2]
            xml = self.refused(self.send(replaced(fields, "policy", policy)), 403, "SignatureDoesNotMatch", "signature",
                               AWSAccessKeyId=KEY_ID, StringToSign=policy, SignatureProvided=dict(fields)[field])
            self.assertEqual(bytes.fromhex(xml["StringToSignBytes"]).decode(), policy)

    def test_a_missing_signature_is_named(self):
        for kind, field, name in (("v2", "signature", "Signature"), ("v4", "x-amz-signature", "X-Amz-Signature")):
            reply = self.send(without(Form("s3", kind).signed(), field))
            self.refused(reply, 400, "InvalidArgument", "missing-signature", MISSING.format(name), ArgumentName=name, ArgumentValue="")

    def test_missing_credentials_are_named_and_then_the_form_is_anonymous(self):
        v2, v4 = Form("s3", "v2").signed(), Form("s3").signed()
        self.refused(self.send(without(v2, "AWSAccessKeyId")), 400, "InvalidArgument", "missing-credential",
                     MISSING.format("AWSAccessKeyId"), ArgumentName="AWSAccessKeyId")
        self.refused(self.send(without(v4, "x-amz-algorithm", "x-amz-credential")), 400, "InvalidArgument", "missing-credential",
                     ArgumentName="X-Amz-Algorithm")
        for fields in (v2, v4):
            rest = [(n, v) for n, v in fields if n in ("key", "policy")]
            self.refused(self.send(rest), 403, "AccessDenied", "anonymous", "Access Denied")

    def test_status_201_describes_the_object(self):
        form = Form("s3", key="key-${filename}").add("success_action_status", "201")
        reply = self.send(form, content=b"abcdef", file_name="my-file", host="s3.localhost", path="/")
        self.assertEqual(reply.status, 201)
        xml = reply.xml()
        self.assertEqual(list(xml), ["Location", "Bucket", "Key", "ETag"])
        self.assertEqual(xml["Key"], "key-my-file")
        self.assertEqual(xml["ETag"], '"e80b5017098950fc58aad83c8c14978e"')
        self.assertEqual(xml["Location"], "http://s3.localhost/key-my-file")
        self.assertEqual((reply.headers["etag"], reply.headers["location"]), (xml["ETag"], xml["Location"]))

    def test_a_redirect_carries_bucket_key_and_etag(self):
        reply = self.send(Form("s3").add("success_action_redirect", "http://example.com/done"))
        self.assertEqual((reply.status, reply.body), (303, b""))
        etag = hashlib.md5(b"hello").hexdigest()
        self.assertEqual(reply.headers["location"], f"http://example.com/done?bucket=s3&key=in%2Fphoto.jpg&etag=%22{etag}%22")
        self.assertEqual(self.send(Form("s3").add("success_action_redirect", "/wrong/redirect/relative")).status, 204)

    def test_tags_are_kept(self):
        pairs = "<Tag><Key>a</Key><Value>1 &amp; 2</Value></Tag>", "<Tag><Key>b</Key><Value/></Tag>"
        for count in (1, 2):
            tags = f"<Tagging><TagSet>{''.join(pairs[:count])}</TagSet></Tagging>"
            self.assertEqual(self.send(Form("s3").add("tagging", tags)).status, 204)
            self.assertIn(b"<Value>1 &amp; 2</Value>", self.tagging())
            self.assertEqual(self.tagging().count(b"<Tag>"), count)

    def tagging(self):
        return self.presigned("s3", "in/photo.jpg", tagging="").body

    def test_xml_of_another_kind_is_no_tags_and_other_text_is_refused(self):
        self.assertEqual(self.send(Form("s3").add("tagging", "<InvalidXmlTagging></InvalidXmlTagging>")).status, 204)
        self.assertEqual(self.tagging().count(b"<Tag>"), 0)
        form = Form("s3", key="in/not-stored").add("tagging", "not-xml")
        self.refused(self.send(form), 400, "MalformedXML", "tagging-xml")
        self.assertIsNone(self.stored("s3", "in/not-stored"))

    def test_metadata_and_headers_are_kept(self):
        form = Form("s3").add("x-amz-meta-test-1", "test-meta-1").add("x-amz-meta-TEST-2", "test-meta-2")
        form.add("Content-Type", "text/plain").add("Expires", "Wed, 21 Oct 2026 07:28:00 GMT")
        self.assertEqual(self.send(form).status, 204)
        headers = self.stored("s3", "in/photo.jpg").headers
        self.assertEqual(headers["x-amz-meta-test-1"], "test-meta-1")
        self.assertEqual(headers["x-amz-meta-test-2"], "test-meta-2")
        self.assertEqual(headers["content-type"], "text/plain")
        self.assertEqual(headers["expires"], "Wed, 21 Oct 2026 07:28:00 GMT")
        self.assertEqual(headers["x-amz-server-side-encryption"], "AES256")

    def test_text_beyond_ascii_comes_back_as_aws_sends_it(self):
        key = "test \u2014 key"
        form = Form("s3", key=key).add("success_action_status", "201").add("Content-Disposition", "a\u2014b\u00e9c")
        form.add("Cache-Control", "x\u2014y").add("x-amz-meta-a", "caf\u00e9\u2014").add("x-amz-meta-b", "=?UTF-8?Q?plain?=")
        reply = self.send(form)
        self.assertEqual(reply.status, 201)
        self.assertTrue(reply.headers["location"].endswith("/test%20%E2%80%94%20key"))
        headers = self.stored("s3", key).headers
        self.assertEqual(headers["content-disposition"], "a b\u00e9c")
        self.assertEqual(headers["cache-control"], "x y")
        self.assertEqual(headers["x-amz-meta-a"], "=?UTF-8?B?" + base64.b64encode("caf\u00e9\u2014".encode()).decode() + "?=")
        self.assertEqual(headers["x-amz-meta-b"], "=?UTF-8?Q?plain?=")

    def test_storage_classes_are_those_of_s3(self):
        self.assertEqual(self.send(Form("s3").add("x-amz-storage-class", "STANDARD_IA")).status, 204)
        self.assertEqual(self.stored("s3", "in/photo.jpg").headers["x-amz-storage-class"], "STANDARD_IA")
        self.refused(self.send(Form("s3").add("x-amz-storage-class", "FakeClass")), 400, "InvalidStorageClass", "storage-class",
                     StorageClassRequested="FakeClass")

    def test_another_content_type_is_a_failed_precondition(self):
        xml = self.refused(self.send(Form("s3"), content_type="text/html"), 412, "PreconditionFailed")
        self.assertEqual(xml["Condition"], "Bucket POST must be of the enclosure-type multipart/form-data")

    def test_the_default_checksum_is_returned(self):
        vectors = {b"abcdef": "Pact6XRTYyA=", b"a" * 10: "DBqAA21lxVU=", b"manual value to change ETag": "wSCEAfbAYnk="}
        for content, checksum in vectors.items():
            reply = self.send(Form("s3"), content=content)
            self.assertEqual((reply.status, reply.headers["x-amz-checksum-crc64nvme"], reply.headers["x-amz-checksum-type"]),
                             (204, checksum, "FULL_OBJECT"))

    def test_a_file_without_a_name_is_a_file(self):
        self.assertEqual(self.send(Form("s3", key="plain"), file_name=None, file_type=None).status, 204)
        self.assertEqual(self.stored("s3", "plain").headers["content-type"], "binary/octet-stream")
        self.assertEqual(self.send(Form("s3", key="file-as-field-${filename}"), file_name=None).status, 204)
        self.assertIsNotNone(self.stored("s3", "file-as-field-${filename}"))

    def test_an_exact_condition_compares_every_byte(self):
        url = "http://localhost.localstack.cloud:4566"
        shown = f'{POLICY}Policy Condition failed: ["eq", "$success_action_redirect", "{url}"]'
        for sent in ("http://other.example", url.replace("http", "HTTP")):
            form = Form("s3").add("success_action_redirect", sent, ["eq", "$success_action_redirect", url])
            self.refused(self.send(form), 403, "AccessDenied", "condition", shown)
        form = Form("s3").add("success_action_redirect", url, ["eq", "success_action_redirect", url])
        self.refused(self.send(form), 403, "AccessDenied", "condition", shown.replace("$", ""))

    def test_a_simple_condition_has_one_property(self):
        form = Form("s3").add("success_action_redirect", "http://a.example", {"success_action_redirect": "http://a.example", "x": "y"})
        self.refused(self.send(form), 400, "InvalidPolicyDocument", "simple-condition-count",
                     "Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")

    def test_names_are_compared_ignoring_case(self):
        form = Form("s3").add("x-amz-meta-TEST", "v", ["eq", "$x-amz-meta-test", "v"])
        form.add("Content-Type", "text/plain", {"content-type": "text/plain"}).add("Expires", "0", ["eq", "$expires", "0"])
        self.assertEqual(self.send(form).status, 204)
        form = Form("s3").add("success_action_redirect", "http://a.example", ["eq", "$success_Action_REDIRECT", "http://a.example"])
        self.assertEqual(self.send(form).status, 303)

    def test_a_prefix_condition(self):
        name, url = "success_action_redirect", "http://a.example/b"
        for prefix, status in (("http://b", 403), ("HTTP://a", 403), ("http://a", 303), ("", 303)):
            reply = self.send(Form("s3").add(name, url, ["starts-with", "$" + name, prefix]))
            self.assertEqual(reply.status, status, prefix)
            if status == 403:
                self.assertEqual(reply.xml()["Message"], f'{POLICY}Policy Condition failed: ["starts-with", "${name}", "{prefix}"]')

    def test_sizes(self):
        self.refused(self.send(Form("s3").range(5, 10), content=b"a" * 12), 400, "EntityTooLarge", "size-large", ProposedSize="12",
                     MaxSizeAllowed="10")
        self.refused(self.send(Form("s3").range(5, 10), content=b"a"), 400, "EntityTooSmall", "size-small", ProposedSize="1",
                     MinSizeAllowed="5")
        for size in (5, 10):
            self.assertEqual(self.send(Form("s3").range(5, 10), content=b"a" * size).status, 204)
            self.assertEqual(self.send(Form("s3").range("5", "10"), content=b"a" * size).status, 204)
        self.refused(self.send(Form("s3").range("test", "10"), content=b"a" * 5), 403, "AccessDenied", "condition",
                     POLICY + 'Policy Condition failed: ["content-length-range", "test", "10"]')

    def test_temporary_keys_work_with_their_token(self):
        reply = self.send(Form("s3", who=TEMPORARY))
        self.assertEqual(reply.status, 204)
        self.assertNotIn("content-type", reply.headers)

    def test_field_names_of_any_case(self):
        for kind in ("v2", "v4"):
            swap = {"policy": "Policy", "x-amz-credential": "X-Amz-Credential", "AWSAccessKeyId": "awsaccesskeyid"}
            fields = [(swap.get(name, name), value) for name, value in Form("s3", kind).signed()]
            self.assertEqual(self.send(fields).status, 204)

    def test_errors_carry_ids_and_no_secret(self):
        reply = self.send(Form("s3", who=(KEY_ID, "wrong", None)))
        self.assertEqual(reply.xml()["RequestId"], reply.headers["x-amz-request-id"])
        self.assertIn("HostId", reply.xml())
        self.assertNotIn("sandbox/test/secret", json.dumps(self.sandbox.ledger()))


if __name__ == "__main__":
    unittest.main()
