#!/usr/bin/env python3
"""Holds the source to its layers: who may include whom, who may include curl, and what the core must not ask the system.

usage: layers.py SOURCE_ROOT CORE_ARCHIVE
"""

import pathlib
import re
import subprocess
import sys

# Folder of src/ or tools/: the folders of src/ whose headers it may include besides its own. Tools use the public face only;
# the sandbox shares base, which is text and arithmetic, and nothing that would make it agree with the library by construction.
MAY_INCLUDE = {
    "src/base": [],
    "src/provider": ["base"],
    "src/s3": ["base", "provider"],
    "src/oss": ["base", "provider"],
    "src/minio": ["base", "provider", "s3"],
    "src/registry": ["base", "provider", "s3", "oss", "minio"],
    "src/policy": ["base", "provider", "registry"],
    "src/form": ["base", "multipart", "provider", "registry", "policy"],
    "src/sign": ["base", "provider", "policy", "form"],
    "src/check": ["base", "multipart", "provider", "registry", "policy", "form"],
    "src/multipart": ["base"],
    "src/http": ["base"],
    "src/source": ["base"],
    "src/upload": ["base", "multipart", "provider", "registry", "check", "http"],
    "src/sandbox": ["base"],
    "tools/postage": [],
}

# System headers that one folder owns.
OWNED = {"curl/": "src/http", "libxml/": "src/upload", "event2/": "src/sandbox"}
# The tool prints the libraries' versions and starts them once; the sandbox reads XML that clients send.
ALSO_ALLOWED = {("tools/postage", "curl/"), ("tools/postage", "libxml/"), ("src/sandbox", "libxml/")}

# What the core must not import: clock, environment, files, sockets, output.
FORBIDDEN_IN_CORE = set(
    "time clock clock_gettime gettimeofday getenv secure_getenv setenv fopen fdopen fread fwrite fgets open open64 openat read "
    "write socket connect send recv printf fprintf vfprintf puts fputs putchar stdout stderr stdin system fork exec curl_easy_init".split()
)

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def faults_of(folder, path, layers):
    for quote, name in INCLUDE.findall(path.read_text()):
        layer = name.split("/")[0] if quote == '"' and "/" in name else None
        if layer in layers and layer != folder.split("/")[1] and layer not in MAY_INCLUDE[folder]:
            yield f'{path}: {folder} may not include "{name}"'
        for prefix, owner in OWNED.items():
            if name.startswith(prefix) and folder != owner and (folder, prefix) not in ALSO_ALLOWED:
                yield f"{path}: only {owner} may include <{name}>"


def add_providers(root):
    """A provider that the registry knows needs no line above: it may use what every provider may."""
    for name in re.findall(r'#include "(\w+)/\1\.h"', (root / "src/registry/registry.c").read_text()):
        MAY_INCLUDE.setdefault(f"src/{name}", ["base", "provider", "s3"])
        MAY_INCLUDE["src/registry"].append(name)


def include_faults(root):
    add_providers(root)
    layers = {name.split("/")[1] for name in MAY_INCLUDE if name.startswith("src/")}
    for folder in sorted(p for top in ("src", "tools") for p in (root / top).iterdir() if p.is_dir()):
        name = str(folder.relative_to(root))
        if name not in MAY_INCLUDE:
            yield f"{folder}: a folder that tests/structure/layers.py does not know; say what it may include"
            continue
        for path in sorted(folder.rglob("*.[ch]")):
            yield from faults_of(name, path, layers)
    for path in sorted((root / "include").rglob("*.h")):
        for quote, name in INCLUDE.findall(path.read_text()):
            if quote == '"' and not name.startswith("postage/"):
                yield f'{path}: a public header includes "{name}"'


def core_faults(archive):
    listing = subprocess.run(["nm", "-A", "-u", archive], check=True, capture_output=True, text=True).stdout
    imported = 0
    for line in listing.splitlines():
        member = line.split(":")[1]
        symbol = re.sub(r"^__(.*)_chk$", r"\1", line.split()[-1])  # as _FORTIFY_SOURCE calls it
        imported += 1
        if symbol in FORBIDDEN_IN_CORE:
            yield f"{member}: the core imports {symbol}"
    if imported == 0:
        yield f"{archive}: nm lists no imports at all"


def main():
    faults = [*include_faults(pathlib.Path(sys.argv[1])), *core_faults(sys.argv[2])]
    print("\n".join(faults) or "layers hold")
    return 1 if faults else 0


sys.exit(main())
