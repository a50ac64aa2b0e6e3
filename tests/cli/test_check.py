"""postage check: verdicts, their words, and their exit codes."""
import json
import os
import unittest

from tool import DONE, MINIO, NETWORK, REFUSED, SOURCE, SOURCE_FAILED, USAGE, Case, run

AT = "2026-11-21T12:00:00Z"


def form(name):
    return os.path.join(SOURCE, "tests", "vectors", "forms", name + ".json")


class Check(Case):
    def check(self, code, *words, stdin=b""):
        done = run("check", *words, env={}, stdin=stdin)
        self.assertEqual(done.returncode, code, done.stderr.decode() + done.stdout.decode())
        return done.stdout.decode()

    def report(self, code, *words, stdin=b""):
        return json.loads(self.check(code, *words, "--json", stdin=stdin))

    def test_forms_of_sdks_are_accepted(self):
        for name in ("boto3", "boto3-v2", "aws-sdk-js", "aws-sdk-go", "minio-js", "minio-java", "ali-oss"):
            with self.subTest(name):
                report = self.report(DONE, form(name), "--as", "cat.jpg", "--size", "1000", "--at", AT)
                self.assertIs(report["accepted"], True)
                self.assertIsNone(report["first"])

    def test_a_refusal_is_marked_and_exits_with_3(self):
        lines = self.check(REFUSED, form("boto3"), "--at", "2026-11-22T12:00:00Z").splitlines()
        self.assertIn("403 AccessDenied", lines[0])
        self.assertTrue(lines[1].startswith("> refused    expired: "), lines[1])

    def test_the_provider_can_be_chosen(self):
        self.assertEqual(self.report(DONE, form("minio-js"), "--provider", "minio", "--at", AT)["provider"], "minio")
        self.assertEqual(self.report(DONE, form("minio-js"), "--at", AT)["provider"], "s3")
        self.check(USAGE, form("minio-js"), "--provider", "gcs")

    def test_fields_are_replaced_and_added(self):
        report = self.report(REFUSED, form("boto3"), "--at", AT, "--field", "key=other", "--field", "submit=1")
        self.assertEqual(report["first"], "condition-failed")
        self.assertIn("extra-field", [finding["id"] for finding in report["findings"]])

    def test_a_form_that_cannot_be_read_is_refused(self):
        self.assertEqual(self.report(REFUSED, "-", stdin=b"{}")["first"], "form-malformed")
        self.assertEqual(self.report(REFUSED, "-", stdin=b'{"fields": {"policy": "e30="}}')["first"], "policy-malformed")

    def test_a_file_is_judged_as_post_would_send_it(self):
        signed = run("sign", "minio://bucket/in/", "--starts-with", "content-type=image/", "--max-size", "4", env=MINIO)
        self.assertEqual(signed.returncode, DONE, signed.stderr)
        self.assertEqual(self.report(REFUSED, "-", self.file("a.png"), stdin=signed.stdout)["first"], "size-too-large")
        self.assertEqual(self.report(DONE, "-", self.file("b.png", b"abcd"), stdin=signed.stdout)["key"], "in/b.png")
        self.assertEqual(self.report(REFUSED, "-", self.file("b.txt", b"abcd"), stdin=signed.stdout)["first"], "field-missing")
        self.assertEqual(self.report(REFUSED, "-", "--type", "text/html", stdin=signed.stdout)["first"], "condition-failed")

    def test_arguments_that_contradict_each_other_are_refused(self):
        path = self.file("a")
        self.check(USAGE, form("boto3"), path, "--as", "b")
        self.check(USAGE, form("boto3"), path, "--size", "1")
        self.check(SOURCE_FAILED, form("boto3"), path + "-none")
        self.check(SOURCE_FAILED, form("boto3"), self.directory)

    def test_a_url_can_be_given(self):
        self.assertIn("url-missing", self.check(DONE, form("minio-java"), "--at", AT))
        self.assertNotIn("url-missing", self.check(DONE, form("minio-java"), "--at", AT, "--url", "http://127.0.0.1:9000/examplebucket"))
        self.assertEqual(self.report(REFUSED, form("minio-java"), "--at", AT, "--url", "http://127.0.0.1:9000/other")["first"],
                         "condition-failed")

    def test_post_sends_nothing_that_would_be_refused(self):
        signed = run("sign", "minio://bucket/a", "--max-size", "4", env=MINIO)
        path = self.file("form.json", signed.stdout)
        done = run("post", path, self.file("a"), "--json", env={})
        self.assertEqual(done.returncode, REFUSED)
        result = json.loads(done.stdout)
        self.assertEqual((result["attempts"], result["object_state"], result["class"]), (0, "not_stored", "rejected"))
        self.assertIn("content-length-range", result["error"]["message"])
        self.assertEqual(run("post", path, self.file("a"), "--no-check", env={}).returncode, NETWORK)


if __name__ == "__main__":
    unittest.main()
