"""The erasure ledger: what a restored backup must not bring back (policing.md K9).

It stands in the second place of the audit trail, outside the database, and each file is the whole
state: which source records are withdrawn, which restrictions stand, which accounts are closed. Ids
only; encrypted where there is a backup key. Beat writes a new one within a minute of a change.
"""

import io
import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit import places
from ingest import removal
from ingest.models import SourceRecord
from people import restored
from wmp_search.access.models import Officer
from wmp_search.operations.backups import crypt

PREFIX = "erasures-"


@dataclass(frozen=True, slots=True)
class Ledger:
    """One state of it."""

    records: list[int] = field(default_factory=list)
    restrictions: list[dict[str, Any]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What replaying changed; `unplaced` are roots of restrictions with nobody to stand on."""

    records: int
    restrictions: int
    unplaced: list[str]
    closed: int


def now() -> Ledger:
    """The state of this database."""
    withdrawn = SourceRecord.objects.filter(deleted_at__isnull=False).order_by("pk")
    closed = Officer.objects.filter(is_active=False).order_by("pk")
    return Ledger(
        list(withdrawn.values_list("pk", flat=True)),
        restored.standing(),
        list(closed.values_list("pk", flat=True)),
    )


def write() -> bool:
    """Write the state to the second place unless the newest ledger there says the same.

    Raises PlaceError, CryptError.
    """
    state = now()
    if newest() == state:
        return False
    content = json.dumps({"format": "wmp-erasures-1", **asdict(state)}).encode()
    name = f"{PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.json"
    places.place().put(name, b"".join(crypt.closed([content], crypt.key())))
    return True


def newest() -> Ledger | None:
    """The newest ledger of the second place; None where none was written."""
    place = places.place()
    name = place.last(PREFIX)
    content = place.get(name) if name else None
    if content is None:
        return None
    said = json.loads(b"".join(crypt.opened(io.BytesIO(content), crypt.key())))
    return Ledger(said["records"], said["restrictions"], said["closed"])


def replay(ledger: Ledger) -> Replayed:
    """Withdraw, restrict and close again what the ledger says. The caller resolves afterwards."""
    with transaction.atomic():
        records = removal.bury(ledger.records, timezone.now())
        made, unplaced = restored.set_again(ledger.restrictions)
        closed = Officer.objects.filter(pk__in=ledger.closed, is_active=True).update(
            is_active=False
        )
    return Replayed(records, made, unplaced, closed)
