"""How well person search finds: measures over judged queries, for acceptance and for tuning.

A query file has one JSON object a line: `category`, `person_id`, `query` {name, dob}, `expect`
(match: that person must be found; no-match: that person is a look-alike) and, for some of the
latter, `right_id`: the person who must come before the look-alike. Ids are source references.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from people.criteria import PersonCriteria
from people.models import Link
from people.search import Found, Match, Strength, search
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

DEEP = 10  # ranks that count as "found at all"

# everything is open: evaluation measures finding, not access
SYSTEM_SCOPE = Scope(
    officer_id=0,
    unit_id=None,
    roles=(),
    group_ids=(),
    permissions=frozenset(
        p.value
        for p in (
            Permission.PERSON_SEARCH, Permission.PERSON_VIEW, Permission.PERSON_VIEW_RESTRICTED
        )
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """One judged query: the rank (from 1, 0 not found) and strength of the one it is about.

    `right_rank` is that of the person who should come before a look-alike, None without one.
    """

    case: str
    category: str
    is_match: bool
    rank: int
    is_strong: bool
    right_rank: int | None


def read(path: Path) -> list[dict[str, Any]]:
    """The judged queries of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def run(queries: Iterable[dict[str, Any]], *, namesakes: bool = False) -> Iterator[Outcome]:
    """Ask each query and look where the people it names came out.

    `namesakes`: whoever bears the very name that the person is found by and is no worse a match
    does not count before the person: among a million nobody could tell them apart.
    """
    for query in queries:
        asked = query["query"]
        criteria = PersonCriteria(name=asked.get("name", ""), born_on=asked.get("dob", ""))
        found = search(criteria, SYSTEM_SCOPE, limit=DEEP)
        references = _references(found)
        rank = _rank(references, query["person_id"])
        if namesakes and rank > 1:
            rank = _forgiven(found.matches, rank)
        right = query.get("right_id")
        yield Outcome(
            case=query.get("id", ""),
            category=query["category"],
            is_match=query["expect"] == "match",
            rank=rank,
            is_strong=rank > 0 and found.matches[rank - 1].strength is Strength.STRONG,
            right_rank=_rank(references, right) if right else None,
        )


def measures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """All measures as shares from 0 to 1, with the numbers of cases behind them."""
    hits = [o for o in outcomes if o.is_match]
    alike = [o for o in outcomes if not o.is_match]
    contested = [o for o in alike if o.right_rank is not None]
    alone = [o for o in alike if o.right_rank is None]
    by_category: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in hits:
        by_category[outcome.category].append(outcome)
    return {
        "queries": {"match": len(hits), "look_alike": len(alike), "contested": len(contested)},
        "hit_at_1": _share(o.rank == 1 for o in hits),
        "hit_at_10": _share(o.rank > 0 for o in hits),
        "mrr": _share(1 / o.rank if o.rank else 0 for o in hits),
        "category_mean_hit_at_1": _share(
            mean(o.rank == 1 for o in found) for found in by_category.values()
        ),
        "true_strong": _share(o.is_strong for o in hits),
        "right_first": _share(_is_right_first(o) for o in contested),
        "false_strong": {
            "all": _share(o.is_strong for o in alike),
            "alone": _share(o.is_strong for o in alone),
            "contested": _share(o.is_strong for o in contested),
        },
        "categories": _categories(outcomes),
    }


def _categories(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Any]]:
    grouped: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        grouped[outcome.category].append(outcome)
    return {name: _category(found) for name, found in sorted(grouped.items())}


def _category(found: Sequence[Outcome]) -> dict[str, Any]:
    row: dict[str, Any] = {"queries": len(found), "strong": _share(o.is_strong for o in found)}
    if hits := [o for o in found if o.is_match]:
        row["hit_at_1"] = _share(o.rank == 1 for o in hits)
        row["missed"] = [o.case for o in hits if o.rank != 1]
    if contested := [o for o in found if o.right_rank is not None]:
        row["right_first"] = _share(_is_right_first(o) for o in contested)
        row["misled"] = [o.case for o in contested if not _is_right_first(o)]
    return row


def _is_right_first(outcome: Outcome) -> bool:
    right = outcome.right_rank or 0
    return right > 0 and (outcome.rank == 0 or right < outcome.rank)


def _references(found: Found) -> list[set[str]]:
    """The source references of each match, in rank order."""
    people = [match.person_id for match in found.matches]
    held: dict[int, set[str]] = defaultdict(set)
    rows = Link.objects.filter(person__in=people).values_list("person", "record__source_ref")
    for person, reference in rows:
        held[person].add(reference)
    return [held[person] for person in people]


def _forgiven(matches: Sequence[Match], rank: int) -> int:
    """The rank without identical namesakes before it."""
    name = matches[rank - 1].matched_name.casefold()
    return 1 + sum(match.matched_name.casefold() != name for match in matches[: rank - 1])


def _rank(references: Sequence[set[str]], wanted: str) -> int:
    return next((at for at, held in enumerate(references, 1) if wanted in held), 0)


def _share(values: Iterable[float]) -> float | None:
    counted = list(values)
    return round(mean(counted), 4) if counted else None
