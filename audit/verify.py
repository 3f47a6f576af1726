"""Verifies the trail against its seals: names what was altered, removed, added or moved.

Everything is computed again from the rows: content hashes from the fields, roots from the leaves.
The seals themselves are held against their signatures and against the second place, so that
neither can be replaced together with the rows.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction

from audit import expiries, leaves, places, seal, signing
from audit.compare import Comparison, Finding, SealedBatch, check_chain
from audit.leaves import Place
from audit.models import Event, Seal
from audit.record import content_hash_of_row, reachable

LATE = timedelta(minutes=2)  # an event commits within moments of its time; this is generous
FETCH = 5_000
COLUMNS = [str(f.column) for f in Event._meta.concrete_fields if f.column != "content_hash"]
ROWS = f"""
SELECT {", ".join(COLUMNS)} FROM audit_event
WHERE (at, id) > (%s, %s) AND (at, id) <= (%s, %s) ORDER BY at, id
"""
SCREENS = """
SELECT DISTINCT ON (e.screen_hash) e.at, e.id, s.hash IS NULL
FROM audit_event e LEFT JOIN audit_screen s ON s.hash = e.screen_hash
WHERE e.screen_hash IS NOT NULL AND e.at >= %s AND e.at <= %s
  AND (s.hash IS NULL AND e.screen_hash <> ALL(%s) OR s.hash <> sha256(s.body))
ORDER BY e.screen_hash, e.at, e.id LIMIT %s
"""


@dataclass(slots=True)
class Report:
    """What was verified and what was found, first in the trail first."""

    seals: int = 0
    events: int = 0
    unsealed: int = 0  # written since the last seal
    expired: int = 0
    state: str = ""  # fingerprint of the last seal
    findings: list[Finding] = field(default_factory=list)


def verify(
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    outside: bool = True,
    most: int = 100,
) -> Report:
    """Verify the whole trail, or the seals that cover a period. Stops looking after `most`
    findings. `outside`: also hold the seals against the second place.

    Raises AuditUnavailable, PlaceError, UnusableKeyError.
    """
    report, comparison = Report(), Comparison()
    with reachable(), transaction.atomic(using="audit"):
        numbers = covering(since, until)
        if not numbers:
            return report
        found = _compare(numbers, comparison, report, outside=outside)
        for finding in found:
            report.findings.append(finding)
            if len(report.findings) >= most:
                break
        else:
            first, last = bounds(numbers)
            report.findings += [
                *_left(comparison, report, first, last),
                *_screens(first, last, most),
            ]
    report.events = comparison.events
    report.findings.sort(key=lambda f: (f.place is not None, f.place or Place(0, b"")))
    return report


def covering(since: datetime | None, until: datetime | None) -> list[int]:
    """The numbers of the seals whose stretch touches the period."""
    rows = Seal.objects.all()
    if since:
        rows = rows.filter(until_at__gte=since)
    numbers = list(rows.order_by("number").values_list("number", "until_at"))
    chosen: list[int] = []
    for number, upto in numbers:
        chosen.append(number)
        if until and upto >= until:
            break
    return chosen


def _compare(
    numbers: Sequence[int], comparison: Comparison, report: Report, *, outside: bool
) -> Iterator[Finding]:
    trusted, place = signing.trusted(), places.place()
    before = _batch(numbers[0] - 1)
    if outside and (newest := place.last("seal-")):
        last = Seal.objects.order_by("-number").values_list("number", flat=True)[0]
        if newest > seal.file_name(last):
            yield Finding(
                "seal", f"the second place has {newest}, which is newer than seal {last}"
            )
    for number in numbers:
        batch = _batch(number)
        if batch is None:
            yield Finding("seal", "it is missing", seal=number)
            continue
        yield from check_chain(batch, before, trusted)
        if outside:
            yield from _held_outside(batch, place)
        yield from _late(batch)
        yield from comparison.add(batch, _events(batch))
        report.seals, report.state, before = report.seals + 1, batch.hash, batch


def _batch(number: int) -> SealedBatch | None:
    row = Seal.objects.filter(number=number).first()
    if row is None:
        return None
    return SealedBatch(row.number, row.header, bytes(row.signature), bytes(row.leaves))


def _held_outside(batch: SealedBatch, place: places.Folder | places.Bucket) -> Iterator[Finding]:
    kept = place.get(seal.file_name(batch.number))
    if kept is None:
        words = "its checkpoint is missing in the second place"
        yield Finding("checkpoint", words, seal=batch.number)
    elif json.loads(kept)["header"] != batch.header:
        words = "it is not the one that the second place holds"
        yield Finding("checkpoint", words, seal=batch.number)


def _late(batch: SealedBatch) -> Iterator[Finding]:
    """Sealed events dated well before the seal's stretch: they were added after their time."""
    begins = Place.parse(batch.fields["since"]).at
    for place, _ in leaves.unpack(batch.leaves):
        if place.at >= begins - LATE:
            break
        yield Finding("inserted", "it was added long after its time", place, batch.number)


