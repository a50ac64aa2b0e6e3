#!/usr/bin/env python3
"""Holds the tests to tests/budget, which says what its numbers are.

usage: budget.py kinds BUDGET CTEST BUILD_FOLDER          each test has one kind as its label, and the budget adds up
       budget.py times BUDGET BUILD_SECONDS CTEST_LOG...  what a run took, from CTest's summaries by label
"""

import json
import pathlib
import re
import subprocess
import sys

ALL_SECONDS = 1800
MORE_LABELS = {"all", "curl8"}  # no kinds
TOO_MUCH = 2  # times the budget: other work on the machine does not make a test that slow
SUMMARY = re.compile(r"^(\S+)\s+=\s+([\d.]+) sec\*proc", re.M)


def read_budget(text):
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {kind: int(seconds) for kind, seconds in lines}


def sum_faults(budget):
    total = sum(budget.values())
    if total > ALL_SECONDS:
        yield f"the budget allows {total} s in all, more than {ALL_SECONDS}"


def kind_faults(budget, tests):
    """tests is {name: its labels}."""
    for name, labels in tests.items():
        kinds = set(labels) - MORE_LABELS
        if len(kinds) != 1 or not kinds <= set(budget):
            yield f"{name}: labels {sorted(labels)}; a test has one kind of tests/budget"


def labels_of(ctest, build):
    listing = subprocess.run([ctest, "--test-dir", build, "--show-only=json-v1"], check=True, capture_output=True, text=True).stdout
    for test in json.loads(listing)["tests"]:
        properties = {entry["name"]: entry["value"] for entry in test.get("properties", [])}
        yield test["name"], properties.get("LABELS", [])


def seconds_spent(build_seconds, logs):
    spent = {"build": float(build_seconds)}
    for log in logs:
        for kind, seconds in SUMMARY.findall(log):
            if kind not in MORE_LABELS:
                spent[kind] = spent.get(kind, 0) + float(seconds)
    return spent


def time_lines(budget, spent):
    """[(line, is it a fault)]"""
    for kind, seconds in spent.items():
        allowed = budget.get(kind, 0)
        words = "" if seconds <= allowed else "  over budget" if seconds <= TOO_MUCH * allowed else "  FAILED: twice the budget"
        yield f"{kind:12} {seconds:6.0f} of {allowed:4} s{words}", seconds > TOO_MUCH * allowed


def main():
    what, path, *arguments = sys.argv[1:]
    budget = read_budget(pathlib.Path(path).read_text())
    if what == "kinds":
        tests = dict(labels_of(*arguments))
        faults = [*sum_faults(budget), *kind_faults(budget, tests)]
        print("\n".join(faults) or f"{len(tests)} tests have a kind each")
        return 1 if faults or not tests else 0
    spent = seconds_spent(arguments[0], [pathlib.Path(log).read_text() for log in arguments[1:]])
    lines = list(time_lines(budget, spent))
    print("\n".join(line for line, _ in lines))
    return 1 if any(fault for _, fault in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
