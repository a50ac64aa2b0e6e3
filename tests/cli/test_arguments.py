"""Garbage in every argument is refused with the option's name, the value and what is allowed."""
import os
import signal
import subprocess
import unittest

from tool import AT, CREDENTIALS, Case, DONE, INTERNAL, MINIO, S3, USAGE, run, start

TARGET = "s3://bucket/key"


class Options(Case):
    def test_values_that_are_no_number_are_named(self):
        for option, values, allowed in (
            ("--max-size", ("", "x", "-1", "1.5GB", "10M", "0x10", "1e3", "9223372036854775808", "99999999TiB"), "10MiB"),
            ("--min-size", ("", "ten", "10 MB"), "10MiB"),
            ("--expires", ("", "x", "-5m", "1h30", "30m1h", "15 m", "99999999999d"), "2h30m"),
            ("--at", ("", "now", "2026-02-30T00:00:00Z", "2026-11-21", "1e9", "99999999999999999999"), "2026-11-21T12:00:00Z"),
        ):
            for value in values:
                with self.subTest(option=option, value=value):
                    text = self.refused(USAGE, "sign", TARGET, option, value, says=(option, allowed))
                    self.assertIn(value, text)

    def test_choices_list_what_is_allowed(self):
        self.refused(USAGE, "sign", TARGET, "-o", "xml", says=("--output", "xml", "json, html, curl, fields, policy"))
        self.refused(USAGE, "sign", TARGET, "--addressing", "both", says=("--addressing", "both", "auto, virtual, path"))
        self.refused(USAGE, "upload", "f", TARGET, "--verify", "sha1", says=("--verify", "sha1", "auto, required, none, crc64, crc32c, md5"))

    def test_options_that_are_unknown_suggest_the_nearest(self):
        self.refused(USAGE, "sign", TARGET, "--max-sise", "1", says=("--max-sise", "did you mean --max-size?"))
        self.refused(USAGE, "sign", TARGET, "--expire", "1", says="did you mean --expires?")
        self.refused(USAGE, "sign", TARGET, "--frobnicate", says=("--frobnicate", "--help"))
        self.refused(USAGE, "sign", TARGET, "-x", says="-x")
        self.refused(USAGE, "post", "form.json", "f", "--max-size", "1", says=("--max-size", "it is an option of sign, upload\n"))
        self.refused(USAGE, "sign", TARGET, "--json", says="--json")

    def test_values_are_asked_for(self):
        self.refused(USAGE, "sign", TARGET, "--type", says=("--type", "needs a value"))
        self.refused(USAGE, "sign", TARGET, "--type", "--acl", "private", says=("--type", "needs a value"))
        self.refused(USAGE, "sign", TARGET, "--quiet=yes", says=("--quiet", "no value"))
        self.refused(USAGE, "sign", TARGET, "--endpoint", "", says=("--endpoint", "empty"))

    def test_an_option_given_twice_is_an_error(self):
        self.refused(USAGE, "sign", TARGET, "--expires", "1m", "--expires", "2m", says=("--expires", "twice"))
        self.refused(USAGE, "sign", TARGET, "--region", "a", "--region", "b", says=("--region", "twice"))
        self.refused(USAGE, "sign", TARGET, "--type", "a/b", "--type", "c/d", says=("--type", "twice"))
        self.refused(USAGE, "sign", TARGET, "--acl", "private", "--field", "ACL=public-read", says="twice")

    def test_pairs_need_their_parts(self):
        for option in ("--meta", "--tag", "--field", "--starts-with"):
            self.refused(USAGE, "sign", TARGET, option, "novalue", says=(option, "novalue", "'='"))
            self.refused(USAGE, "sign", TARGET, option, "=value", says=(option, "empty"))
        self.refused(USAGE, "sign", TARGET, "--any", "n=v", says="--any")
        self.refused(USAGE, "sign", TARGET, "--any", "", says="--any")

    def test_words_may_stand_anywhere(self):
        plain = self.ok("sign", TARGET, "--at", AT, "--max-size", "5").stdout
        self.assertEqual(self.ok("sign", "--at=" + AT, "--max-size=5", TARGET).stdout, plain)
        self.assertEqual(self.ok("sign", "--at", AT, "-qo", "json", "--max-size", "5", "--", TARGET).stdout, plain)
        self.assertEqual(self.ok("sign", "--at", AT, "-ojson", "--max-size", "5", TARGET).stdout, plain)

    def test_operands_are_counted(self):
        self.refused(USAGE, "sign", says="takes TARGET")
        self.refused(USAGE, "sign", TARGET, "more", says="more")
        self.refused(USAGE, "upload", TARGET, says="FILE... TARGET")
        self.refused(USAGE, "post", "form.json", says="FORM FILE")
        self.refused(USAGE, "presign", "get", says="get|head TARGET")
        self.refused(USAGE, "presign", "put", TARGET, says=("put", "get or head"))
        self.refused(USAGE, "presign", "get", "s3://bucket/dir/", says="TARGET")

    def test_commands_are_named(self):
        self.refused(USAGE, says="postage --help")
        self.refused(USAGE, "sing", TARGET, says=("sing", "sign, upload, post, check, presign", "postage --help"))
        self.refused(USAGE, "help", "sing", says="sing")


