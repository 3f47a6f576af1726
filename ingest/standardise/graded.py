"""What graded content must have before it is taken (policing.md D1, D2, D6).

An intelligence item without a whole grade is rejected: 3x5x2 with source 1-3, assessment A-E and
handling P or C; the older 5x5x5 as it was recorded, never converted. Content that is marked
above OFFICIAL-SENSITIVE is refused whatever it is.
"""

import polars as pl

from ingest.spec import Stream
from ingest.standardise.parsing import reason
from people.intelligence import is_kind

MARKED = "marked above OFFICIAL-SENSITIVE: not for this system"
WITHHELD = '{"withheld": "marked above OFFICIAL-SENSITIVE"}'
_SCHEMES = ("3x5x2", "5x5x5")
_NEW = r"^[1-3]/?[A-E](/?[PC])?$"
_OLD = r"^[A-E]/?[1-5](/?[1-5])?$"
_HAS_HANDLING = r"[PC]$"
# as a marking stands: in capitals, first or last in the text or in a line, or in brackets
_TOO_HIGH = r"(?m)^\W*(UK )?(TOP )?SECRET\b|\b(UK )?(TOP )?SECRET\W*$|[\[(](UK )?(TOP )?SECRET\b"
_TEXTS = ("event_summary", "note", "handling", "mo", "rationale", "location", "offence")


def problems(stream: Stream, columns: list[str]) -> dict[str, pl.Expr]:
    """Field → what is wrong with a row, over its typed columns."""
    found = {name: _marked(name) for name in _TEXTS if name in columns and name in stream.fields}
    if stream.kind == "membership":
        found["grade"] = reason(~pl.col("grade").str.contains(_NEW), "grade is not of 3x5x2")
    if stream.kind == "person" and "grade" in stream.fields:
        found["grade"] = _grade(stream)
    return found


def _marked(name: str) -> pl.Expr:
    return reason(pl.col(name).str.contains(_TOO_HIGH), MARKED)


def _grade(stream: Stream) -> pl.Expr:
    grade, scheme = pl.col("grade").str.to_uppercase(), pl.col("grade_scheme")
    bare = grade.str.replace_all(" ", "")
    is_new, is_old = scheme == _SCHEMES[0], scheme == _SCHEMES[1]
    unhandled = ~bare.str.contains(_HAS_HANDLING) & (pl.col("handling") == "")
    graded = pl.col("grade") != ""
    missing = reason(~graded, "empty, but an intelligence item has a grade")
    return pl.coalesce(
        *([missing] if is_kind(stream.event_kind) else []),
        reason(graded & ~is_new & ~is_old, "grading scheme is neither 3x5x2 nor 5x5x5"),
        reason(graded & is_new & ~bare.str.contains(_NEW), "grade is not of 3x5x2"),
        reason(graded & is_old & ~bare.str.contains(_OLD), "grade is not of 5x5x5"),
        reason(graded & is_new & unhandled, "no handling code: P or C"),
    )
