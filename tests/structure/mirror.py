#!/usr/bin/env python3
"""A unit test is named after the file from which it sets out: tests/unit/ROOM/test_FILE.c, or test_FILE_TOPIC.c where there are
several, and tests/cli/test_FILE.c for a file of the tool.

usage: mirror.py SOURCE_ROOT
"""

import pathlib
import sys


def faults_of(tests, sources):
    """{folder of tests: (names of tests, names of the files that they test)}, names without `test_` and `.c`."""
    for folder, names in tests.items():
        for name in names:
            if not any(name == source or name.startswith(source + "_") for source in sources[folder]):
                yield f"{folder}/test_{name}.c: named after no file"


def main():
    root = pathlib.Path(sys.argv[1])
    folders = {f"tests/unit/{room.name}": f"src/{room.name}" for room in (root / "tests/unit").iterdir() if room.is_dir()}
    folders["tests/cli"] = "tools/postage"
    tests = {folder: [path.stem[5:] for path in (root / folder).glob("test_*.c")] for folder in folders}
    sources = {folder: [path.stem for path in (root / source).glob("*.c")] for folder, source in folders.items()}
    faults = sorted(faults_of(tests, sources))
    print("\n".join(faults) or f"{sum(map(len, tests.values()))} tests are named after files")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
