"""What the scripts here share: the tool under test, a server to attach to, files to upload, and a readable report."""
import argparse
import dataclasses
import email.header
import hashlib
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import s3
import servers


class Wrong(AssertionError):
    """A fact that does not hold; the text says which."""


def same(what, is_, should_be):
    if is_ != should_be:
        raise Wrong(f"{what} is {is_!r}, not {should_be!r}")


def true(what, holds):
    if not holds:
        raise Wrong(what)


@dataclasses.dataclass
class Run:
    """How one run of the tool ended."""
    exit: int
    stdout: str
    stderr: str

    def result(self):
        """The one JSON object that --json gives for one upload."""
        lines = self.stdout.splitlines()
        true(f"one line of JSON on stdout, not {self.stdout!r}; exit {self.exit}, stderr: {self.stderr}", len(lines) == 1)
        return json.loads(lines[0])


class Tool:
    """The built program, run with the keys of one server and nothing else of ours in its environment."""

    def __init__(self, path, server, keys=None):
        self.path = path
        self.server = server
        info = dict(server.info())
        if keys:
            info |= {"access_key": keys.access, "secret_key": keys.secret, "session_token": keys.token}
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("AWS_", "MINIO_", "MC_", "OSS_")) and not name.lower().endswith("_proxy")}
        self.environment = kept | servers.environment(info)
        if not self.environment["AWS_SESSION_TOKEN"]:
            del self.environment["AWS_SESSION_TOKEN"]

    def command(self, *arguments):
        return [self.path, *map(str, arguments)]

    def run(self, *arguments, stdin="", timeout=120):
        done = subprocess.run(self.command(*arguments), input=stdin.encode(), capture_output=True, env=self.environment,
                              timeout=timeout, check=False)
        true(f"it ended by itself, not by a signal; stderr: {done.stderr.decode(errors='replace')}", done.returncode >= 0)
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    def must(self, *arguments, **options):
        """A run that succeeds; its stdout."""
        run = self.run(*arguments, **options)
        true(f"{' '.join(arguments[:2])} succeeds, not exit {run.exit}: {run.stderr}", run.exit == 0)
        return run.stdout

    def target(self, key, bucket=servers.BUCKET):
        """TARGET and the options that lead to this server."""
        scheme = "minio" if self.server.name.endswith("minio") else "s3"
        return (f"{scheme}://{bucket}/{key}", "--endpoint", self.server.endpoint, "--region", self.server.region,
                "--addressing", "path")

    def form(self, key, *rules, bucket=servers.BUCKET):
        return json.loads(self.must("sign", *self.target(key, bucket), *rules))

    def post(self, form, path, *options):
        return self.run("post", "-", path, "--json", *options, stdin=json.dumps(form))

    def upload(self, path, key, *rules):
        return self.run("upload", path, *self.target(key), "--json", *rules)


def read_back(server, bucket, key):
    """What the server holds under a key, with its headers as they were meant."""
    held = server.client().held(bucket, key)
    if held is None:
        return None
    return dataclasses.replace(held, headers={name: decoded(value) for name, value in held.headers.items()})


def decoded(header):
    """MinIO gives UTF-8 metadata back as RFC 2047 encoded words, radosgw as it came."""
    return str(email.header.make_header(email.header.decode_header(header))) if header.startswith("=?") else header


class Files:
    """Files of pseudorandom bytes in a temporary directory, each made once."""

    def __init__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="postage-files-")
        self.folders = 0

    def make(self, name, size):
        self.folders += 1
        folder = pathlib.Path(self.directory.name) / str(self.folders)
        folder.mkdir()
        (folder / name).write_bytes(random.Random(size).randbytes(size))
        return folder / name


class Report:
    """One line per check, and a closing line; exit status in `done`."""

    def __init__(self, only=""):
        self.only = re.compile(only)
        self.passed = self.failed = 0

    def check(self, name, function, *arguments):
        if not self.only.search(name):
            return
        try:
            function(*arguments)
        except (Wrong, OSError, ValueError, KeyError, RuntimeError, subprocess.SubprocessError) as error:
            self.failed += 1
            print(f"not ok  {name}\n        {type(error).__name__}: {error}", flush=True)
        else:
            self.passed += 1
            print(f"ok      {name}", flush=True)

    def done(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0


class Attached:
    """A server that another process runs (servers.py start), seen through its INFO file."""

    def __init__(self, path):
        if not path.exists():
            raise servers.Missing(f"{path.stem} did not start")
        known = json.loads(path.read_text())
        self.known = known
        self.name, self.endpoint, self.region = known["name"], known["endpoint"], known["region"]
        self.keys = s3.Keys(known["access_key"], known["secret_key"])
        self.role_arn = known.get("role_arn")

    def info(self):
        return self.known

    def client(self, keys=None):
        return s3.Client(self.endpoint, keys or self.keys, self.region)


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(script, description):
    """Runs `script(server, report, arguments)` against the server of --info, or one started for it with --server."""
    parser = argparse.ArgumentParser(description=description)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--info", type=pathlib.Path, help="INFO file of a running server")
    where.add_argument("--server", choices=servers.SERVERS, help="start one for this run")
    parser.add_argument("--tool", help="the postage program")
    parser.add_argument("--reference", action="store_true", help="forms and posts of the tests' own instead of the tool's")
    parser.add_argument("--only", default="", help="regular expression: the checks to run")
    arguments = parser.parse_args()
    if not arguments.tool and not arguments.reference:
        parser.error("one of --tool and --reference is needed")
    report = Report(arguments.only)
    try:
        if arguments.info:
            script(Attached(arguments.info), report, arguments)
        else:
            with servers.SERVERS[arguments.server]() as server:
                script(server, report, arguments)
    except servers.Missing as missing:
        servers.skip(str(missing))
    sys.exit(report.done())
