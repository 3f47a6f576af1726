"""The erasure ledger: what a restored backup must not bring back (policing.md K9).

It stands in the second place of the audit trail, outside the database: which source records are
withdrawn, which restrictions stand, which accounts are closed. Ids only; encrypted where there is
a backup key. Beat writes a new one within a minute of a change.

A ledger is a head that names its parts: the withdrawn records of PART ids each. A part is written
anew when its records change; whether they did, the database tells by a count and a sum for each
part. So millions of withdrawn records are neither read nor written every minute.
"""

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit import places
from ingest import removal
from ingest.models import SourceRecord
from people import restored
from wmp_search.access.models import Officer
from wmp_search.operations.backups import crypt

PREFIX, PART_PREFIX = "erasures-", "erased-"
PART = 100_000  # ids: a part of 10,000 withdrawn records is a file of 90 KB
_SUMS = """SELECT id / %s, count(*), sum(hashint8extended(id, 0)::numeric)::text
FROM ingest_sourcerecord WHERE deleted_at IS NOT NULL GROUP BY 1 ORDER BY 1"""


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


@dataclass(frozen=True, slots=True)
class Replayed:
    """What replaying changed; `unplaced` are roots of restrictions with nobody to stand on."""

    records: int
    restrictions: int
    unplaced: list[str]
    closed: int


def write() -> bool:
    """Write the state to the second place unless the newest ledger there says the same.

    A record that is withdrawn or comes back meanwhile makes the next one differ. Raises
    PlaceError, CryptError.
    """
    before = newest()
    closed = Officer.objects.filter(is_active=False).order_by("pk").values_list("pk", flat=True)
    parts = list(_parts(before.parts if before else ()))
    state = Ledger(parts, restored.standing(), list(closed))
    if before == state:
        return False
    _put(
        f"{PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.json",
        {"format": "wmp-erasures-2", **asdict(state)},
    )
    return True


def newest() -> Ledger | None:
    """The newest ledger of the second place; None where none was written."""
    name = places.place().last(PREFIX)
    said = _get(name) if name else None
    if said is None:
        return None
    return Ledger([Part(**p) for p in said["parts"]], said["restrictions"], said["closed"])


def records_of(part: Part) -> list[int]:
    """The ids of a part. Raises PlaceError where its file is gone."""
    said = _get(part.name)
    if said is None:
        raise places.PlaceError(f"{part.name} is missing in the second place; the ledger names it")
    return list(said["records"])


def _parts(before: Sequence[Part]) -> Iterator[Part]:
    """The parts as of now; those that changed since are written."""
    known = {(p.number, p.count, p.total): p for p in before}
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [PART])
        now = cursor.fetchall()
    for number, count, total in now:
        yield known.get((number, count, total)) or _written(number, count, total)


def _written(number: int, count: int, total: str) -> Part:
    first = number * PART
    withdrawn = SourceRecord.objects.filter(deleted_at__isnull=False, pk__gte=first)
    ids = list(withdrawn.filter(pk__lt=first + PART).order_by("pk").values_list("pk", flat=True))
    content = {"format": "wmp-erased-2", "records": ids}
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:24]
    name = f"{PART_PREFIX}{number:08d}-{digest}.json"
    if places.place().get(name) is None:  # else the same records were withdrawn once before
        _put(name, content)
    return Part(number, count, total, name)


def _put(name: str, content: dict[str, Any]) -> None:
    pieces = crypt.closed([json.dumps(content).encode()], crypt.key())
    places.place().put(name, b"".join(pieces))


def _get(name: str) -> dict[str, Any] | None:
    content = places.place().get(name)
    if content is None:
        return None
    said: dict[str, Any] = json.loads(b"".join(crypt.opened(io.BytesIO(content), crypt.key())))
    return said


def replay(ledger: Ledger) -> Replayed:
    """Withdraw, restrict and close again what the ledger says. The caller resolves afterwards."""
    with transaction.atomic():
        at = timezone.now()
        records = sum(removal.bury(records_of(part), at) for part in ledger.parts)
        made, unplaced = restored.set_again(ledger.restrictions)
        closed = Officer.objects.filter(pk__in=ledger.closed, is_active=True).update(
            is_active=False
        )
    return Replayed(records, made, unplaced, closed)
