#!/usr/bin/env python3
"""Holds the source to its order: which folder may know which, by the symbols of its objects and by what it includes; that no
two files need one another; who may include curl; and what the core must not ask the system.

usage: layers.py SOURCE_ROOT BUILD_ROOT OBJECT...
"""

import pathlib
import re
import subprocess
import sys

# Folder: the folders that it uses, no more. In order: each names only those above it.
MAY_KNOW = {
    "src/base": [],
    "src/multipart": ["src/base"],
    "src/provider": ["src/base"],
    # The providers' folders stand here, see with_providers.
    "src/registry": ["src/base", "src/provider"],
    "src/policy": ["src/base", "src/provider", "src/registry"],
    "src/form": ["src/base", "src/multipart", "src/provider", "src/registry", "src/policy"],
    "src/sign": ["src/base", "src/provider", "src/policy", "src/form"],
    "src/check": ["src/base", "src/multipart", "src/provider", "src/registry", "src/policy", "src/form"],
    "src/http": ["src/base"],
    "src/source": ["src/base"],
    "src/upload": ["src/base", "src/multipart", "src/provider", "src/registry", "src/form", "src/check", "src/http"],
    # Shares text, arithmetic and the reader, and nothing that would make it agree with the library by construction.
    "src/sandbox": ["src/base", "src/multipart"],
    "tools/postage": [],
    "tools/postage/pages": ["tools/postage"],
}

# What a provider knows, and beside it another provider whose ways it shares.
PROVIDER_MAY_KNOW = ["src/base", "src/provider"]

# Folders that use every other one by its public functions only.
OUTSIDE = ["tools/postage", "tools/postage/pages"]

# System headers that one folder owns.
OWNED = {"curl/": "src/http", "libxml/": "src/upload", "event2/": "src/sandbox", "llhttp": "src/sandbox", "http_parser": "src/sandbox"}
# The tool prints the libraries' versions and starts them once; the sandbox reads XML that clients send.
ALSO_ALLOWED = {("tools/postage", "curl/"), ("tools/postage", "libxml/"), ("src/sandbox", "libxml/")}

# Files of which a build takes one.
ALTERNATIVES = {"src/sandbox/parser_llhttp.c", "src/sandbox/parser_http_parser.c"}

# What the core must not import: clock, environment, files, sockets, output.
FORBIDDEN_IN_CORE = set(
    "time clock clock_gettime gettimeofday getenv secure_getenv setenv fopen fdopen fread fwrite fgets open open64 openat read "
    "write socket connect send recv printf fprintf vfprintf puts fputs putchar stdout stderr stdin system fork exec curl_easy_init".split()
)

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def folder_of(file):
    return file.rpartition("/")[0]


def with_providers(root, may_know):
    """The order with the providers in it: the folders that the registry includes, each below those that it shares with."""
    registry = (root / "src/registry/registry.c").read_text()
    shared = {f"src/{name}": [] for name in re.findall(r'#include "(\w+)/\1\.h"', registry) if name != "registry"}
    for folder in shared:
        texts = "".join(path.read_text() for path in (root / folder).glob("*.[ch]"))
        shared[folder] = sorted({f"src/{name}" for name in re.findall(r'#include "(\w+)/', texts)} & (set(shared) - {folder}))
    ordered = sorted(shared, key=lambda folder: len(shared[folder]))
    providers = {folder: [*PROVIDER_MAY_KNOW, *shared[folder]] for folder in ordered}
    result = {}
    for folder, others in may_know.items():
        if folder == "src/registry":
            result |= providers
            others = [*others, *providers]
        result[folder] = others
    return result


# --- symbols ---


def symbols_of(objects):
    """{file: (names that it defines, names that it imports)}; objects is {path of an object: its source file}."""
    listing = subprocess.run(["nm", "-A", "-P", "-g", *objects], check=True, capture_output=True, text=True).stdout
    symbols = {file: (set(), set()) for file in objects.values()}
    for line in listing.splitlines():
        path, name, kind = re.match(r"(.*): (\S+) (\S)", line).groups()
        symbols[objects[path]][kind in "Uw"].add(name)
    return symbols


def uses_of(symbols):
    """{file: {file that it needs: the names}}. What a folder defines itself is not looked for elsewhere."""
    everywhere, within = {}, {}
    for file, (defined, _) in symbols.items():
        for name in defined:
            everywhere.setdefault(name, file)
            within[folder_of(file), name] = file
    uses = {file: {} for file in symbols}
    for file, (_, imported) in symbols.items():
        for name in imported:
            other = within.get((folder_of(file), name)) or everywhere.get(name)
            if other and other != file:
                uses[file].setdefault(other, set()).add(name)
    return uses


