#!/usr/bin/env python3
"""Compiles each public header alone, included twice, without any warning.

usage: headers.py INCLUDE_FOLDER STANDARD COMPILER
STANDARD is c11 or c++17. An empty or missing COMPILER skips the test (exit code 77), loudly.
"""

import pathlib
import subprocess
import sys

LANGUAGE = {"c11": "c", "c++17": "c++"}
FLAGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-fsyntax-only"]


def compiles(compiler, standard, folder, header):
    source = f"#include <{header}>\n" * 2
    command = [compiler, f"-std={standard}", "-x", LANGUAGE[standard], *FLAGS, "-I", str(folder), "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{header} as {standard}:\n{done.stderr}")
    return done.returncode == 0


def main():
    folder, standard, compiler = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    if not compiler or compiler.endswith("NOTFOUND"):
        print(f"SKIPPED: no compiler for {standard} on this machine; the public headers were not compiled as {standard}")
        return 77
    headers = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.h"))
    failed = [header for header in headers if not compiles(compiler, standard, folder, header)]
    print(f"{len(headers) - len(failed)} of {len(headers)} headers compile alone as {standard}")
    return 1 if failed or not headers else 0


sys.exit(main())