class Targets(Case):
    def test_targets_that_cannot_be_are_refused(self):
        for target in ("", "bucket/key", "s3:/bucket", "http://bucket/key", "gs://b/k", "s3://", "s3:///key",
                       "s3://bu cket/key", "s3://bucket/a\nb", "\x1b[31m://x"):
            with self.subTest(target=target):
                text = self.refused(USAGE, "sign", target)
                self.assertNotIn("\x1b", text)
                self.assertLessEqual(text.count("\n"), 2)

    def test_a_region_has_to_be_known(self):
        env = {name: value for name, value in S3.items() if name != "AWS_REGION"}
        self.refused(USAGE, "sign", TARGET, env=env, says=("AWS_REGION", "AWS_DEFAULT_REGION", "--region"))
        self.ok("sign", TARGET, env={**env, "AWS_DEFAULT_REGION": "eu-west-1"})
        self.refused(USAGE, "sign", TARGET, "--region", "evil.example/", says="evil.example")

    def test_an_endpoint_has_to_be_known_for_minio(self):
        env = {name: value for name, value in MINIO.items() if name != "MINIO_ENDPOINT"}
        self.refused(USAGE, "sign", "minio://bucket/key", env=env, says=("MINIO_ENDPOINT", "MC_HOST_<alias>", "--endpoint"))
        self.refused(USAGE, "sign", "minio://bucket/key", "--endpoint", "ftp://h", env=env, says="--endpoint")

    def test_objects_over_the_limit_name_the_alternative(self):
        self.refused(USAGE, "sign", TARGET, "--max-size", "6GiB", says="--max-size")
        path = self.file("large")
        os.truncate(path, 6 << 30)
        self.refused(USAGE, "upload", path, TARGET, says=("large", "5368709120", "multipart upload"))

    def test_what_cannot_be_together_is_refused(self):
        self.refused(USAGE, "sign", TARGET, "--field", "key=other", says="--field")
        self.refused(USAGE, "sign", TARGET, "--starts-with", "key=other/", says=("--starts-with", "other/"))
        self.refused(USAGE, "sign", TARGET, "--min-size", "2", "--max-size", "1", says="--max-size")
        self.refused(USAGE, "sign", TARGET, "--field", "policy=x", says=("--field", "policy"))
        self.refused(USAGE, "sign", TARGET, "--meta", "a=b", "--meta", "A=c", says="--meta")
        self.refused(USAGE, "sign", TARGET, "--field", "a=b\r\nc", says="--field")
        self.refused(USAGE, "sign", TARGET, "--expires", "8d", says=("--expires", "604800"))
        self.refused(USAGE, "sign", "minio://bucket/key", "--accelerate", env=MINIO, says="acceleration")
        self.refused(USAGE, "sign", TARGET, "--expires", "0", says="--expires")
        policy = self.file("policy.json", b"{}")
        for option in ("--type", "--max-size", "--expires", "--meta"):
            value = {"--meta": "a=b", "--type": "a/b"}.get(option, "1")
            self.refused(USAGE, "sign", TARGET, "--policy", policy, option, value, says=(option, "--policy"))


class Help(Case):
    def test_each_page_fits_a_screen_and_ends_with_examples(self):
        for command in ("sign", "upload", "post", "check", "presign"):
            page = self.ok(command, "--help", env={}).stdout.decode()
            lines = page.splitlines()
            self.assertLessEqual(len(lines), 29, command)
            self.assertLessEqual(max(map(len, lines)), 80, command)
            self.assertIn("examples\n  ", page)
            self.assertIn("postage " + command, lines[-1] + lines[-2])
            self.assertEqual(self.ok("help", command, env={}).stdout.decode(), page)
        for words, most in ((("--help",), 40), (("help", "rules"), 36), (("help", "environment"), 100)):
            lines = self.ok(*words, env={}).stdout.decode().splitlines()
            self.assertLessEqual(len(lines), most)
            self.assertLessEqual(max(map(len, lines)), 80)

    def test_the_version_names_the_libraries(self):
        text = self.ok("--version", env={}).stdout.decode()
        self.assertRegex(text, r"\Apostage \d+\.\d+\.\d+\nlibcurl/\d[^\n]*\nOpenSSL 3[^\n]*\nlibxml2 2\.\d+\.\d+\ncJSON 1\.\d+\.\d+\n\Z")

    def test_the_documents_name_every_option(self):
        with open(os.path.join(os.environ["POSTAGE_SOURCE"], "docs/command-line.md"), encoding="utf-8") as page:
            text = page.read()
        for command in ("sign", "upload", "post", "presign"):
            for word in self.ok(command, "--help", env={}).stdout.decode().replace("[", " ").split():
                if word.startswith("--"):
                    self.assertIn("`" + word.rstrip(",."), text, word)


