#!/usr/bin/env python3
"""The list of a library's symbols is what the headers declare, what the shared library exports and what the archive defines.

usage: exports.py [--write] HEADERS LISTS CORE_PARTS LIBRARY...

CORE_PARTS is the archive with the core's internal names: a name that is in a header and in there belongs to postage-core as well.
LIBRARY is a .so or .a of the build. --write renews the lists from headers and parts, and compares nothing.
"""

import pathlib
import re
import subprocess
import sys

COMMENT = re.compile(r"/\*.*?\*/", re.S)
DECLARED = re.compile(r"\bPOSTAGE_API\b[^;{]*?\b(postage_\w+)\s*\(")


def defined(*nm):
    """Names that a file defines for others; the version and the node's own name (type A) left out."""
    listing = subprocess.run(["nm", "-g", "--defined-only", *map(str, nm)], check=True, capture_output=True, text=True).stdout
    return {words[2].split("@")[0] for words in map(str.split, listing.splitlines()) if len(words) == 3 and words[1] != "A"}


def declared(headers):
    return {name for header in headers for name in DECLARED.findall(COMMENT.sub("", header.read_text()))}


def lists_by_headers(include, core_parts):
    sandbox = declared([include / "postage/sandbox.h"])
    everything = declared(sorted((include / "postage").glob("*.h"))) - sandbox
    core = everything & defined(core_parts)
    return {"postage": everything, "postage-core": core, "postage-sandbox": sandbox}


def differences(what, has, wanted):
    for name in sorted(wanted - has):
        yield f"{what}: lacks {name}"
    for name in sorted(has - wanted):
        yield f"{what}: has {name}, which is no public name of it"


def main():
    arguments = [a for a in sys.argv[1:] if a != "--write"]
    include, folder, core_parts, *libraries = map(pathlib.Path, arguments)
    faults = []
    for name, wanted in lists_by_headers(include, core_parts).items():
        path = folder / f"{name}.list"
        text = "".join(f"{symbol}\n" for symbol in sorted(wanted))
        if "--write" in sys.argv:
            path.write_text(text)
        elif path.read_text() != text:
            faults += [f"{path} is not what the headers declare, sorted; ./dev abi writes it"]
        for library in (l for l in libraries if l.name.split(".")[0] == f"lib{name}"):
            has = defined("-D", library) if ".so" in library.name else defined(library)
            faults += differences(library.name, has, wanted)
    if "--write" not in sys.argv:
        print("\n".join(faults) or f"{len(libraries)} libraries agree with their lists")
    return 1 if faults else 0


sys.exit(main())
