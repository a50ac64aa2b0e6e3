#!/usr/bin/env python3
"""What checks the shape of the source finds what is wrong with it: made-up graphs and snippets, each with one fault.

usage: test_checkers.py C_COMPILER
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

import budget
import functions
import layers
import mirror

COMPILER = sys.argv[1]

KNOW = {"src/low": [], "src/high": ["src/low"]}
GOOD = {"src/low/a.c": {}, "src/high/b.c": {"src/low/a.c": {"a"}}, "src/high/c.c": {"src/high/b.c": {"b"}}}

BAD_PERMISSIONS = [
    ("an edge back", {"src/low/a.c": {"src/high/c.c": {"c"}}}, KNOW, "src/low/a.c uses c of src/high/c.c"),
    ("a permission that nobody uses", {"src/high/b.c": {}}, KNOW, "src/high need not know src/low"),
    ("a folder that is not in the table", {"src/new/n.c": {}}, KNOW, "src/new: a folder that"),
]
BAD_CIRCLES = [
    ("two files", {"src/low/a.c": {"src/low/b.c": {"b"}}, "src/low/b.c": {"src/low/a.c": {"a"}}}, "src/low/a.c src/low/b.c"),
    ("three files in two folders", {"src/low/a.c": {"src/high/c.c": {"c"}}}, "src/high/b.c src/high/c.c src/low/a.c"),
]
BAD_FUNCTIONS = [
    ("long", "int f(void)\n{\n" + "    g();\n" * 38 + "}\n", "f has 41 lines"),
    ("long for its head", "static int f(int a,\n             int b)\n{\n" + "    g();\n" * 37 + "}\n", "f has 41 lines"),
    ("deep, without braces", "int f(void)\n{\n    if (a)\n        for (;;)\n            while (b)\n                do\n"
     "                    if (c) g();\n                while (d);\n}\n", "f nests 5 deep"),
    ("deep, behind else", "int f(void)\n{\n if (a) { } else if (b) { } else { if (c) { for (;;) { while (d) { if (e) { } } } } }\n}\n",
     "f nests 5 deep"),
    ("goto", "int f(void)\n{\n    goto out;\nout:\n    return 0;\n}\n", "f has a goto"),
]
GOOD_FUNCTIONS = [
    ("forty lines", "int f(void)\n{\n" + "    g();\n" * 37 + "}\n"),
    ("a chain of else if", "int f(void)\n{\n    if (a)\n        g();\n" + "    else if (b)\n        g();\n" * 8 + "}\n"),
    ("goto in a comment and a text", 'int f(void)\n{\n    /* goto; { */\n    return g("goto {", \'{\');\n}\n'),
    ("a list, a macro", "int f(void)\n{\n    int a[] = { 1, 2 };\n#define M(x) { x\n    CHECK(a)\n}\n"),
]


class Shape(unittest.TestCase):
    def assert_one(self, faults, words):
        self.assertIn(words, "\n".join(faults))
        self.assertEqual(len(faults), 1, faults)

    def test_good(self):
        self.assertEqual(list(layers.permission_faults(GOOD, [], KNOW)), [])
        self.assertEqual(list(layers.circle_faults(GOOD)), [])
        self.assertEqual(list(layers.order_faults(KNOW)), [])

    def test_permissions(self):
        for name, change, know, words in BAD_PERMISSIONS:
            with self.subTest(name):
                self.assert_one(list(layers.permission_faults({**GOOD, **change}, [], know)), words)

    def test_order(self):
        circle = {"src/low": ["src/high"], "src/high": ["src/low"]}
        self.assert_one(list(layers.order_faults(circle)), "src/low may know src/high, which does not stand above it")

    def test_headers_count_as_symbols_do(self):
        uses = {"src/low/a.c": {}, "src/high/b.c": {}}
        self.assertEqual(list(layers.permission_faults(uses, [("src/high/b.c", "src/low")], KNOW)), [])
        self.assert_one(list(layers.permission_faults(GOOD, [("src/low/a.c", "src/high")], KNOW)), "includes a header of src/high")

    def test_those_outside_use_public_functions_only(self):
        uses = {"src/low/a.c": {}, "tools/t/t.c": {"src/low/a.c": {"postage_a", "a"}}}
        know = {"src/low": [], "tools/t": []}
        self.assert_one(list(layers.permission_faults(uses, [], know, ["tools/t"], ["postage_a"])), "tools/t/t.c uses a of")
        self.assertEqual(list(layers.permission_faults(uses, [], know, ["tools/t"], ["postage_a", "a"])), [])

    def test_circles(self):
        for name, change, words in BAD_CIRCLES:
            with self.subTest(name):
                self.assertIn(words, "\n".join(layers.circle_faults({**GOOD, **change})))

    def test_functions(self):
        for name, text, words in BAD_FUNCTIONS:
            with self.subTest(name):
                self.assert_one([fault for f in functions.functions_of(text) for fault in functions.faults_of("x.c", *f[1:])], words)
        for name, text in GOOD_FUNCTIONS:
            with self.subTest(name):
                found = list(functions.functions_of(text))
                self.assertEqual([f[1] for f in found], ["f"])
                self.assertEqual([fault for f in found for fault in functions.faults_of("x.c", *f[1:])], [])


class Tests(unittest.TestCase):
    BUDGET = budget.read_budget("# seconds\nbuild 600\nunit 100\ndocs 50\n")

    def test_kinds(self):
        good = {"a": ["unit"], "b": ["docs", "all"]}
        self.assertEqual(list(budget.kind_faults(self.BUDGET, good)), [])
        for labels in ([], ["all"], ["unit", "docs"], ["other"]):
            with self.subTest(labels):
                self.assertIn("c: labels", "\n".join(budget.kind_faults(self.BUDGET, {**good, "c": labels})))
        self.assertEqual(list(budget.sum_faults(self.BUDGET)), [])
        self.assertIn("1801 s", "\n".join(budget.sum_faults({"unit": 1801})))

    def test_times(self):
        log = "Label Time Summary:\nall     =   9.00 sec*proc (1 test)\nunit    =  {} sec*proc (63 tests)\n"
        rows = [(40, 40, False, ""), (60, 60, False, "over budget"), (101, 101, True, "FAILED")]
        for one, other, failed, words in rows:
            with self.subTest(words):
                lines = list(budget.time_lines(self.BUDGET, budget.seconds_spent("10", [log.format(one), log.format(other)])))
                self.assertEqual([fault for _, fault in lines], [False, failed])
                self.assertIn(words, lines[1][0])
        self.assertTrue(any(fault for _, fault in budget.time_lines(self.BUDGET, {"other": 1})))

    def test_names(self):
        sources = {"unit/a": ["client", "text"]}
        self.assertEqual(list(mirror.faults_of({"unit/a": ["client", "client_cancel"]}, sources)), [])
        self.assertEqual(len(list(mirror.faults_of({"unit/a": ["cancel", "clients", "texts"]}, sources))), 3)


class Objects(unittest.TestCase):
    """Real objects: what an extern declaration hides from who reads includes."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.build = pathlib.Path(directory.name)

    def uses(self, sources):
        objects = {}
        for file, text in sources.items():
            path = self.build / "CMakeFiles/parts.dir" / (file + ".o")
            path.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run([COMPILER, "-x", "c", "-c", "-o", str(path), "-"], input=text, text=True, check=True)
            objects[str(path)] = layers.source_of(path, self.build)
        self.assertEqual(sorted(objects.values()), sorted(sources))
        self.symbols = layers.symbols_of(objects)
        return layers.uses_of(self.symbols)

    def test_an_edge_behind_an_extern_declaration(self):
        uses = self.uses({"src/low/a.c": "extern const int row; const int *a(void) { return &row; }",
                          "src/high/b.c": "const int *a(void); extern const int row; const int row = 1; const int *b(void) { return a(); }"})
        self.assertIn("src/low/a.c uses row of src/high/b.c, which src/low may not know",
                      "\n".join(layers.permission_faults(uses, [], KNOW)))
        self.assertEqual(layers.circles_in(uses), [["src/high/b.c", "src/low/a.c"]])

    def test_a_circle_through_a_table(self):
        uses = self.uses({"src/low/a.c": "void b(void); void (*const table[])(void) = { b };",
                          "src/low/b.c": "extern void (*const table[])(void); void b(void) { table[0](); }"})
        self.assertEqual(layers.circles_in(uses), [["src/low/a.c", "src/low/b.c"]])

    def test_a_name_of_its_own_is_not_another_folders(self):
        uses = self.uses({"src/low/a.c": "void open_it(void) { }", "src/high/open.c": "void open_it(void) { }",
                          "src/high/b.c": "void open_it(void); void b(void) { open_it(); }"})
        self.assertEqual(list(uses["src/high/b.c"]), ["src/high/open.c"])

    def test_an_import_that_the_core_must_not_have(self):
        self.uses({"src/low/a.c": "char *getenv(const char *); char *a(void) { return getenv(\"A\"); }"})
        self.assertEqual(list(layers.core_faults(self.symbols, ["src/low/a.c"])), ["src/low/a.c: the core imports getenv"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
