"""Which values of people are contested, and which of those are not to be used meanwhile.

A restricted value (DPA 2018 s.47(2), (3)) is shown to who may see it, greyed and marked. It is in
no index, so that no search, watch or filter finds anybody by it; matching, networks and lists of
what people share do without it; it heads no list, shouts no warning and leaves in no copy. A value
is recognised by its words and by a record that says it, so that a new run of resolution loses
nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, LiteralString, TypeVar

from people.births import Birth
from people.contested_models import Contested
from people.models import Address, BirthDate, Evidence, Identifier, Link, Name, WarningMarker
from wmp_search import prepared

Row = TypeVar("Row", bound=Evidence)
Kind = Contested.Kind
WITHHELD = "Restricted: not on this copy"
EVIDENCE: tuple[tuple[Kind, Any], ...] = (
    (Kind.NAME, Name),
    (Kind.BIRTH, BirthDate),
    (Kind.NUMBER, Identifier),
    (Kind.ADDRESS, Address),
    (Kind.WARNING, WarningMarker),
)
_FIELDS = [field.attname for field in Contested._meta.concrete_fields]
_COLUMNS = ", ".join(f"c.{field.column}" for field in Contested._meta.concrete_fields)
_AMONG: LiteralString = f"""
    SELECT DISTINCT l.person_id, {_COLUMNS}
    FROM people_contested c JOIN people_link l ON l.record_id = ANY(c.records)
    WHERE l.person_id = ANY(%(people)s::bigint[]) AND c.records && ARRAY(
        SELECT record_id FROM people_link WHERE person_id = ANY(%(people)s::bigint[]))
    ORDER BY c.id
"""


def among(person_ids: Iterable[int]) -> dict[int, list[Contested]]:
    """What is contested of these people now, in the order it came. One prepared statement."""
    found: dict[int, list[Contested]] = defaultdict(list)
    for person, *row in prepared.rows(_AMONG, {"people": list(person_ids)}):
        found[person].append(Contested.from_db("default", _FIELDS, row))
    return dict(found)


def restricted() -> list[Contested]:
    """Every value that may not be used now, whoever it is of."""
    standing = Contested.objects.filter(restricted_at__isnull=False, lifted_at__isnull=True)
    return list(standing.order_by("pk"))


def people() -> list[int]:
    """Who has a restricted value now, by number. One query where nobody does."""
    records = {record for one in restricted() for record in one.records}
    held = Link.objects.filter(record__in=records).values_list("person_id", flat=True)
    return sorted(set(held)) if records else []


def unusable_anywhere() -> dict[str, list[int]]:
    """As `unusable`, of everybody. One query where nothing is restricted."""
    return unusable(people())


def about(
    found: Sequence[Contested], kind: str, value: str, records: Iterable[int]
) -> tuple[Contested, ...]:
    """Those of `found` about this value as these records say it."""
    if not found:
        return ()
    said = frozenset(records)
    return tuple(
        c for c in found if c.kind == kind and c.value == value and not said.isdisjoint(c.records)
    )


def words(row: Evidence) -> str:
    """An evidence row as the page shows it."""
    if isinstance(row, BirthDate):
        return Birth(row.born_on, row.precision).words
    return row.value if isinstance(row, Identifier) else str(row)


def usable(rows: Sequence[Row], kind: str, found: Sequence[Contested]) -> list[Row]:
    """The rows without those that are restricted."""
    limits = [c for c in found if c.restricts]
    if not limits:
        return list(rows)
    return [row for row in rows if not about(limits, kind, words(row), row.records)]


def unusable(person_ids: Sequence[int]) -> dict[str, list[int]]:
    """Ids of the evidence rows (of events: of the records) of these people that no index holds,
    by kind. One query where nothing is contested.
    """
    said = among(person_ids) if person_ids else {}
    limits = {
        person: held
        for person, contested in said.items()
        if (held := [c for c in contested if c.restricts])
    }
    out: dict[str, list[int]] = {kind: [] for kind in Kind.values}
    if not limits:
        return out
    for kind, model in EVIDENCE:
        for row in model.objects.filter(person__in=limits):
            if about(limits[row.person_id], kind, words(row), row.records):
                out[kind].append(row.pk)
    for contested in limits.values():
        for one in contested:
            if one.kind in (Kind.EVENT, Kind.SEX):
                out[one.kind] += one.records
    return out
