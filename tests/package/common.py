"""What the scripts of this folder share."""

import os
import re
import shutil
import subprocess
import sys


def need(*programs):
    """Ends the test as skipped, or as failed where nothing may be missing, if one of the programs is not installed."""
    lacking = [program for program in programs if shutil.which(program) is None]
    if lacking:
        print(f"SKIPPED: not installed: {', '.join(lacking)}", file=sys.stderr)
        sys.exit(1 if os.environ.get("POSTAGE_REQUIRE_SERVERS") == "1" else 77)


def run(*command, **options):
    """Runs a command and returns what it prints; if it fails, says so and ends."""
    command = [str(word) for word in command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def needed(program):
    """The shared libraries that a program or library asks for, without their path and without libc: libcurl.so.4."""
    names = re.findall(r"\(NEEDED\).*\[([^\]]*)\]", run("readelf", "-d", program))
    return sorted(name for name in names if not name.startswith("libc.so"))


# The examples, which libraries they need, how they are run, and what they print then.
EXAMPLES = {
    "issue_form": {"links": ["postage-core"], "run": ["PROGRAM", "s3://my-bucket/"],
                   "says": '{"url": "https://my-bucket.s3.eu-west-1.amazonaws.com/", "fields": {'},
    "upload_file": {"links": ["postage"], "run": ["SERVER", 1, "PROGRAM", "FORM", __file__], "says": "ok: object stored"},
    "test_upload": {"links": ["postage", "postage-sandbox"], "run": ["PROGRAM"],
                    "says": '"hello": stored \n"hello!": not_stored EntityTooLarge\n'},
}
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-west-1"}


def check_program(program, shared, environment, server=None):
    """An example is linked as it was asked for, and does what it should. upload_file needs the server."""
    example = EXAMPLES[program.name]
    libraries = sorted(f"lib{name}.so.2" for name in example["links"]) if shared else []
    ours = [name for name in needed(program) if name.startswith("libpostage")]
    if ours != libraries:
        sys.exit(f"{program} needs {ours}, expected {libraries}")
    output = run(*(server if word == "SERVER" else program if word == "PROGRAM" else word for word in example["run"]),
                 env={**environment, **KEYS})
    if example["says"] not in output:
        sys.exit(f"{program} says {output!r}, expected {example['says']!r}")
