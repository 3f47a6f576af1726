"""Addresses, vehicles and phones that fit a search, each with the people recorded with it.

The person index offers whom to look at, with the access rule inside; SQL asks the rule again and
gives the evidence. A row is there for a scope only through evidence that is shown to it, of people
whom its searches find, and that is not restricted while it is contested.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from people import contested, identifiers, rule, unshared
from people.criteria import PersonCriteria
from people.index import SPEC, person_of
from people.models import Address, Identifier
from people.places import house, place_keys, street
from people.sources import title
from wmp_search.access.scope import Scope
from wmp_search.search.client import Aside
from wmp_search.search.query import Clause, any_of, term

MOST = 100  # people of whom evidence is read
NUMBERS = (Identifier.Kind.VEHICLE.value, Identifier.Kind.PHONE.value)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody recorded with it: in which systems, and when last."""

    person_id: int
    systems: tuple[str, ...]
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Holding:
    """One address, vehicle or phone, and its people, the last recorded first."""

    words: str
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Holdings:
    """What fits the search. `is_full`: there may be more, of people beyond the first MOST."""

    addresses: tuple[Holding, ...] = ()
    vehicles: tuple[Holding, ...] = ()
    phones: tuple[Holding, ...] = ()
    is_full: bool = False


def aside(criteria: PersonCriteria, scope: Scope) -> Aside | None:
    """Who may hold what fits, to be asked beside another search; None where nothing can fit."""
    places, numbers, pieces = _places(criteria), _numbers(criteria), _pieces(criteria)
    either: list[Clause] = [term("id_key", key) for key in sorted(numbers)]
    either += [_within(piece) for piece in sorted(pieces)]
    if places:
        either.append({"bool": {"filter": [term("place_key", key) for key in sorted(places)]}})
    if not either:
        return None
    query = {"bool": {"filter": [rule.index_filter(scope), any_of(either)]}}
    body = {"size": MOST, "query": query, "_source": False, "track_total_hits": False}
    return Aside(SPEC.alias, body)


def read(
    criteria: PersonCriteria, scope: Scope, ids: Sequence[str], *, address: str = ""
) -> Holdings:
    """The holdings of the documents (`_id`) that the index offered. Eight queries at most.

    `address`: as it was typed: the house that it names comes first.
    """
    found = rule.findable_among(scope, [person_of(document) for document in ids])
    if not found:
        return Holdings()
    places, numbers, pieces = _places(criteria), _numbers(criteria), _pieces(criteria)
    out = contested.unusable(found)
    at = _addresses(places, found, scope, out[contested.Kind.ADDRESS]) if places else ()
    if number := house(address):
        at = tuple(sorted(at, key=lambda one: house(one.words) != number))
    rows = Identifier.objects.filter(rule.shown(scope), person__in=found, kind__in=NUMBERS)
    rows = rows.exclude(pk__in=out[contested.Kind.NUMBER])
    by_kind = _identifiers(numbers, pieces, rows, scope) if numbers or pieces else {}
    vehicles, phones = (by_kind.get(kind, ()) for kind in NUMBERS)
    return Holdings(at, vehicles, phones, is_full=len(ids) >= MOST)


def _places(criteria: PersonCriteria) -> set[str]:
    """The keys that an address must have; a town alone is no address."""
    if not (criteria.street or criteria.postcode):
        return set()
    return set(place_keys(criteria.street, criteria.town, criteria.postcode))


def _numbers(criteria: PersonCriteria) -> set[str]:
    keys = {key for text in criteria.identifiers for key in identifiers.typed_keys(text)}
    return {key for key in keys if key.partition(":")[0] in NUMBERS}


def _pieces(criteria: PersonCriteria) -> set[str]:
    """Parts of numbers: typed as one, or a word with a digit; half a postcode by itself may be the
    beginning of a registration.
    """
    words = [word for word in criteria.name.split() if any(c.isdecimal() for c in word)]
    alone = not (criteria.name or criteria.street or criteria.identifiers)
    place = [criteria.postcode] if alone and " " not in criteria.postcode else []
    texts = (*criteria.identifiers, *words, *place)
    return {piece for text in texts for piece in identifiers.pieces(text)}


