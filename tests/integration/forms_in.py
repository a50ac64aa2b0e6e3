"""Forms by other people's SDKs are posted by `postage post`, on a real server.

The programs in sdk/ take a wish as JSON on standard input and print a form; ./dev servers installs what they need.
"""
import json
import os
import secrets
import subprocess

import harness
import s3
import servers

SDKS = servers.CACHE / "sdk"
PROGRAMS = servers.pathlib.Path(__file__).parent / "sdk"
PYTHON = (SDKS / "python/bin/python", PROGRAMS / "form.py")
MAKERS = {
    "boto3 SigV4": (*PYTHON, "boto3-v4"),
    "boto3 as it comes (SigV2)": (*PYTHON, "boto3-v2"),
    "minio-py": (*PYTHON, "minio"),
    "JavaScript v3": ("node", PROGRAMS / "form.mjs"),
    "Go v2": (SDKS / "go/form",),
}
NEEDED = (PYTHON[0], SDKS / "js/node_modules", SDKS / "go/form")
SIZE = 70_000


def make(maker, server, key, **changes):
    """A form by one of the SDKs for files of 1 to SIZE bytes."""
    wish = {"Endpoint": server.endpoint, "Region": server.region, "AccessKey": server.keys.access,
            "SecretKey": server.keys.secret, "SessionToken": "", "Bucket": servers.BUCKET, "Key": key,
            "ContentType": "image/png", "MinSize": 1, "MaxSize": SIZE, "ExpiresSeconds": 900,
            "Metadata": {"note": "by hand & <eye>, 100%"}} | changes
    done = subprocess.run([str(word) for word in MAKERS[maker]], input=json.dumps(wish), capture_output=True, text=True,
                          env={**os.environ, "SDK_MODULES": str(SDKS / "js")}, timeout=60, check=False)
    harness.true(f"{maker} makes a form: {done.stderr}", done.returncode == 0)
    return json.loads(done.stdout)


class ByReference:
    """Posts with the tests' own client and tells the outcome as the tool does."""

    def __init__(self, server):
        self.client = server.client()

    def post(self, form, path, *_):
        reply = self.client.post(form, path.read_bytes(), path.name)
        stored = reply.status in (200, 201, 204)
        result = {"object_state": "stored" if stored else "not_stored", "reply": reply.body.decode()}
        return harness.Run(0 if stored else 3, json.dumps(result), "")


def accepted(server, poster, files, maker):
    key = f"{secrets.token_hex(6)}/a b.png"
    path = files.make("local name.png", SIZE)
    run = poster.post(make(maker, server, key), path)
    harness.same(f"object_state ({run.result()}, {run.stderr})", run.result()["object_state"], "stored")
    harness.same("exit status", run.exit, 0)
    held = harness.read_back(server, servers.BUCKET, key)
    harness.same("digest held", held and held.sha256, harness.sha256(path))
    harness.same("content type held", held.headers["content-type"], "image/png")
    harness.same("metadata held", held.headers["x-amz-meta-note"], "by hand & <eye>, 100%")


def refused(server, poster, files, maker, size, **changes):
    folder = secrets.token_hex(6) + "/"
    # What the server says is the question, so nothing is judged before it is asked.
    run = poster.post(make(maker, server, folder + "a.png", **changes), files.make("a.png", size), "--no-check")
    harness.same(f"object_state ({run.result()}, {run.stderr})", run.result()["object_state"], "not_stored")
    harness.same("exit status", run.exit, 3)
    harness.same("keys held", server.client().keys_under(servers.BUCKET, folder), [])


def run(server, report, arguments):
    for path in NEEDED:
        if not path.exists():
            raise servers.Missing(f"no {path}")
    servers.program("node")
    files = harness.Files()
    poster = ByReference(server) if arguments.reference else harness.Tool(arguments.tool, server)
    for maker in MAKERS:
        report.check(f"{maker}: stored", accepted, server, poster, files, maker)
        report.check(f"{maker}: one byte too many", refused, server, poster, files, maker, SIZE + 1)
        report.check(f"{maker}: wrong secret", lambda m=maker: refused(
            server, poster, files, m, SIZE, SecretKey="not the secret at all"))


if __name__ == "__main__":
    harness.main(run, __doc__)
