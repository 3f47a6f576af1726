"""Seals what was written since the last seal: batches under Merkle roots, chained and signed.

Nothing here touches the way an event is written. Which events are new is decided by transaction,
not by time: a seal keeps PostgreSQL's snapshot (which transactions had ended), and the next one
takes the rows whose transaction had ended by its own snapshot but not by that one. So a row that
commits late goes into a later seal, none is skipped, none is taken twice, and a long transaction
elsewhere delays nothing.

The signed headers go to the second place (`audit.places`) after the commit; what could not be
written there is written by the next run.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connections, transaction

from audit import leaves, merkle, places, signing
from audit.leaves import FIRST, Place
from audit.models import Seal
from audit.record import reachable

BATCH = 50_000  # leaves of one seal: 2.8 MB; an inclusion proof reads one seal
LOCK = 7_215_014  # advisory: two sealers take turns; those who write events never take it
NOTHING_ENDED = "1:1:"
NO_SEAL = bytes(32)
NEW = """
SELECT at, id, content_hash FROM audit_event
WHERE tx >= pg_snapshot_xmin(%(before)s::pg_snapshot)
  AND tx < pg_snapshot_xmax(%(now)s::pg_snapshot)
  AND NOT pg_visible_in_snapshot(tx, %(before)s::pg_snapshot)
  AND pg_visible_in_snapshot(tx, %(now)s::pg_snapshot)
ORDER BY at, id
"""


class SealingError(Exception):
    """The trail cannot be sealed; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a run began: the database's clock and which transactions had ended."""

    at: datetime
    snapshot: str


def run() -> list[int]:
    """Seal what is new and write what is missing in the second place; the numbers of new seals.

    Empty also if another run is under way. Raises AuditUnavailable, SealingError, PlaceError,
    UnusableKeyError.
    """
    with reachable(), transaction.atomic(using="audit"):
        made = _seal()
    publish()
    return made


def publish() -> int:
    """Write the headers that are not in the second place yet; how many there were."""
    place, name = places.place(), places.address()
    with reachable(), connections["audit"].cursor() as cursor:
        cursor.execute(
            "SELECT s.number, s.header, s.signature FROM audit_seal s WHERE NOT EXISTS "
            "(SELECT FROM audit_checkpoint c WHERE c.seal = s.number AND c.place = %s) ORDER BY 1",
            [name],
        )
        waiting = cursor.fetchall()
        for number, header, signature in waiting:
            place.put(file_name(number), checkpoint(header, bytes(signature)))
            cursor.execute(
                "INSERT INTO audit_checkpoint (seal, place) VALUES (%s, %s) "
                "ON CONFLICT DO NOTHING",
                [number, name],
            )
    return len(waiting)


def file_name(number: int) -> str:
    """The name of a seal's checkpoint in the second place."""
    return f"seal-{number:012}.json"


def checkpoint(header: str, signature: bytes) -> bytes:
    """What stands in the second place: the header's text and its signature."""
    signed = {"header": header, "signature": base64.b64encode(signature).decode()}
    return json.dumps(signed, indent=1).encode()


def _seal() -> list[int]:
    with connections["audit"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return []
        cursor.execute("SELECT clock_timestamp(), pg_current_snapshot()::text")
        now = Moment(*cursor.fetchone())
        last = Seal.objects.defer("leaves").order_by("-number").first()
        if last and _xmax(now.snapshot) < _xmax(last.snapshot):
            raise SealingError(
                "This database counts transactions from a lower number than the last seal saw: it "
                "was restored from a dump. Advance the counter as docs/guides/"
                "verify-the-audit-trail.md says, then seal again"
            )
        made = []
        fresh = _new(last.snapshot if last else NOTHING_ENDED, now.snapshot)
        while batch := list(islice(fresh, BATCH)):
            last = _make(batch, last, now)
            made.append(last.number)
        return made


def _new(before: str, now: str) -> Iterator[tuple[Place, bytes]]:
    """Place and content hash of every event between the two snapshots, in order; streamed."""
    connection = connections["audit"].connection
    with connection.cursor(name="unsealed") as rows:
        rows.itersize = BATCH
        rows.execute(NEW, {"before": before, "now": now})
        for at, identifier, content_hash in rows:
            yield Place.of(at, identifier), bytes(content_hash)


def _make(batch: list[tuple[Place, bytes]], last: Seal | None, now: Moment) -> Seal:
    packed = [leaves.pack(place, content_hash) for place, content_hash in batch]
    since = Place.of(last.until_at, last.until_id) if last else FIRST
    so_far = Place.of(now.at, uuid.UUID(bytes=leaves.LAST_ID))
    punctual = [place for place, _ in batch if since < place <= so_far]
    until = punctual[-1] if punctual else since
    previous = bytes(last.hash) if last else NO_SEAL
    number = last.number + 1 if last else 1
    header = {
        "format": "wmp-audit-seal-1",
        "number": number,
        "previous": previous.hex(),
        "size": len(packed),
        "total": len(packed) + (json.loads(last.header)["total"] if last else 0),
        "root": merkle.root([merkle.leaf(data) for data in packed]).hex(),
        "since": str(since),
        "until": str(until),
        "sealed_at": now.at.isoformat(timespec="microseconds"),
        "key": signing.key_name(),
    }
    text = json.dumps(header, sort_keys=True, separators=(",", ":"))
    made = Seal(
        number=number,
        header=text,
        hash=hashlib.sha256(text.encode()).digest(),
        previous=previous,
        signature=signing.sign(text.encode()),
        size=len(packed),
        strays=len(packed) - len(punctual),
        until_at=until.at,
        until_id=until.uuid,
        sealed_at=now.at,
        snapshot=now.snapshot,
        leaves=b"".join(packed),
    )
    made.save(force_insert=True, using="audit")
    return made


def _xmax(snapshot: str) -> int:
    return int(snapshot.split(":")[1])


def status() -> dict[str, Any]:
    """How far the trail is sealed: {"number", "sealed_at", "total", "hash"}; empty before any."""
    with reachable():
        last = Seal.objects.defer("leaves").order_by("-number").first()
    if last is None:
        return {}
    header = json.loads(last.header)
    return {
        "number": last.number,
        "sealed_at": last.sealed_at,
        "total": header["total"],
        "hash": bytes(last.hash).hex(),
    }
