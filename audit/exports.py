"""The sealed trail as files that `audit/offline.py` checks without the application."""

import base64
import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from audit import leaves, merkle, offline, signing, verify
from audit.leaves import Place
from audit.models import Event, Expiry, Seal
from audit.record import canonical_row, reachable

FETCH = 2_000


class NothingSealedError(Exception):
    """No seal covers the period asked for."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many, and the fingerprint of the manifest."""

    events: int
    seals: int
    fingerprint: str


def write(
    folder: Path, since: datetime | None, until: datetime | None, *, screens: bool = False
) -> Exported:
    """Write the seals that cover the period with their events into a new folder.

    Raises NothingSealedError, AuditUnavailable, FileExistsError.
    """
    folder.mkdir(parents=True)
    with reachable(), transaction.atomic(using="audit"):
        numbers = verify.covering(since, until)
        if not numbers:
            raise NothingSealedError("No seal covers this period")
        first, last = verify.bounds(numbers)
        count = _events(folder / "events.jsonl", first, last)
        _seals(folder / "seals.jsonl", numbers, first, last)
        _expiries(folder / "expiries.jsonl")
        if screens:
            _screens(folder / "screens.jsonl", first, last)
    files = {path.name: _sha256(path) for path in sorted(folder.iterdir())}
    statement = {
        "format": "wmp-audit-export-1",
        "files": files,
        "since": str(first),
        "until": str(last),
        "events": count,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "key": signing.key_name(),
    }
    text = json.dumps(statement, sort_keys=True, separators=(",", ":"))
    (folder / "manifest.json").write_text(signed(text))
    shutil.copyfile(offline.__file__, folder / "verify_audit.py")
    return Exported(count, len(numbers), hashlib.sha256(text.encode()).hexdigest())


def signed(text: str) -> str:
    """A statement with this installation's signature, as JSON."""
    signature = base64.b64encode(signing.sign(text.encode())).decode()
    return json.dumps({"statement": text, "signature": signature}, indent=1)


def proof(event: Event) -> dict[str, Any] | None:
    """The inclusion proof of one event, None while it is not sealed. Raises AuditUnavailable."""
    place = Place.of(event.at, event.id)
    with reachable():
        batch = _seal_of(place)
    if batch is None:
        return None
    parts = leaves.split(bytes(batch.leaves))
    index = next(i for i, (p, _) in enumerate(leaves.unpack(bytes(batch.leaves))) if p == place)
    names = [f.attname for f in Event._meta.concrete_fields if f.attname != "content_hash"]
    return {
        "event": canonical_row({name: getattr(event, name) for name in names}),
        "index": index,
        "path": [h.hex() for h in merkle.path(index, [merkle.leaf(part) for part in parts])],
        "header": batch.header,
        "signature": base64.b64encode(bytes(batch.signature)).decode(),
    }


def _seal_of(place: Place) -> Seal | None:
    """The seal that holds the place: the one of its stretch, or one that holds strays."""
    likely = Seal.objects.filter(until_at__gte=place.at).order_by("until_at", "until_id")[:2]
    strays = Seal.objects.filter(strays__gt=0).order_by("number")
    for batch in (*likely, *strays.iterator(1)):
        if any(held == place for held, _ in leaves.unpack(bytes(batch.leaves))):
            return batch
    return None


def _events(path: Path, first: Place, last: Place) -> int:
    count = 0
    with (
        path.open("w", encoding="utf-8", newline="\n") as file,
        connections["audit"].connection.cursor(name="exported") as rows,
    ):
        rows.itersize = FETCH
        rows.execute(verify.ROWS, [first.at, first.uuid, last.at, last.uuid])
        for row in rows:
            file.write(canonical_row(dict(zip(verify.COLUMNS, row, strict=True))) + "\n")
            count += 1
    return count


def _seals(path: Path, numbers: Sequence[int], first: Place, last: Place) -> None:
    """The period's seals, and others that hold events of the period which committed late."""
    whole = set(numbers)
    others = Seal.objects.filter(strays__gt=0).exclude(number__in=whole).defer("header")
    for batch in others.iterator(1):
        if any(first < place <= last for place, _ in leaves.unpack(bytes(batch.leaves))):
            whole.add(batch.number)
    rows = Seal.objects.filter(number__in=whole).order_by("number").iterator(10)
    _write(
        path,
        (
            {
                "header": row.header,
                "signature": base64.b64encode(bytes(row.signature)).decode(),
                "leaves": base64.b64encode(bytes(row.leaves)).decode(),
            }
            for row in rows
        ),
    )


def _expiries(path: Path) -> None:
    _write(
        path,
        (
            {
                "statement": row.statement,
                "signature": base64.b64encode(bytes(row.signature)).decode(),
                "places": base64.b64encode(bytes(row.places)).decode(),
            }
            for row in Expiry.objects.order_by("number").iterator(1)
        ),
    )


def _screens(path: Path, first: Place, last: Place) -> None:
    with connections["audit"].connection.cursor(name="screens") as rows:
        rows.itersize = 500
        rows.execute(
            "SELECT encode(hash, 'hex'), body FROM audit_screen WHERE hash IN (SELECT screen_hash "
            "FROM audit_event WHERE at >= %s AND at <= %s) ORDER BY hash",
            [first.at, last.at],
        )
        bodies = ({"hash": h, "body": base64.b64encode(body).decode()} for h, body in rows)
        _write(path, bodies)


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
