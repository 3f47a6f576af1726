"""The erasure ledger: what a restored backup must not bring back (policing.md K9).

It stands in the second place of the audit trail, outside the database: which source records are
withdrawn, which restrictions stand, which accounts are closed. Ids only; encrypted where there is
a backup key. Beat writes a new one within a minute of a change. Records that were erased under
a retention rule are listed apart: of those a restore brings not even the content back.

A ledger is a head that names its parts: the withdrawn records of PART ids each. A part is written
anew when its records change; whether they did, the database tells by a count and a sum for each
part. So millions of withdrawn records are neither read nor written every minute.
"""

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import connection, transaction
from django.utils import timezone

from audit import places
from ingest import removal
from ingest.models import SourceRecord
from people import restored
from wmp_search.access.models import Officer
from wmp_search.operations.backups import crypt
from wmp_search.retention import erase
from wmp_search.retention.models import Erased

PREFIX, PART_PREFIX, GONE_PREFIX = "erasures-", "erased-", "gone-"
PART = 100_000  # ids: a part of 10,000 withdrawn records is a file of 90 KB
_SUMS = """SELECT id / %s, count(*), sum(hashint8extended(id, 0)::numeric)::text
FROM ingest_sourcerecord WHERE deleted_at IS NOT NULL GROUP BY 1 ORDER BY 1"""
_GONE_SUMS = """SELECT record_id / %s, count(*), sum(hashint8extended(record_id, 0)::numeric)::text
FROM retention_erased GROUP BY 1 ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class Part:
    """The withdrawn records from id `number` * PART on: the file that lists them, and the count
    and the sum of hashes by which the database tells whether they are still the same.
    """

    number: int
    count: int
    total: str
    name: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """One state of it. Every part is read by `records_of`."""

    parts: list[Part] = field(default_factory=list)
    restrictions: list[dict[str, Any]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    gone: list[Part] = field(default_factory=list)  # erased under a retention rule


@dataclass(frozen=True, slots=True)
class Replayed:
    """What replaying changed; `unplaced` are roots of restrictions with nobody to stand on."""

    records: int
    restrictions: int
    unplaced: list[str]
    closed: int
    erased: int = 0


def write() -> bool:
    """Write the state to the second place unless the newest ledger there says the same.

    A record that is withdrawn or comes back meanwhile makes the next one differ. Raises
    PlaceError, CryptError.
    """
    before = newest()
    closed = Officer.objects.filter(is_active=False).order_by("pk").values_list("pk", flat=True)
    parts = list(_parts(_SUMS, _written, before.parts if before else ()))
    gone = list(_parts(_GONE_SUMS, _written_gone, before.gone if before else ()))
    state = Ledger(parts, restored.standing(), list(closed), gone)
    if before == state:
        return False
    _put(
        f"{PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.json",
        {"format": "wmp-erasures-3", **asdict(state)},
    )
    return True


def newest() -> Ledger | None:
    """The newest ledger of the second place; None where none was written."""
    name = places.place().last(PREFIX)
    said = _get(name) if name else None
    if said is None:
        return None
    parts, gone = ([Part(**p) for p in said.get(kind, ())] for kind in ("parts", "gone"))
    return Ledger(parts, said["restrictions"], said["closed"], gone)


def records_of(part: Part) -> list[int]:
    """The ids of a part. Raises PlaceError where its file is gone."""
    return list(_content(part)["records"])


def erased_of(part: Part) -> dict[int, list[int]]:
    """Of a part of erased records: record → the people whose it was. Raises PlaceError."""
    return {int(record): people for record, people in _content(part)["records"].items()}


def _content(part: Part) -> dict[str, Any]:
    said = _get(part.name)
    if said is None:
        raise places.PlaceError(f"{part.name} is missing in the second place; the ledger names it")
    return said


Write = Callable[[int, int, str], Part]


def _parts(sums: str, write_part: Write, before: Sequence[Part]) -> Iterator[Part]:
    """The parts as of now; those that changed since are written."""
    known = {(p.number, p.count, p.total): p for p in before}
    with connection.cursor() as cursor:
        cursor.execute(sums, [PART])
        now = cursor.fetchall()
    for number, count, total in now:
        yield known.get((number, count, total)) or write_part(number, count, total)


def _written(number: int, count: int, total: str) -> Part:
    first = number * PART
    withdrawn = SourceRecord.objects.filter(deleted_at__isnull=False, pk__gte=first)
    ids = list(withdrawn.filter(pk__lt=first + PART).order_by("pk").values_list("pk", flat=True))
    name = _kept(PART_PREFIX, number, {"format": "wmp-erased-2", "records": ids})
    return Part(number, count, total, name)


def _written_gone(number: int, count: int, total: str) -> Part:
    first = number * PART
    found = Erased.objects.filter(record_id__gte=first, record_id__lt=first + PART)
    records = {str(pk): people for pk, people in found.values_list("record_id", "people")}
    content = {"format": "wmp-gone-1", "records": dict(sorted(records.items()))}
    return Part(number, count, total, _kept(GONE_PREFIX, number, content))


def _kept(prefix: str, number: int, content: dict[str, Any]) -> str:
    """The name of the file with the content, which is written unless it was once before."""
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:24]
    name = f"{prefix}{number:08d}-{digest}.json"
    if places.place().get(name) is None:
        _put(name, content)
    return name


def _put(name: str, content: dict[str, Any]) -> None:
    pieces = crypt.closed([json.dumps(content).encode()], crypt.key())
    places.place().put(name, b"".join(pieces))


def _get(name: str) -> dict[str, Any] | None:
    content = places.place().get(name)
    if content is None:
        return None
    said: dict[str, Any] = json.loads(b"".join(crypt.opened(io.BytesIO(content), crypt.key())))
    return said


def replay(ledger: Ledger, owner: psycopg.Connection) -> Replayed:
    """Erase, withdraw, restrict and close again what the ledger says. The caller resolves
    afterwards. `owner`: a connection as the owner of the tables.
    """
    erased = sum(erase.again(erased_of(part), owner) for part in ledger.gone)
    with transaction.atomic():
        at = timezone.now()
        records = sum(removal.bury(records_of(part), at) for part in ledger.parts)
        made, unplaced = restored.set_again(ledger.restrictions)
        closed = Officer.objects.filter(pk__in=ledger.closed, is_active=True).update(
            is_active=False
        )
    return Replayed(records, made, unplaced, closed, erased)
