#!/usr/bin/env python3
"""Runs the benchmarks: contenders in turn, first round dropped, ratios of neighbours with an interval. ./dev bench calls it.

Absolute figures wander with whatever else a machine does; neighbours in time share that, so only their ratio is judged.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import ratio
import report
from frame import Bound, Goal, Place

HERE = pathlib.Path(__file__).resolve().parent
ROUND_LIMIT_S = 300


class Failed(Exception):
    pass


def pin(cores):
    available = sorted(os.sched_getaffinity(0))
    if cores == 'all' or len(available) < 2:
        return None
    chosen = {available[-1]} if cores == 'client' else set(available[:-1])
    return lambda: os.sched_setaffinity(0, chosen)


def figures_of(output, name):
    lines = output.strip().splitlines()
    try:
        figures = json.loads(lines[-1])
    except (IndexError, ValueError):
        raise Failed(f'{name}: the last line is not JSON: {lines[-1:]}')
    wrong = [key for key, value in figures.items() if isinstance(value, bool) or not isinstance(value, (int, float))]
    if wrong:
        raise Failed(f'{name}: not a number: {wrong}')
    return figures


def run_whole(command, environment, pinned, name):
    """Times a process from outside. Its output is dropped; its resources come from wait4, so only its own are counted."""
    with tempfile.TemporaryFile() as errors:
        start = time.monotonic()
        process = subprocess.Popen(command, env=environment, preexec_fn=pinned, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            raise Failed(f'{name}: exit status {process.returncode}: {errors.read()[-500:].decode(errors="replace")}')
    return {'seconds': seconds, 'cpu_s': usage.ru_utime + usage.ru_stime, 'max_rss_kb': usage.ru_maxrss}


def with_ports(word, ports):
    for name, port in ports.items():
        word = str(word).replace('{' + name + '}', port)
    return str(word)


def run_round(place, name, contender, ports):
    command = [with_ports(word, ports) for word in contender.command]
    environment = place.environment({key: with_ports(value, ports) for key, value in contender.environment.items()})
    pinned = pin(contender.cores)
    if contender.whole:
        return run_whole(command, environment, pinned, name)
    done = subprocess.run(command, env=environment, preexec_fn=pinned, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=ROUND_LIMIT_S)
    if done.returncode != 0:
        raise Failed(f'{name}: exit status {done.returncode}: {done.stderr[-500:]}')
    return figures_of(done.stdout, name)


class Servers:
    """Of one group. Standard input is held open: a server may end when it does."""

    def __init__(self, place, servers):
        self.place, self.servers, self.running, self.ports = place, servers, [], {}

    def __enter__(self):
        for name, server in self.servers.items():
            process = subprocess.Popen([str(word) for word in server.command], env=self.place.environment(server.environment),
                                       preexec_fn=pin('server'), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.running.append(process)
            line = process.stdout.readline().strip()
            if not line.isdigit():
                self.__exit__()
                raise Failed(f'server {name}: its first line is not a port: "{line}"')
            self.ports[name] = line
        return self.ports

    def __exit__(self, *unused):
        for process in self.running:
            process.terminate()
            process.communicate()


def run_group(place, group, rounds):
    """name -> list of figures, one entry per round that counts."""
    measured = {name: [] for name in group.contenders}
    with Servers(place, group.servers) as ports:
        for number in range(rounds + 1):
            order = list(group.contenders)
            if number % 2:  # so that none always follows the same neighbour
                order.reverse()
            for name in order:
                figures = run_round(place, f'{group.name}: {name}', group.contenders[name], ports)
                if number > 0 or rounds == 0:
                    measured[name].append(figures)
            if sys.stderr.isatty():
                print(f'  round {number} of {rounds}', end='\r', file=sys.stderr, flush=True)
    return measured


def column(measured, name, figure):
    try:
        return [figures[figure] for figures in measured[name]]
    except KeyError as missing:
        raise Failed(f'{name} has no figure {missing}')


def judge(measured, goal):
    ours = column(measured, goal.ours, goal.figure)
    if isinstance(goal, Bound):
        summary = ratio.summarise(ours)
        found = ratio.verdict(summary, at_most=goal.at_most)
    else:
        summary = ratio.summarise(ratio.ratios(ours, column(measured, goal.against, goal.figure)))
        found = ratio.verdict(summary, goal.at_least, goal.at_most)
    return {'kind': type(goal).__name__, **vars(goal), **vars(summary), 'verdict': found}


def medians(measured):
    return {name: {figure: statistics.median(figures[figure] for figures in rounds) for figure in rounds[0]}
            for name, rounds in measured.items()}


def first_line(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.splitlines()[0]
    except (OSError, IndexError):
        return 'not there'


def cpu_model():
    for line in pathlib.Path('/proc/cpuinfo').read_text().splitlines():
        if line.startswith('model name'):
            return line.split(':', 1)[1].strip()
    return platform.machine()


def machine():
    return {
        'date': time.strftime('%Y-%m-%d', time.gmtime()),
        'cpu': cpu_model(),
        'cores': len(os.sched_getaffinity(0)),
        'memory_gib': round(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30, 1),
        'kernel': platform.release(),
        'compiler': first_line('cc', '--version'),
        'curl': first_line('curl', '--version'),
        'openssl': first_line('openssl', 'version'),
        'commit': first_line('git', '-C', str(HERE), 'describe', '--always', '--dirty'),
    }


def load_groups(place):
    groups = []
    for path in sorted(HERE.glob('*/group.py')):
        spec = importlib.util.spec_from_file_location(f'bench_{path.parent.name}', path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        groups += module.groups(place)
    return groups


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build', type=pathlib.Path, help='build tree with -DPOSTAGE_BUILD_BENCH=ON')
    parser.add_argument('--quick', action='store_true', help='3 short rounds: to see that it works, not for figures')
    parser.add_argument('--smoke', action='store_true', help='one very short round each and no verdict: for the tests')
    parser.add_argument('--only', metavar='GROUP', action='append', default=[], help='repeatable; a name or its beginning')
    parser.add_argument('--rounds', type=int, default=0, help='that count, after the first; 7 unless given')
    parser.add_argument('--json', type=pathlib.Path, help='where the results go; BUILD/bench.json unless given')
    parser.add_argument('--docs', action='store_true', help='write the results into docs/performance.md')
    cache = pathlib.Path(os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache')
    parser.add_argument('--sdk', type=pathlib.Path, default=cache / 'postage' / 'sdk', help='where ./dev keeps the SDKs')
    return parser.parse_args()


def chosen(groups, names):
    unknown = [name for name in names if not any(group.name.startswith(name) for group in groups)]
    if unknown:
        raise Failed(f'no group {unknown[0]}; there are: {", ".join(group.name for group in groups)}')
    return [group for group in groups if not names or any(group.name.startswith(name) for name in names)]


def leave_out_absent(group):
    absent = [name for name, contender in group.contenders.items() if contender.needs and not os.path.exists(contender.needs)]
    for name in absent:
        print(f'run.py: NOT MEASURED: {group.name}: {name}: {group.contenders[name].needs} is missing', file=sys.stderr)
        if os.environ.get('POSTAGE_REQUIRE_SERVERS') == '1':
            raise Failed(f'{name} is missing, but POSTAGE_REQUIRE_SERVERS=1')
        del group.contenders[name]
    group.goals = [goal for goal in group.goals if not {goal.ours, getattr(goal, 'against', None)} & set(absent)]


def measure(place, group, options):
    print(f'\n== {group.name}: {group.title}', flush=True)
    leave_out_absent(group)
    rounds = 0 if options.smoke else 3 if options.quick else options.rounds or group.rounds or 7
    measured = run_group(place, group, rounds)
    result = {'name': group.name, 'title': group.title, 'medians': medians(measured), 'rounds': measured,
              'goals': [judge(measured, goal) for goal in group.goals]}
    if not options.smoke:
        report.print_group(result)
    return result


def main():
    options = arguments()
    failed = []
    with tempfile.TemporaryDirectory(prefix='postage-bench-') as work:
        seconds = 0.02 if options.smoke else 0.2 if options.quick else 0.6
        place = Place(options.build.resolve(), options.sdk, pathlib.Path(work), seconds, options.quick or options.smoke)
        results = {'machine': machine(), 'groups': []}
        for group in chosen(load_groups(place), options.only):
            try:
                results['groups'].append(measure(place, group, options))
            except (Failed, OSError, subprocess.TimeoutExpired) as why:
                failed.append(group.name)
                print(f'run.py: {group.name} failed: {why}', file=sys.stderr)
    out = options.json or options.build / 'bench.json'
    out.write_text(json.dumps(results, indent=1) + '\n')
    print(f'\nresults: {out}')
    if options.docs:
        report.write_docs(results, HERE.parent / 'docs')
    return 1 if failed else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except Failed as why:
        sys.exit(f'run.py: {why}')
