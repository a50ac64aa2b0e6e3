"""Starts sandboxes, signs forms by itself, and posts them over sockets of its own. Nothing of the library is in here."""
import base64
import datetime
import hashlib
import hmac
import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest
import urllib.parse
import xml.etree.ElementTree as ET

MAIN = os.environ["SANDBOX_MAIN"]
KEY_ID = "AKIAPOSTAGESANDBOX00"
SECRET = "postage/sandbox/test/secret/not/for/production"
TEMPORARY = ("ASIASANDBOX", "temporary", "token/+=")
NOW = 1795240000  # 2026-11-21, the sandbox's clock in most tests
BOUNDARY = "----sandboxtestboundary"


def stamp(unix_s):
    return datetime.datetime.fromtimestamp(unix_s, datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")


def extended(unix_s):
    return datetime.datetime.fromtimestamp(unix_s, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Sandbox:
    """One process; `now` of None is the system's clock."""

    def __init__(self, *words, now=NOW, directory=None):
        self.own = directory is None
        self.directory = directory or tempfile.mkdtemp(prefix="sandbox-test-")
        self.ledger_path = os.path.join(self.directory, "ledger.jsonl")
        self.clock = os.path.join(self.directory, "clock")
        arguments = [MAIN, "--dir", os.path.join(self.directory, "objects"), "--ledger", self.ledger_path]
        if now is not None:
            self.set_clock(now)
            arguments += ["--clock-file", self.clock]
        self.process = subprocess.Popen([*arguments, *words], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.process.stdout.close()
            raise RuntimeError("the sandbox did not start")
        self.ready = json.loads(line)
        self.endpoint = self.ready["endpoints"][0]
        self.address = self.address_of(0)

    def address_of(self, index):
        url = urllib.parse.urlsplit(self.ready["endpoints"][index])
        return url.hostname, url.port

    def set_clock(self, unix_s):
        with open(self.clock + ".new", "w") as out:
            out.write(str(unix_s))
        os.rename(self.clock + ".new", self.clock)

    def ledger(self):
        with open(self.ledger_path) as lines:
            return [json.loads(line) for line in lines]

    def ledger_tail(self):
        """The last line, without reading the others."""
        with open(self.ledger_path, "rb") as lines:
            lines.seek(max(0, os.path.getsize(self.ledger_path) - 8192))
            return json.loads(lines.read().splitlines()[-1])

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        self.process.terminate()
        code = self.process.wait(timeout=30)
        self.process.stdout.close()
        if self.own:
            shutil.rmtree(self.directory)
        return code


class Reply:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.raw = raw
        self.status = int(lines[0].split(" ")[1])
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            self.headers[name.lower()] = value

    def xml(self):
        """Element texts by name."""
        return {element.tag: element.text or "" for element in ET.fromstring(self.body)}


def raw(address, data, tls=None, half_close=False, timeout=30):
    """Sends bytes, returns everything that comes until the peer closes; a broken pipe does not hide the answer."""
    sock = socket.create_connection(address, timeout=timeout)
    if tls:
        sock = tls.wrap_socket(sock, server_hostname="localhost")
    with sock:
        try:
            for at in range(0, len(data), 65536):
                sock.sendall(data[at:at + 65536])
            if half_close:
                sock.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = b""
        while True:
            piece = sock.recv(65536)
            if not piece:
                return answer
            answer += piece


def body_of(fields, content=b"hello", file_name="photo.jpg", file_type="image/jpeg", boundary=BOUNDARY, file_field="file"):
    out = b""
    for name, value in fields:
        value = value if isinstance(value, bytes) else value.encode()
        out += b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (boundary.encode(), name.encode(), value)
    if content is not None:
        named = b'; filename="%s"' % file_name.encode() if file_name is not None else b""
        typed = b"\r\nContent-Type: %s" % file_type.encode() if file_type else b""
        out += b'--%s\r\nContent-Disposition: form-data; name="%s"%s%s\r\n\r\n%s\r\n' % (
            boundary.encode(), file_field.encode(), named, typed, content)
    return out + b"--%s--\r\n" % boundary.encode()


def request_of(body, path, host="localhost", headers=(), content_type=f"multipart/form-data; boundary={BOUNDARY}", method="POST"):
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}", "Connection: close"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chain(secret, *steps):
    for step in steps:
        secret = hmac.new(secret, step.encode() if isinstance(step, str) else step, hashlib.sha256).digest()
    return secret


class Form:
    """Fields with their conditions, signed as S3 ("v4", "v2") or OSS ("oss4", "oss1") want it. Everything can be spoilt."""

    def __init__(self, bucket, kind="v4", key="in/photo.jpg", at=NOW, region="us-east-1", service=None, who=(KEY_ID, SECRET, None),
                 expires=NOW + 600, scope_date=None, terminal=None):
        self.bucket, self.kind, self.at = bucket, kind, at
        self.id, self.secret, self.token = who
        self.oss = kind.startswith("oss")
        self.region, self.service = region, service or ("oss" if self.oss else "s3")
        self.terminal = terminal or ("aliyun_v4_request" if self.oss else "aws4_request")
        self.scope_date = scope_date or stamp(at)[:8]
        self.expiration = extended(expires)
        self.fields, self.conditions = [], [{"bucket": bucket}]
        self.document = None  # text that replaces the policy
        if key is not None:
            self.add("key", key, condition=["starts-with", "$key", key.split("${")[0]])

    def add(self, name, value, condition=True):
        self.fields.append([name, value])
        if condition is True:
            condition = ["eq", "$" + name, value]
        if condition:
            self.conditions.append(condition)
        return self

    def range(self, low, high):
        self.conditions.append(["content-length-range", low, high])
        return self

    def signed(self):
        signature = []
        credential = "/".join([self.id, self.scope_date, self.region, self.service, self.terminal])
        own = []
        if self.kind == "v4":
            own = [("x-amz-algorithm", "AWS4-HMAC-SHA256"), ("x-amz-credential", credential), ("x-amz-date", stamp(self.at))]
        elif self.kind == "oss4":
            own = [("x-oss-signature-version", "OSS4-HMAC-SHA256"), ("x-oss-credential", credential), ("x-oss-date", stamp(self.at))]
        elif self.kind == "v2":
            signature = [("AWSAccessKeyId", self.id)]
        elif self.kind == "oss1":
            signature = [("OSSAccessKeyId", self.id)]
        if self.token:
            own.append(("x-oss-security-token" if self.oss else "x-amz-security-token", self.token))
        document = self.document
        if document is None:
            document = json.dumps({"expiration": self.expiration,
                                   "conditions": self.conditions + [{name: value} for name, value in own]})
        policy = base64.b64encode(document if isinstance(document, bytes) else document.encode()).decode()
        if self.kind in ("v2", "oss1"):
            digest = hmac.new(self.secret.encode(), policy.encode(), hashlib.sha1).digest()
            signature.append(("Signature" if self.oss else "signature", base64.b64encode(digest).decode()))
        elif own:
            key = chain((("aliyun_v4" if self.oss else "AWS4") + self.secret).encode(), self.scope_date, self.region, self.service,
                        self.terminal)
            name = "x-oss-signature" if self.oss else "x-amz-signature"
            signature.append((name, hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()))
        return [tuple(field) for field in self.fields] + own + [("policy", policy)] + signature


def without(fields, *names):
    return [(name, value) for name, value in fields if name.lower() not in [n.lower() for n in names]]


def replaced(fields, name, value):
    return [(n, value if n.lower() == name.lower() else v) for n, v in fields]


class Case(unittest.TestCase):
    words = ("--no-sync",)
    now = NOW
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.sandbox = Sandbox(*cls.words, now=cls.now)

    @classmethod
    def tearDownClass(cls):
        code = cls.sandbox.close()
        assert code == 0, f"the sandbox ended with {code}"

    def send(self, fields, bucket="s3", path=None, headers=(), content_type=f"multipart/form-data; boundary={BOUNDARY}", host="localhost",
             **file):
        fields = fields.signed() if isinstance(fields, Form) else fields
        body = body_of(fields, **file)
        return Reply(raw(self.sandbox.address, request_of(body, path or "/" + bucket, host, headers, content_type)))

    def get(self, path, method="GET", headers=(), host="localhost"):
        return Reply(raw(self.sandbox.address, request_of(b"", path, host, headers, None, method)))

    def presigned(self, bucket, key, method="GET", headers=(), **extra):
        """SigV4 in the query, by hand."""
        query = {"X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": f"{KEY_ID}/{stamp(NOW)[:8]}/us-east-1/s3/aws4_request",
                 "X-Amz-Date": stamp(NOW), "X-Amz-Expires": "600", "X-Amz-SignedHeaders": "host", **extra}
        path = "/" + bucket + "/" + urllib.parse.quote(key, safe="/-_.~")
        text = "&".join(f"{urllib.parse.quote(n, safe='-_.~')}={urllib.parse.quote(v, safe='-_.~')}" for n, v in sorted(query.items()))
        canonical = f"{method}\n{path}\n{text}\nhost:localhost\n\nhost\nUNSIGNED-PAYLOAD"
        to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp(NOW), f"{stamp(NOW)[:8]}/us-east-1/s3/aws4_request",
                             hashlib.sha256(canonical.encode()).hexdigest()])
        key_bytes = chain(("AWS4" + SECRET).encode(), stamp(NOW)[:8], "us-east-1", "s3", "aws4_request")
        signature = hmac.new(key_bytes, to_sign.encode(), hashlib.sha256).hexdigest()
        return self.get(f"{path}?{text}&X-Amz-Signature={signature}", method, headers)

    def stored(self, bucket, key):
        reply = self.presigned(bucket, key)
        return reply if reply.status == 200 else None

    def refused(self, reply, status, code, rule=None, message=None, **elements):
        self.assertEqual(reply.status, status, reply.body)
        xml = reply.xml()
        self.assertEqual(xml["Code"], code)
        if message is not None:
            self.assertEqual(xml["Message"], message)
        for name, value in elements.items():
            self.assertEqual(xml[name], value, name)
        if rule is not None:
            self.assertEqual(self.sandbox.ledger()[-1]["rule"], rule)
            self.assertEqual(self.sandbox.ledger()[-1]["stored"], 0)
        return xml


def context_for(sandbox):
    context = ssl.create_default_context(cadata=sandbox.ready["certificate"])
    return context
