"""The tests' own S3 client: SigV4 requests and POST forms with the standard library only.

It shares nothing with the library under test, so that the two can disagree.
"""
import base64
import dataclasses
import datetime
import hashlib
import hmac
import http.client
import json
import secrets
import urllib.parse
import xml.etree.ElementTree as ElementTree


@dataclasses.dataclass(frozen=True)
class Keys:
    access: str
    secret: str
    token: str = ""


@dataclasses.dataclass
class Reply:
    status: int
    headers: dict  # lower-case name -> text, read as UTF-8
    body: bytes

    def code(self):
        """The provider's error code, or ""."""
        return self.element("Code")

    def element(self, name):
        """The text of the first element of that name, whatever its namespace; "" if there is none."""
        try:
            root = ElementTree.fromstring(self.body)
        except ElementTree.ParseError:
            return ""
        return next((e.text or "" for e in root.iter() if e.tag.rpartition("}")[2] == name), "")

    def elements(self, name):
        root = ElementTree.fromstring(self.body)
        return [e.text or "" for e in root.iter() if e.tag.rpartition("}")[2] == name]


@dataclasses.dataclass(frozen=True)
class Object:
    """What a server really holds under a key."""
    size: int
    sha256: str
    headers: dict


def timestamp(now):
    return now.strftime("%Y%m%dT%H%M%SZ")


def signing_key(secret, day, region, service):
    key = ("AWS4" + secret).encode()
    for text in (day, region, service, "aws4_request"):
        key = hmac.digest(key, text.encode(), "sha256")
    return key


def utf8(header):
    """http.client reads headers as Latin-1; servers send UTF-8."""
    return header.encode("latin-1").decode("utf-8", "replace")


class Client:
    def __init__(self, endpoint, keys, region="us-east-1"):
        self.endpoint = endpoint
        self.keys = keys
        self.region = region
        self.netloc = urllib.parse.urlsplit(endpoint).netloc

    def send(self, method, path, headers=None, body=b"", timeout=60):
        """One request as it is, unsigned."""
        connection = http.client.HTTPConnection(self.netloc, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            reply = connection.getresponse()
            names = {name.lower(): utf8(value) for name, value in reply.getheaders()}
            return Reply(reply.status, names, reply.read())
        finally:
            connection.close()

    def signed(self, method, path, query=None, body=b"", service="s3"):
        """One request with a SigV4 Authorization header. `path` is the text before percent-encoding."""
        now = datetime.datetime.now(datetime.timezone.utc)
        quoted_path = urllib.parse.quote(path, safe="/~")
        quoted_query = urllib.parse.urlencode(sorted((query or {}).items()), quote_via=urllib.parse.quote, safe="~")
        digest = hashlib.sha256(body).hexdigest()
        headers = {"host": self.netloc, "x-amz-content-sha256": digest, "x-amz-date": timestamp(now)}
        if self.keys.token:
            headers["x-amz-security-token"] = self.keys.token
        names = ";".join(sorted(headers))
        canonical = "\n".join([method, quoted_path, quoted_query, *(f"{n}:{headers[n]}" for n in sorted(headers)), "",
                               names, digest])
        scope = f"{now:%Y%m%d}/{self.region}/{service}/aws4_request"
        text = "\n".join(["AWS4-HMAC-SHA256", timestamp(now), scope, hashlib.sha256(canonical.encode()).hexdigest()])
        key = signing_key(self.keys.secret, f"{now:%Y%m%d}", self.region, service)
        signature = hmac.new(key, text.encode(), "sha256").hexdigest()
        headers["Authorization"] = (f"AWS4-HMAC-SHA256 Credential={self.keys.access}/{scope}, "
                                    f"SignedHeaders={names}, Signature={signature}")
        return self.send(method, quoted_path + ("?" + quoted_query if quoted_query else ""), headers, body)

    def make_bucket(self, bucket):
        return self.signed("PUT", "/" + bucket)

    def held(self, bucket, key):
        """The object under `key`, read back whole; None if there is none."""
        reply = self.signed("GET", f"/{bucket}/{key}")
        if reply.status == 404:
            return None
        if reply.status != 200:
            raise RuntimeError(f"{bucket}/{key}: {reply.status} {reply.body!r}")
        return Object(len(reply.body), hashlib.sha256(reply.body).hexdigest(), reply.headers)

    def keys_under(self, bucket, prefix=""):
        """The keys that begin with `prefix`, the first thousand."""
        reply = self.signed("GET", "/" + bucket, {"list-type": "2", "prefix": prefix})
        if reply.status != 200:
            raise RuntimeError(f"list {bucket}: {reply.status} {reply.body!r}")
        return reply.elements("Key")

    def tags(self, bucket, key):
        reply = self.signed("GET", f"/{bucket}/{key}", {"tagging": ""})
        return dict(zip(reply.elements("Key"), reply.elements("Value"))) if reply.status == 200 else {}

    def assume_role(self, role_arn):
        """Temporary keys of a role."""
        body = urllib.parse.urlencode({"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": role_arn,
                                       "RoleSessionName": "tests", "DurationSeconds": "900"}).encode()
        reply = self.signed("POST", "/", body=body, service="sts")
        if reply.status != 200:
            raise RuntimeError(f"AssumeRole: {reply.status} {reply.body!r}")
        return Keys(*(reply.element(name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")))

    def form(self, bucket, fields, conditions, now=None, expires_seconds=900):
        """A SigV4 POST form, {"url", "fields"}: `fields` with a condition each, and `conditions` besides."""
        now = now or datetime.datetime.now(datetime.timezone.utc)
        scope = f"{now:%Y%m%d}/{self.region}/s3/aws4_request"
        own = {"x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-credential": f"{self.keys.access}/{scope}",
               "x-amz-date": timestamp(now)}
        if self.keys.token:
            own["x-amz-security-token"] = self.keys.token
        expiration = (now + datetime.timedelta(seconds=expires_seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        open_names = {c[1][1:].lower() for c in conditions if c[0] == "starts-with"}
        exact = [{n: v} for n, v in {**fields, **own}.items() if n.lower() not in open_names]
        policy = json.dumps({"expiration": expiration, "conditions": [{"bucket": bucket}, *exact, *conditions]},
                            ensure_ascii=False)  # radosgw mis-decodes surrogate pairs
        encoded = base64.b64encode(policy.encode()).decode()
        key = signing_key(self.keys.secret, f"{now:%Y%m%d}", self.region, "s3")
        signature = hmac.new(key, encoded.encode(), "sha256").hexdigest()
        return {"url": f"{self.endpoint}/{bucket}",
                "fields": {**fields, **own, "policy": encoded, "x-amz-signature": signature}}

    def post(self, form, body, filename="file.bin"):
        """Posts `body` with a form, as anybody might."""
        boundary = secrets.token_hex(16)
        parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                 for name, value in form["fields"].items()]
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
                     "Content-Type: application/octet-stream\r\n\r\n")
        content = "".join(parts).encode() + body + f"\r\n--{boundary}--\r\n".encode()
        path = urllib.parse.urlsplit(form["url"]).path or "/"
        return self.send("POST", path, {"Content-Type": f"multipart/form-data; boundary={boundary}"}, content)
