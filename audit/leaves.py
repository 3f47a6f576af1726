"""What a seal holds of an event: 56 bytes with its time, id and content hash; pure functions."""

import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LAYOUT = struct.Struct(">q16s32s")
SIZE = LAYOUT.size


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an event stands in the trail: microseconds since 1970, then the id's bytes.

    The order is PostgreSQL's order of (at, id).
    """

    microsecond: int
    id: bytes

    @classmethod
    def of(cls, at: datetime, identifier: uuid.UUID) -> "Place":
        return cls((at - EPOCH) // MICROSECOND, identifier.bytes)

    @classmethod
    def parse(cls, text: str) -> "Place":
        moment, _, identifier = text.partition("-")
        return cls(int(moment), uuid.UUID(identifier).bytes)

    @property
    def at(self) -> datetime:
        return EPOCH + self.microsecond * MICROSECOND

    @property
    def uuid(self) -> uuid.UUID:
        return uuid.UUID(bytes=self.id)

    def __str__(self) -> str:
        return f"{self.microsecond}-{self.uuid}"


FIRST = Place(0, bytes(16))  # before everything
LAST_ID = bytes([255] * 16)  # after every other id of the same microsecond


def pack(place: Place, content_hash: bytes) -> bytes:
    """The leaf's bytes."""
    return LAYOUT.pack(place.microsecond, place.id, content_hash)


def split(leaves: bytes) -> list[bytes]:
    """The bytes of each leaf."""
    return [leaves[i : i + SIZE] for i in range(0, len(leaves), SIZE)]


def unpack(leaves: bytes) -> Iterator[tuple[Place, bytes]]:
    """Place and content hash of each leaf, in order."""
    for moment, identifier, content_hash in LAYOUT.iter_unpack(leaves):
        yield Place(moment, identifier), content_hash
