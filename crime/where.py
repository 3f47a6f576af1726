"""Where crimes are counted: an area by its name, as the index has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from crime import area_names
from crime.models import Boundary
from crime.search import SPEC, area_key, index_filter
from wmp_search.access.scope import Scope
from wmp_search.search import client
from wmp_search.search.query import Clause, any_of, term

AREAS = "Postcode district (B23), ward, authority (Walsall) or LSOA"
MOST_ROWS = 50_000  # crimes that the index may name to PostgreSQL; it gives 65,535 groups at most


class TooManyError(Exception):
    """More crimes than MOST_ROWS."""


@dataclass(frozen=True, slots=True)
class Where:
    """`name`: in words, "" for everywhere; `clauses`: filters of the index; `note`: what the
    reader should know of it. `by_place`: only the index knows which crimes lie there.
    """

    name: str = ""
    clauses: tuple[Clause, ...] = ()
    note: str = ""
    by_place: bool = False


def named(area: str) -> Where:
    """What was typed: postcode district, authority or LSOA, as they stand in a crime; or a ward
    whose boundary is loaded, by its name or code, in which a crime's place lies. One query.
    """
    if not area:
        return Where()
    by_name = term("area_key", area_key(area))
    wards = _wards(area_key(area))
    if not wards:
        return Where(area, (by_name,))
    among = any_of([by_name, {"terms": {"ward": [ward.code for ward in wards]}}])
    return Where(area, (among,), _note(wards), by_place=True)


def _wards(key: str) -> list[Boundary]:
    if not key:
        return []
    known = Boundary.objects.filter(kind=Boundary.Kind.WARD).defer("shape")
    named = known.alias(key=area_names.key(F("name"))).filter(Q(key=key) | Q(code__iexact=key))
    return list(named.order_by("code"))


def _note(wards: Sequence[Boundary]) -> str:
    said = f"By the outline of the ward, {wards[0].edition}: crimes without a place are not in it."
    if len(wards) == 1:
        return said
    codes = " and ".join(ward.code for ward in wards)
    return f"{len(wards)} wards bear this name and count together; for one type its code: {codes}."


def ids(where: Where, category: str | None, scope: Scope) -> list[int]:
    """The crimes there that the scope may open, of a category as stored; None for all.

    Raises TooManyError, SearchUnavailable, SearchError. One request.
    """
    of_kind = [term("category", category)] if category is not None else []
    body: dict[str, Any] = {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": [index_filter(scope), *where.clauses, *of_kind]}},
        "aggs": {"ids": {"terms": {"field": "crime_id", "size": MOST_ROWS}}},
    }
    found = client.search(SPEC.alias, body)["aggregations"]["ids"]
    if found["sum_other_doc_count"]:
        raise TooManyError
    return [bucket["key"] for bucket in found["buckets"]]
