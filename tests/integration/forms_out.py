"""Forms by `postage sign` are posted by others: curl, Python requests, and a browser's way with the printed page."""
import dataclasses
import html.parser
import json
import re
import secrets
import shlex
import subprocess

import forms_in
import harness
import servers

HOSTILE = "it's \"all\" \\ `id` $(id) $HOME ; , @x <y> & * ? [] {} ~ ! # | 100%"


@dataclasses.dataclass(frozen=True)
class Form:
    name: str
    key: str = "object.bin"
    rules: tuple = ()
    file: str = "local.bin"
    stored_as: str = ""
    typed: dict = dataclasses.field(default_factory=dict)    # what a person types into the page's open inputs
    headers: dict = dataclasses.field(default_factory=dict)
    refused: bool = False


FORMS = (
    Form("plain"),
    Form("key with every kind of letter", key="größe 'x' \"y\" $(id) <b>&amp; 🎉.bin"),
    Form("key template", key="in/${filename}", stored_as="in/local.bin"),
    Form("hostile metadata", rules=("--meta", f"note={HOSTILE}"), headers={"x-amz-meta-note": HOSTILE}),
    Form("metadata that curl would read from a file", rules=("--meta", "note=@/etc/passwd", "--meta", "other=</etc/passwd"),
         headers={"x-amz-meta-note": "@/etc/passwd", "x-amz-meta-other": "</etc/passwd"}),
    Form("metadata that curl would take for a type", rules=("--meta", "note=x;type=text/html"),
         headers={"x-amz-meta-note": "x;type=text/html"}),
    Form("content type and size", rules=("--type", "image/png", "--max-size", "70000"), headers={"content-type": "image/png"}),
    Form("file too large", rules=("--max-size", "69999"), refused=True),
    Form("content type typed in", rules=("--type-prefix", "image/"), typed={"content-type": "image/gif"},
         headers={"content-type": "image/gif"}),
    Form("wrong content type typed in", rules=("--type-prefix", "image/"), typed={"content-type": "text/html"}, refused=True),
    Form("status 201", rules=("--success-status", "201")),
)


class Page(html.parser.HTMLParser):
    """The first form of a page, as a browser would send it."""

    def __init__(self, text):
        super().__init__()
        self.form, self.inputs, self.fields, self.pending = None, [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and self.form is None:
            self.form = attributes
        elif tag in ("input", "button", "select", "textarea") and attributes.get("name"):
            self.inputs.append((attributes["name"], attributes.get("type", "text"), attributes.get("value") or ""))

    def filled(self, typed):
        """The fields in the page's order, with what a person typed; and the name of the file input."""
        fields = {}
        for name, kind, value in self.inputs[:-1]:
            harness.true(f"only the last input is a file, not {name}", kind != "file")
            fields[name] = typed.get(name.lower(), value) if kind != "hidden" else value
        harness.same("kind and name of the last input", self.inputs[-1][1::-1], ("file", "file"))
        harness.same("what the person had to fill in", typed.keys() - {name.lower() for name in fields}, set())
        return fields


def by_curl(tool, server, form, key, path):
    line = tool.must("sign", *tool.target(key), *form.rules, "-o", "curl").rstrip()
    harness.true(f"the line has a place for the file: {line}", '@"FILE"' in line)
    before, _, after = line.rpartition('@"FILE"')
    command = f"{before}@\"{path}\"{after} --silent --output /dev/null --write-out '%{{http_code}}'"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    harness.true(f"curl printed a status: {done.stderr}", re.fullmatch(r"\d{3}", done.stdout))
    return int(done.stdout) < 300


def by_requests(tool, server, form, key, path):
    done = subprocess.run([str(forms_in.PYTHON[0]), str(forms_in.PROGRAMS / "post.py"), str(path)], capture_output=True,
                          input=json.dumps(tool.form(key, *form.rules)), text=True, timeout=60, check=False)
    harness.true(f"requests had a reply: {done.stderr}", done.stdout)
    return done.returncode == 0


def by_page(tool, server, form, key, path):
    page = Page(tool.must("sign", *tool.target(key), *form.rules, "-o", "html"))
    harness.same("method", page.form["method"].lower(), "post")
    harness.same("enctype", page.form["enctype"], "multipart/form-data")
    filled = {"url": page.form["action"], "fields": page.filled(form.typed)}
    return server.client().post(filled, path.read_bytes(), path.name).status < 300


def trial(server, tool, files, form, post):
    folder = secrets.token_hex(6) + "/"
    path = files.make(form.file, 70_000)
    stored = post(tool, server, form, folder + form.key, path)
    harness.same("stored, by the reply", stored, not form.refused)
    if form.refused:
        harness.same("keys held", server.client().keys_under(servers.BUCKET, folder), [])
        return
    held = harness.read_back(server, servers.BUCKET, folder + (form.stored_as or form.key))
    harness.same("digest held", held and held.sha256, harness.sha256(path))
    for name, value in form.headers.items():
        harness.same(f"header {name}", held.headers.get(name), value)


def the_line_is_one_command(server, tool):
    """Read by another parser of shell words than sh: every field is there, letter for letter."""
    words = shlex.split(tool.must("sign", *tool.target("k"), "--meta", f"note={HOSTILE}", "-o", "curl"))
    harness.same("first word", words[0], "curl")
    harness.true(f"the value stands there as it is: {words}", f"x-amz-meta-note={HOSTILE}" in words)


def run(server, report, arguments):
    if not forms_in.PYTHON[0].exists():
        raise servers.Missing(f"no {forms_in.PYTHON[0]}")
    servers.program("curl")
    tool, files = harness.Tool(arguments.tool, server), harness.Files()
    for way, post in {"curl": by_curl, "requests": by_requests, "page": by_page}.items():
        for form in FORMS:
            if not form.typed or way == "page":
                report.check(f"{form.name} ({way})", trial, server, tool, files, form, post)
    report.check("the curl line is one command", the_line_is_one_command, server, tool)


if __name__ == "__main__":
    harness.main(run, __doc__)
