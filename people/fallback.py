"""Search while OpenSearch is away: numbers, and names with a date of birth, from PostgreSQL.

The candidates come from two indexed columns (dates of birth, identifiers) and are the same
documents that the index would hold, made anew for the scope's tier; access rule, judgement and
audit go on as always. Who bears a name but no such date or number cannot be asked for: a search
without them stays unavailable, so that "nobody found" is never said of a search that was not made.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from people import identifiers
from people.criteria import PersonCriteria
from people.index import documents
from people.models import BirthDate, Identifier
from wmp_search.access.scope import Scope

_READ = ("systems", "roles", "markers", "last_seen")  # people.facets.READ, which the index lists
BUILD = "postgresql"  # stands where the name of the index stands otherwise, in the audit too
MOST = 400  # candidates; a day of birth is shared by about forty of a million people


def can_answer(criteria: PersonCriteria) -> bool:
    """Whether the criteria hold something that PostgreSQL finds by itself."""
    return bool(criteria.identifiers) or len(criteria.born_on) == 10


def hits(criteria: PersonCriteria, scope: Scope) -> list[dict[str, Any]]:
    """The candidates as the index would give them, in no order; at most MOST."""
    asked = {key for text in criteria.identifiers for key in identifiers.typed_keys(text)}
    found = list(_people(criteria))[:MOST]
    tier = str(int(scope.max_tier))
    return [
        {
            "_index": BUILD,
            "_source": source,
            "fields": {name: _listed(source[name]) for name in _READ},
            "matched_queries": sorted(asked.intersection(source["id_key"])),
        }
        for document in documents(found)
        if (source := document.source) and tier in source["seen_at"]
    ]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _people(criteria: PersonCriteria) -> Iterator[int]:
    numbers = [form for text in criteria.identifiers for form in forms(text)]
    if numbers:
        holders = Identifier.objects.filter(value__in=numbers)
        yield from _ids(holders.values_list("person_id", flat=True))
    if len(criteria.born_on) == 10:
        born = BirthDate.objects.filter(born_on__in=_days(criteria.born_on), precision="D")
        yield from _ids(born.values_list("person_id", flat=True))


def _ids(rows: Any) -> Sequence[int]:
    return rows.order_by("person_id").distinct()[:MOST]  # type: ignore[no-any-return]


def _days(born_on: str) -> Iterable[str]:
    """The day itself and the one with day and month exchanged."""
    year, month, day = born_on.split("-")
    return {born_on, f"{year}-{day}-{month}"} if int(day) <= 12 else {born_on}


def forms(text: str) -> set[str]:
    """The written forms in which a typed number may be recorded in canonical form."""
    bare = "".join(text.split())
    upper = bare.upper()
    made = {
        text.strip(),
        bare,
        upper,
        bare.lower(),
        identifiers.pnc_id(text),
        identifiers.cro(text),
    }
    if digits := identifiers.phone(text):
        made |= {f"0{digits}", f"+44{digits}", f"44{digits}"}
    if identifiers.vehicle(text):
        made |= {upper.translate(_ZERO), upper.translate(_LETTER)}
    return made - {""}


_ZERO, _LETTER = str.maketrans("OI", "01"), str.maketrans("01", "OI")
