#!/usr/bin/env python3
"""What the benchmarks' arithmetic and their runner promise: bench/ratio.py and bench/run.py."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
import xml.etree.ElementTree

BENCH = pathlib.Path(__file__).resolve().parents[2] / 'bench'
sys.path.insert(0, str(BENCH))
import ratio  # noqa: E402
import report  # noqa: E402
import run  # noqa: E402
from frame import Bound, Contender, Goal, Group, Place, Server  # noqa: E402

PORT_THEN_WAIT = 'import sys; print(4711, flush=True); sys.stdin.read()'


def says(text):
    return Contender([sys.executable, '-c', f'print({text!r})'])


class Ratios(unittest.TestCase):
    def test_neighbours_are_divided(self):
        self.assertEqual(ratio.ratios([1, 4, 9], [2, 4, 3]), [0.5, 1, 3])

    def test_a_figure_of_nothing_is_no_denominator(self):
        with self.assertRaises(ValueError):
            ratio.ratios([1], [0])

    def test_rounds_that_are_missing_are_an_error(self):
        with self.assertRaises(ValueError):
            ratio.ratios([1, 2], [1])

    def test_the_interval_lies_within_the_range_and_around_the_median(self):
        summary = ratio.summarise([3, 1, 2, 5, 4, 9, 7])
        self.assertEqual((summary.median, summary.low, summary.high, summary.rounds), (4, 1, 9, 7))
        self.assertTrue(1 <= summary.interval_low < 4 < summary.interval_high <= 9)

    def test_one_wild_round_moves_neither_median_nor_verdict(self):
        summary = ratio.summarise([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 50.0])
        self.assertEqual(summary.median, 1.0)
        self.assertEqual(ratio.verdict(summary, at_least=1.1), 'missed')

    def test_verdicts(self):
        around_one = ratio.summarise([0.9, 0.95, 1.0, 1.0, 1.0, 1.05, 1.1])
        for goal, expected in (({'at_least': 1.0}, 'met'), ({'at_least': 1.05}, 'near'), ({'at_least': 1.2}, 'missed'),
                               ({'at_most': 1.0}, 'met'), ({'at_most': 0.95}, 'near'), ({'at_most': 0.8}, 'missed'),
                               ({}, 'context')):
            self.assertEqual(ratio.verdict(around_one, **goal), expected, goal)


class Runner(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.place = Place(pathlib.Path(work.name), pathlib.Path(work.name), pathlib.Path(work.name), 0.01, True)

    def measure(self, contenders, goals=(), servers=None, rounds=2):
        group = Group('test', 'a test', contenders, list(goals), servers or {})
        measured = run.run_group(self.place, group, rounds)
        return measured, [run.judge(measured, goal) for goal in goals]

    def test_the_first_round_does_not_count(self):
        log = self.place.work / 'log'
        command = [sys.executable, '-c', f'f = open({str(log)!r}, "a"); f.write("x"); f.close(); print("{{\\"n\\": 1}}")']
        measured, _ = self.measure({'a': Contender(command)}, rounds=3)
        self.assertEqual((log.read_text(), len(measured['a'])), ('xxxx', 3))

    def test_contenders_take_turns_and_change_order(self):
        log = self.place.work / 'log'
        contenders = {name: Contender([sys.executable, '-c', f'f = open({str(log)!r}, "a"); f.write("{name}"); f.close(); '
                                       'print("{\\"n\\": 1}")']) for name in 'ab'}
        self.measure(contenders)
        self.assertEqual(log.read_text(), 'abbaab')

    def test_goals_and_bounds_are_judged(self):
        goals = [Goal('n', 'a', 'b', at_least=2), Goal('n', 'a', 'b', at_most=1), Bound('n', 'b', at_most=3)]
        _, judged = self.measure({'a': says('{"n": 4}'), 'b': says('{"n": 2}')}, goals)
        self.assertEqual([one['verdict'] for one in judged], ['met', 'missed', 'met'])
        self.assertEqual([one['median'] for one in judged], [2, 2, 2])

    def test_a_server_is_there_by_its_port_and_gone_afterwards(self):
        servers = {'sink': Server([sys.executable, '-c', PORT_THEN_WAIT])}
        measured, _ = self.measure({'a': says('{"n": {sink}}')}, servers=servers)
        self.assertEqual(measured['a'][0], {'n': 4711})

    def test_processes_are_timed_from_outside(self):
        measured, _ = self.measure({'a': Contender([sys.executable, '-c', 'sum(range(300000))'], whole=True)}, rounds=1)
        figures = measured['a'][0]
        self.assertTrue(figures['seconds'] > 0 and figures['cpu_s'] > 0 and figures['max_rss_kb'] > 1000, figures)

    def test_what_is_wrong_is_said(self):
        for contender, words in ((says('no JSON'), 'not JSON'), (says('{"n": "1"}'), 'not a number'), (says('{"n": true}'), 'not a'),
                                 (Contender([sys.executable, '-c', 'raise SystemExit("broken")']), 'broken'),
                                 (Contender([sys.executable, '-c', 'raise SystemExit("apart")'], whole=True), 'apart')):
            with self.assertRaises(run.Failed) as caught:
                self.measure({'a': contender})
            self.assertIn(words, str(caught.exception))

    def test_what_cannot_be_had_is_left_out_with_its_goals(self):
        group = Group('test', 'a test', {'a': says('{}'), 'b': Contender([], needs='/nowhere')},
                      [Goal('n', 'a', 'b', at_least=1), Bound('n', 'a', at_most=1)])
        with unittest.mock.patch.dict('os.environ', {'POSTAGE_REQUIRE_SERVERS': '1'}), self.assertRaises(run.Failed):
            run.leave_out_absent(group)
        with unittest.mock.patch.dict('os.environ', {'POSTAGE_REQUIRE_SERVERS': '0'}):
            run.leave_out_absent(group)
        self.assertEqual((list(group.contenders), [type(goal) for goal in group.goals]), (['a'], [Bound]))

    def test_a_figure_that_is_not_there_is_named(self):
        with self.assertRaises(run.Failed) as caught:
            self.measure({'a': says('{"n": 1}')}, [Bound('m', 'a', at_most=1)])
        self.assertIn("'m'", str(caught.exception))


@unittest.skipUnless(shutil.which('openssl'), 'no openssl to make the certificate of the server')
class Groups(unittest.TestCase):
    """What a long run would only tell at its end."""

    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.groups = run.load_groups(Place(pathlib.Path(work.name), pathlib.Path(work.name), pathlib.Path(work.name), 0.01, True))

    def test_each_has_its_place_in_the_page(self):
        page = (BENCH.parent / 'docs' / 'performance.md').read_text()
        for group in self.groups:
            self.assertRegex(page, f'<!-- bench:{group.name} -->\n(.*\n)*?<!-- /bench:{group.name} -->')

    def test_goals_are_about_contenders_of_their_group(self):
        for group in self.groups:
            for goal in group.goals:
                self.assertLessEqual({goal.ours, getattr(goal, 'against', goal.ours)}, set(group.contenders), group.name)


class Report(unittest.TestCase):
    def test_figures_have_three_digits(self):
        for value, text in ((0, '0'), (0.4567, '0.457'), (1.234, '1.23'), (21.06, '21.1'), (912345.6, '912,346'), (4e-5, '0.000040')):
            self.assertEqual(report.figure_text(value), text)

    def test_results_stand_in_their_place(self):
        with tempfile.TemporaryDirectory() as name:
            docs = pathlib.Path(name)
            page = 'before\n<!-- bench:sign -->\nold\n<!-- /bench:sign -->\nafter\n<!-- bench:machine -->\n<!-- /bench:machine -->\n'
            (docs / 'performance.md').write_text(page)
            goal = {'kind': 'Goal', 'figure': 'n', 'ours': 'a', 'against': 'b', 'at_least': 2, 'at_most': None, 'note': '<&>',
                    **vars(ratio.summarise([2, 3, 4])), 'verdict': 'met'}
            report.write_docs({'machine': {'cpu': 'x'}, 'groups': [{'name': 'sign', 'title': 'Signing', 'goals': [goal],
                                                                      'medians': {'a': {'n': 6}, 'b': {'n': 2}}}]}, docs)
            text = (docs / 'performance.md').read_text()
            self.assertTrue(text.startswith('before\n') and '\nafter\n' in text and 'old' not in text, text)
            self.assertIn('| a / b: n (<&>) | 3.00 | 2.00 to 4.00 |', text)
            drawing = (docs / 'performance' / 'sign.svg').read_text()
            self.assertIn('&lt;&amp;&gt;', drawing)
            xml.etree.ElementTree.fromstring(drawing)


if __name__ == '__main__':
    unittest.main()