def circles_in(uses):
    """The sets of files of which each needs, directly or not, each other one (Tarjan's strongly connected components)."""
    index, low, stack, found = {}, {}, [], []

    def visit(file):
        index[file] = low[file] = len(index)
        stack.append(file)
        for other in sorted(uses.get(file, ())):
            if other not in index:
                visit(other)
            if other in stack:
                low[file] = min(low[file], low[other])
        if low[file] == index[file]:
            circle = stack[stack.index(file) :]
            del stack[-len(circle) :]
            if len(circle) > 1:
                found.append(sorted(circle))

    for file in sorted(uses):
        if file not in index:
            visit(file)
    return found


def circle_faults(uses):
    for circle in circles_in(uses):
        yield f"a circle of files: {' '.join(circle)}"


# --- permissions ---


def order_faults(may_know):
    above = set()
    for folder, others in may_know.items():
        for other in others:
            if other not in above:
                yield f"{folder} may know {other}, which does not stand above it"
        above.add(folder)


def permission_faults(uses, included, may_know, outside=(), public=()):
    """Folders that know others without permission, and permissions that nobody needs. `included` is [(file, folder)]."""
    needed = {(folder_of(file), folder) for file, folder in included}
    for file, folder in included:
        if folder not in may_know.get(folder_of(file), []):
            yield f"{file} includes a header of {folder}, which {folder_of(file)} may not know"
    for file, others in uses.items():
        folder = folder_of(file)
        for other, names in sorted(others.items()):
            there = folder_of(other)
            needed.add((folder, there))
            if folder in outside and folder_of(other) not in outside:
                names = names - set(public)
                allowed = not names
            else:
                allowed = there == folder or there in may_know.get(folder, [])
            if not allowed:
                yield f"{file} uses {', '.join(sorted(names))} of {other}, which {folder} may not know"
    for folder in sorted({folder_of(file) for file in uses}):
        if folder not in may_know:
            yield f"{folder}: a folder that tests/structure/layers.py does not know; say what it may know"
        for other in may_know.get(folder, []):
            if (folder, other) not in needed:
                yield f"{folder} need not know {other}: take the permission back"


# --- includes ---


def includes_of(root, file, folders):
    """[(file, folder)] of the folders whose headers it includes."""
    for quote, name in INCLUDE.findall((root / file).read_text()):
        folder = "src/" + folder_of(name)
        if quote == '"' and folder in folders and folder != folder_of(file):
            yield file, folder


def header_faults(root, files):
    for file in files:
        folder = folder_of(file)
        for _, name in INCLUDE.findall((root / file).read_text()):
            for prefix, owner in OWNED.items():
                if name.startswith(prefix) and folder != owner and (folder, prefix) not in ALSO_ALLOWED:
                    yield f"{file}: only {owner} may include <{name}>"
    for path in sorted((root / "include").rglob("*.h")):
        for quote, name in INCLUDE.findall(path.read_text()):
            if quote == '"' and not name.startswith("postage/"):
                yield f'{path}: a public header includes "{name}"'


# --- the core ---


def core_faults(symbols, core):
    for file in core:
        for name in sorted(symbols[file][1]):
            if re.sub(r"^__(.*?)(64)?(_chk)?$", r"\1", name) in FORBIDDEN_IN_CORE:  # as _TIME_BITS and _FORTIFY_SOURCE call it
                yield f"{file}: the core imports {name}"


def source_of(path, build):
    """build/src/sandbox/CMakeFiles/postage_sandbox_parts.dir/cors.c.o is made of src/sandbox/cors.c."""
    inner = pathlib.Path(path).relative_to(build).as_posix()
    return re.sub(r"CMakeFiles/[^/]*\.dir/|\.o$", "", inner)


def main():
    root, build = pathlib.Path(sys.argv[1]), sys.argv[2]
    may_know = with_providers(root, MAY_KNOW)
    objects = {path: source_of(path, build) for path in sys.argv[3:]}
    symbols = symbols_of(objects)
    folders = {folder_of(file) for file in symbols}
    files = [str(path.relative_to(root)) for top in ("src", "tools") for path in sorted((root / top).rglob("*.[ch]"))]
    files = [file for file in files if folder_of(file) in folders or folder_of(file) not in may_know]
    public = {name for path in (root / "cmake/exports").glob("*.list") for name in path.read_text().split()}
    included = [edge for file in files for edge in includes_of(root, file, set(may_know))]
    uses = uses_of(symbols)
    faults = [
        *(f"{file} has no object among those given" for file in files
          if file.endswith(".c") and file not in symbols and file not in ALTERNATIVES),
        *order_faults(may_know),
        *permission_faults(uses, included, may_know, OUTSIDE, public),
        *circle_faults(uses),
        *header_faults(root, files),
        *core_faults(symbols, [file for path, file in objects.items() if "postage_core_parts.dir" in path]),
    ]
    print("\n".join(faults) or f"{len(symbols)} files in {len(folders)} folders keep their order")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
