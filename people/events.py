"""The events that other apps know of nominal records, as SQL, for work on many records at once.

People may not import crime, so crime registers its events when Django starts (apps.py).
"""

_NONE = "SELECT NULL::bigint, NULL::text, NULL::smallint, NULL::boolean WHERE false"
_known: list[str] = []


def register(sql: str) -> None:
    """`sql` selects record_id, role, tier of the event, and whether it is a sexual offence.

    Rows of live events whose record is known; a record may have many.
    """
    if sql not in _known:
        _known.append(sql)


def every() -> str:
    """SQL of all events: columns record_id, role, tier, sexual."""
    together = " UNION ALL ".join(_known) or _NONE
    return f"SELECT * FROM ({together}) AS known(record_id, role, tier, sexual)"
