#!/usr/bin/env python3
"""Programs outside the tree, built in every way that the documents offer, against shared and static libraries, and run.

usage: outside.py install|lines|archives|together|find_package|add_subdirectory|FetchContent --build DIR --source DIR [--server PROGRAM]

install      fills BUILD/package/prefix, which the other ways use
archives     pkg-config --static, without any shared library of ours
together     the three shared libraries in one process
lines        every `cc -o` line of README.md and docs/installing.md, as it stands there
the others   the CMake project in user/
"""

import argparse
import os
import pathlib
import re
import shutil
import sys

from common import check_program, run


def installed_environment(prefix):
    """As if the prefix were /usr/local: what compilers, linkers and pkg-config search by themselves."""
    library = next(prefix.rglob("libpostage.so")).parent
    return {**os.environ, "CPATH": str(prefix / "include"), "LIBRARY_PATH": str(library), "LD_LIBRARY_PATH": str(library),
            "PKG_CONFIG_PATH": str(library / "pkgconfig")}


def install(args):
    shutil.rmtree(args.prefix, ignore_errors=True)
    run("cmake", "--install", args.build, "--prefix", args.prefix)
    version = run(args.prefix / "bin/postage", "--version")
    if not version.startswith("postage "):
        sys.exit(f"the installed tool says {version!r}")
    examples = {path.name for path in (args.source / "examples").iterdir()} - {"CMakeLists.txt"}
    installed = {path.name for path in (args.prefix / "share/doc/postage/examples").iterdir()}
    if installed != examples:
        sys.exit(f"examples that only one of source and installation has: {sorted(installed ^ examples)}")
    with_rpath = dict(installed_environment(args.prefix), LD_LIBRARY_PATH="")
    run(args.prefix / "bin/postage", "--version", env=with_rpath)


def lines(args):
    work = args.work / "lines"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    (work / "examples").symlink_to(args.source / "examples")
    environment = installed_environment(args.prefix)
    seen = set()
    for page in "README.md", "docs/installing.md":
        for line in re.findall(r"^cc -o .*$", (args.source / page).read_text(), re.M):
            run("sh", "-c", line, cwd=work, env=environment)
            program = work / line.split()[2]
            shared = "-l:" not in line
            check_program(program, shared, environment, args.server)
            seen.add((program.name, shared, "pkg-config" in line))
            program.unlink()
            print(line)
    lacking = {(name, shared, way) for name in ("issue_form", "upload_file") for shared in (0, 1) for way in (0, 1)} - seen
    if lacking:
        sys.exit(f"the documents have no line for (program, shared, pkg-config): {sorted(lacking)}")


def archives_only(args):
    """`pkg-config --static --libs` where there are only archives. What Debian lacks of libcurl's own needs is not tried."""
    prefix = args.work / "archives"
    shutil.rmtree(prefix, ignore_errors=True)
    shutil.copytree(args.prefix, prefix, symlinks=True)
    for library in prefix.rglob("lib*.so*"):
        library.unlink()
    environment = dict(os.environ, PKG_CONFIG_PATH=str(next(prefix.rglob("postage.pc")).parent))
    program = args.work / "issue_form"
    run("sh", "-c", f"cc -o {program} {args.source}/examples/issue_form.c $(pkg-config --static --cflags --libs postage-core)", env=environment)
    check_program(program, False, environment)
    for name, libraries in {"postage": "postage curl xml2 cjson crypto", "postage-sandbox": "postage-sandbox event_core ssl xml2 cjson crypto"}.items():
        words = run("pkg-config", "--static", "--libs", name, env=environment).split()
        lacking = {f"-l{library}" for library in libraries.split()} - set(words)
        if lacking:
            sys.exit(f"pkg-config --static --libs {name} lacks {lacking}: {words}")
        if name == "postage-sandbox" and not {"-lllhttp", "-lhttp_parser"} & set(words):
            sys.exit(f"pkg-config --static --libs {name} has no parser: {words}")


def together(args):
    """All three libraries in one process, core first in the linker's order: who is linked to postage still gets postage's functions."""
    environment = installed_environment(args.prefix)
    program = args.work / "test_upload"
    run("cc", "-o", program, args.source / "examples/test_upload.c", "-lpostage", "-lpostage-sandbox", env=environment)
    preloaded = dict(environment, LD_PRELOAD="libpostage-core.so.2", LD_BIND_NOW="1", LD_DEBUG="bindings")
    bindings = re.findall(r"binding file (\S+) \[0\] to (\S+) \[0\]: normal symbol `(postage_\w+)'", run(program, env=preloaded))
    wrong = [binding for binding in bindings if "libpostage-core" in binding[1]]
    if not bindings or wrong:
        sys.exit(f"{len(bindings)} bindings, of these to the wrong library: {wrong}")
    check_program(program, True, dict(environment, LD_PRELOAD="libpostage-core.so.2"))


def cmake_project(args):
    work = args.work / ("found" if args.way == "find_package" else "within")
    environment = dict(os.environ, LD_LIBRARY_PATH="")
    for shared in True, False:
        run("cmake", "-S", pathlib.Path(__file__).parent / "user", "-B", work, "-G", args.generator, f"-DWAY={args.way}",
            "-DCMAKE_BUILD_TYPE=Debug", f"-DEXAMPLES={args.source}/examples", f"-DPOSTAGE={args.source}",
            "-DCOMPONENTS=core;postage;sandbox", f"-DCMAKE_PREFIX_PATH={args.prefix}", f"-DBUILD_SHARED_LIBS={shared}",
            f"-DPOSTAGE_USE_STATIC_LIBS={not shared}")
        run("cmake", "--build", work, "-j", 2)
        for name in "issue_form", "upload_file", "test_upload":
            check_program(work / name, shared, environment, args.server)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("way")
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--server")
    parser.add_argument("--generator", default="Unix Makefiles")
    args = parser.parse_args()
    args.work = args.build / "package"
    args.prefix = args.work / "prefix"
    {"install": install, "lines": lines, "archives": archives_only, "together": together}.get(args.way, cmake_project)(args)


main()
