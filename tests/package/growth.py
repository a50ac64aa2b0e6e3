#!/usr/bin/env python3
"""Programs and libraries of different versions meet: the growth rule of postage/api.h, both ways round.

usage: growth.py SOURCE BUILD WORK GENERATOR

tests/package/abi/0.2 keeps the headers of that version. abi/structs.c, which uses every struct that callers allocate or fill in,
is built with them and with today's, and with today's grown by a field each; it runs with today's library and with one that was
built from the grown headers.
"""

import pathlib
import re
import shutil
import sys

from common import need, run

STRUCT = re.compile(r"^struct (postage_\w+) \{\n    size_t size;.*?^\};", re.M | re.S)
# The library fills these in or only carries them, so nothing in them can be a wish that it does not know.
NOT_TAKEN = {"postage_error", "postage_allocation_counters", "postage_identity", "postage_waker"}


def sized_structs(headers):
    return {name for path in headers.glob("*.h") for name in STRUCT.findall(path.read_text())}


def grow(headers):
    """Gives each struct with a size one more field at its end, and its INIT macro one more zero."""
    for path in headers.glob("*.h"):
        text = STRUCT.sub(lambda struct: struct[0][:-2] + "    uint64_t grown;\n};", path.read_text())
        text = re.sub(r"(\bsizeof\(struct postage_\w+\),[^{}]*?)([\s\\]*\})", r"\1, 0\2", text)
        path.write_text(text)


def build_library(source, work, generator):
    """The shared libraries from a copy of the source whose headers have grown."""
    shutil.rmtree(work / "source", ignore_errors=True)
    for name in "include", "src", "cmake":
        shutil.copytree(source / name, work / "source" / name)
    for name in "CMakeLists.txt", "LICENSE":
        shutil.copy(source / name, work / "source")
    grow(work / "source/include/postage")
    run("cmake", "-S", work / "source", "-B", work / "library", "-G", generator, "-DPOSTAGE_BUILD_TOOL=OFF",
        "-DPOSTAGE_BUILD_TESTS=OFF", "-DPOSTAGE_BUILD_EXAMPLES=OFF", "-DPOSTAGE_INSTALL=OFF")
    run("cmake", "--build", work / "library", "--target", "postage_shared", "postage_sandbox_shared")
    return work / "library"


def build_program(work, name, source, headers, library, *flags):
    include = work / f"{name}-headers"
    shutil.rmtree(include, ignore_errors=True)
    shutil.copytree(headers, include / "postage")
    if "-DGROWN" in flags:
        grow(include / "postage")
    program = work / name
    run("cc", "-Wall", "-Wextra", "-Werror", *flags, "-I", include, "-o", program, source / "tests/package/abi/structs.c",
        f"-L{library}", "-lpostage", "-lpostage-sandbox")
    return program


def main():
    need("cc", "cmake")
    source, build, work, generator = *map(pathlib.Path, sys.argv[1:4]), sys.argv[4]
    work.mkdir(parents=True, exist_ok=True)
    today, kept = source / "include/postage", source / "tests/package/abi/0.2"
    grown = build_library(source, work, generator)
    all_taken = len(sized_structs(today) - NOT_TAKEN)
    old, new = build_program(work, "old", source, kept, build), build_program(work, "new", source, today, build, "-DGROWN")
    rows = (
        ("a program of 0.2, today's library", old, build, "zero", 0),
        ("a program of 0.2, a library that has grown", old, grown, "zero", 0),
        ("a program with newer headers, what they added is not used", new, build, "zero", 0),
        ("a program with newer headers that uses what they added", new, build, "set", all_taken),
        ("the same with a library as new", new, grown, "set", 0),
    )
    for name, program, library, wish, refused in rows:
        said = run(program, wish, env={"LD_LIBRARY_PATH": str(library), "ASAN_OPTIONS": "detect_leaks=0"})
        print(f"{name}: {said.strip()}")
        if said != f"{refused} refused, 0 wrong\n":
            sys.exit(f"expected {refused} refused, 0 wrong")


main()
