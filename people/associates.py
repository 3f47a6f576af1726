"""Who shares an address, a phone, a vehicle or an event with a person, by evidence that is shown.

The person index offers whom to compare, with the access rule inside and within the role lens; SQL
asks the rule again, and both sides of every link are read from evidence that is shown. It is what
records have in common, not that anybody knows anybody.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from people import contested, identifiers, rule, unshared
from people.holdings import NUMBERS, last_of, records_of, same_address, systems_of
from people.index import SPEC, document_id, person_of
from people.models import Address, Identifier, InvolvementRole
from people.places import place_keys
from people.selectors import summaries
from people.summary import Summary
from wmp_search.access.scope import Scope, Tier
from wmp_search.search import client
from wmp_search.search.query import Clause, any_of, term

MOST = 100  # people who are compared; a hostel has more
MOST_KEYS = 200


@dataclass(frozen=True, slots=True)
class Shared:
    """One thing in common: what it is, how the other person stands to it, and when last.

    `places`: the index keys of an address.
    """

    kind: str
    words: str
    how: str
    on: date | None
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Associate:
    """Somebody, and what is shared with them, the latest first."""

    summary: Summary
    shared: tuple[Shared, ...]


@dataclass(frozen=True, slots=True)
class Associates:
    """Those who share most first. `is_full`: there may be more."""

    people: tuple[Associate, ...]
    is_full: bool


Items = dict[str, Shared]  # by what makes two of them one thing
Elsewhere = Mapping[int, Sequence[Shared]]  # by person


def of_person(person_id: int, scope: Scope, elsewhere: Elsewhere) -> Associates:
    """The associates of somebody whom the scope sees; `elsewhere`: what other apps know is shared.

    One request to the index. Raises SearchUnavailable.
    """
    mine = _items([person_id], scope)[person_id]
    for key in unshared.among(mine):
        del mine[key]
    near = _near(mine, person_id, scope) if mine else []
    offered = [pk for pk in dict.fromkeys([*near, *elsewhere]) if pk != person_id]
    found = rule.findable_among(scope, offered)
    theirs = _items(found, scope)
    known = summaries(found, scope)
    people = []
    for pk in found:
        common = [theirs[pk][key] for key in theirs[pk].keys() & mine.keys()]
        events = {identifiers.other(shared.words) for shared in elsewhere.get(pk, ())}
        common = [one for one in common if identifiers.other(one.words) not in events]
        shared = [*elsewhere.get(pk, ()), *common]
        if shared and pk in known:
            people.append(Associate(known[pk], tuple(sorted(shared, key=_lately))))
    people.sort(key=lambda one: (-len(one.shared), _lately(one.shared[0]), one.summary.person_id))
    return Associates(tuple(people), is_full=len(near) >= MOST)


def _near(mine: Items, person_id: int, scope: Scope) -> list[int]:
    """The people whose documents hold one of the keys; at most MOST besides the person."""
    numbers = [k for k in mine if not k.startswith("address:")][:MOST_KEYS]
    either: list[Clause] = [term("id_key", key.partition("@")[0]) for key in numbers]
    either += [_at(mine[key]) for key in mine if key.startswith("address:")][:MOST_KEYS]
    itself = {"ids": {"values": [document_id(person_id, tier) for tier in Tier]}}
    query = {"filter": [rule.index_filter(scope), any_of(either)], "must_not": [itself]}
    body: dict[str, Any] = {"size": MOST, "query": {"bool": query}, "_source": False}
    hits = client.search(SPEC.alias, {**body, "track_total_hits": False})["hits"]["hits"]
    return [person_of(hit["_id"]) for hit in hits]


def _at(place: Shared) -> Clause:
    return {"bool": {"filter": [term("place_key", key) for key in place.places]}}


def _items(people: Sequence[int], scope: Scope) -> dict[int, Items]:
    """What the people have by evidence shown to the scope, nothing restricted. Six queries."""
    found: dict[int, Items] = defaultdict(dict)
    out = contested.unusable(people)
    shown = Address.objects.filter(rule.shown(scope), person__in=people)
    addresses = [
        a for a in shown.exclude(pk__in=out[contested.Kind.ADDRESS])
        if a.house and (a.postcode or a.street)
    ]  # fmt: skip
    held_by = Identifier.objects.filter(rule.shown(scope), person__in=people, kind__in=NUMBERS)
    numbers = list(held_by.exclude(pk__in=out[contested.Kind.NUMBER]))
    records = records_of([pk for row in (*addresses, *numbers) for pk in row.records], scope)
    for address in addresses:
        if held := [records[pk] for pk in address.records if pk in records]:
            keys = tuple(place_keys(address.street, "", address.postcode))
            found[address.person_id][f"address:{same_address(address)}"] = Shared(
                "Address", str(address), ", ".join(systems_of(held)), last_of(held), keys
            )
    for number in numbers:
        if held := [records[pk] for pk in number.records if pk in records]:
            found[number.person_id][identifiers.key(number.kind, number.value)] = Shared(
                number.get_kind_display(),
                number.value,
                ", ".join(systems_of(held)),
                last_of(held),
            )
    for person, key, event in _events(people, scope, out[contested.Kind.EVENT]):
        found[person][key] = event
    return found


def _events(
    people: Sequence[int], scope: Scope, restricted: Sequence[int]
) -> Iterable[tuple[int, str, Shared]]:
    links = rule.visible_links(scope).filter(person__in=people).exclude(record__event_ref="")
    links = links.exclude(record__in=restricted)
    for link in links.select_related("record"):
        record = link.record
        kind = record.event_kind.replace("_", " ").capitalize() or "Event"
        role = InvolvementRole(record.role).label
        shared = Shared(kind, record.event_ref, role, record.event_on or record.recorded_on)
        yield link.person_id, f"{identifiers.event_key(record.event_ref)}@{record.system}", shared


def _lately(shared: Shared) -> int:
    return -shared.on.toordinal() if shared.on else 0
