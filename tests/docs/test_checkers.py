#!/usr/bin/env python3
"""What checks the pages finds what is wrong with them: each row is a page with one fault, and the words that name it.

usage: test_checkers.py C_COMPILER INCLUDE_FOLDER
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
COMPILER, INCLUDE = sys.argv[1:3]

GOOD = """# A page\n\n## A heading, with `code`\n\n[here](#a-heading-with-code) and [over
there](docs/other.md#b), `docs/other.md`
```c
status = postage_policy_key(policy, "a", &err);
```
```c docs/lines.c
two
```
```json
{"a": [1]}
```
"""
WRONG_LINKS = [("a file that is not there", "(docs/other.md#b)", "(docs/gone.md)", "docs/gone.md is not there"),
               ("a heading that is not there", "#b", "#c", "no heading for #c"),
               ("a heading of its own that is not there", "(#a-", "(#b-", "this page has no heading"),
               ("a page that is not linked", "[over\nthere](docs/other.md#b)", "there", "README.md does not link to it"),
               ("a path in a code span", "`docs/other.md`", "`docs/gone.md`", "docs/gone.md is not there")]
WRONG_BLOCKS = [("C with a wrong argument", '"a"', "1", "README.md:8"),
                ("C of a function that is not there", "postage_policy_key(", "postage_policy_lock(", "postage_policy_lock"),
                ("an excerpt that differs", "two\n", "tow\n", "has no such lines"),
                ("a word that nobody knows", "```json", "```json pretty", "neither a file to quote"),
                ("JSON that is none", "[1]", "[1,]", "no json")]
WRONG_TRANSLATIONS = [("a command that differs", '"a"', '"b"', "README.md:8: '"),
                      ("a heading of another level", "## A", "### A", "of level 3"),
                      ("a heading too many", "# A page", "# A page\n# Another", "4 headings"),
                      ("a block too few", '```json\n{"a": [1]}\n```\n', "", "2 code blocks under this heading, 3 in"),
                      ("a link that is missing", "[over\nthere](docs/other.md#b)", "there", "the link docs/other.md#b"),
                      ("code that differs", "`docs/other.md`", "`docs`", "the code docs/other.md")]

COMMANDS = """```sh session\nexport NAME=stamp\n```\n```sh session\necho "a $NAME"; echo more; echo 127.0.0.1:9000\n```
```text output\na st…\n…\n127.0.0.1:9000\n```\n"""
WRONG_COMMANDS = [("a command that fails", "echo more", "false", "ended with 1"),
                  ("an output that differs", "a st", "a env", "printed is\na stamp"),
                  ("an output with a line too few", "; echo 127", "; : 127", "printed is")]


class Checkers(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)
        (self.root / "docs").mkdir()
        (self.root / "include").symlink_to(INCLUDE)
        (self.root / "docs/other.md").write_text("# B\n")
        (self.root / "docs/lines.c").write_text("one\n    two\nthree\n")
        self.page = self.root / "README.md"

    def run_on(self, script, text, *arguments):
        self.page.write_text(text)
        return subprocess.run([sys.executable, "-B", HERE / script, *arguments], capture_output=True, text=True, check=False)

    def check(self, script, rows, *arguments, good=GOOD):
        done = self.run_on(script, good, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        for name, old, new, words in rows:
            with self.subTest(name):
                self.assertIn(old, good)
                done = self.run_on(script, good.replace(old, new, 1), *arguments)
                self.assertEqual((done.returncode, done.stderr), (1, ""), done.stdout)
                self.assertIn(words, done.stdout)

    def test_links(self):
        self.check("links.py", WRONG_LINKS, self.root)

    def test_blocks(self):
        self.check("blocks.py", WRONG_BLOCKS, self.root, COMPILER)

    def test_translation(self):
        (self.root / "original.md").write_text(GOOD)
        self.check("translation.py", WRONG_TRANSLATIONS, self.root / "original.md", self.page)

    def test_sessions(self):
        prefix = self.root / "prefix/lib"
        prefix.mkdir(parents=True)
        (prefix / "libpostage.a").touch()
        self.check("sessions.py", WRONG_COMMANDS, self.root, prefix.parent, self.page, good=COMMANDS)


unittest.main(argv=sys.argv[:1])
