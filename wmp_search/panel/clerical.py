"""Wrong and missed links by group, as people judged real pairs (G5, G6; Bridges [2020] ¶201).

From a sample of compared pairs that people labelled blind (`ingest.review.sampling`). A pair
counts in one group of each kind, or among those that say nothing or disagree. The labelled pairs
of a stratum stand for all its pairs, so that each counts by its weight; the interval is Wilson's,
for as many pairs as the weights are worth (Kish, Survey Sampling, 1965; Korn & Graubard, Survey
Methodology 24, 1998). Strictly statistical: what comes out are counts and rates of groups, no id,
no name, and nothing about fewer than LEAST pairs; what could be worked out from the rest is left
out, too. Figures are made once for a sample, so that no two of them differ by one pair.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection

from gangs import suppression
from ingest import traditions
from ingest.generator.groups import BANDS, ETHNICITIES
from ingest.resolution import groups
from ingest.resolution.groups import Rate
from ingest.review.models import Sample, Verdict
from wmp_search.panel.models import KINDS

NOT_STATED, DIFFERS = "Not recorded", "Records differ"
LEAST_DONE = 0.9  # of a sample's pairs, before it is measured
SEXES = {"M": "Male", "F": "Female"}
# what the records of the two people of a pair say: of their people, since one record says little
_SAID = """
    SELECT p.id,
        array_agg(DISTINCT r.ethnicity_self) FILTER (WHERE r.ethnicity_self <> ''),
        array_agg(DISTINCT r.sex) FILTER (WHERE r.sex <> ''),
        array_agg(DISTINCT r.born_on) FILTER (WHERE r.born_on IS NOT NULL),
        array_agg(DISTINCT s.surname || ' ' || s.given_names)
    FROM review_sampledpair p
    JOIN people_nominalrecord s ON s.id IN (p.left_record, p.right_record)
    JOIN people_link mine ON mine.record_id = s.id
    JOIN people_link l ON l.person_id = mine.person_id
    JOIN people_nominalrecord r ON r.id = l.record_id AND r.deleted_at IS NULL
    WHERE p.sample_id = %s AND p.label <> '' GROUP BY p.id
"""


class NotLabelledError(Exception):
    """Too few pairs have a label, or a stratum has none; the text says how many."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled pair: whether it was linked, what people said, how many pairs it stands for."""

    pk: int
    linked: bool
    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class Group:
    """`wrong`: linked pairs that are two people; `missed`: pairs of one person that were not
    linked. None where too few were labelled, or where it would give another group away.
    """

    kind: str
    name: str
    pairs: int | None
    unsure: int | None
    wrong: Rate | None
    missed: Rate | None


def measure(sample: Sample) -> dict[str, Any]:
    """The figures of a labelled sample; JSON for a snapshot. Raises NotLabelledError."""
    judged = _judged(sample)
    said = _groups_of(sample)
    found = [_told(_group("all", "Everybody", judged))]
    for kind in KINDS:
        parts: dict[str, list[Judged]] = defaultdict(list)
        for pair in judged:
            parts[said.get(pair.pk, {}).get(kind, NOT_STATED)].append(pair)
        found += [_told(group) for group in _of_kind(kind, parts)]
    return {
        "sample": sample.pk,
        "run": sample.run_id,
        "drawn": sample.drawn.count(),
        "labelled": len(judged),
        "everybody": found[0],
        "groups": found[1:],
    }


def _told(group: Group) -> dict[str, Any]:
    """As it is kept: rates without the number of errors behind them."""
    told = asdict(group)
    for rate in ("wrong", "missed"):
        if told[rate]:
            del told[rate]["hits"]
    return told


