"""The manual pages say what --help says, are installed where man looks, and read well at 80 columns."""
import json
import os
import re
import subprocess
import unittest

import pages

SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "RULES", "VALUES", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]


def setUpModule():
    global prefix
    prefix = pages.installed()
    unittest.addModuleCleanup(prefix.cleanup)


def path_of(name):
    return os.path.join(prefix.name, "share/man", "man" + name[-1], name)


def rendered(name):
    """As a terminal of 80 columns shows it, without bold and underlined letters."""
    return subprocess.run(["mandoc", "-Tascii", "-Owidth=78", path_of(name)], check=True, capture_output=True).stdout.decode()


def plain(name):
    return re.sub(".\b", "", rendered(name))


def section(name, title):
    found = re.search(r"^%s\n(.*?)(?=^\S|\Z)" % title, plain(name), re.M | re.S)
    return found[1] if found else ""


def words(text):
    return re.sub(r"\s+", " ", text).strip()


def tagged(text):
    """(letter, name, argument) of each paragraph's head; a short one has the text beside it, from column 14 on."""
    head = re.compile(r" {7}(?:-(\w), )?(--[\w-]+)(?: ([A-Z]\S*))?$")
    lines = text.split("Some rules together:")[0].splitlines()
    rows = [head.match(line) or (line[13:14] == " " and head.match(line[:13].rstrip())) for line in lines]
    return [(row[1] or "", row[2], row[3] or "") for row in rows if row]


class Pages(unittest.TestCase):
    def all(self):
        return ["postage.1", "postage.3", *("postage-%s.1" % command for command in pages.commands())]

    def test_there_is_one_for_the_tool_each_subcommand_and_the_library(self):
        there = {name for section in ("man1", "man3") for name in os.listdir(os.path.join(prefix.name, "share/man", section))}
        self.assertEqual(there, set(self.all()))

    def test_mandoc_and_groff_have_nothing_to_complain_of(self):
        for name in self.all():
            for command in (["mandoc", "-Tlint", "-Wwarning"], ["groff", "-man", "-ww", "-z", "-Tascii"]):
                done = subprocess.run([*command, path_of(name)], capture_output=True)
                self.assertEqual((done.returncode, done.stdout + done.stderr), (0, b""), name)

    def test_they_are_ascii_and_fit_80_columns(self):
        for name in self.all():
            with open(path_of(name), "rb") as page:
                page.read().decode("ascii")
            self.assertLessEqual(max(map(len, plain(name).splitlines())), 80, name)

    def test_sections_come_in_the_usual_order(self):
        for command in pages.commands():
            titles = re.findall(r"^([A-Z][A-Z ]+)$", plain("postage-%s.1" % command), re.M)
            self.assertEqual(titles, [title for title in SECTIONS if title in titles])
            left_out = set(SECTIONS) - set(titles)
            self.assertLessEqual(left_out, {"RULES", "VALUES"}, command)
            self.assertEqual("RULES" in titles, command in ("sign", "upload"))


