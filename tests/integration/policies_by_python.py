"""Reads random policies with Python's own JSON parser and compares them with their intents, as sets.

Usage: policies_by_python.py GENERATOR [COUNT [SEED]]; GENERATOR is tests/support/write_policies.
"""

import base64
import collections
import json
import subprocess
import sys

# What signing adds: the bucket, and what the signature depends on.
OWN = ({"bucket", "x-amz-algorithm", "x-amz-credential", "x-amz-date"},
       {"bucket", "x-oss-signature-version", "x-oss-credential", "x-oss-date"})


def refuse_duplicates(pairs):
    members = dict(pairs)
    assert len(members) == len(pairs), f"duplicate member in {pairs!r}"
    return members


def flatten(condition):
    """The generator's shape: one flat tuple of texts a condition."""
    if isinstance(condition, dict):
        ((name, value),) = condition.items()
        assert isinstance(value, str), condition
        return ("eq", name, value)
    operator, name, operand = condition
    if operator == "content-length-range":
        assert type(name) is int and type(operand) is int, condition
        return ("range", str(name), str(operand))
    assert operator in ("starts-with", "in", "not-in") and name.startswith("$"), condition
    if operator == "starts-with":
        assert isinstance(operand, str), condition
        return (operator, name[1:], operand)
    assert operand and all(isinstance(value, str) for value in operand), condition
    return (operator, name[1:], *operand)


def check(line):
    row = json.loads(line)
    document = json.loads(
        base64.b64decode(row["document"], validate=True).decode("utf-8", "strict"), object_pairs_hook=refuse_duplicates
    )
    assert list(document) == ["expiration", "conditions"], list(document)
    read = collections.Counter(flatten(condition) for condition in document["conditions"])
    own = collections.Counter({c: n for c, n in read.items() if c[0] == "eq" and c[1] in set.union(*OWN)})
    assert {name for _, name, _ in own} in OWN and sum(own.values()) == len(OWN[0]), own
    meant = collections.Counter(tuple(condition) for condition in row["intent"])
    assert read - own == meant, f"read {read - own}\nmeant {meant}"
    return len(meant)


def main():
    count = sys.argv[2] if len(sys.argv) > 2 else "3000"
    seed = sys.argv[3] if len(sys.argv) > 3 else "1"
    lines = subprocess.run([sys.argv[1], count, seed], check=True, capture_output=True).stdout.decode("utf-8").split("\n")
    assert lines.pop() == "" and len(lines) == int(count), len(lines)
    conditions = sum(check(line) for line in lines)
    assert conditions > len(lines), "the generator's policies say next to nothing"
    print(f"{len(lines)} policies with {conditions} conditions say what was meant")


main()
