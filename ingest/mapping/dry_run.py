"""What a source file would do with its sample: counts, reasons, people who are known already."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection

from ingest.errors import DeliveryError
from ingest.load import holds
from ingest.spec import Source, Stream
from ingest.trial import filled, tried

MOST_REJECTED = 50  # named one by one
FEW = 10  # known people: below it no number is told, so that nobody asks about one person
PREVIEWED = 10
TRIED = 100_000  # rows: a packed sample may hold millions, and somebody waits for the page

_KNOWN = """
WITH row AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::date[], %s::text[], %s::text[])
        AS s(surname, given_names, born_on, pnc, cro)
)
SELECT count(*) FROM row WHERE EXISTS (
    SELECT FROM people_identifier i
    WHERE i.tier = 0 AND i.kind IN ('pnc', 'cro') AND i.value <> '' AND i.value IN (pnc, cro)
        AND NOT EXISTS (SELECT FROM people_restriction r
            WHERE r.person_id = i.person_id AND r.lifted_at IS NULL)
) OR EXISTS (
    SELECT FROM people_birthdate b JOIN people_name n USING (person_id)
    WHERE b.tier = 0 AND n.tier = 0 AND b.precision = 'D' AND b.born_on = row.born_on
        AND lower(n.surname) = lower(row.surname) AND row.surname <> ''
        AND lower(n.given_names) = lower(row.given_names) AND row.given_names <> ''
        AND NOT EXISTS (SELECT FROM people_restriction r
            WHERE r.person_id = b.person_id AND r.lifted_at IS NULL)
)"""


@dataclass(slots=True)
class Trial:
    """`rejected`: [line, column, reason] of the first; `reasons`: [column, reason, rows] of all.

    `known`: rows whose names and birth, or PNC or CRO number, are those of a person whom open
    records already name; None where fewer than FEW are, or rows are no people. `error`: why the
    file cannot be read at all.
    """

    read: int = 0
    good: int = 0
    skipped: int = 0
    bad: int = 0
    rejected: list[list[Any]] = field(default_factory=list)
    reasons: list[list[Any]] = field(default_factory=list)
    is_held: bool = False
    is_about_people: bool = False
    known: int | None = None
    is_cut: bool = False  # only the first TRIED rows were tried
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def run(source: Source, path: Path) -> Trial:
    """Try the first stream on the sample. Nothing is written."""
    stream = source.streams[0]
    trial, reasons, known = Trial(is_about_people=stream.kind == "person"), Counter[Any](), 0
    try:
        for part in tried(source, stream, path):
            trial.read += part.read
            trial.skipped += part.skipped
            trial.good += len(part.good)
            trial.bad += len(part.bad)
            reasons.update(part.bad.select("column", "reason").iter_rows())
            room = MOST_REJECTED - len(trial.rejected)
            trial.rejected += [list(row) for row in part.bad.head(max(room, 0)).iter_rows()]
            if trial.is_about_people:
                known += _known(part.good)
            if trial.read >= TRIED:
                trial.is_cut = True
                break
    except DeliveryError as error:
        return Trial(error=str(error))
    trial.reasons = [[*of, rows] for of, rows in reasons.most_common(MOST_REJECTED)]
    trial.is_held = holds(stream, trial.read, trial.bad)
    trial.known = known if known >= FEW else None
    return trial


def preview(source: Source, stream: Stream, path: Path) -> list[tuple[int, dict[str, str]]]:
    """(line, field → value) of the first PREVIEWED rows as they would be loaded."""
    rows: list[tuple[int, dict[str, str]]] = []
    for part in tried(source, stream, path):
        for row in part.good.head(PREVIEWED - len(rows)).iter_rows(named=True):
            line = row.pop("line")
            rows.append((line, filled(row)))
        if len(rows) == PREVIEWED:
            break
    return rows


def _known(good: pl.DataFrame) -> int:
    empty = pl.lit("", dtype=pl.String)
    found = good.select(
        *(
            pl.col(c) if c in good.columns else empty.alias(c)
            for c in ("surname", "given_names", "pnc_id", "cro")
        ),
        pl.col("born_on") if "born_on" in good.columns else pl.lit(None).alias("born_on"),
    )
    columns = [found[c].to_list() for c in ("surname", "given_names", "born_on", "pnc_id", "cro")]
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, columns)
        return int(cursor.fetchone()[0])
