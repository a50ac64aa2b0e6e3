"""One table of uploads, accepted and refused, and what a server must hold after each.

Each scenario is tried in every way that fits it: `postage sign` and then `postage post`, and `postage upload`. With
--reference the tests' own signer and poster take the tool's place: so the table is known to describe the servers.
"""
import base64
import dataclasses
import datetime
import json
import secrets
import typing
import urllib.parse
from xml.sax import saxutils

import harness
import s3
import servers

MIB = 1024 * 1024


def without(name):
    return lambda form: form["fields"].pop(name)


def with_field(name, value):
    return lambda form: form["fields"].update({name: value})


def policy_changed(form):
    policy = base64.b64decode(form["fields"]["policy"])
    form["fields"]["policy"] = base64.b64encode(policy.replace(b'"expiration":"20', b'"expiration":"21').replace(
        b'"expiration": "20', b'"expiration": "21')).decode()


def signature_changed(form):
    signature = form["fields"]["x-amz-signature"]
    form["fields"]["x-amz-signature"] = ("0" if signature[0] != "0" else "1") + signature[1:]


def other_bucket(form):
    form["url"] = form["url"].replace("/" + servers.BUCKET, "/" + servers.BUCKET + "-other")


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str                                # a fact about it
    rules: tuple = ()                        # as the tool takes them
    key: str = "object.bin"                  # of TARGET, below the scenario's own folder
    stored_as: str = ""                      # the final key if it differs
    size: int = 70_000
    file: str = "file.bin"
    send: tuple = ()                         # (name, value): what the poster fills in
    tamper: typing.Callable = None           # changes the signed form before it is posted
    refused: tuple = ()                      # classes, one of which it must have; empty: it is stored
    headers: dict = dataclasses.field(default_factory=dict)
    tags: dict = dataclasses.field(default_factory=dict)
    ways: tuple = ("sign and post", "upload")
    bucket: str = servers.BUCKET
    secret: str = ""                         # signed with this one instead
    temporary: bool = False                  # signed with the keys of an assumed role
    not_on: tuple = ()                       # servers where it does not hold, with the reason beside it


STORED_EXACTLY = [Scenario(f"{size} bytes", size=size) for size in (0, 1, 70_000, 5 * MIB)]

KEYS = [Scenario(f"key {key}", key=key) for key in (
    "a/b/c.txt", "two words.txt", "it's \"quoted\".txt", "größe/日本語.txt", "party 🎉.bin", "a+b&c=d;e,f@g.bin",
    "<script>&amp;.html", "back\\slash", "$HOME `id` $(id)", "100%41.bin", "(1) [2] {3} ~!*.bin",
)] + [
    Scenario("key template", key="in/${filename}", stored_as="in/photo.bin", file="photo.bin"),
    Scenario("key template with a UTF-8 file name", key="in/${filename}", stored_as="in/größe.bin", file="größe.bin"),
    Scenario("trailing slash is a template", key="in/", stored_as="in/photo.bin", file="photo.bin"),
    Scenario("key under a prefix rule", ("--starts-with", "key="), key="in/chosen.bin", ways=("sign and post",)),
]

RULES = [
    Scenario("content type", ("--type", "image/png"), headers={"content-type": "image/png"}),
    Scenario("content type under a prefix", ("--type-prefix", "image/"), file="a.png", send=(("Content-Type", "image/png"),),
             headers={"content-type": "image/png"}),
    Scenario("size at the lower bound", ("--min-size", "70000", "--max-size", "80000"), ways=("sign and post",)),
    Scenario("size at the upper bound", ("--min-size", "1", "--max-size", "70000"), ways=("sign and post",)),
    Scenario("size with a unit", ("--max-size", "1MiB"), size=MIB, ways=("sign and post",)),
    Scenario("metadata", ("--meta", "a=1", "--meta", "b=x y"), headers={"x-amz-meta-a": "1", "x-amz-meta-b": "x y"}),
    Scenario("metadata in UTF-8", ("--meta", "note=größe 日本 🎉"), headers={"x-amz-meta-note": "größe 日本 🎉"}),
    Scenario("metadata with everything a shell or JSON minds", ("--meta", "note='\"\\;,@<&>$(id)`id`{}[]%00"),
             headers={"x-amz-meta-note": "'\"\\;,@<&>$(id)`id`{}[]%00"}),
    Scenario("success status 200", ("--success-status", "200")),
    Scenario("success status 201", ("--success-status", "201")),
    Scenario("success status 204", ("--success-status", "204")),
    Scenario("success redirect", ("--success-redirect", "http://127.0.0.1:9/done")),
    Scenario("tags", ("--tag", "a=1", "--tag", "b=x + y:z"), tags={"a": "1", "b": "x + y:z"}),
    Scenario("cache control and disposition",
             ("--cache-control", "max-age=60", "--content-disposition", 'attachment; filename="a b.bin"'),
             headers={"cache-control": "max-age=60", "content-disposition": 'attachment; filename="a b.bin"'},
             not_on=("radosgw",)),  # accepted there, but not kept
    Scenario("metadata filled in by the poster", ("--starts-with", "x-amz-meta-who=user-"),
             send=(("x-amz-meta-who", "user-7"),), headers={"x-amz-meta-who": "user-7"}, ways=("sign and post",)),
    Scenario("any value filled in by the poster", ("--any", "x-amz-meta-who"), send=(("x-amz-meta-who", "me"),),
             headers={"x-amz-meta-who": "me"}, ways=("sign and post",)),
    Scenario("temporary credentials", temporary=True),
]

