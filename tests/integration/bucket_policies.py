"""The policies that docs/buckets.md gives to whoever signs are the smallest: on a real MinIO a user with one of them signs forms
that upload to the prefix, and is refused everything else that is tried."""
import json
import pathlib
import secrets
import subprocess
import sys

import forms_in
import harness
import s3
import servers

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/docs"))
import page  # noqa: E402

BUCKET, PREFIX = "photos", "avatars/"  # the page's


def policies():
    """Those of the page that are IAM's, by the heading they stand under; MinIO takes the same documents."""
    for section in page.Page(ROOT / "docs/buckets.md").sections:
        for block in section.blocks:
            document = json.loads(block.text) if block.info == ["json"] else {}
            if "Statement" in document and "arn:aws:s3" in block.text and "Principal" not in block.text:
                yield section.title, document


def make_user(server, policy):
    name, password = f"issuer-{secrets.token_hex(4)}", secrets.token_hex(12)
    wish = {"Endpoint": server.endpoint, "AccessKey": server.keys.access, "SecretKey": server.keys.secret, "User": name,
            "Password": password, "Policy": policy}
    done = subprocess.run([forms_in.PYTHON[0], forms_in.PROGRAMS / "admin.py"], input=json.dumps(wish), capture_output=True,
                          text=True, timeout=60, check=False)
    harness.true(f"MinIO takes the policy: {done.stderr}", done.returncode == 0)
    return s3.Keys(name, password)


def allowed(tool, server, path, *rules):
    key = f"{PREFIX}{secrets.token_hex(6)}.png"
    form = tool.form(key, *rules, bucket=BUCKET)
    run = tool.post(form, path)
    harness.same(f"object_state ({run.stdout}, {run.stderr})", run.result()["object_state"], "stored")
    held = harness.read_back(server, BUCKET, key)
    harness.same("digest held", held and held.sha256, harness.sha256(path))


def refused(tool, path, bucket, key):
    run = tool.post(tool.form(key, bucket=bucket), path)
    harness.same(f"error ({run.stdout}, {run.stderr})", run.result()["error"]["provider_code"], "AccessDenied")
    harness.same("exit status", run.exit, 3)


def cannot(server, keys, what, method, path, query=None):
    harness.same(what, server.client(keys).signed(method, path, query).status, 403)


def run(server, report, arguments):
    if not forms_in.PYTHON[0].exists():
        raise servers.Missing(f"no {forms_in.PYTHON[0]}")
    server.client().make_bucket(BUCKET)
    files = harness.Files()
    path = files.make("a.png", 10_000)
    for title, policy in policies():
        keys = make_user(server, policy)
        tool = harness.Tool(arguments.tool, server, keys)
        report.check(f"{title}: a form for the prefix", allowed, tool, server, path)
        report.check(f"{title}: metadata and a type", allowed, tool, server, path, "--meta", "user=42", "--type", "image/png")
        report.check(f"{title}: tags", allowed, tool, server, path, "--tag", "user=42")
        report.check(f"{title}: a form for another prefix", refused, tool, path, BUCKET, "other/a.png")
        report.check(f"{title}: a form for another bucket", refused, tool, path, servers.BUCKET, f"{PREFIX}a.png")
        report.check(f"{title}: reading", cannot, server, keys, "GET", "GET", f"/{BUCKET}/{PREFIX}a.png")
        report.check(f"{title}: listing", cannot, server, keys, "list", "GET", f"/{BUCKET}", {"list-type": "2"})
        report.check(f"{title}: deleting", cannot, server, keys, "DELETE", "DELETE", f"/{BUCKET}/{PREFIX}a.png")
        if "s3:authType" in json.dumps(policy):
            report.check(f"{title}: anything but a form", cannot, server, keys, "PUT", "PUT", f"/{BUCKET}/{PREFIX}a.png")


if __name__ == "__main__":
    harness.main(run, __doc__)
