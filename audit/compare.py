"""Compares what seals say with the events that are there: pure functions over streams.

An event is expected from the moment a seal that holds it is read, and claimed when it comes by.
Most seals hold exactly the events of their stretch of the trail; those that committed late are
claimed by a later seal (strays). Memory: one seal's leaves and the strays.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit import leaves, merkle
from audit.keys import is_signed
from audit.leaves import Place


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed. `kind`: altered, missing, inserted, reordered,
    screen, seal or checkpoint.
    """

    kind: str
    words: str
    place: Place | None = None
    seal: int | None = None

    def __str__(self) -> str:
        event = ""
        if self.place:
            event = f"event {self.place.uuid} of {self.place.at:%Y-%m-%d %H:%M:%S.%f} UTC: "
        seal = f" (seal {self.seal})" if self.seal is not None else ""
        return f"{self.kind.upper()}: {event}{self.words}{seal}"


@dataclass(frozen=True, slots=True)
class SealedBatch:
    """A seal as it is kept: the signed text, its signature, and its leaves."""

    number: int
    header: str
    signature: bytes
    leaves: bytes

    @property
    def fields(self) -> Mapping[str, Any]:
        """The header's content; empty if it cannot be read."""
        try:
            read = json.loads(self.header)
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.header.encode()).hexdigest()


def check_chain(
    batch: SealedBatch, before: SealedBatch | None, trusted: Mapping[str, Ed25519PublicKey]
) -> Iterator[Finding]:
    """Whether one seal is signed, follows the one before it and stands over its own leaves."""
    said = batch.fields
    key = trusted.get(str(said.get("key")))

    def wrong(words: str) -> Finding:
        return Finding("seal", words, seal=batch.number)

    if not is_signed(batch.header.encode(), batch.signature, key):
        yield wrong("its signature is not that of a known key")
    if said.get("number") != batch.number:
        yield wrong("it was made under another number")
    if before is not None:
        if batch.number != before.number + 1:
            yield wrong(f"the seals between {before.number} and {batch.number} are missing")
        elif said.get("previous") != before.hash or said.get("since") != before.fields["until"]:
            yield wrong("it does not follow the seal before it")
    elif batch.number == 1 and said.get("previous") != bytes(32).hex():
        yield wrong("the first seal follows something")
    parts = leaves.split(batch.leaves)
    root = merkle.root([merkle.leaf(part) for part in parts]).hex()
    if (said.get("size"), said.get("root")) != (len(parts), root):
        yield wrong("its list of events is not the one that was signed")


@dataclass(slots=True)
class Comparison:
    """Feed it seals in order with the events up to each seal's `until`; then look at what is left.

    `expected`: sealed, not met: place → (seal, content hash). `pending`: met, in no seal so far:
    place → content hash.
    """

    expected: dict[Place, tuple[int, bytes]] = field(default_factory=dict)
    pending: dict[Place, bytes] = field(default_factory=dict)
    events: int = 0

    def add(self, batch: SealedBatch, events: Iterable[tuple[Place, bytes]]) -> Iterator[Finding]:
        """Compare one seal; `events` are all of its stretch, in order, with their content hash as
        computed now.
        """
        for place, content_hash in leaves.unpack(batch.leaves):
            if place in self.pending:
                met = self.pending.pop(place)
                yield from _altered(place, batch.number, content_hash, met)
            else:
                self.expected[place] = (batch.number, content_hash)
        for place, content_hash in events:
            self.events += 1
            if place in self.expected:
                number, sealed = self.expected.pop(place)
                yield from _altered(place, number, sealed, content_hash)
            else:
                self.pending[place] = content_hash


def _altered(place: Place, seal: int, sealed: bytes, now: bytes) -> Iterator[Finding]:
    if sealed != now:
        yield Finding("altered", "its content is not what was sealed", place, seal)
