"""Where the servers differ: each scenario's answer side by side, as the table in docs/testing.md.

    differences.py --info A.json --info B.json ...            prints the table
    differences.py ... --check docs/testing.md                 compares it with the part between the two marks
"""
import argparse
import pathlib
import re
import secrets
import sys

import harness
import scenarios
import servers

BEGIN, END = "<!-- what servers answer: begin -->", "<!-- what servers answer: end -->"


def answer(server, scenario, files):
    """What a server says to a scenario's form, and whether the object is there afterwards."""
    if scenario.temporary or server.name in scenario.not_on:
        return "-" if scenario.temporary else "stored, not kept"
    trial = scenarios.Trial(server, files, argparse.Namespace(tool=None), scenario, "reference")
    if scenario.tamper is scenarios.other_bucket:
        server.client().make_bucket(servers.BUCKET + "-other")
    trial.folder = secrets.token_hex(6) + "/"
    reference = scenarios.Reference(server, trial.keys)
    form = trial.tampered(reference.form(trial.signed_key(), *scenario.rules, bucket=scenario.bucket))
    _, reply = reference.post(form, trial.file, scenario.send)
    code = re.search(r"<Code>([^<]*)</Code>", reply.body.decode(errors="replace"))
    return f"{reply.status} {code.group(1)}" if code else str(reply.status)


def table(attached):
    files = harness.Files()
    names = [server.name for server in attached]
    lines = [BEGIN, "| scenario | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for scenario in scenarios.SCENARIOS:
        answers = [answer(server, scenario, files) for server in attached]
        if len(set(answers)) > 1:
            lines.append(f"| {scenario.name} | " + " | ".join(answers) + " |")
    return "\n".join([*lines, END])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--info", type=pathlib.Path, action="append", required=True)
    parser.add_argument("--check", type=pathlib.Path)
    arguments = parser.parse_args()
    try:
        found = table([harness.Attached(path) for path in arguments.info])
    except servers.Missing as missing:
        servers.skip(str(missing))
    if not arguments.check:
        print(found)
        return 0
    document = arguments.check.read_text(encoding="utf-8")
    if found in document:
        return 0
    print(f"{arguments.check} does not say what the servers answered; between the two marks it should read:\n{found}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
