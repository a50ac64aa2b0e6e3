"""Runs the built tool in an environment that holds nothing but what a test puts there."""
import base64
import hashlib
import hmac
import json
import os
import subprocess
import tempfile
import unittest

TOOL = os.environ["POSTAGE_TOOL"]
SOURCE = os.environ["POSTAGE_SOURCE"]

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
AT = "20151229T000000Z"

S3 = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}
MINIO = {"MINIO_ACCESS_KEY": KEY_ID, "MINIO_SECRET_KEY": SECRET, "MINIO_ENDPOINT": "http://127.0.0.1:9"}

# exit codes
DONE, USAGE, REFUSED, CREDENTIALS, NETWORK, UNKNOWN, DIGEST, SOURCE_FAILED, INTERNAL, UNVERIFIED, INTERRUPTED = 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130


def environment(extra):
    kept = {name: value for name, value in os.environ.items()
            if name in ("PATH", "LD_LIBRARY_PATH") or name.startswith(("ASAN_", "UBSAN_", "LSAN_"))}
    kept.update(extra)
    return kept


def start(*words, env=S3, **options):
    return subprocess.Popen([TOOL, *words], env=environment(env), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def run(*words, env=S3, stdin=b"", **options):
    options.setdefault("stdout", subprocess.PIPE)
    return subprocess.run([TOOL, *words], env=environment(env), input=stdin, stderr=subprocess.PIPE, timeout=60, **options)


def expected_signature(policy_base64, secret=SECRET, date="20151229", region="us-east-1"):
    """SigV4 for forms, with nothing of the library in it."""
    key = ("AWS4" + secret).encode()
    for part in (date, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, policy_base64.encode(), hashlib.sha256).hexdigest()


class Case(unittest.TestCase):
    def setUp(self):
        self._directory = tempfile.TemporaryDirectory()
        self.addCleanup(self._directory.cleanup)
        self.directory = self._directory.name

    def file(self, name, content=b"hello", mode=0o600):
        path = os.path.join(self.directory, name)
        with open(path, "wb") as out:
            out.write(content)
        os.chmod(path, mode)
        return path

    def ok(self, *words, **options):
        done = run(*words, **options)
        self.assertEqual(done.returncode, DONE, done.stderr.decode())
        return done

    def form(self, *words, **options):
        return json.loads(self.ok("sign", *words, **options).stdout)

    def policy(self, *words, **options):
        form = self.form(*words, **options)
        return json.loads(base64.b64decode(form["fields"]["policy"]))

    def conditions(self, *words, **options):
        """Those that the caller asked for: without the bucket and the signature's own."""
        own = ("bucket", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-security-token")
        return [c for c in self.policy(*words, **options)["conditions"] if not (isinstance(c, dict) and list(c)[0] in own)]

    def refused(self, code, *words, says=(), **options):
        """One error that names everything in `says`, nothing on stdout, no crash."""
        done = run(*words, **options)
        text = done.stderr.decode("utf-8", "replace")
        self.assertEqual(done.returncode, code, text)
        self.assertEqual(done.stdout, b"")
        self.assertIn("postage: error: ", text)
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, text)
        return text
