#!/usr/bin/env python3
"""The binary interface of the shared libraries is the committed one, as abidiff sees it.

usage: abi.py [--write] SOURCE BUILD

Compares tests/package/abi/LIBRARY.abi with BUILD/libLIBRARY.so, or writes the former. postage-core is a part of postage.
abidiff takes two formats of abidw for two interfaces (2.1 and 2.4) or refuses them (2 and 3), so only one that writes the committed
dumps' format (abidw 2.2, Debian 12) can compare; with another the test is skipped.
"""

import pathlib
import re
import subprocess
import sys

from common import need

LIBRARIES = "postage", "postage-sandbox"
# No more than what a user of the headers can see, and nothing that differs from machine to machine.
DUMP = ["abidw", "--exported-interfaces-only", "--drop-private-types", "--drop-undefined-syms", "--no-elf-needed", "--no-corpus-path",
        "--no-comp-dir-path", "--no-show-locs", "--no-write-default-sizes", "--type-id-style", "hash"]
ADVICE = """
If this is meant: `./dev abi` writes the new interface down, and the difference above goes into the commit's message.
A program built with the old interface may fail with the new one? Then raise POSTAGE_ABI in cmake/libraries.cmake as well
(docs/installing.md, "Versions", says what such a change is), once between two releases."""


def dump(source, library):
    command = [*DUMP, "--suppressions", source / "tests/package/abi/public.ini", library]
    text = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout
    if "<class-decl name='postage_upload_options'" not in text and "<class-decl name='postage_sandbox_options'" not in text:
        sys.exit(f"{library} has no debug information")
    return text.replace(f"{source}/", "")


def format_of(dump):
    return re.search(r"<abi-corpus version='([\d.]+)'", dump)[1]


def main():
    need("abidw", "abidiff")
    source, build = map(pathlib.Path, sys.argv[-2:])
    changed = False
    for name in LIBRARIES:
        old = source / f"tests/package/abi/{name}.abi"
        new = build / f"{name}.abi"
        new.write_text(dump(source, build / f"lib{name}.so"))
        if format_of(new.read_text()) != format_of(old.read_text()):
            print(f"SKIPPED: abidw writes format {format_of(new.read_text())} here, {old} has {format_of(old.read_text())}: not compared")
            return 77
        if "--write" in sys.argv:
            new.rename(old)
        else:
            changed |= subprocess.run(["abidiff", old, new]).returncode != 0
    if changed:
        print(ADVICE)
    return 1 if changed else 0


sys.exit(main())
