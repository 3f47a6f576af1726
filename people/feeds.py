"""How up to date each system's data is, as far as people and searches need to know.

Deliveries belong to `ingest`, which stands above and registers how to read them at the start.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wmp_search.access.scope import Scope


@dataclass(frozen=True, slots=True)
class Feed:
    """One system: its title, the tier of its records, when its data last arrived (None: never).

    `late`: the next delivery should have arrived by now, by the schedule of its source file.
    """

    system: str
    title: str
    tier: int
    arrived_at: datetime | None
    late: bool

    def as_json(self) -> dict[str, Any]:
        """As the audit trail and a certificate hold it."""
        at = self.arrived_at.isoformat(timespec="seconds") if self.arrived_at else None
        return {"system": self.system, "arrived_at": at, "late": self.late}


_readers: list[Callable[[], Iterable[Feed]]] = []


def register(reader: Callable[[], Iterable[Feed]]) -> None:
    """Make known how the deliveries are read; called once when Django starts."""
    _readers[:] = [reader]


def searched(scope: Scope) -> tuple[Feed, ...]:
    """The systems whose records a search of this scope reads, by title. One query."""
    found = [f for reader in _readers for f in reader() if f.tier in scope.tiers]
    return tuple(sorted(found, key=lambda feed: feed.title))
