"""Signed statements of what expired, and which missing events they excuse."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from audit import signing
from audit.keys import is_signed
from audit.leaves import Place
from audit.models import Expiry

FORMAT = "wmp-audit-expiry-1"
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


def checked(expiry: Expiry) -> dict[str, Any]:
    """What the statement says; empty unless a known key signed it, and its list."""
    said: dict[str, Any] = json.loads(expiry.statement)
    key = signing.trusted().get(str(said.get("key")))
    listed = hashlib.sha256(bytes(expiry.places)).hexdigest()
    if not is_signed(expiry.statement.encode(), bytes(expiry.signature), key):
        return {}
    return said if said.get("format") == FORMAT and said.get("places") == listed else {}
