"""What all issued cuts together give away: bounds of every figure, tightened until they stand.

A figure rounded to BASE tells that the count lies within two of it. Tables overlap: a year is the
sum of its months, a total that of its parts. Each sum tightens the bounds of its parts. A cut is
not issued if with it some count from 1 to 4 would be known exactly.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crime.trends.rounding import BASE
from wmp_search.reports.periods import Days

SLACK = BASE // 2  # how far a count may lie from its rounded figure
SMALL = range(1, BASE)
ROUNDS = 30
ENDLESS = 10**9
Node = tuple[Days, str | None, str | None]  # days, offence, authority; None: all of them
Bounds = dict[Node, tuple[int, int]]
Sum = tuple[Node, tuple[Node, ...]]  # a whole and its parts, none missing


@dataclass(frozen=True, slots=True)
class Cut:
    """A table as issued: days, its filters, by what it is split, figures and total, rounded."""

    days: Days
    category: str | None
    authority: str | None
    by: tuple[str, ...]
    figures: Mapping[tuple[str, ...], int]
    total: int
    months: Mapping[str, Days] = field(default_factory=dict)

    def node(self, given: Mapping[str, str]) -> Node:
        """What a cell, or a sum of cells, counts."""
        days = self.months[given["month"]] if "month" in given else self.days
        category = given.get("category", self.category)
        return days, category, given.get("authority", self.authority)


def gives_away(cuts: Sequence[Cut]) -> list[Node]:
    """The small counts that all these cuts together tell exactly."""
    bounds, sums = _known(cuts)
    found = tightened(bounds, sums)
    return [node for node, (low, high) in found.items() if low == high and low in SMALL]


def tightened(bounds: Bounds, sums: Sequence[Sum]) -> Bounds:
    """The bounds after every sum has tightened its whole and its parts."""
    found = dict(bounds)
    for _ in range(ROUNDS):
        before = dict(found)
        for whole, parts in sums:
            _tighten(found, whole, parts)
        if found == before:
            break
    return found


def _tighten(found: Bounds, whole: Node, parts: Sequence[Node]) -> None:
    lows, highs = (sum(found[part][at] for part in parts) for at in (0, 1))
    low, high = found[whole]
    _narrow(found, whole, lows, highs)
    for part in parts:
        least, most = found[part]
        _narrow(found, part, low - (highs - most), high - (lows - least))


def _narrow(found: Bounds, node: Node, low: int, high: int) -> None:
    """Cuts of different days of issue may contradict each other: that tells nothing."""
    least, most = max(found[node][0], low), min(found[node][1], high)
    if least <= most:
        found[node] = least, most


def _known(cuts: Sequence[Cut]) -> tuple[Bounds, list[Sum]]:
    bounds: Bounds = {}
    sums: list[Sum] = []
    for cut in cuts:
        _figure(bounds, cut.node({}), cut.total)
        for key, figure in cut.figures.items():
            _figure(bounds, cut.node(dict(zip(cut.by, key, strict=True))), figure)
        sums.extend(_sums(cut))
    for whole, parts in sums:
        for node in (whole, *parts):
            bounds.setdefault(node, (0, ENDLESS))
    sums.extend(_of_time(list(bounds)))
    return bounds, list(dict.fromkeys(sums))


def _figure(bounds: Bounds, node: Node, figure: int) -> None:
    low, high = bounds.get(node, (0, ENDLESS))
    least, most = max(low, figure - SLACK), min(high, figure + SLACK)
    bounds[node] = (least, most) if least <= most else (low, high)


def _sums(cut: Cut) -> Iterator[Sum]:
    """Within a table: the whole, and each line and column."""
    cells = [dict(zip(cut.by, key, strict=True)) for key in cut.figures]
    if cells:
        yield cut.node({}), tuple(cut.node(cell) for cell in cells)
    for one in cut.by if len(cut.by) == 2 else ():
        for value in dict.fromkeys(cell[one] for cell in cells):
            line = tuple(cut.node(cell) for cell in cells if cell[one] == value)
            yield cut.node({one: value}), line


def _of_time(nodes: Iterable[Node]) -> Iterator[Sum]:
    """Years and quarters as sums of what lies within them without a gap."""
    by_kind: dict[tuple[str | None, str | None], list[Days]] = {}
    for days, category, authority in nodes:
        by_kind.setdefault((category, authority), []).append(days)
    for (category, authority), found in by_kind.items():
        for whole in found:
            for length in {_months(part) for part in found} - {_months(whole)}:
                parts = [p for p in found if _months(p) == length and _within(p, whole)]
                if length * len(parts) == _months(whole):
                    yield (
                        (whole, category, authority),
                        tuple((part, category, authority) for part in parts),
                    )


def _months(days: Days) -> int:
    return len(days.months())


def _within(part: Days, whole: Days) -> bool:
    return whole.first <= part.first and part.until <= whole.until
