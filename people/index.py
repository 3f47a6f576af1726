"""The person index: its mapping, and the documents made from golden people.

A person has a document for each tier of evidence there is: `_id` = "<person>" for open evidence,
"<person>-1" for evidence up to tier 1 and so on. A document never holds anything of a higher tier
than its own, so neither can its score. `seen_at` lists the highest tiers of scopes to which it is
the person's document; who may find the person stands in the fields of `people.rule.index_fields`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from people import contested, identifiers, rule, signals
from people.contested_models import Contested
from people.facets import SAFETY_MARKERS
from people.models import Person, Precision
from people.names.keys import NameKeys
from people.names.variants import variants
from people.places import place_keys
from wmp_search.access.scope import Tier
from wmp_search.search.index import Document, IndexSpec

ENTITY = "person"
Kind = Contested.Kind
DOCUMENT_VERSION = 7

# without `use_similarity` a term of a keyword scores its boost alone, however rare it is
_KEY = {"type": "keyword", "doc_values": False, "similarity": "flat", "use_similarity": True}
_FILTER = {"type": "keyword", "doc_values": False}
_FACET = {"type": "keyword"}
_STORED = {"type": "object", "enabled": False}

_COMPARED = ["person_id", "tier", "names", "births", "places", "sexes", "records"]

MAPPING = {
    "dynamic": "strict",
    # keys can be made again at any time: only what the comparison needs is stored
    "_source": {"includes": _COMPARED},
    "properties": {
        **{f"n_{n}": _KEY for n in ("full", "tok", "join", "sym", "code", "skel", "pre", "ini")},
        "dob_key": _KEY,
        "place_key": _KEY,
        "id_key": _FILTER,
        "tier": {"type": "byte", "index": False, "doc_values": False},
        "seen_at": _FILTER,
        **dict.fromkeys((rule.OPEN_TO, *rule.ACL), _FILTER),
        "person_id": {"type": "long", "index": False, "doc_values": False},
        "systems": _FACET,
        "roles": _FACET,
        "markers": _FACET,  # of officer safety only (people.facets), none that has expired
        "last_seen": {"type": "date", "format": "strict_date"},
        "records": {"type": "integer", "index": False},
        "names": _STORED,
        "births": _STORED,
        "places": _STORED,
        "sexes": _STORED,
    },
}
SETTINGS = {
    "number_of_shards": 1,
    # a key counts once whoever holds it; many aliases must not push a person down
    "similarity": {"flat": {"type": "BM25", "k1": 0.4, "b": 0}},
}


class Golden(NamedTuple):
    """What the documents of a person need of the golden row."""

    pk: int
    version: int
    status: str
    tiers: list[int]
    harmed_at: list[int]
    restrictions: list[list[str]]

    def seen_at(self, tier: int) -> tuple[int, ...]:
        """The highest tiers of scopes for which this tier's document is the person's."""
        return _seen_at(tuple(self.tiers), tier)


@cache
def _seen_at(held: tuple[int, ...], tier: int) -> tuple[int, ...]:
    at_or_below = {top: [t for t in held if is_within(t, top)] for top in map(int, Tier)}
    return tuple(top for top, tiers in at_or_below.items() if tiers and max(tiers) == tier)


class Held(NamedTuple):
    """A person's facts up to one tier beside the evidence rows."""

    records: int
    systems: list[str]
    roles: list[str]
    last_seen: date | None


class Evidence(NamedTuple):
    """The evidence of the people of a batch, each list in rank order with its tier first."""

    names: dict[int, list[tuple[int, int, str, str, str]]]  # tier, id, given, surname, kind
    births: dict[int, list[tuple[int, date, str]]]
    ids: dict[int, list[tuple[int, str, str]]]
    places: dict[int, list[tuple[int, str, str, str]]]  # tier, street, town, postcode
    records: dict[int, list[tuple[int, str, str]]]  # tier, sex, reference of the event
    systems: dict[int, list[tuple[int, str]]]  # by name id: tier, system
    markers: dict[int, list[tuple[int, str]]]  # tier, label


