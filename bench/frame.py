"""What a benchmark is made of: groups of contenders that are run in turn, and goals for the ratio of two of them.

bench/<subject>/group.py has a function groups(place) that returns a list of Group. Its C programs lie beside it and are built as
bench-<file name>; other people's libraries are called from bench/<subject>/peers.

A contender is a command. One invocation measures one round: about place.seconds of work, warm-up and start-up left out by the
program itself. Its last line on standard output is one JSON object of numbers, the figures:

    {"forms_per_cpu_s": 912345.0, "allocations_per_form": 3}

A contender with whole=True is timed from outside instead, for programs that cannot time themselves, such as curl; its figures
are seconds, cpu_s (user and system) and max_rss_kb.

Servers start before a group's first round, print the port they listen on as their first line, and are stopped by process id.
{name} in a command stands for the port of the server of that name.
"""
import dataclasses
import os
import pathlib


@dataclasses.dataclass
class Contender:
    command: list
    whole: bool = False
    cores: str = 'client'  # 'client': the last core, where there are two or more; 'all': no pinning
    environment: dict = dataclasses.field(default_factory=dict)
    needs: str = ''  # a file: without it the contender is left out, loudly


@dataclasses.dataclass
class Server:
    command: list
    environment: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Goal:
    """The figure of one contender divided by another's, round by round. With neither bound it is context: shown, not judged."""
    figure: str
    ours: str
    against: str
    at_least: float = None
    at_most: float = None
    note: str = ''


@dataclasses.dataclass
class Bound:
    """The figure itself, where the goal is a number and not a ratio: bytes, allocations, a slope."""
    figure: str
    ours: str
    at_most: float
    note: str = ''


@dataclasses.dataclass
class Group:
    name: str  # of its plot, and for --only
    title: str
    contenders: dict  # name -> Contender
    goals: list
    servers: dict = dataclasses.field(default_factory=dict)  # name -> Server
    rounds: int = 0  # 0: as many as asked for


@dataclasses.dataclass
class Place:
    """Where things are, and how long a round is."""
    build: pathlib.Path
    sdk: pathlib.Path
    work: pathlib.Path  # a directory of this run alone
    seconds: float
    quick: bool

    def program(self, name):
        return str(self.build / 'bench' / f'bench-{name}')

    def tool(self):
        return str(self.build / 'tools' / 'postage' / 'postage')

    def python(self):
        return str(self.sdk / 'python' / 'bin' / 'python3')

    def environment(self, more):
        return {**os.environ, 'BENCH_SECONDS': str(self.seconds), 'BENCH_WORK': str(self.work), **more}