class Contents(unittest.TestCase):
    def test_options_are_those_of_the_help(self):
        for command in pages.commands():
            name = "postage-%s.1" % command
            found = tagged(section(name, "OPTIONS") + section(name, "RULES"))
            expected = [(letter or "", option, argument or "") for option, (letter, argument) in pages.options_of(command).items()]
            self.assertEqual(sorted(found), sorted(expected), command)
            self.assertGreater(len(expected), 9)

    def test_options_are_described_in_the_words_of_the_help(self):
        texts = pages.texts()
        for command in pages.commands():
            page = words(plain("postage-%s.1" % command)).lower()
            for option in set(pages.options_of(command)) - {"--help"}:
                self.assertTrue(any(words(text).lower() + "." in page for text in texts[option]), (command, option))

    def test_usage_and_summary_are_those_of_the_help(self):
        general = pages.help_of()
        for command, operands in pages.commands().items():
            name = "postage-%s.1" % command
            summary = re.search(r"  postage %s +%s +(\S.*)" % (command, re.escape(operands)), general)[1]
            self.assertEqual(words(section(name, "NAME")), "postage-%s - %s" % (command, summary))
            usage = " ".join(filter(None, ("postage", command, operands, "[options]")))
            self.assertTrue(words(section(name, "SYNOPSIS")).startswith(usage), command)
            self.assertIn(usage, plain("postage.1"))
            self.assertIn("postage-%s(1)" % command, section("postage.1", "SEE ALSO"))

    def test_examples_are_those_of_the_help(self):
        for command in pages.commands():
            examples = [line.strip() for line in pages.help_of(command).split("\nexamples\n")[1].splitlines()]
            page = section("postage-%s.1" % command, "EXAMPLES").replace("\\\n", "\n")
            self.assertEqual(words(page), words(" ".join(examples)))

    def test_exit_codes_are_those_of_the_help(self):
        expected = re.findall(r"^  (\d+) +(\S.*)$", pages.help_of(), re.M)
        self.assertEqual(len(expected), 11)
        for name in ("postage.1", *("postage-%s.1" % command for command in pages.commands())):
            self.assertEqual(words(section(name, "EXIT STATUS")), " ".join(map(" ".join, expected)), name)

    def test_names_of_the_json_are_told(self):
        form, file = (os.path.join(prefix.name, name) for name in ("form.json", "file.txt"))
        with open(form, "wb") as out:
            out.write(pages.run("sign", "s3://box/key", "--max-size", "1", "-q").stdout)
        with open(file, "wb") as out:
            out.write(b"too large")
        result = json.loads(pages.run("post", form, file, "--json").stdout)
        self.assertEqual((result["class"], result["attempts"]), ("rejected", 0))
        page = section("postage-upload.1", "DESCRIPTION")
        for name in (*result, *result["error"], "stored", "not_stored", "unknown"):
            self.assertRegex(page, r"\b%s\b" % name)

    def test_variables_are_those_of_the_help(self):
        expected = re.findall(r"^  ([A-Z]\S+)  +\S", pages.run("help", "environment", env={}).stdout.decode(), re.M)
        heads = lambda name: re.findall(r"^ +([A-Z][A-Z_0-9]+(?:<alias>)?)(?:  |$)", section(name, "ENVIRONMENT"), re.M)
        self.assertEqual(heads("postage.1"), expected)
        self.assertIn("MC_HOST_<alias>", expected)
        self.assertLessEqual({"NO_COLOR", "AWS_CA_BUNDLE"}, set(heads("postage-post.1")))
        self.assertFalse(any("KEY" in name for name in heads("postage-post.1")), "post needs no keys")
        self.assertIn("OSS_ACCESS_KEY_ID", heads("postage-presign.1"))

    def test_variables_of_the_general_help_are_rows_of_the_table(self):
        named = set(re.findall(r"\b(?:AWS|MINIO|MC|OSS)_[A-Z_0-9]+(?:<alias>)?", pages.help_of()))
        self.assertGreater(len(named), 9)
        self.assertLessEqual(named, set(re.findall(r"\S+", pages.run("help", "environment", env={}).stdout.decode())))


class Library(unittest.TestCase):
    def test_it_lists_the_public_headers_in_their_own_words(self):
        expected = pages.public_headers()
        if "sandbox" not in pages.commands():
            expected -= {"sandbox.h"}
        text = section("postage.3", "HEADERS")
        self.assertEqual(set(re.findall(r"^ +<postage/(\w+\.h)>$", text, re.M)), expected)
        for header in expected:
            entry = words(re.search(r"<postage/%s>\n(.*?)(?=\n +<postage/|\Z)" % re.escape(header), text, re.S)[1])
            with open(os.path.join(pages.SOURCE, "include/postage", header), encoding="utf-8") as source:
                comment = words(re.sub(r"\n \*", "\n", source.read()).replace("`", ""))
            self.assertTrue(entry.endswith((".", "?")), entry)
            self.assertIn("@file " + entry, comment)

    def test_it_lists_the_statuses(self):
        with open(os.path.join(pages.SOURCE, "include/postage/status.h"), encoding="utf-8") as header:
            expected = re.findall(r'^    X\((-?\d+), (\w+), "', header.read(), re.M)
        found = re.findall(r"^ +POSTAGE_(\w+) \((-?\d+)\)$", section("postage.3", "STATUSES"), re.M)
        self.assertEqual([(number, name) for name, number in found], expected)
        self.assertGreater(len(expected), 15)


if __name__ == "__main__":
    pages.need("mandoc", "groff")
    unittest.main()
