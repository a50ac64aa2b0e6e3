#!/usr/bin/env python3
"""Compiles each public header alone, included twice, and a program with every INIT macro, without any warning.

usage: headers.py INCLUDE_FOLDER STANDARD COMPILER...
STANDARD is c11, c++11, c++14, c++17 or c++20. Compilers that are missing are named; with none of them the test is skipped (exit code 77).
"""

import pathlib
import re
import shutil
import subprocess
import sys

FLAGS = ["-pedantic-errors", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-fsyntax-only"]
MACRO = re.compile(r"^#define POSTAGE_(\w+)_INIT(?:\(([^)]*)\))?", re.M)


def compiles(compiler, standard, folder, name, source):
    command = [compiler, f"-std={standard}", "-x", "c++" if "+" in standard else "c", *FLAGS, "-I", str(folder), "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{name} as {standard} by {compiler}:\n{done.stderr}")
    return done.returncode == 0


def every_macro(folder, headers):
    """A function that makes one of each struct with an INIT macro, and uses it."""
    lines = [f"#include <{header}>" for header in headers] + ["size_t sizes(void);", "size_t sizes(void)", "{", "    size_t sum = 0;"]
    for header in headers:
        for name, arguments in MACRO.findall((folder / header).read_text()):
            call = f"({', '.join('NULL' for _ in arguments.split(','))})" if arguments else ""
            lines.append(f"    {{ struct postage_{name.lower()} one = POSTAGE_{name}_INIT{call}; sum += one.size; }}")
    if len(lines) < 20:
        sys.exit("the INIT macros were not found")
    return "\n".join([*lines, "    return sum;", "}", ""])


def main():
    folder, standard = pathlib.Path(sys.argv[1]), sys.argv[2]
    compilers = [compiler for compiler in sys.argv[3:] if shutil.which(compiler)]
    for missing in set(sys.argv[3:]) - set(compilers):
        print(f"NOT COMPILED as {standard} by {missing}: it is not on this machine")
    if not compilers:
        return 77
    headers = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.h"))
    sources = {header: f"#include <{header}>\n" * 2 for header in headers} | {"every INIT macro": every_macro(folder, headers)}
    failed = [name for compiler in compilers for name, source in sources.items() if not compiles(compiler, standard, folder, name, source)]
    print(f"{len(sources) * len(compilers) - len(failed)} of {len(sources) * len(compilers)} compile as {standard}: {', '.join(compilers)}")
    return 1 if failed else 0


sys.exit(main())
