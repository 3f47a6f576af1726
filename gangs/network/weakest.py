"""How strong a path is: as strong as its weakest link, which is named with why.

No score: links are put in order by what an officer would ask first (requirements on gangs, 1.4):
how many systems say so, whether it is an assessment and how graded, how many records, how old.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils import timezone

from gangs.network import paths, reading, steps
from gangs.network.limits import limits
from gangs.network.models import Kind
from gangs.network.paths import Nodes
from gangs.network.reading import Thing, Tie
from gangs.network.sight import View
from wmp_search.access.scope import Scope

OLD_YEARS = 5


@dataclass(frozen=True, slots=True)
class Leg:
    """A link of a path and the thing that it leads to."""

    tie: Tie
    thing: Thing


@dataclass(frozen=True, slots=True)
class Path:
    """`weakest`: place of the weakest leg, from 0; `why`: what makes it weak."""

    start: Thing
    legs: tuple[Leg, ...]
    weakest: int
    why: str

    @property
    def weak(self) -> Leg:
        return self.legs[self.weakest]

    @property
    def before_weak(self) -> Thing:
        return self.legs[self.weakest - 1].thing if self.weakest else self.start

    @property
    def things(self) -> list[Thing]:
        return [self.start, *(leg.thing for leg in self.legs)]


@dataclass(frozen=True, slots=True)
class Answer:
    """The best paths; `still`: whether the two are connected without the best one's weakest link
    (None: not known, or there is no path). `stopped`: why the question was not answered.
    """

    paths: tuple[Path, ...] = ()
    more: int = 0
    still: bool | None = None
    stopped: str = ""


def ask(one: int, other: int, scope: Scope, view: View, links: int) -> Answer:
    """What connects two people whom the scope sees. About twenty queries and four steps."""
    try:
        found = paths.find(one, other, scope, view, links=links)
    except paths.TooMuch as error:
        return Answer(stopped=str(error))
    ranked = _read(found, scope, view)
    if not ranked:
        return Answer()
    most = limits().path["shown"]
    still = _without(ranked[0], scope, view, links)
    return Answer(tuple(ranked[:most]), max(len(ranked) - most, 0), still)


def _without(path: Path, scope: Scope, view: View, links: int) -> bool | None:
    """Whether the ends of the path are connected without its weakest link."""
    tie, one, other = path.weak.tie, path.start.node, path.legs[-1].thing.node
    try:
        found = paths.find(one, other, scope, view, links=links, without=(tie.one, tie.other))
    except paths.TooMuch:
        return None
    return bool(_read(found[:5], scope, view))


def _read(found: Sequence[Nodes], scope: Scope, view: View) -> list[Path]:
    """The paths of which every thing and link is shown, the strongest first."""
    if not found:
        return []
    everything = {node for nodes in found for node in nodes}
    pairs = {_pair(a, b) for nodes in found for a, b in pairwise(nodes)}
    known = reading.things(everything, scope)
    rows = [
        row for row in steps.between(list(known), scope, view) if _pair(row.src, row.dst) in pairs
    ]
    best: dict[tuple[int, int], Tie] = {}
    for tie in reading.ties(rows, known, scope, view):
        pair = (tie.one, tie.other)
        if tie.walk and (pair not in best or strength(tie) > strength(best[pair])):
            best[pair] = tie
    made = (_path(nodes, known, best) for nodes in found)
    return sorted((p for p in made if p), key=lambda p: strength(p.weak.tie), reverse=True)


def _path(
    nodes: Nodes, known: Mapping[int, Thing], best: Mapping[tuple[int, int], Tie]
) -> Path | None:
    legs = []
    for before, after in pairwise(nodes):
        tie = best.get(_pair(before, after))
        if tie is None:
            return None
        legs.append(Leg(tie, known[after]))
    weakest = min(range(len(legs)), key=lambda place: strength(legs[place].tie))
    return Path(known[nodes[0]], tuple(legs), weakest, why(legs[weakest].tie))


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def strength(tie: Tie) -> tuple[int, int, int, int]:
    """What puts links in order, the weaker the less."""
    day = tie.last_on.toordinal() if tie.last_on else 0
    return (min(len(tie.systems), 2), -_doubt(tie), min(tie.count, 3), day)


def _doubt(tie: Tie) -> int:
    """0 for a record of what happened; else by the grade: an ungraded assessment most."""
    if not tie.graded:
        return 0
    letters = [ord(c) - ord("A") for c in _grade_of(tie) if c in "ABCDE"]
    digits = [int(c) for c in _grade_of(tie) if c in "12345"]
    return 1 + max([*letters, *digits], default=9)


def _grade_of(tie: Tie) -> str:
    """The grade without its scheme: "1/A/P"."""
    return tie.grade.partition(" ")[2].partition(" (")[0]


def why(tie: Tie) -> str:
    """What makes a link weak, in words: "one record, one system, last in 2014"."""
    return ", ".join(_reasons(tie, timezone.localdate()))


def _reasons(tie: Tie, today: date) -> Iterable[str]:
    yield "one record" if tie.count == 1 else f"{tie.count} records"
    yield "one system" if len(tie.systems) < 2 else f"{len(tie.systems)} systems"
    if tie.grade:
        yield f"an assessment graded {tie.grade}"
    elif tie.kind is Kind.STATED:
        yield "stated without a grade"
    if tie.last_on is None:
        yield "day not known"
    elif (today - tie.last_on).days > 365 * OLD_YEARS:
        yield f"nothing since {tie.last_on.year}"
