"""boto3 as a client of the sandbox: its forms, its signed requests, its listings."""
import base64
import hashlib
import hmac
import io
import os
import sys
import tempfile
import unittest
import urllib.request

SDK_PYTHON = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "postage/sdk/python/bin/python")

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:  # ./dev keeps the SDKs in an environment of their own
    if os.access(SDK_PYTHON, os.X_OK) and sys.executable != SDK_PYTHON:
        os.execv(SDK_PYTHON, [SDK_PYTHON, *sys.argv])
    print("SKIPPED: boto3 is not installed, so this was not tested; ./dev servers installs it", file=sys.stderr)
    sys.exit(1 if os.environ.get("POSTAGE_REQUIRE_SERVERS") == "1" else 77)

from sandbox_harness import KEY_ID, NOW, SECRET, Case, Reply, Sandbox, body_of, chain, raw, request_of, stamp


class Boto3(Case):
    words = ("--no-sync",)
    now = None

    def setUp(self):
        self.s3 = boto3.client("s3", endpoint_url=self.sandbox.endpoint, aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET,
                               region_name="us-east-1", config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))

    def test_its_forms_of_both_versions(self):
        for version in ("s3", "s3v4"):
            client = boto3.client("s3", endpoint_url=self.sandbox.endpoint, aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET,
                                  region_name="us-east-1", config=Config(signature_version=version))
            form = client.generate_presigned_post("s3", "boto/${filename}", Fields={"acl": "private"}, Conditions=[{"acl": "private"}])
            request = request_of(body_of(list(form["fields"].items()), file_name=version), "/s3")
            self.assertEqual(Reply(raw(self.sandbox.address, request)).status, 204)
            self.assertEqual(self.s3.get_object(Bucket="s3", Key="boto/" + version)["Body"].read(), b"hello")

    def test_objects(self):
        for key in ("plain", "with space/\u00e4+&?.txt", "a" * 1024, "%41"):
            self.s3.put_object(Bucket="s3", Key=key, Body=b"abc" * 10000, Metadata={"a": "b"}, ContentType="text/plain")
            got = self.s3.get_object(Bucket="s3", Key=key, Range="bytes=3-5")
            self.assertEqual((got["Body"].read(), got["Metadata"], got["ContentType"]), (b"abc", {"a": "b"}, "text/plain"))
            self.assertEqual(self.s3.head_object(Bucket="s3", Key=key)["ContentLength"], 30000)
            url = self.s3.generate_presigned_url("get_object", {"Bucket": "s3", "Key": key, "ResponseContentType": "x/y"})
            with urllib.request.urlopen(url) as reply:
                self.assertEqual((reply.read(), reply.headers["Content-Type"]), (b"abc" * 10000, "x/y"))
            self.s3.delete_object(Bucket="s3", Key=key)
            with self.assertRaises(ClientError):
                self.s3.head_object(Bucket="s3", Key=key)

    def test_uploads_in_signed_pieces_and_with_trailers(self):
        """Over https boto3 sends content in chunks with a checksum behind them."""
        sandbox = Sandbox("--tls", "--no-sync", now=None)
        self.addCleanup(sandbox.close)
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as pem:
            pem.write(sandbox.ready["certificate"])
            pem.flush()
            client = boto3.client("s3", endpoint_url=sandbox.endpoint, aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET,
                                  region_name="us-east-1", verify=pem.name)
            for size in (0, 1, 70000, 3 << 20):
                content = os.urandom(size)
                client.put_object(Bucket="s3", Key="piece", Body=io.BytesIO(content))
                self.assertEqual(client.get_object(Bucket="s3", Key="piece")["Body"].read(), content)

    def test_buckets_and_listings(self):
        self.s3.create_bucket(Bucket="made-here")
        self.assertIn("made-here", [bucket["Name"] for bucket in self.s3.list_buckets()["Buckets"]])
        keys = [f"{letter}/{number:02}" for letter in "ab" for number in range(15)]
        for key in keys:
            self.s3.put_object(Bucket="made-here", Key=key, Body=b"x")
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket="made-here", PaginationConfig={"PageSize": 7})
        self.assertEqual([item["Key"] for page in pages for item in page["Contents"]], keys)
        pages = self.s3.get_paginator("list_objects").paginate(Bucket="made-here", Prefix="b/", PaginationConfig={"PageSize": 4})
        self.assertEqual([item["Key"] for page in pages for item in page["Contents"]], keys[15:])
        prefixes = self.s3.list_objects_v2(Bucket="made-here", Delimiter="/", MaxKeys=1)
        self.assertEqual([prefix["Prefix"] for prefix in prefixes["CommonPrefixes"]], ["a/"])
        following = self.s3.list_objects_v2(Bucket="made-here", Delimiter="/", ContinuationToken=prefixes["NextContinuationToken"])
        self.assertEqual([prefix["Prefix"] for prefix in following["CommonPrefixes"]], ["b/"])
        self.assertEqual(len(self.s3.list_object_versions(Bucket="made-here")["Versions"]), 30)
        with self.assertRaises(ClientError):
            self.s3.delete_bucket(Bucket="made-here")
        self.s3.delete_objects(Bucket="made-here", Delete={"Objects": [{"Key": key} for key in keys]})
        self.s3.delete_bucket(Bucket="made-here")
        with self.assertRaises(ClientError):
            self.s3.head_bucket(Bucket="made-here")
        self.assertIsNone(self.s3.get_bucket_location(Bucket="s3")["LocationConstraint"])

    def test_digests_of_what_is_put(self):
        md5, sha256 = (base64.b64encode(hashlib.new(name, b"x").digest()).decode() for name in ("md5", "sha256"))
        self.s3.put_object(Bucket="s3", Key="digests", Body=b"x", ContentMD5=md5, ChecksumSHA256=sha256)
        self.assertEqual(self.s3.head_object(Bucket="s3", Key="digests", ChecksumMode="ENABLED")["ChecksumSHA256"], sha256)
        rows = [({"ContentMD5": md5}, "BadDigest"), ({"ChecksumSHA256": sha256}, "BadDigest"), ({"ChecksumCRC32": "AAAAAA=="}, "BadDigest"),
                ({"ContentMD5": "x"}, "InvalidDigest"), ({"ChecksumSHA1": "x"}, "InvalidRequest")]
        once = boto3.client("s3", endpoint_url=self.sandbox.endpoint, aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET,
                            region_name="us-east-1", config=Config(retries={"total_max_attempts": 1}))
        for extra, code in rows:
            with self.assertRaises(ClientError, msg=extra) as caught:
                once.put_object(Bucket="s3", Key="not-stored", Body=b"y", **extra)
            self.assertEqual(caught.exception.response["Error"]["Code"], code, extra)
        with self.assertRaises(ClientError):
            self.s3.head_object(Bucket="s3", Key="not-stored")

    def test_wrong_keys_are_refused(self):
        wrong = boto3.client("s3", endpoint_url=self.sandbox.endpoint, aws_access_key_id=KEY_ID, aws_secret_access_key="wrong",
                             region_name="us-east-1")
        for call in (lambda: wrong.list_buckets(), lambda: wrong.put_object(Bucket="s3", Key="a", Body=b"x"),
                     lambda: wrong.get_object(Bucket="s3", Key="a"), lambda: wrong.create_bucket(Bucket="not-made")):
            with self.assertRaises(ClientError) as caught:
                call()
            self.assertEqual(caught.exception.response["Error"]["Code"], "SignatureDoesNotMatch")


