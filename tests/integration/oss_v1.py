"""OSS V1 signs a form as S3's SigV2 does, so a real S3 server can check the arithmetic.

The tool signs for OSS with the server's keys; two fields are renamed, and the server has to take the form, and to refuse it once
the signature, the policy or the secret is another.
"""
import base64
import json
import secrets
import subprocess

import harness
import servers

RENAMED = {"OSSAccessKeyId": "AWSAccessKeyId", "Signature": "signature"}


def form(server, tool, key, secret=None):
    environment = tool.environment | {"OSS_ACCESS_KEY_ID": server.keys.access, "OSS_ACCESS_KEY_SECRET": secret or server.keys.secret}
    done = subprocess.run(tool.command("sign", f"oss://{servers.BUCKET}/{key}", "--signature", "v1", "--region", "cn-hangzhou",
                                       "--max-size", "1MiB", "--any-type"), capture_output=True, text=True, env=environment, check=False)
    harness.same(f"exit status ({done.stderr})", done.returncode, 0)
    fields = json.loads(done.stdout)["fields"]
    harness.same("fields", set(fields), {"key", "policy", *RENAMED})
    return {"url": f"{server.endpoint}/{servers.BUCKET}", "fields": {RENAMED.get(name, name): value for name, value in fields.items()}}


def accepted(server, tool):
    key = secrets.token_hex(6) + "/v1.bin"
    content = secrets.token_bytes(1000)
    reply = server.client().post(form(server, tool, key), content, "v1.bin")
    harness.true(f"the server takes it: {reply.status} {reply.body}", reply.status in (200, 204))
    held = server.client().held(servers.BUCKET, key)
    harness.same("size held", held and held.size, len(content))


def refused(server, tool, spoil=None, size=1000, **options):
    key = secrets.token_hex(6) + "/v1.bin"
    spoiled = form(server, tool, key, **options)
    if spoil:
        spoil(spoiled["fields"])
    reply = server.client().post(spoiled, bytes(size), "v1.bin")
    harness.true(f"the server refuses it: {reply.status}", 400 <= reply.status < 500)
    harness.same("object held", server.client().held(servers.BUCKET, key), None)


def other_signature(fields):
    fields["signature"] = base64.b64encode(bytes(20)).decode()


def other_policy(fields):
    document = base64.b64decode(fields["policy"]).replace(b"1048576", b"2097152")
    fields["policy"] = base64.b64encode(document).decode()


def script(server, report, arguments):
    tool = harness.Tool(arguments.tool, server)
    report.check("a form as signed", accepted, server, tool)
    report.check("another signature", refused, server, tool, other_signature)
    report.check("another policy", refused, server, tool, other_policy)
    report.check("another secret", lambda: refused(server, tool, secret="not the secret"))
    report.check("a file over the limit", lambda: refused(server, tool, size=1024 * 1024 + 1))


if __name__ == "__main__":
    harness.main(script, __doc__)
