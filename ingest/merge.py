"""The set-based SQL of one delivered file: add, change, revive, tombstone, link, queue documents.

Everything runs in the caller's transaction, under the refresh lock: nobody else writes these
tables. `Merge.at` is the one time that all rows touched by the file carry.
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.db.backends.utils import CursorWrapper

from ingest.bulk import copy_in, reserve_ids, temp_like
from ingest.spec import Source, Stream
from ingest.twins import Link, Twin, kinds_linking_to, twin
from people import masking

RECORDS = "ingest_sourcerecord"
# a crime's document shows its latest outcome: with a newer version, so that of two processes that
# make it at once the one that did not see the outcome loses
_NEWER_CRIMES = """
    UPDATE crime_crime c SET changed_at = %s
    FROM (SELECT DISTINCT entity_id FROM load_touched WHERE entity = 'crime') touched
    WHERE c.id = touched.entity_id AND c.changed_at < %s
"""


@dataclass(frozen=True, slots=True)
class Merge:
    """One file's way into the tables."""

    cursor: CursorWrapper
    source: Source
    stream: Stream
    batch_id: int
    at: datetime

    @property
    def twin(self) -> Twin:
        return twin(self.stream.kind)

    def begin(self) -> None:
        """Temporary tables for changed rows, for new linked rows and for touched documents."""
        temp_like(
            self.cursor,
            "load_record",
            "(id bigint PRIMARY KEY, raw jsonb, row_hash bytea, line bigint)",
        )
        temp_like(self.cursor, "load_twin", f"(LIKE {self.twin.table})")
        temp_like(self.cursor, "load_gone", "(id bigint PRIMARY KEY)")
        temp_like(self.cursor, "load_touched", "(entity text, entity_id bigint)")

    def reject(self, rows: pl.DataFrame) -> None:
        """Rejections: line, column, reason and raw."""
        reason = pl.col("reason").str.slice(0, 300)
        whole = rows.select("line", "column", reason, "raw", batch_id=pl.lit(self.batch_id))
        copy_in(self.cursor, "ingest_rejection", whole)

    def add(self, rows: pl.DataFrame) -> None:
        """New rows: line, source_ref, raw, row_hash (hexadecimal) and the twin's columns."""
        if rows.is_empty():
            return
        rows = rows.with_columns(reserve_ids(self.cursor, RECORDS, len(rows)))
        raw = rows.select(
            "id", "source_ref", "raw", _bytea("row_hash"), "line",
            system=pl.lit(self.source.system),
            stream=pl.lit(self.stream.name),
            kind=pl.lit(self.stream.kind),
            batch_id=pl.lit(self.batch_id),
            loaded_at=pl.lit(self.at),
        )  # fmt: skip
        copy_in(self.cursor, RECORDS, raw)
        if self.twin.links:
            self._add_linked(rows)
        else:
            copy_in(self.cursor, self.twin.table, self._twin_rows(rows))
            if self.twin.document:
                touched = rows.select(entity=pl.lit(self.twin.document[0]), entity_id="id")
                copy_in(self.cursor, "load_touched", touched)

    def change(self, rows: pl.DataFrame) -> None:
        """Rows with another content than before (or revived): as `add`, with their `id`.

        The raw row as it was goes to its versions; a twin whose typed values are the same stays.
        """
        if rows.is_empty():
            return
        raw = rows.select("id", "raw", _bytea("row_hash"), "line")
        copy_in(self.cursor, "load_record", raw)
        self.cursor.execute(
            f"""INSERT INTO ingest_sourcerecordversion
                (record_id, raw, row_hash, batch_id, line, valid_from, valid_to)
            SELECT r.id, r.raw, r.row_hash, r.batch_id, r.line, r.loaded_at, %s
            FROM {RECORDS} r JOIN load_record s USING (id) WHERE r.row_hash <> s.row_hash""",
            [self.at],
        )
        self.cursor.execute(
            f"""UPDATE {RECORDS} r SET raw = s.raw, row_hash = s.row_hash, line = s.line,
                batch_id = %s, loaded_at = %s, deleted_at = NULL
            FROM load_record s WHERE r.id = s.id""",
            [self.batch_id, self.at],
        )
        self.cursor.execute("TRUNCATE load_record")
        self.rewrite(rows)

    def late(self, rows: pl.DataFrame) -> None:
        """Rows (line, id, raw, row_hash) that came after a newer file: an earlier version."""
        if rows.is_empty():
            return
        kept = rows.select(
            "raw", _bytea("row_hash"), "line",
            record_id="id",
            batch_id=pl.lit(self.batch_id),
            valid_from=pl.lit(self.at),
            valid_to=pl.lit(self.at),
        )  # fmt: skip
        copy_in(self.cursor, "ingest_sourcerecordversion", kept)

    def rewrite(self, rows: pl.DataFrame) -> None:
        """The typed values of existing rows (`id` and the twin's columns), where they differ."""
        if rows.is_empty():
            return
        copy_in(self.cursor, "load_twin", self._twin_rows(rows))
        columns = self.twin.columns
        targets, news, olds = (
            ", ".join(f'{prefix}"{c}"' for c in columns) for prefix in ("", "s.", "t.")
        )
        links = self._resolved("s")
        self._touching(
            f"""UPDATE {self.twin.table} t SET ({targets}, deleted_at) = ROW({news}, NULL)
                {self._stamp()} {"".join(f", {c} = {q}" for c, q in links.items())}
            FROM load_twin s WHERE t.id = s.id
              AND (t.deleted_at IS NOT NULL OR ROW({olds}) IS DISTINCT FROM ROW({news}))""",
            both=True,
        )
        self.cursor.execute("TRUNCATE load_twin")

    def bury(self, ids: pl.Series) -> None:
        """Tombstones for these rows."""
        if ids.is_empty():
            return
        copy_in(self.cursor, "load_gone", ids.alias("id").to_frame())
        self.bury_listed()

    def bury_listed(self) -> None:
        """Tombstones for the rows in `load_gone`."""
        self.cursor.execute(
            f"UPDATE {RECORDS} r SET deleted_at = %s FROM load_gone g WHERE r.id = g.id", [self.at]
        )
        self._touching(
            f"UPDATE {self.twin.table} t SET deleted_at = '{self.at.isoformat()}' {self._stamp()}"
            " FROM load_gone g WHERE t.id = g.id"
        )

    def finish(self) -> None:
        """Late links into this file's rows, what was masked stays so, then the outbox."""
        if not self.twin.links:
            for kind, link in kinds_linking_to(self.twin.table):
                self._link_late(twin(kind), link)
        if self.stream.kind == "person":
            masking.keep(self.cursor)
        if self.stream.kind == "outcome":
            self.cursor.execute(_NEWER_CRIMES, [self.at, self.at])
        self.cursor.execute(
            "INSERT INTO search_outboxentry (entity, entity_id)"
            " SELECT DISTINCT entity, entity_id FROM load_touched WHERE entity_id IS NOT NULL"
        )

    def _add_linked(self, rows: pl.DataFrame) -> None:
        """Outcomes, involvements and memberships: their ends are looked up on the way in."""
        copy_in(self.cursor, "load_twin", self._twin_rows(rows))
        links = self._resolved("s")
        columns = ["id", "system", *self.twin.columns]
        self._touching(
            f"""INSERT INTO {self.twin.table} AS t ({", ".join(columns)}, {", ".join(links)})
            SELECT {", ".join(f"s.{c}" for c in columns)}, {", ".join(links.values())}
            FROM load_twin s"""
        )
        self.cursor.execute("TRUNCATE load_twin")

    def _resolved(self, alias: str) -> dict[str, str]:
        """Link column → a subquery for the id at its other end."""
        return {
            k.column: f"(SELECT x.id FROM {k.target} x WHERE x.system = {alias}.system"
            f" AND x.source_ref = {alias}.{k.ref})"
            for k in self.twin.links
        }

    def _link_late(self, other: Twin, link: Link) -> None:
        """Rows that arrived before the row they refer to."""
        self._touching(
            f"""UPDATE {other.table} t SET {link.column} = x.id FROM {link.target} x
            WHERE t.system = '{self.source.system}' AND t.{link.column} IS NULL
              AND x.system = t.system AND x.source_ref = t.{link.ref}""",
            document=other.document,
        )

    def _touching(
        self, statement: str, *, both: bool = False, document: tuple[str, str] | None = None
    ) -> None:
        """Run a statement on a twin; note the documents that show the rows it wrote.

        `both`: also the document that showed a row before (it may leave its crime or gang).
        """
        document = document or self.twin.document
        if document is None:
            self.cursor.execute(statement)
            return
        entity, column = document
        old = f"old.{column}" if both else "NULL::bigint"
        self.cursor.execute(
            f"""WITH done AS ({statement} RETURNING {old} AS before, new.{column} AS after)
            INSERT INTO load_touched
            SELECT %s, before FROM done UNION ALL SELECT %s, after FROM done""",
            [entity, entity],
        )

    def _twin_rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The twin's columns of the rows, with what the loader itself decides."""
        own = {"system": pl.lit(self.source.system)}
        if self.twin.has_changed_at:
            own["changed_at"] = pl.lit(self.at)
        names = ["id", *self.twin.columns, *(c for c in ("restricted",) if c in rows.columns)]
        if not self.twin.links:
            names.append("source_ref")
        return rows.select(*names, **own)

    def _stamp(self) -> str:
        return f", changed_at = '{self.at.isoformat()}'" if self.twin.has_changed_at else ""


def _bytea(column: str) -> pl.Expr:
    return pl.concat_str(pl.lit("\\x"), pl.col(column)).alias(column)