def _within(piece: str) -> Clause:
    kind, _, part = piece.partition(":")
    return {"wildcard": {"id_key": {"value": f"{kind}:*{part}*"}}}


def _has(key: str, piece: str) -> bool:
    kind, _, part = piece.partition(":")
    return key.startswith(f"{kind}:") and part in key[len(kind) + 1 :]


def _addresses(
    keys: set[str], people: Iterable[int], scope: Scope, restricted: Sequence[int]
) -> tuple[Holding, ...]:
    rows = Address.objects.filter(rule.shown(scope), person__in=people).exclude(pk__in=restricted)
    fit = [a for a in rows if keys <= set(place_keys(a.street, a.town, a.postcode))]
    hidden = unshared.among([f"address:{same_address(row)}" for row in fit])
    shown = [row for row in fit if f"address:{same_address(row)}" not in hidden]
    return _held(((same_address(row), str(row), row) for row in shown), scope)


def _identifiers(
    keys: set[str], pieces: set[str], rows: Iterable[Identifier], scope: Scope
) -> dict[str, tuple[Holding, ...]]:
    keyed = [(identifiers.key(row.kind, row.value), row.value, row) for row in rows]
    near = [row for row in keyed if row[0] in keys or any(_has(row[0], p) for p in pieces)]
    hidden = unshared.among([key for key, _, _ in near])
    fit = [row for row in near if row[0] not in hidden]
    return {kind: _held([r for r in fit if r[2].kind == kind], scope) for kind in NUMBERS}


def same_address(row: Address) -> str:
    """The same for every way of writing an address."""
    house, postcode = identifiers.other(row.house), identifiers.other(row.postcode)
    return f"{house}|{street(row.street)}|{postcode or identifiers.other(row.town)}"


Row = tuple[str, str, Address | Identifier]  # what makes it one thing, what is read, the evidence


def _held(rows: Iterable[Row], scope: Scope) -> tuple[Holding, ...]:
    """The rows that are one thing together, by what is read. One query, for the records."""
    rows = list(rows)
    records = records_of([pk for _, _, row in rows for pk in row.records], scope)
    words: dict[str, str] = {}
    attesting: dict[str, dict[int, list[Record]]] = {}
    for key, text, row in rows:
        words.setdefault(key, text)
        of_person = attesting.setdefault(key, {}).setdefault(row.person_id, [])
        of_person += [records[pk] for pk in row.records if pk in records]
    made = [Holding(words[key], _holders(of)) for key, of in attesting.items()]
    return tuple(sorted(made, key=lambda holding: holding.words))


Record = tuple[str, date | None]  # system, when it was recorded


def records_of(ids: Iterable[int], scope: Scope) -> dict[int, Record]:
    """System and day of those records that are shown to the scope. One query."""
    links = rule.visible_links(scope).filter(record__in=ids)
    rows = links.values_list("record", "record__system", "record__recorded_on")
    return {pk: (system, on) for pk, system, on in rows}


def systems_of(records: Iterable[Record]) -> tuple[str, ...]:
    """The titles of their systems."""
    return tuple(sorted({title(system) for system, _ in records}))


def last_of(records: Iterable[Record]) -> date | None:
    """The latest day on which one of them was recorded."""
    return max((on for _, on in records if on), default=None)


def _holders(of: dict[int, list[Record]]) -> tuple[Holder, ...]:
    holders = [
        Holder(pk, systems_of(records), last_of(records)) for pk, records in of.items() if records
    ]
    return tuple(sorted(holders, key=_lately, reverse=True))


def _lately(holder: Holder) -> tuple[date, int]:
    return holder.last_on or date.min, -holder.person_id
