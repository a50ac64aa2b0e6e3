#!/usr/bin/env python3
"""Every link of every page leads somewhere: the file is there, and it has the heading. So does every path in a code span.

usage: links.py SOURCE_ROOT
"""
import pathlib
import re
import sys

import page

# A code span that is a path of this tree, such as `src/base/buf.c`. Placeholders and patterns are none.
PATH = re.compile(r"^(?:\./)?(?:bench|cmake|docs|examples|include|src|tests|tools)(?:/[\w.\-]+)+/?$")


def link_faults(pages, root):
    by_path = {each.path.resolve(): each for each in pages}
    for each in pages:
        for line, target in (link for section in each.sections for link in section.links):
            name, _, anchor = target.partition("#")
            if re.match(r"^[a-z]+:", target):
                continue
            path = (each.path.parent / name).resolve() if name else each.path.resolve()
            where = f"{each.path.relative_to(root)}:{line}"
            if not path.exists():
                yield f"{where}: {name} is not there"
            elif anchor and (path not in by_path or anchor not in by_path[path].anchors):
                yield f"{where}: {name or 'this page'} has no heading for #{anchor}"


def path_faults(pages, root):
    for each in pages:
        for line, text in (span for section in each.sections for span in section.spans):
            if PATH.match(text) and not (root / text).exists():
                yield f"{each.path.relative_to(root)}:{line}: {text} is not there"


def orphan_faults(pages, root):
    """A page that README.md does not name is not found by those who need it."""
    readme = next(each for each in pages if each.path == root / "README.md")
    named = {(root / target.partition("#")[0]).resolve() for section in readme.sections for _, target in section.links}
    for each in pages:
        if each.path.parent == root / "docs" and each.path.resolve() not in named:
            yield f"{each.path.relative_to(root)}: README.md does not link to it"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    pages = page.all_pages(root)
    count = sum(len(section.links) for each in pages for section in each.sections)
    faults = [*link_faults(pages, root), *path_faults(pages, root), *orphan_faults(pages, root)]
    print("\n".join(faults) or f"{count} links of {len(pages)} pages lead somewhere")
    return 1 if faults or not count else 0


sys.exit(main())