REFUSED = [dataclasses.replace(scenario, refused=scenario.refused or ("rejected",), ways=("sign and post",)) for scenario in (
    Scenario("one byte too large", ("--max-size", "69999")),
    Scenario("one byte too small", ("--min-size", "70001", "--max-size", "80000")),
    Scenario("empty, but at least one byte is asked for", ("--min-size", "1", "--max-size", "10"), size=0),
    Scenario("content type outside the prefix", ("--type-prefix", "image/"), send=(("Content-Type", "text/html"),)),
    Scenario("content type changed", ("--type", "image/png"), tamper=with_field("Content-Type", "text/html")),
    Scenario("key changed", tamper=with_field("key", "elsewhere.bin")),
    Scenario("key outside the prefix", key="in/${filename}", tamper=with_field("key", "elsewhere/${filename}")),
    Scenario("metadata changed", ("--meta", "a=1"), tamper=with_field("x-amz-meta-a", "2")),
    Scenario("field missing", ("--starts-with", "x-amz-meta-a=user-")),
    Scenario("field that no rule covers", tamper=with_field("x-amz-meta-extra", "1")),
    Scenario("expired", ("--at", "2020-01-02T03:04:05Z"), refused=("rejected", "form_expired")),
    Scenario("policy changed", tamper=policy_changed),
    Scenario("signature changed", tamper=signature_changed),
    Scenario("signature missing", tamper=without("x-amz-signature")),
    Scenario("wrong secret", secret="not the secret at all"),
    Scenario("another bucket", tamper=other_bucket),
    Scenario("no such bucket", bucket="no-such-bucket"),
    Scenario("session token removed", temporary=True, tamper=without("x-amz-security-token")),
    Scenario("session token changed", temporary=True, tamper=with_field("x-amz-security-token", "AAAA")),
)]

SCENARIOS = STORED_EXACTLY + KEYS + RULES + REFUSED


class Reference:
    """Does what the tool should, in a few lines: rules to a form, and one post."""

    def __init__(self, server, keys):
        self.client = server.client(keys)

    def form(self, key, *rules, bucket):
        fields, conditions, tags, sizes, options = {"key": key}, [], {}, {}, {}
        plain = {"--type": "Content-Type", "--cache-control": "Cache-Control", "--content-disposition": "Content-Disposition",
                 "--success-status": "success_action_status", "--success-redirect": "success_action_redirect"}
        if key.endswith("/"):
            fields["key"] = key = key + "${filename}"
        if key.endswith("${filename}"):
            conditions.append(["starts-with", "$key", key.removesuffix("${filename}")])
        for flag, value in zip(rules[::2], rules[1::2]):
            name, _, text = value.partition("=")
            if flag in plain:
                fields[plain[flag]] = value
            elif flag == "--meta":
                fields["x-amz-meta-" + name] = text
            elif flag == "--tag":
                tags[name] = text
            elif flag in ("--starts-with", "--any", "--type-prefix"):
                name, text = ("Content-Type", value) if flag == "--type-prefix" else (name, text)
                conditions.append(["starts-with", "$" + name, text])
            elif flag in ("--min-size", "--max-size"):
                sizes[flag] = int(value.removesuffix("MiB")) * (MIB if value.endswith("MiB") else 1)
            elif flag == "--at":
                options["now"] = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        if tags:
            fields["tagging"] = "<Tagging><TagSet>" + "".join(
                f"<Tag><Key>{n}</Key><Value>{saxutils.escape(v)}</Value></Tag>" for n, v in tags.items()) + "</TagSet></Tagging>"
        if sizes:
            conditions.append(["content-length-range", sizes.get("--min-size", 0), sizes.get("--max-size", 5 << 30)])
        return self.client.form(bucket, fields, conditions, **options)

    def post(self, form, path, send):
        form["fields"].update(send)
        reply = self.client.post(form, path.read_bytes(), path.name)
        location = urllib.parse.urlsplit(reply.headers.get("location", ""))
        redirected = reply.status == 303 and f"{location.scheme}://{location.netloc}{location.path}" == form["fields"].get(
            "success_action_redirect")
        return redirected or reply.status in (200, 201, 204), reply


