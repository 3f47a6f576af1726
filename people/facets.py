"""The filters of a list of people, and how many of the people found each would leave.

A count is of people who were found, whom SQL let through and who are matches: neither a stale
index nor a restriction can be read from it (docs/adr/0017). Masked evidence counts for nothing.
Nothing here is about health, ethnicity, religion or sexuality (policing.md B10): of the warning
markers only those of officer safety are in the index field that filters read.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from people import identifiers, sources
from people.births import Birth
from people.models import InvolvementRole
from wmp_search.access.scope import Scope, Tier
from wmp_search.search.query import Clause

Hit = dict[str, Any]
Filters = Mapping[str, Sequence[str]]  # facet → chosen values; one of them must apply
MOST_VALUES = 8  # of a facet, the commonest first
READ = ["systems", "roles", "markers", {"field": "last_seen", "format": "strict_date"}]
# PNC warning signals about what somebody may do; the others speak of health or identity
SAFETY_MARKERS = frozenset({"FI", "WE", "XP", "VI", "ES", "AG"})
AGE_BANDS = {
    "0-17": "Under 18", "18-24": "18 to 24", "25-34": "25 to 34", "35-44": "35 to 44",
    "45-54": "45 to 54", "55-120": "55 and over",
}  # fmt: skip
SEEN = {"30": "In the last 30 days", "365": "In the last year", "1826": "In the last 5 years"}


@dataclass(frozen=True, slots=True)
class Facet:
    """Something to filter by. `values` of a hit; `clause` brings back hits with any of these."""

    name: str
    title: str
    values: Callable[[Hit, date], Iterable[str]]
    clause: Callable[[Sequence[str], date], Clause]
    label: Callable[[str], str]
    order: tuple[str, ...] = ()  # of the values; without one the commonest come first


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet as the page offers it."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A facet with the values there are among the people found."""

    name: str
    title: str
    options: tuple[Option, ...]


def _field(name: str) -> Callable[[Hit, date], Iterable[str]]:
    return lambda hit, _today: hit.get("fields", {}).get(name, ())


def _terms(name: str) -> Callable[[Sequence[str], date], Clause]:
    return lambda values, _today: {"terms": {name: list(values)}}


def _areas(hit: Hit, _today: date) -> Iterable[str]:
    outward = (identifiers.postcode(place[2])[0] for place in hit["_source"]["places"])
    return (area for area in outward if area)


def _age_bands(hit: Hit, today: date) -> Iterable[str]:
    births = hit["_source"]["births"]
    if not births:
        return ()
    born, precision = births[0]
    words = Birth(date.fromisoformat(born), precision).age_words(today)
    age = int(words.rpartition(" ")[2]) if words else -1
    return (band for band in AGE_BANDS if age in _ages(band))


def _ages(band: str) -> range:
    first, _, last = band.partition("-")
    return range(int(first), int(last) + 1)


def _born_in(bands: Sequence[str], today: date) -> Clause:
    """Years of birth, a year wide of the mark: `values` decides."""
    ages = [age for band in bands for age in (*_ages(band), _ages(band)[-1] + 1)]
    return {"terms": {"dob_key": sorted({str(today.year - age) for age in ages})}}


def _seen(hit: Hit, today: date) -> Iterable[str]:
    last = last_seen(hit)
    return (d for d in SEEN if last and last >= today - timedelta(days=int(d)))


def _seen_since(values: Sequence[str], today: date) -> Clause:
    since = today - timedelta(days=max(int(value) for value in values))
    return {"range": {"last_seen": {"gte": since.isoformat()}}}


def last_seen(hit: Hit) -> date | None:
    """When any system last recorded the person, as far as the document's tier tells."""
    found = _field("last_seen")(hit, date.min)
    return next((date.fromisoformat(day) for day in found), None)


def _role(value: str) -> str:
    return InvolvementRole(value).label if value in InvolvementRole.values else value


FACETS = {
    facet.name: facet
    for facet in (
        Facet("area", "Area", _areas, _terms("place_key"), str),
        Facet("role", "Role in events", _field("roles"), _terms("roles"), _role),
        Facet("source", "Source", _field("systems"), _terms("systems"), sources.title),
        Facet("warning", "Warning marker", _field("markers"), _terms("markers"), str),
        Facet("age", "Age", _age_bands, _born_in, AGE_BANDS.__getitem__, tuple(AGE_BANDS)),
        Facet("seen", "Last seen", _seen, _seen_since, SEEN.__getitem__, tuple(SEEN)),
    )
}


def cleaned(chosen: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The choices that there are, of known facets, each once."""
    found = {}
    for name, facet in FACETS.items():
        asked = dict.fromkeys(str(value)[:40] for value in chosen.get(name, ()))
        known = [value for value in asked if not facet.order or value in facet.order]
        if known:
            found[name] = known[:20]
    return found


def clauses(filters: Filters, today: date) -> list[Clause]:
    """What brings back the people whom the filters leave; `leaves` decides."""
    return [FACETS[name].clause(values, today) for name, values in filters.items()]


def is_shown(hit: Hit, scope: Scope) -> bool:
    """Whether all that the document holds is shown to the scope; masked evidence is not."""
    source = hit["_source"]
    return bool(source["tier"] != Tier.MASKED or source["person_id"] in scope.unmasked)


def leaves(hit: Hit, filters: Filters, scope: Scope, today: date) -> bool:
    """Whether each of the filters lets the hit through, by what the scope is shown of it."""
    if not filters:
        return True
    return is_shown(hit, scope) and all(
        not set(values).isdisjoint(FACETS[name].values(hit, today))
        for name, values in filters.items()
    )


def count(hits: Iterable[Hit], filters: Filters, scope: Scope, today: date) -> tuple[Group, ...]:
    """How many of these people have each value. Facets without a value are left out."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for hit in hits:
        if is_shown(hit, scope):
            for name, facet in FACETS.items():
                counted[name].update(set(facet.values(hit, today)))
    groups = (_group(FACETS[n], counted[n], filters.get(n, ())) for n in FACETS)
    return tuple(group for group in groups if group.options)


def _group(facet: Facet, counted: Counter[str], chosen: Sequence[str]) -> Group:
    common = sorted(counted, key=lambda value: (-counted[value], value))[:MOST_VALUES]
    values = [v for v in facet.order if v in counted] if facet.order else common
    values += [value for value in chosen if value not in values]
    options = (Option(v, facet.label(v), counted[v], v in chosen) for v in values)
    return Group(facet.name, facet.title, tuple(options))