def _events(batch: SealedBatch) -> Iterator[tuple[Place, bytes]]:
    """The events of the seal's stretch with their content hash as computed now."""
    since, until = Place.parse(batch.fields["since"]), Place.parse(batch.fields["until"])
    with connections["audit"].connection.cursor(name="stretch") as rows:
        rows.itersize = FETCH
        rows.execute(ROWS, [since.at, since.uuid, until.at, until.uuid])
        for row in rows:
            values = dict(zip(COLUMNS, row, strict=True))
            yield Place.of(values["at"], values["id"]), content_hash_of_row(values)


def bounds(numbers: Sequence[int]) -> tuple[Place, Place]:
    ends = {
        n: json.loads(header)
        for n, header in Seal.objects.filter(number__in=(numbers[0], numbers[-1])).values_list(
            "number", "header"
        )
    }
    return (
        Place.parse(ends[numbers[0]]["since"]),
        Place.parse(ends[numbers[-1]]["until"]),
    )


def _left(comparison: Comparison, report: Report, first: Place, last: Place) -> Iterator[Finding]:
    """What is sealed and not there, and what is there and not sealed."""
    excused = expiries.excused(comparison.expected)
    report.expired = len(excused)
    missing = {p: s for p, s in comparison.expected.items() if p not in excused}
    elsewhere = [p for p in missing if not first < p <= last]
    for place, content_hash in _fetch(elsewhere):
        number, sealed = missing.pop(place)
        if sealed != content_hash:
            yield Finding("altered", "its content is not what was sealed", place, number)
    moved = _moved(missing)
    for place, (number, _) in missing.items():
        if place.id in moved:
            now = moved[place.id]
            words = f"it now stands at {now.at:%Y-%m-%d %H:%M:%S.%f} UTC"
            comparison.pending.pop(now, None)
            yield Finding("reordered", words, place, number)
        else:
            yield Finding("missing", "it was sealed and is gone", place, number)
    yield from _unsealed(comparison, report, last)


def _fetch(wanted: Sequence[Place]) -> Iterator[tuple[Place, bytes]]:
    """Events by their places, with their content hash as computed now."""
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'e.{c}' for c in COLUMNS)} FROM audit_event e "
            "JOIN unnest(%s::timestamptz[], %s::uuid[]) AS w(at, id) "
            "ON e.at = w.at AND e.id = w.id",
            [[p.at for p in wanted], [p.uuid for p in wanted]],
        )
        for row in cursor.fetchall():
            values = dict(zip(COLUMNS, row, strict=True))
            yield Place.of(values["at"], values["id"]), content_hash_of_row(values)


def _moved(missing: dict[Place, Any]) -> dict[bytes, Place]:
    """Where events that are not at their place stand now, by id."""
    if not missing:
        return {}
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            "SELECT at, id FROM audit_event WHERE id = ANY(%s)", [[p.uuid for p in missing]]
        )
        found = [Place.of(at, identifier) for at, identifier in cursor.fetchall()]
    return {place.id: place for place in found}


def _unsealed(comparison: Comparison, report: Report, last: Place) -> Iterator[Finding]:
    """Events in no seal: fresh ones are counted, the others were added behind the seals' back."""
    newest = Seal.objects.defer("leaves").order_by("-number")[0]
    strays = _strays()
    wanted = [p for p in comparison.pending if p not in strays]
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            "SELECT e.at, e.id, pg_visible_in_snapshot(e.tx, %s::pg_snapshot) FROM audit_event e "
            "JOIN unnest(%s::timestamptz[], %s::uuid[]) AS w(at, id) "
            "ON e.at = w.at AND e.id = w.id",
            [
                newest.snapshot,
                [p.at for p in wanted],
                [p.uuid for p in wanted],
            ],
        )
        unknown = cursor.fetchall()
        if (last.at, last.uuid) == (newest.until_at, newest.until_id):
            cursor.execute(
                "SELECT at, id, pg_visible_in_snapshot(tx, %s::pg_snapshot) FROM audit_event "
                "WHERE (at, id) > (%s, %s)",
                [newest.snapshot, last.at, last.uuid],
            )
            beyond = cursor.fetchall()
            unknown += [row for row in beyond if Place.of(row[0], row[1]) not in strays]
    for at, identifier, had_ended in unknown:
        if had_ended or at < newest.sealed_at - LATE:
            place = Place.of(at, identifier)
            yield Finding("inserted", "no seal holds it, and its time is long sealed", place)
        else:
            report.unsealed += 1


def _strays() -> set[Place]:
    """Every event that a seal holds outside its own stretch: late ones, and from fast clocks."""
    found: set[Place] = set()
    rows = Seal.objects.filter(strays__gt=0).values_list("header", "leaves")
    for header, packed in rows.iterator(1):
        said = json.loads(header)
        since, until = Place.parse(said["since"]), Place.parse(said["until"])
        held = (place for place, _ in leaves.unpack(bytes(packed)))
        found.update(place for place in held if not since < place <= until)
    return found


def _screens(first: Place, last: Place, most: int) -> Iterator[Finding]:
    with connections["audit"].cursor() as cursor:
        cursor.execute(SCREENS, [first.at, last.at, list(expiries.erased_screens()), most])
        for at, identifier, is_gone in cursor.fetchall():
            words = "its screen is gone" if is_gone else "its screen is not what it names"
            yield Finding("screen", words, Place.of(at, identifier))
