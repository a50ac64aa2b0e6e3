#!/usr/bin/env python3
"""Holds that a provider is a row: the core knows no vendor by name, so that adding one touches its own folder and a registry.

usage: vendor_names.py SOURCE_ROOT
"""

import pathlib
import re
import sys

# Names of vendors, their products and prefixes, beside those of the providers' folders. SigV4 is the name of an algorithm, which
# several of them use.
VENDORS = "amz|amazon|aws|aliyun|alibaba|cloudflare|backblaze|boto"

# The folders that must not know them, and a file whose columns are explained by what stands in them.
NEUTRAL = "base provider policy form sign check multipart source http upload".split()
EXAMPLES = "src/provider/provider.h"

# Where every provider may be named: a line for each. In the sandbox that is its dialects' files, and comments that say where an
# answer was seen.
NAMING = ["registry", "sandbox"]
DIALECTS = "src/sandbox/dialect"


def sources(root, folder):
    return sorted((root / "src" / folder).rglob("*.[ch]"))


def provider_folders(root):
    included = re.findall(r'#include "(\w+)/\1\.h"', (root / "src/registry/registry.c").read_text())
    return [name for name in included if name != "registry"]


def without_comments(text):
    return re.sub(r"/\*.*?\*/", lambda comment: "\n" * comment.group().count("\n"), text, flags=re.S)


def names_in(root, folder, pattern, text_of=str):
    for path in sources(root, folder):
        name = str(path.relative_to(root))
        if name == EXAMPLES or name.startswith(DIALECTS):
            continue
        for number, line in enumerate(text_of(path.read_text()).splitlines(), 1):
            found = re.search(pattern, line, re.I)
            if found:
                yield f'{name}:{number}: "{found.group()}" belongs to another folder: {line.strip()}'


def as_words(names):
    return "|".join(rf"(?<![a-z0-9]){name}(?![a-z0-9])" for name in names)


def faults(root):
    providers = provider_folders(root)
    for folder in NEUTRAL:
        yield from names_in(root, folder, f"{VENDORS}|{as_words(providers)}")
    yield from names_in(root, "sandbox", f"{VENDORS}|{as_words(providers)}", without_comments)
    for folder in providers:  # may build on another one, and then names it
        text = "".join(path.read_text() for path in sources(root, folder))
        others = [name for name in providers if name != folder and f'#include "{name}/' not in text]
        if others:
            yield from names_in(root, folder, as_words(others))
    for folder in sorted(p.name for p in (root / "src").iterdir() if p.is_dir()):
        if folder not in [*NEUTRAL, *NAMING, *providers]:
            yield f"src/{folder}: neither neutral nor a provider's; tests/structure/vendor_names.py has to say which"


def main():
    root = pathlib.Path(sys.argv[1])
    found = list(faults(root))
    print("\n".join(found) or "no vendor is known by name")
    return 1 if found else 0


sys.exit(main())
