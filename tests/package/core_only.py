#!/usr/bin/env python3
"""An issuer where libcurl and libxml2 do not exist: -DPOSTAGE_CORE_ONLY=ON builds, passes its unit tests, installs and is found.

usage: core_only.py SOURCE WORK GENERATOR
"""

import os
import pathlib
import shutil
import subprocess
import sys

from common import check_program, needed, run

SOURCE, WORK = map(pathlib.Path, sys.argv[1:3])
NOT_FOUND = ["-DCMAKE_DISABLE_FIND_PACKAGE_CURL=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_LibXml2=ON"]  # a REQUIRED one is then an error
MODULES = "libcjson", "cmocka"


def environment_without_others():
    """pkg-config knows the few modules that core and its tests need, and no other."""
    folder = WORK / "modules"
    folder.mkdir(parents=True)
    for module in MODULES:
        file = pathlib.Path(run("pkg-config", "--variable=pcfiledir", module).strip()) / f"{module}.pc"
        (folder / file.name).symlink_to(file)
    return {**os.environ, "PKG_CONFIG_LIBDIR": str(folder), "PKG_CONFIG_PATH": ""}


def cmake(source, build, environment, *options):
    run("cmake", "-S", source, "-B", build, "-G", sys.argv[3], "-DCMAKE_BUILD_TYPE=Debug", *NOT_FOUND, *options, env=environment)
    run("cmake", "--build", build, "-j", 2, env=environment)


def check_installed(prefix):
    installed = {path.name for path in prefix.rglob("*") if not path.is_dir()}
    library = next(prefix.rglob("libpostage-core.so"))
    unwanted = {name for name in installed if "sandbox" in name or name.startswith("libpostage.") or name in ("postage", "postage.pc")}
    if unwanted or not {"libpostage-core.a", "postage-core.pc", "postage.h"} <= installed:
        sys.exit(f"installed: {sorted(installed)}, of these not wanted: {sorted(unwanted)}")
    if needed(library) != ["libcjson.so.1", "libcrypto.so.3"]:
        sys.exit(f"{library} needs {needed(library)}")


def check_user(prefix, environment):
    user = pathlib.Path(__file__).parent / "user"
    options = "-DWAY=find_package", f"-DCMAKE_PREFIX_PATH={prefix}", f"-DEXAMPLES={SOURCE}/examples"
    for shared in True, False:
        cmake(user, WORK / "user", environment, *options, "-DCOMPONENTS=core", f"-DPOSTAGE_USE_STATIC_LIBS={not shared}")
        check_program(WORK / "user/issue_form", shared, environment)
    asked = subprocess.run(["cmake", "-S", user, "-B", WORK / "refused", "-G", sys.argv[3], *options, "-DCOMPONENTS=postage"], capture_output=True, text=True)
    if asked.returncode == 0 or "postage" not in asked.stderr:
        sys.exit(f"a component that is not installed was found, or not named:\n{asked.stderr}")


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    environment = environment_without_others()
    cmake(SOURCE, WORK / "build", environment, "-DPOSTAGE_CORE_ONLY=ON", "-DPOSTAGE_WERROR=ON")
    print(run("ctest", "--test-dir", WORK / "build", "-j", 2, "-R", "^unit-", "--no-tests=error").splitlines()[-3])
    run("cmake", "--install", WORK / "build", "--prefix", WORK / "prefix")
    check_installed(WORK / "prefix")
    check_user(WORK / "prefix", environment)


main()
