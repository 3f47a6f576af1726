"""Measurements of search that are kept, and how one compares with the one before.

A row is {"queries", "hit_at_1", "mrr", "wrong_strong"}: of the queries that must find somebody the
share at rank 1 and the mean of 1/rank, of those about a look-alike the share called strong; None
where there are none of the kind.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from people import parameters
from people.evaluation import Outcome
from people.index import SPEC
from people.models import Evaluation
from wmp_search.search import client
from wmp_search.search.sync import live_build

Row = dict[str, Any]
MEASURES = ("hit_at_1", "mrr", "wrong_strong")
OTHER = "Any"
# categories of the query files whose names belong to one tradition
TRADITIONS: Mapping[str, tuple[str, ...]] = {
    "English": ("nickname_english", "nickname_uk_slang", "irregular_english", "phonetic_english"),
    "Irish, Welsh and Scottish": ("irish_o_mac", "gaelic_by_ear"),
    "South Asian": (
        *("muhammad_spelling", "south_asian_translit", "abdul_join", "uddin_ullah"),
        *("begum_bibi", "bangladeshi", "singh_kaur"),
    ),
    "Arabic, Turkish and Persian": (
        *("arabic_particle", "arabic_translit", "turkish_persian_afghan"),
    ),
    "African": ("west_african", "somali_horn"),
    "Central and Eastern European": (
        *("polish_diacritics", "polish_feminine", "polish_diminutive", "romanian_roma"),
        *("slavic_patronymic", "baltic_endings"),
    ),
    "Chinese and Vietnamese": ("chinese_order", "vietnamese"),
    "Iberian and Latin American": ("iberian_latin",),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the page: the row now, and the change of each measure (None: not known)."""

    name: str
    row: Row
    change: Row


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What is kept: {"all": row, "categories": {name: row}, "traditions": {name: row}}."""
    return {
        "all": row_of(outcomes),
        "categories": _grouped(outcomes, {o.category: o.category for o in outcomes}),
        "traditions": _grouped(outcomes, _traditions()),
    }


def row_of(outcomes: Sequence[Outcome]) -> Row:
    """The row of these outcomes."""
    hits = [o for o in outcomes if o.is_match]
    alike = [o for o in outcomes if not o.is_match]
    return {
        "queries": len(outcomes),
        "hit_at_1": round(mean(o.rank == 1 for o in hits), 4) if hits else None,
        "mrr": round(mean(1 / o.rank if o.rank else 0 for o in hits), 4) if hits else None,
        "wrong_strong": round(mean(o.is_strong for o in alike), 4) if alike else None,
    }


def keep(queries: Path, outcomes: Sequence[Outcome]) -> Evaluation:
    """Keep a measurement of the live index."""
    return Evaluation.objects.create(
        queries=queries.name,
        index_build=live_build(SPEC),
        ranking=parameters.version(),
        people=client.count(SPEC.alias),
        figures=figures(outcomes),
    )


def latest() -> list[tuple[Evaluation, Evaluation | None]]:
    """The last measurement of each query file, with the one before it."""
    found: dict[str, list[Evaluation]] = defaultdict(list)
    for one in Evaluation.objects.all():
        if len(found[one.queries]) < 2:
            found[one.queries].append(one)
    return [(kept[0], kept[1] if len(kept) > 1 else None) for kept in found.values()]


def compared(now: Evaluation, before: Evaluation | None, part: str) -> list[Compared]:
    """The rows of a part ("categories" or "traditions"), the worst hit@1 first."""
    earlier = before.figures.get(part, {}) if before else {}
    rows = now.figures.get(part, {})
    ordered = sorted(rows.items(), key=lambda one: (one[1]["hit_at_1"] or 0, one[0]))
    return [Compared(name, row, _change(row, earlier.get(name))) for name, row in ordered]


def overall(now: Evaluation, before: Evaluation | None) -> Compared:
    """All queries of the file together."""
    row = now.figures["all"]
    return Compared("All", row, _change(row, before.figures["all"] if before else None))


def _change(row: Row, before: Row | None) -> Row:
    known = {m for m in MEASURES if before and None not in (row[m], before.get(m))}
    return {m: row[m] - before[m] if before and m in known else None for m in MEASURES}


def _traditions() -> dict[str, str]:
    return {category: name for name, held in TRADITIONS.items() for category in held}


def _grouped(outcomes: Sequence[Outcome], names: Mapping[str, str]) -> dict[str, Row]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[names.get(outcome.category, OTHER)].append(outcome)
    return {name: row_of(held) for name, held in sorted(groups.items())}