class Output(Case):
    def test_results_that_cannot_be_written_are_an_error(self):
        for words in (("sign", TARGET), ("sign", TARGET, "-o", "html"), ("presign", "get", TARGET), ("--version",),
                      ("sign", "--help")):
            with self.subTest(words=words), open("/dev/full", "wb") as full:
                done = run(*words, stdout=full)
                self.assertEqual(done.returncode, INTERNAL)
                self.assertIn(b"stdout", done.stderr)

    def test_a_closed_pipe_is_an_error_and_no_signal(self):
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "wb") as out:
            done = run("sign", TARGET, stdout=out)
        self.assertEqual(done.returncode, INTERNAL)
        self.assertIn(b"stdout", done.stderr)

    def test_a_closed_stdout_is_an_error(self):
        done = run("sign", TARGET, stdout=None, preexec_fn=lambda: os.close(1))
        self.assertEqual(done.returncode, INTERNAL)

    def test_core_dumps_are_off(self):
        child = start("post", "-", "nofile", stdin=subprocess.PIPE)
        try:
            while True:
                with open(f"/proc/{child.pid}/limits", encoding="ascii") as limits:
                    line = [row for row in limits if row.startswith("Max core file size")][0]
                if line.split()[4:6] == ["0", "0"]:
                    break
                self.assertIsNone(child.poll())
        finally:
            child.send_signal(signal.SIGKILL)
            child.communicate()


class Environment(Case):
    def test_endpoints_come_from_the_environment_in_order(self):
        url = lambda **env: self.form(TARGET, env={**S3, **env})["url"]
        self.assertEqual(url(), "https://bucket.s3.us-east-1.amazonaws.com/")
        self.assertTrue(url(AWS_ENDPOINT_URL="http://127.0.0.1:1").startswith("http://127.0.0.1:1/"))
        self.assertTrue(url(AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_ENDPOINT_URL_S3="http://127.0.0.1:2").startswith("http://127.0.0.1:2/"))
        self.assertEqual(url(AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true"), url())
        self.assertEqual(url(AWS_ENDPOINT_URL=""), url())
        self.assertIn("dualstack", url(AWS_USE_DUALSTACK_ENDPOINT="true"))
        self.assertIn("fips", url(AWS_USE_FIPS_ENDPOINT="TRUE"))
        self.assertEqual(self.form(TARGET, "--endpoint", "http://127.0.0.1:3", env={**S3, "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:2"})["url"],
                         "http://127.0.0.1:3/bucket")
        self.refused(USAGE, "sign", TARGET, env={**S3, "AWS_USE_FIPS_ENDPOINT": "yes"}, says=("AWS_USE_FIPS_ENDPOINT", "yes"))
        self.refused(USAGE, "sign", TARGET, env={**S3, "AWS_ENDPOINT_URL_S3": "nonsense"}, says="AWS_ENDPOINT_URL_S3")

    def test_regions_come_from_the_environment_in_order(self):
        scope = lambda target, *words, **env: self.form(target, *words, env=env)["fields"]["x-amz-credential"].split("/")[2]
        self.assertEqual(scope(TARGET, **{**S3, "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-west-2"}), "eu-west-1")
        self.assertEqual(scope(TARGET, **{**S3, "AWS_REGION": "", "AWS_DEFAULT_REGION": "us-west-2"}), "us-west-2")
        self.assertEqual(scope(TARGET, "--region", "ap-south-1", **S3), "ap-south-1")
        self.assertEqual(scope("minio://bucket/key", **MINIO), "us-east-1")
        self.assertEqual(scope("minio://bucket/key", **MINIO, MINIO_SITE_REGION="here"), "here")
        self.assertEqual(scope("minio://bucket/key", **MINIO, MINIO_REGION="there", MINIO_SITE_REGION="here"), "there")


if __name__ == "__main__":
    unittest.main()
