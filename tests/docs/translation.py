#!/usr/bin/env python3
"""A translated page says the same as its original, as far as a machine can see: the same headings in the same order, and
under each of them the same code blocks, the same code spans and the same links.

usage: translation.py ORIGINAL TRANSLATION
"""
import collections
import pathlib
import sys

import page


def first_difference(ours, theirs):
    """(number of the first line that differs, counted from 1; the two lines)"""
    ours, theirs = ours.splitlines(), theirs.splitlines()
    for number in range(max(len(ours), len(theirs))):
        pair = [lines[number] if number < len(lines) else "(nothing)" for lines in (ours, theirs)]
        if pair[0] != pair[1]:
            return number + 1, *pair
    return 0, "", ""


def block_faults(original, translation, section, other):
    if len(section.blocks) != len(other.blocks):
        yield (f"{translation}:{other.line}: {len(other.blocks)} code blocks under this heading, "
               f"{len(section.blocks)} in {original}")
    for block, copy in zip(section.blocks, other.blocks):
        if block.info != copy.info:
            yield f"{translation}:{copy.line}: the block is marked {copy.info}, not {block.info}"
        elif block.text != copy.text:
            line, wanted, found = first_difference(block.text, copy.text)
            yield f"{translation}:{copy.line + line}: {found!r}\n{original}:{block.line + line}: {wanted!r}"


def word_faults(original, translation, what, wanted, found):
    """Both are lists of (line, text); their order is the language's affair."""
    names = {original.name: translation.name, translation.name: original.name}  # each links to the other
    wanted = [(line, names.get(text, text)) for line, text in wanted]
    for here, there, path in ((wanted, found, original), (found, wanted, translation)):
        missing = collections.Counter(text for _, text in here) - collections.Counter(text for _, text in there)
        for text in missing:
            line = next(line for line, each in here if each == text)
            yield f"{path}:{line}: the {what} {text} is not in the other page, or less often"


def faults_of(original, translation):
    if len(original.sections) != len(translation.sections):
        yield f"{translation.path}: {len(translation.sections)} headings, {len(original.sections)} in {original.path}"
    for section, other in zip(original.sections, translation.sections):
        if section.level != other.level:
            yield (f"{translation.path}:{other.line}: heading {other.title!r} of level {other.level} stands for "
                   f"{section.title!r} of level {section.level}")
            return
        yield from block_faults(original.path, translation.path, section, other)
        yield from word_faults(original.path, translation.path, "link", section.links, other.links)
        yield from word_faults(original.path, translation.path, "code", section.spans, other.spans)


def main():
    original, translation = (page.Page(pathlib.Path(name)) for name in sys.argv[1:3])
    faults = list(faults_of(original, translation))
    print("\n".join(faults) or f"{translation.path.name} has what {original.path.name} has, "
                               f"{len(original.sections) - 1} headings and {len(original.blocks())} blocks")
    return 1 if faults or len(original.sections) < 2 else 0


sys.exit(main())