class Chunks(Case):
    words = ("--no-sync",)

    def test_signed_chunks(self):
        """STREAMING-AWS4-HMAC-SHA256-PAYLOAD, as minio-go and mc send it over http; by hand, and with each byte of a signature spoilt."""
        self.assertEqual(self.put_chunks([b"x" * 70000, b"tail"]).status, 200)
        self.assertEqual(self.stored("s3", "chunks").body, b"x" * 70000 + b"tail")
        for spoil in (b"x", b"signature=", b"4;"):
            self.assertIn(self.put_chunks([b"x" * 70000, b"tail"], spoil).status, (400, 403))

    def put_chunks(self, pieces, spoil=None):
        scope = f"{stamp(NOW)[:8]}/us-east-1/s3/aws4_request"
        names = {"host": "localhost", "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "x-amz-date": stamp(NOW)}
        canonical = "PUT\n/s3/chunks\n\n" + "".join(f"{n}:{v}\n" for n, v in names.items()) + "\n" + ";".join(names) + "\n" + \
            names["x-amz-content-sha256"]
        key = chain(("AWS4" + SECRET).encode(), *scope.split("/"))
        sign = lambda text: hmac.new(key, text.encode(), hashlib.sha256).hexdigest()  # noqa: E731
        digest = lambda data: hashlib.sha256(data).hexdigest()  # noqa: E731
        signature = sign("\n".join(["AWS4-HMAC-SHA256", stamp(NOW), scope, digest(canonical.encode())]))
        authorization = f"AWS4-HMAC-SHA256 Credential={KEY_ID}/{scope}, SignedHeaders={';'.join(names)}, Signature={signature}"
        body = b""
        for piece in [*pieces, b""]:
            signature = sign("\n".join(["AWS4-HMAC-SHA256-PAYLOAD", stamp(NOW), scope, signature, digest(b""), digest(piece)]))
            body += b"%x;chunk-signature=%s\r\n%s\r\n" % (len(piece), signature.encode(), piece)
        if spoil:
            at = body.index(spoil) + len(spoil)
            body = body[:at] + bytes([body[at] ^ 1]) + body[at + 1:]
        headers = [("x-amz-content-sha256", names["x-amz-content-sha256"]), ("x-amz-date", stamp(NOW)), ("Authorization", authorization)]
        return Reply(raw(self.sandbox.address, request_of(body, "/s3/chunks", "localhost", headers, None, "PUT")))


if __name__ == "__main__":
    unittest.main()