class Trial:
    """One scenario, in one way, on one server."""

    def __init__(self, server, files, arguments, scenario, way):
        self.server, self.arguments, self.scenario, self.way = server, arguments, scenario, way
        self.folder = secrets.token_hex(6) + "/"
        self.file = files.make(scenario.file, scenario.size)
        self.keys = server.keys
        if scenario.temporary:
            self.keys = server.client().assume_role(server.role_arn)
        if scenario.secret:
            self.keys = s3.Keys(server.keys.access, scenario.secret)

    def __call__(self):
        if self.scenario.tamper is other_bucket:
            self.server.client().make_bucket(servers.BUCKET + "-other")
        if self.arguments.reference:
            self.by_reference()
        else:
            self.by_tool()
        self.compare_with_server()

    def signed_key(self):
        return self.folder + self.scenario.key

    def tampered(self, form):
        if self.scenario.tamper:
            before = json.dumps(form)
            self.scenario.tamper(form)
            harness.true("the form was changed", json.dumps(form) != before)
        return form

    def by_reference(self):
        reference = Reference(self.server, self.keys)
        form = reference.form(self.signed_key(), *self.scenario.rules, bucket=self.scenario.bucket)
        stored, reply = reference.post(self.tampered(form), self.file, self.scenario.send)
        harness.same(f"stored, by the reply {reply.status} {reply.body.decode()}", stored, not self.scenario.refused)

    def by_tool(self):
        tool = harness.Tool(self.arguments.tool, self.server, self.keys)
        if self.way == "upload":
            run = tool.upload(self.file, self.signed_key(), *self.scenario.rules)
        else:
            form = tool.form(self.signed_key(), *self.scenario.rules, bucket=self.scenario.bucket)
            fills = [text for name, value in self.scenario.send for text in ("--field", f"{name}={value}")]
            # What the server says is the question, so nothing is judged before it is asked.
            run = tool.post(self.tampered(form), self.file, "--no-check", *fills)
        (self.tool_says_refused if self.scenario.refused else self.tool_says_stored)(run)

    def tool_says_stored(self, run):
        result = run.result()
        harness.same(f"exit status ({result}, {run.stderr})", run.exit, 0)
        harness.same("object_state", result["object_state"], "stored")
        harness.true(f"key {result['key']!r} is the final one, or as signed", result["key"] in self.known_keys())
        harness.same("bytes", result["bytes"], self.scenario.size)
        harness.same("attempts", result["attempts"], 1)
        harness.same("class", result["class"], "ok")
        harness.true("no error text", not result["error"])
        harness.true("elapsed_ms is a number", isinstance(result["elapsed_ms"], (int, float)))
        held = harness.read_back(self.server, self.scenario.bucket, self.final_key())
        if result["etag"] and held:
            harness.same("etag without quotes", result["etag"].strip('"'), held.headers["etag"].strip('"'))
        self.tool_says_verified(result)

    def tool_says_verified(self, result):
        """Whenever the store tells a digest. A redirect may not; radosgw does in the document of a 201, and nowhere else."""
        rules = self.scenario.rules
        silent = "--success-redirect" in rules or (self.server.name == "radosgw" and "201" not in rules)
        digests = {"md5", "crc64nvme"} if self.server.name == "sandbox-s3" else {"md5"}
        harness.true(f"verified {result['verified']!r}", result["verified"] in digests or (silent and not result["etag"]))

    def tool_says_refused(self, run):
        result = run.result()
        harness.same(f"exit status ({result}, {run.stderr})", run.exit, 3)
        harness.same("object_state", result["object_state"], "not_stored")
        harness.true(f"class {result['class']!r} is one of {self.scenario.refused}", result["class"] in self.scenario.refused)
        harness.true("an error text", result["error"])

    def known_keys(self):
        """A provider may not say how it expanded ${filename}."""
        return {self.final_key()} if self.way == "upload" else {self.final_key(), self.signed_key()}

    def final_key(self):
        return self.folder + (self.scenario.stored_as or self.scenario.key)

    def compare_with_server(self):
        """The server's own word: the object as sent, or nothing at all under the scenario's folder."""
        if self.scenario.refused:
            for bucket in {servers.BUCKET, servers.BUCKET + "-other"} if self.scenario.tamper is other_bucket else {servers.BUCKET}:
                harness.same("keys held", self.server.client().keys_under(bucket, self.folder), [])
            return
        harness.same("keys held", self.server.client().keys_under(self.scenario.bucket, self.folder), [self.final_key()])
        held = harness.read_back(self.server, self.scenario.bucket, self.final_key())
        harness.same("size held", held.size, self.scenario.size)
        harness.same("digest held", held.sha256, harness.sha256(self.file))
        for name, value in self.scenario.headers.items():
            harness.same(f"header {name}", held.headers.get(name), value)
        if self.scenario.tags:
            harness.same("tags", self.server.client().tags(self.scenario.bucket, self.final_key()), self.scenario.tags)


def run(server, report, arguments):
    files = harness.Files()
    for scenario in SCENARIOS:
        if server.name in scenario.not_on or (scenario.temporary and not server.role_arn):
            continue
        for way in ("reference",) if arguments.reference else scenario.ways:
            report.check(f"{scenario.name} ({way})", lambda s=scenario, w=way: Trial(server, files, arguments, s, w)())


if __name__ == "__main__":
    harness.main(run, __doc__)
