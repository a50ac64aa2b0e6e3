#!/usr/bin/env python3
"""Every code block of every page is what it says it is.

usage: blocks.py SOURCE_ROOT C_COMPILER

The word behind a fence's language says how a block is held to the truth:

    ```c examples/issue_form.c    an excerpt: these lines stand in that file, which is built and run elsewhere
    ```c                          compiled: statements after fragment.h, or definitions, which later blocks of the page can use
    ```json, ```xml               parsed, unless an ellipsis says that something is left out
    ```sh session, ```sh terminal, ```text output    run, see sessions.py
    ```sh                         for reading only

Any other word is a mistake. The example at the head of a public header is compiled as well. A status that nobody looks at is an error.
"""
import json
import pathlib
import re
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ElementTree

import page

HERE = pathlib.Path(__file__).parent
RUN = {("sh", "session"), ("sh", "terminal"), ("text", "output"), ("python", "session")}
DEFINITIONS = re.compile(r"^(#include |static |int main|struct \w+ \{)", re.M)
FLAGS = ["-std=c11", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-Werror", "-Wno-unused", "-Wunused-result", "-c", "-o", "/dev/null", "-x", "c", "-"]


def is_excerpt(text, source):
    """Whether the lines follow each other in the source, indented there or not."""
    wanted = text.splitlines()
    lines = source.splitlines()
    starts = (at for at in range(len(lines) - len(wanted) + 1) if lines[at].strip() == wanted[0].strip())
    return any(textwrap.dedent("\n".join(lines[at:at + len(wanted)])).splitlines() == wanted for at in starts)


def excerpt_fault(block, root):
    path = root / block.info[1]
    if (block.info[0], block.info[1]) in RUN:
        return None
    if not path.is_file():
        return f"{block.info[1]} is neither a file to quote nor a word that blocks.py knows"
    if not is_excerpt(textwrap.dedent(block.text), path.read_text(encoding="utf-8")):
        return f"{block.info[1]} has no such lines"
    return None


def parse_fault(block):
    if "…" in block.text:
        return None
    try:
        ElementTree.fromstring(block.text) if block.info[0] == "xml" else json.loads(block.text)
    except (ValueError, ElementTree.ParseError) as error:
        return f"no {block.info[0]}: {error}"
    return None


def one_file(path, blocks):
    """The page's fragments as one C file; the compiler's messages have the page's own lines."""
    text = f'#include "{HERE}/fragment.h"\n'
    for number, block in enumerate(blocks):
        line = f'#line {block.line + 1} "{path}"\n'
        if DEFINITIONS.search(block.text):
            text += line + block.text
        else:
            text += f"void fragment_{number}(void);\nvoid fragment_{number}(void)\n{{\n{line}{block.text}}}\n"
    return text


def compile_faults(path, blocks, root, compiler):
    if blocks:
        done = subprocess.run([compiler, *FLAGS, "-I", root / "include"], input=one_file(path, blocks),
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            yield done.stderr.strip()


def header_examples(path):
    """The indented lines of a header's first comment, where they begin with a declaration."""
    blocks, block = [], None
    for number, line in enumerate(path.read_text(encoding="utf-8").partition("*/")[0].splitlines(), 1):
        code = re.match(r" \*     (.*)|( \*)$", line)
        if not code or (block is None and not (code[1] or "").startswith("struct ")):
            block = None
            continue
        if block is None:
            block = page.Block(number - 1, ["c"], "")
            blocks.append(block)
        block.text += (code[1] or "") + "\n"
    return blocks


def faults_of(each, root, compiler):
    for block in each.blocks():
        fault = None
        if len(block.info) > 1:
            fault = excerpt_fault(block, root)
        elif block.language() in ("json", "xml"):
            fault = parse_fault(block)
        if fault:
            yield f"{each.path.relative_to(root)}:{block.line}: {fault}"
    yield from compile_faults(each.path, [block for block in each.blocks() if block.info == ["c"]], root, compiler)


def main():
    root, compiler = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    pages = page.all_pages(root)
    faults = [fault for each in pages for fault in faults_of(each, root, compiler)]
    headers = {path: header_examples(path) for path in sorted((root / "include/postage").glob("*.h"))}
    faults += [fault for path, blocks in headers.items() for fault in compile_faults(path, blocks, root, compiler)]
    if sum(map(len, headers.values())) < 4:
        faults.append("the examples of the public headers were not found")
    print("\n".join(faults) or f"{sum(len(each.blocks()) for each in pages)} blocks of {len(pages)} pages and {sum(map(len, headers.values()))} of headers hold")
    return 1 if faults or not pages else 0


sys.exit(main())
