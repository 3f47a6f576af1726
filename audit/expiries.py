"""Signed statements of what expired, and which missing events and screens they excuse."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import psycopg

from audit import signing
from audit.keys import is_signed
from audit.leaves import Place
from audit.models import Expiry

FORMAT = "wmp-audit-expiry-1"
SCREENS = "wmp-audit-screens-1"  # its `places` are the SHA-256 of screens, 32 bytes each
DIGEST = 32
SIZE = 24  # of a place in `Expiry.places`: eight bytes of microseconds, sixteen of id


def pack(place: Place) -> bytes:
    """A place as it stands in a statement."""
    return place.microsecond.to_bytes(8, "big", signed=True) + place.id


def excused(missing: Iterable[Place]) -> set[Place]:
    """Those of the missing events that a signed statement names."""
    found: set[Place] = set()
    wanted = set(missing)
    for expiry in Expiry.objects.order_by("number").iterator(1) if wanted else ():
        said = checked(expiry)
        if said.get("month"):
            found |= {p for p in wanted if f"{p.at:%Y-%m}" == said["month"]}
        packed = bytes(expiry.places) if said else b""
        named = {packed[i : i + SIZE] for i in range(0, len(packed), SIZE)}
        found |= {p for p in wanted if pack(p) in named}
    return found


def erased_screens() -> set[bytes]:
    """The screens that signed statements say were erased with the people they showed."""
    found: set[bytes] = set()
    for expiry in Expiry.objects.order_by("number").iterator(1):
        packed = bytes(expiry.places) if checked(expiry, SCREENS) else b""
        found |= {packed[i : i + DIGEST] for i in range(0, len(packed), DIGEST)}
    return found


def state_screens(owner: psycopg.Connection, hashes: Sequence[bytes], at: datetime) -> None:
    """Write the signed statement that these screens were erased, in the owner's transaction."""
    packed = b"".join(sorted(hashes))
    row = owner.execute("SELECT coalesce(max(number), 0) + 1 FROM audit_expiry").fetchone()
    said = {
        "format": SCREENS,
        "number": row[0] if row else 1,
        "count": len(hashes),
        "places": hashlib.sha256(packed).hexdigest(),
        "at": at.isoformat(timespec="seconds"),
        "key": signing.key_name(),
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    owner.execute(
        "INSERT INTO audit_expiry (number, statement, signature, places) VALUES (%s, %s, %s, %s)",
        [said["number"], text, signing.sign(text.encode()), packed],
    )


def checked(expiry: Expiry, form: str = FORMAT) -> dict[str, Any]:
    """What a statement of that format says; empty unless a known key signed it, and its list."""
    said: dict[str, Any] = json.loads(expiry.statement)
    key = signing.trusted().get(str(said.get("key")))
    listed = hashlib.sha256(bytes(expiry.places)).hexdigest()
    if not is_signed(expiry.statement.encode(), bytes(expiry.signature), key):
        return {}
    return said if said.get("format") == form and said.get("places") == listed else {}
