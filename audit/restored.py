"""The trail after a restore: what is lost, and how its transactions are counted from now on.

The sealer tells new events by PostgreSQL's transaction numbers. A restored database may count them
from a lower number than the one it was copied from. So every event gets a number that is right
here: sealed ones an old one, unsealed ones that of the restore, which the last seal's snapshot
calls not ended. Neither number is part of what is hashed, signed or sealed.
"""

from dataclasses import dataclass

import psycopg

from audit import places, seal

BEFORE_ALL = "3"  # the first number that PostgreSQL ever gives
_LAST = "SELECT number, encode(hash, 'hex') FROM audit_seal ORDER BY number DESC LIMIT 1"
_UNSEALED = """
UPDATE audit_event SET tx = pg_current_xact_id() WHERE NOT pg_visible_in_snapshot(tx, (
  SELECT snapshot::pg_snapshot FROM audit_seal ORDER BY number DESC LIMIT 1))
"""
_SEALED = "UPDATE audit_event SET tx = %s WHERE tx > pg_current_xact_id()"
_SNAPSHOT = """
UPDATE audit_seal SET snapshot = format('%1$s:%1$s:', pg_current_xact_id())
WHERE number = (SELECT max(number) FROM audit_seal)
"""


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal: its number and fingerprint; 0 and "" before any."""

    seal: int
    hash: str


def head(owner: psycopg.Connection) -> Head:
    """The last seal as the owner's connection sees it."""
    row = owner.execute(_LAST).fetchone()
    return Head(int(row[0]), str(row[1])) if row else Head(0, "")


def count_anew(owner: psycopg.Connection) -> None:
    """Give events and the last seal transaction numbers of this server; one transaction.

    Only as the owner of the tables, right after a restore, before anything else is written.
    """
    tables = ("audit_event", "audit_seal")
    with owner.transaction():
        for table in tables:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only".encode())
        if head(owner).seal:
            owner.execute(_UNSEALED)
            owner.execute(_SEALED, [BEFORE_ALL])
            owner.execute(_SNAPSHOT)
        else:
            owner.execute("UPDATE audit_event SET tx = pg_current_xact_id()")
        for table in tables:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only".encode())


def lost(last: Head) -> list[int]:
    """The seals that the second place knows and the restored trail does not. Raises PlaceError."""
    newest = places.place().last("seal-")
    if newest is None:
        return []
    number = int(newest.removeprefix("seal-").removesuffix(".json"))
    return [n for n in range(last.seal + 1, number + 1) if places.place().get(seal.file_name(n))]
