#!/usr/bin/env python3
"""The Debian packages: built as a packager would, unpacked into an empty folder, and used with nothing but what they hold.

usage: debian.py SOURCE WORK GENERATOR

The three packages have the names, dependencies and files that they should; the demo runs from the installed files; a program
is built from the installed headers. `./dev package` installs them in a clean system as well.
"""

import fnmatch
import os
import pathlib
import re
import shutil
import sys

from common import check_program, need, run

SOURCE, WORK = map(pathlib.Path, sys.argv[1:3])
# Package: what it depends on, and files that it has. The sonames are in tests of their own.
PACKAGES = {
    "libpostage2": (["libc6", "libcjson1", "libcurl4", "libevent-core-2.1-7", "PARSER", "libssl3", "libxml2"],
                    ["lib/*/libpostage.so.2", "lib/*/libpostage-core.so.2", "lib/*/libpostage-sandbox.so.2"]),
    "libpostage-dev": (["libpostage2", "libcjson-dev", "libcurl4-openssl-dev", "libevent-dev", "PARSER-dev", "libssl-dev", "libxml2-dev"],
                       ["include/postage/postage.h", "lib/*/libpostage.so", "lib/*/libpostage.a", "lib/*/pkgconfig/postage.pc",
                        "lib/*/cmake/postage/postage-config.cmake", "share/doc/postage/examples/issue_form.c",
                        "share/man/man3/postage.3.gz"]),
    "postage": (["libpostage2", "libc6", "libcjson1", "libcurl4", "libssl3", "libxml2"],
                ["bin/postage", "share/doc/postage/examples/demo.sh", "share/man/man1/postage.1.gz", "share/man/man1/postage-sign.1.gz",
                 "share/bash-completion/completions/postage", "share/zsh/vendor-completions/_postage",
                 "share/fish/vendor_completions.d/postage.fish"]),
}


def build():
    """With the flags of Debian's own builds, without debug information: an archive is not stripped when it is packed."""
    flags = {name: run("dpkg-buildflags", "--get", name, env={**os.environ, "DEB_CFLAGS_STRIP": "-g"}).strip() for name in ("CFLAGS", "CPPFLAGS", "LDFLAGS")}
    build = WORK / "build"
    run("cmake", "-S", SOURCE, "-B", build, "-G", sys.argv[3], "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_INSTALL_PREFIX=/usr",
        "-DCMAKE_SKIP_INSTALL_RPATH=ON", "-DPOSTAGE_BUILD_TESTS=OFF", "-DPOSTAGE_BUILD_EXAMPLES=OFF",
        f"-DCMAKE_C_FLAGS={flags['CFLAGS']} {flags['CPPFLAGS']}", f"-DCMAKE_SHARED_LINKER_FLAGS={flags['LDFLAGS']}",
        f"-DCMAKE_EXE_LINKER_FLAGS={flags['LDFLAGS']}")
    run("cmake", "--build", build, "-j", 2)
    for old in build.glob("*.deb"):
        old.unlink()
    run("cpack", "-G", "DEB", cwd=build)
    return {path.name.split("_")[0]: path for path in build.glob("*.deb")}


def plain_name(package):
    """libcurl4t64 is libcurl4, in Debians whose time does not end in 2038; libxml2-16 is libxml2; either parser will do."""
    package = re.sub(r"^libxml2-\d+$", "libxml2", package.removesuffix("t64"))
    return re.sub(r"^lib(?:llhttp|http-parser)[\d.]*", "PARSER", package)


def check_package(name, package, root):
    depends, files = PACKAGES[name]
    field = run("dpkg-deb", "-f", package, "Depends")
    found = sorted({plain_name(re.split(r"[ |]", word)[0]) for word in field.strip().split(", ")})
    if found != sorted(depends):
        sys.exit(f"{name} depends on {found}, expected {sorted(depends)}")
    if run("dpkg-deb", "-f", package, "Architecture").strip() != run("dpkg", "--print-architecture").strip():
        sys.exit(f"{name} is for another architecture")
    held = [line.split()[5] for line in run("dpkg-deb", "-c", package).splitlines()]
    for pattern in [*files, f"share/doc/{name}/copyright", f"share/doc/{name}/changelog.Debian.gz"]:
        if not fnmatch.filter(held, f"./usr/{pattern}"):
            sys.exit(f"{name} has no {pattern}")
    run("dpkg-deb", "-x", package, root)


def use(root):
    library = next(root.glob("usr/lib/*/libpostage.so")).parent
    environment = {"PATH": f"{root}/usr/bin:{os.environ['PATH']}", "LD_LIBRARY_PATH": str(library), "HOME": str(WORK), "LANG": "C.UTF-8"}
    examples = root / "usr/share/doc/postage/examples"
    if shutil.which("postage", path=environment["PATH"]) != f"{root}/usr/bin/postage":
        sys.exit("this would run another tool")
    demo = run("bash", examples / "demo.sh", env=environment, cwd=WORK)
    if demo.count("the same, byte for byte") != 3 or demo.count("exit status 3") != 2:
        sys.exit(f"the demo did not do what it should:\n{demo}")
    environment["PKG_CONFIG_PATH"] = str(library / "pkgconfig")
    run("sh", "-c", f"cc -o {WORK}/issue_form {examples}/issue_form.c $(pkg-config --cflags --libs postage-core)", env=environment)
    check_program(WORK / "issue_form", True, environment)


def main():
    need("dpkg-deb", "dpkg-shlibdeps", "dpkg-buildflags", "file")
    root = WORK / "root"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    packages = build()
    if packages.keys() != PACKAGES.keys():
        sys.exit(f"packages: {sorted(packages)}")
    for name, package in sorted(packages.items()):
        check_package(name, package, root)
    use(root)


main()
