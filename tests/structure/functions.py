#!/usr/bin/env python3
"""Holds functions to a size that is read at a glance, in all C files of the folders given; headers too.

usage: functions.py FOLDER...

A function's lines are those from its return type to its last brace, blank lines and comments within it included. Nesting is how
many if, else, for, while, do and switch stand around a statement; "else if" is no deeper than its if.
"""

import pathlib
import re
import statistics
import sys

MOST_LINES = 40
MOST_NESTING = 4

# Removed, line breaks kept: comments, strings, characters, preprocessor lines.
NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^[ \t]*#(?:\\\n|[^\n])*', re.S | re.M)
# The last line of a head, and a body whose braces stand in the first column: as clang-format writes them.
DEFINITION = re.compile(r"^(?:[A-Za-z_][^\n;{}]*\n)(?:[ \t][^\n;{}]*\n)*\{\n.*?^\}", re.S | re.M)
TOKEN = re.compile(r"[A-Za-z_]\w*|[^\s\w]|\d\w*")


class Statements:
    """Reads the statements of a body and remembers how deep they stand."""

    def __init__(self, body):
        self.tokens = TOKEN.findall(body)
        self.at = 0
        self.deepest = 0

    def peek(self):
        return self.tokens[self.at]

    def skip_group(self):
        """From an opening bracket to behind the one that closes it."""
        level = 0
        while True:
            level += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(self.tokens[self.at], 0)
            self.at += 1
            if level == 0:
                return

    def controlled(self, depth):
        self.deepest = max(self.deepest, depth + 1)
        self.statement(depth + 1)

    def statement(self, depth):
        word = self.peek()
        if word == "{":
            self.at += 1
            while self.peek() != "}":
                self.statement(depth)
            self.at += 1
        elif word in ("if", "for", "while", "switch"):
            self.at += 1
            self.skip_group()
            self.controlled(depth)
        elif word == "else":
            self.at += 1
            if self.peek() == "if":
                self.statement(depth)
            else:
                self.controlled(depth)
        elif word == "do":
            self.at += 1
            self.controlled(depth)
            self.at += 1
            self.skip_group()
            self.at += 1
        elif word in ("case", "default"):
            while self.peek() != ":":
                self.at += 1
            self.at += 1
        else:
            while self.peek() not in (";", "}"):
                if self.peek() in ("(", "{", "["):
                    self.skip_group()
                else:
                    self.at += 1
            self.at += self.peek() == ";"


def functions_of(text):
    """[(line, name, lines, nesting, has a goto)]"""
    text = NOISE.sub(lambda match: re.sub(r"[^\n]+", " ", match.group()) if "\n" in match.group() else " ", text)
    for match in DEFINITION.finditer(text):
        head, _, body = match.group().partition("\n{\n")
        statements = Statements("{\n" + body)
        statements.statement(0)
        name = re.search(r"(\w+)\s*\(", head)
        yield (text.count("\n", 0, match.start()) + 1, name.group(1) if name else head, match.group().count("\n") + 1,
               statements.deepest, "goto" in statements.tokens)


def faults_of(where, name, lines, nesting, has_goto):
    if lines > MOST_LINES:
        yield f"{where}: {name} has {lines} lines, more than {MOST_LINES}"
    if nesting > MOST_NESTING:
        yield f"{where}: {name} nests {nesting} deep, more than {MOST_NESTING}"
    if has_goto:
        yield f"{where}: {name} has a goto"


def main():
    lengths, deepest, faults = [], 0, []
    for path in sorted(path for folder in sys.argv[1:] for path in pathlib.Path(folder).rglob("*.[ch]")):
        for line, name, lines, nesting, has_goto in functions_of(path.read_text()):
            lengths.append(lines)
            deepest = max(deepest, nesting)
            faults += faults_of(f"{path}:{line}", name, lines, nesting, has_goto)
    print("".join(f"{fault}\n" for fault in faults), end="")
    if not lengths:
        print("no functions at all")
        return 1
    print(f"{len(lengths)} functions: median {statistics.median(lengths):.0f} lines, 90th percentile "
          f"{statistics.quantiles(lengths, n=10)[8]:.0f}, longest {max(lengths)}; nesting at most {deepest}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