def documents(person_ids: Sequence[int]) -> Iterator[Document]:
    """Every possible document of each person; without a source where it must not exist.

    A person's first version says nothing of documents that never were: deleting what is not
    there cost OpenSearch as much as writing (two of three actions of a first load).
    """
    acls = rule.acls(person_ids)
    rows = _rows(_PEOPLE, person_ids)
    everything = {row[0]: Held(*row[5:]) for row in rows}
    people = [Golden._make((*row[:5], acls.get(row[0], []))) for row in rows]
    evidence = _evidence(person_ids)
    mixed = [p.pk for p in people if len(p.tiers) > 1]
    lower = {row[:2]: Held(*row[2:]) for row in _rows(_LOWER_PARTS, mixed)} if mixed else {}
    for person in people:
        for tier in Tier:
            held = lower.get((person.pk, int(tier)), everything[person.pk])
            exists = person.status == Person.Status.CURRENT and tier in person.tiers
            if exists or person.version > 1:
                source = to_document(person, tier, held, evidence) if exists else None
                yield Document(document_id(person.pk, tier), person.version, source)
    for pk in set(person_ids) - set(everything):
        yield from (Document(document_id(pk, tier), None, None) for tier in Tier)


def document_id(person_id: int, tier: Tier) -> str:
    """The `_id` of a person's document of a tier."""
    return str(person_id) if tier == Tier.OPEN else f"{person_id}-{int(tier)}"


def person_of(document: str) -> int:
    """The person whose document has this `_id`."""
    return int(document.partition("-")[0])


def to_document(person: Golden, tier: Tier, held: Held, evidence: Evidence) -> dict[str, Any]:
    """One document from the evidence at or below its tier; practice evidence stays by itself."""
    pk = person.pk
    names: list[list[Any]] = [
        [given, surname, kind, _systems(evidence, name_id, tier)]
        for seen, name_id, given, surname, kind in evidence.names[pk]
        if is_within(seen, tier)
    ]
    births = [row[1:] for row in evidence.births[pk] if is_within(row[0], tier)]
    numbers = [identifiers.key(*row[1:]) for row in evidence.ids[pk] if is_within(row[0], tier)]
    records = [row for row in evidence.records[pk] if is_within(row[0], tier)]
    numbers += [identifiers.event_key(event) for _, _, event in records if event]
    places = [list(place) for seen, *place in evidence.places[pk] if is_within(seen, tier)]
    tops = person.seen_at(tier)
    keys = NameKeys()
    for variant in variants(names):
        keys.add(variant.name.given + variant.name.family)
    return {
        **keys.fields(),
        "dob_key": sorted({key for on, precision in births for key in birth_keys(on, precision)}),
        "place_key": sorted({key for place in places for key in place_keys(*place)}),
        "id_key": sorted(set(numbers)),
        "tier": int(tier),
        "seen_at": [str(top) for top in tops],
        **rule.index_fields(person.restrictions, tops, person.harmed_at),
        "person_id": pk,
        "systems": held.systems,
        "roles": held.roles,
        "markers": sorted(
            {label for seen, label in evidence.markers[pk] if is_within(seen, tier)}
        ),
        "last_seen": held.last_seen.isoformat() if held.last_seen else None,
        "records": held.records,
        "names": names,
        "births": [[on.isoformat(), precision] for on, precision in births],
        "places": places,
        "sexes": sorted({sex for _, sex, _ in records if sex}),
    }


def is_within(tier: int, top: int) -> bool:
    """Whether evidence of a tier belongs to what a scope of the highest tier `top` reads."""
    return tier == top if top == Tier.PRACTICE else tier <= top


def birth_keys(born_on: date, precision: str) -> list[str]:
    """Day, month and year as far as they are known; an age gives the years around it."""
    iso = born_on.isoformat()
    if precision == Precision.DAY:
        return [iso, iso[:7], iso[:4]]
    if precision == Precision.MONTH:
        return [iso[:7], iso[:4]]
    if precision == Precision.YEAR:
        return [iso[:4]]
    return [str(born_on.year + years) for years in (-1, 0, 1)]


def expected() -> int:
    """How many documents there should be."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPECTED)
        return int(cursor.fetchone()[0])


def ids_after(after: int, limit: int) -> list[int]:
    """A keyset page of current people."""
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [after, limit])
        return [pk for (pk,) in cursor.fetchall()]


SPEC = IndexSpec(
    entity=ENTITY,
    mapping=MAPPING,
    settings=SETTINGS,
    document_version=DOCUMENT_VERSION,
    documents=documents,
    ids_after=ids_after,
    expected=expected,
)

_PEOPLE = """
    SELECT id, version, status, tiers, harmed_at, record_count, systems, roles, last_seen_on
    FROM people_person WHERE id = ANY(%s)
