"""The ratio of two contenders over several rounds: median, range, bootstrap interval, and what that says about a goal."""
import dataclasses
import random
import statistics

RESAMPLES = 4000
TAIL = 0.025  # on either side: a 95 % interval


@dataclasses.dataclass
class Summary:
    median: float
    low: float  # the smallest and the largest round
    high: float
    interval_low: float
    interval_high: float
    rounds: int


def summarise(values):
    """Resamples whole rounds, so that what two neighbours share (a machine's speed at that moment) stays shared."""
    chance = random.Random(len(values))  # the same rounds give the same interval
    medians = sorted(statistics.median(chance.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return Summary(statistics.median(values), min(values), max(values), medians[int(RESAMPLES * TAIL)],
                   medians[int(RESAMPLES * (1 - TAIL)) - 1], len(values))


def ratios(ours, against):
    """Of neighbours: round i of one against round i of the other."""
    if len(ours) != len(against):
        raise ValueError(f'{len(ours)} rounds against {len(against)}')
    if any(value <= 0 for value in against):
        raise ValueError(f'a figure to divide by is not positive: {against}')
    return [a / b for a, b in zip(ours, against)]


def verdict(summary, at_least=None, at_most=None):
    """'met' by the median; 'missed' only if the interval excludes the goal; 'near' in between; 'context' without a goal."""
    if at_least is None and at_most is None:
        return 'context'
    if at_least is not None:
        return 'met' if summary.median >= at_least else 'near' if summary.interval_high >= at_least else 'missed'
    return 'met' if summary.median <= at_most else 'near' if summary.interval_low <= at_most else 'missed'