def _judged(sample: Sample) -> list[Judged]:
    drawn = list(sample.drawn.values_list("pk", "stratum", "label"))
    decided = [(pk, n, label) for pk, n, label in drawn if label]
    known = [n for _, n, label in decided if label != Verdict.UNSURE]
    counts = {n: known.count(n) for n in set(known)}
    empty = [n for n, stratum in enumerate(sample.strata) if stratum["pairs"] and n not in counts]
    if len(decided) < LEAST_DONE * len(drawn) or empty:
        raise NotLabelledError(
            f"{len(decided)} of {len(drawn)} pairs have a label, and {len(empty)} bands have none"
        )
    return [
        Judged(pk, sample.strata[n]["linked"], label, sample.strata[n]["pairs"] / counts[n])
        for pk, n, label in decided
        if n in counts
    ]


def _groups_of(sample: Sample) -> dict[int, dict[str, str]]:
    """Pair → kind → group."""
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [sample.pk])
        rows = cursor.fetchall()
    day = sample.drawn_at.date()
    return {
        pk: {
            "ethnicity": _agreed(ETHNICITIES.get(code, "Other") for code in ethnicities or ()),
            "sex": _agreed(SEXES.get(sex, NOT_STATED) for sex in sexes or ()),
            "age": _agreed(_band(born, day) for born in births or ()),
            "tradition": _agreed(traditions.of_words(name.split()) for name in names or ()),
        }
        for pk, ethnicities, sexes, births, names in rows
    }


def _agreed(values: Iterable[str]) -> str:
    """What all say that say something; a name that no list holds says nothing."""
    found = set(values)
    if len(found) > 1:
        found -= {traditions.UNKNOWN}
    return found.pop() if len(found) == 1 else DIFFERS if found else NOT_STATED


def _band(born: date, day: date) -> str:
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return next((name for low, high, name in BANDS if low <= age <= high), NOT_STATED)


def _of_kind(kind: str, parts: Mapping[str, Sequence[Judged]]) -> list[Group]:
    """The groups of a kind in order of name; each column hides what its total would give away."""
    made = {name: _group(kind, name, pairs) for name, pairs in sorted(parts.items())}
    hidden = {
        what: _hidden({name: _count(pairs, what) for name, pairs in parts.items()})
        for what in ("pairs", "unsure", "wrong", "missed")
    }
    return [
        Group(
            kind,
            name,
            *(
                None if name in hidden[what] else getattr(group, what)
                for what in ("pairs", "unsure", "wrong", "missed")
            ),
        )
        for name, group in made.items()
    ]


def _hidden(numbers: Mapping[str, int]) -> set[str]:
    words = suppression.together(numbers)
    return {n for n, said in words.items() if said in (suppression.HIDDEN, suppression.HIDDEN_TOO)}


def _count(pairs: Sequence[Judged], what: str) -> int:
    """How many labelled pairs a number rests on."""
    return len(_BASES[what](pairs))


def _group(kind: str, name: str, pairs: Sequence[Judged]) -> Group:
    return Group(
        kind,
        name,
        len(pairs),
        len(_unsure(pairs)),
        _rate(_linked(pairs), Verdict.DIFFERENT),
        _rate(_one_person(pairs), None),
    )


def _unsure(pairs: Sequence[Judged]) -> list[Judged]:
    return [pair for pair in pairs if pair.label == Verdict.UNSURE]


def _linked(pairs: Sequence[Judged]) -> list[Judged]:
    return [pair for pair in pairs if pair.linked and pair.label != Verdict.UNSURE]


def _one_person(pairs: Sequence[Judged]) -> list[Judged]:
    return [pair for pair in pairs if pair.label == Verdict.SAME]


_BASES: Mapping[str, Callable[[Sequence[Judged]], list[Judged]]] = {
    "pairs": list,
    "unsure": _unsure,
    "wrong": _linked,
    "missed": _one_person,
}


def _rate(pairs: Sequence[Judged], wrong: Verdict | None) -> Rate | None:
    """The weighted share of the pairs with that label (None: that were not linked)."""
    hits = [p for p in pairs if (p.label == wrong if wrong else not p.linked)]
    total = sum(p.weight for p in pairs)
    if len(pairs) < groups.LEAST:
        return None
    worth = total**2 / sum(p.weight**2 for p in pairs)
    share = sum(p.weight for p in hits) / total
    return groups.weighted(len(pairs), len(hits), share, worth)