"""
# what a person is by the records up to a tier, for those who have others too
_LOWER_PARTS = """
    SELECT l.person_id, up_to.tier, count(*), array_agg(DISTINCT r.system),
           array_agg(DISTINCT r.role), max(greatest(r.event_on, r.recorded_on))
    FROM people_link l JOIN people_nominalrecord r ON r.id = l.record_id
    JOIN (VALUES (0), (1), (2), (3)) AS up_to(tier)
        ON r.tier = up_to.tier OR r.tier < up_to.tier AND up_to.tier < 3
    WHERE l.person_id = ANY(%s) AND r.deleted_at IS NULL GROUP BY l.person_id, up_to.tier
"""
_NAMES = """
    SELECT person_id, tier, id, given_names, surname, kind FROM people_name
    WHERE person_id = ANY(%s) AND id <> ALL(%s) ORDER BY rank, id
"""
_BIRTHS = """
    SELECT person_id, tier, born_on, precision FROM people_birthdate
    WHERE person_id = ANY(%s) AND id <> ALL(%s) ORDER BY rank, id
"""
_IDENTIFIERS = """
    SELECT person_id, tier, kind, value FROM people_identifier
    WHERE person_id = ANY(%s) AND id <> ALL(%s) ORDER BY rank, id
"""
_PLACES = """
    SELECT person_id, tier, street, town, postcode FROM people_address
    WHERE person_id = ANY(%s) AND id <> ALL(%s) AND (postcode, street, town) <> ('', '', '')
    ORDER BY rank, id
"""
_RECORDS = """
    SELECT DISTINCT l.person_id, r.tier, CASE WHEN r.id = ANY(%s) THEN '' ELSE r.sex END,
        CASE WHEN r.id = ANY(%s) THEN '' ELSE r.event_ref END
    FROM people_link l JOIN people_nominalrecord r ON r.id = l.record_id
    WHERE l.person_id = ANY(%s) AND r.deleted_at IS NULL
"""
# where a name other than the best one was recorded, for the reason the officer reads
_NAME_SYSTEMS = """
    SELECT n.id, r.tier, r.system
    FROM people_name n CROSS JOIN LATERAL unnest(n.records) AS attesting(id)
    JOIN people_nominalrecord r ON r.id = attesting.id AND r.deleted_at IS NULL
    WHERE n.person_id = ANY(%s) AND (n.rank > 0 OR n.kind <> 'name')
    GROUP BY n.id, r.tier, r.system ORDER BY r.system
"""
_EXPECTED = """
    SELECT coalesce(sum(cardinality(tiers)), 0) FROM people_person WHERE status = 'current'
"""
_IDS = "SELECT id FROM people_person WHERE status = 'current' AND id > %s ORDER BY id LIMIT %s"


def _evidence(person_ids: Sequence[int]) -> Evidence:
    people, out = list(person_ids), contested.unusable(person_ids)
    return Evidence(
        names=_grouped(_NAMES, people, out[Kind.NAME]),
        births=_grouped(_BIRTHS, people, out[Kind.BIRTH]),
        ids=_grouped(_IDENTIFIERS, people, out[Kind.NUMBER]),
        places=_grouped(_PLACES, people, out[Kind.ADDRESS]),
        records=_grouped(_RECORDS, out[Kind.SEX], out[Kind.EVENT], people),
        systems=_grouped(_NAME_SYSTEMS, people),
        markers=_markers(people, frozenset(out[Kind.WARNING])),
    )


def _markers(people: list[int], restricted: frozenset[int]) -> dict[int, list[tuple[int, str]]]:
    """Warnings of officer safety that nobody contests and that have not expired (C11)."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for marker in signals.every(people):
        usable = marker.code in SAFETY_MARKERS and marker.pk not in restricted
        if usable and not signals.age(marker).is_expired:
            found[marker.person_id].append((marker.tier, marker.label))
    return found


def _grouped(sql: str, *given: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in _rows(sql, *given):
        found[row[0]].append(row[1:])
    return found


def _rows(sql: str, *given: Sequence[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(ids) for ids in given])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _systems(evidence: Evidence, name_id: int, tier: Tier) -> list[str]:
    found = evidence.systems.get(name_id, ())
    return sorted({system for seen, system in found if is_within(seen, tier)})
