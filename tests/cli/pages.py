"""What --help says, and the manual pages and completions as they are installed."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from tool import SOURCE, TOOL, environment, run

OPTION = re.compile(r"  (?:-(\w), )?--([\w-]+)(?: (\S+))?(?:  +(\S.*))?$")
RULE = re.compile(r"--([\w-]+)(?: ([A-Z]\S*))?")


def installed():
    """A prefix that holds what cmake --install puts there of the pages alone; the object keeps it alive."""
    prefix = tempfile.TemporaryDirectory()
    subprocess.run(["cmake", "-DCMAKE_INSTALL_PREFIX=" + prefix.name, "-P", os.environ["POSTAGE_PAGES"] + "/cmake_install.cmake"],
                   check=True, stdout=subprocess.DEVNULL)
    return prefix


def need(*programs):
    """Ends as skipped (CTest's 77), or as failed where nothing may be missing, unless these programs and files are installed."""
    lacking = [program for program in programs if shutil.which(program) is None and not os.path.exists(program)]
    if lacking:
        print("SKIPPED: not installed: " + ", ".join(lacking), file=sys.stderr)
        sys.exit(1 if os.environ.get("POSTAGE_REQUIRE_SERVERS") == "1" else 77)


def help_of(*words):
    done = run(*words, "--help", env={})
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def commands():
    """name: operands, as the general help lists them."""
    rows = re.findall(r"^  postage ([a-z]+) +((?:[A-Zg\[]\S*(?: [A-Z\[]\S*)*)?) +\S", help_of(), re.M)
    return {name: operands for name, operands in rows if name != "help"}


def options_of(command):
    """--name: (letter or None, argument or None), of a subcommand's help page; --help is on none of them."""
    found = {"--help": ("h", None)}
    rules = False
    for line in help_of(command).splitlines():
        row = OPTION.match(line)
        if line.startswith("examples"):
            break
        if line.startswith("rules"):
            rules = True
        elif rules:
            found.update({"--" + name: (None, argument or None) for name, argument in RULE.findall(line)})
        elif row:
            found["--" + row[2]] = (row[1], row[3])
    return found


def texts():
    """--name: what help pages say of it, one text for each of its rows."""
    found = {}
    for page in (*(help_of(command) for command in commands()), run("help", "rules", env={}).stdout.decode()):
        for row in filter(None, map(OPTION.match, re.sub(r"\n {20,}(?=\S)", " ", page).splitlines())):  # long ones are wrapped
            if row[4]:
                found.setdefault("--" + row[2], set()).add(row[4])
    return found


def providers():
    """Their names, as the page of sign lists them."""
    return re.search(r"^TARGET: (\S+)://", help_of("sign"), re.M)[1].split("|")


def public_headers():
    return {name for name in os.listdir(os.path.join(SOURCE, "include/postage")) if name.endswith(".h")}


__all__ = ["SOURCE", "TOOL", "commands", "environment", "help_of", "installed", "need", "options_of", "providers", "public_headers", "run", "texts"]
