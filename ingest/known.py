"""What the database holds of a stream, and what its delivery has shown: looked up chunk by chunk.

References are kept in temporary tables, not in this process: its memory does not grow with the
rows of a delivery or of the stream.
"""

from collections.abc import Iterator

import polars as pl
from django.db.backends.utils import CursorWrapper

from ingest.bulk import blocks_out, copy_in, copy_out, temp_like
from ingest.seen import COPIES, RECORD, SHOWN, Seen

_PAGE = 200_000  # lost records compared with unread rows at a time
_OF_STREAM = "r.system = %s AND r.stream = %s"


class Known(Seen):
    """The references of a full delivery, or of one file of a delta, beside the stream's records.

    Uses the connection: never from another thread than the loader's. Its tables live until the
    next delivery of the connection or `forget`.
    """

    def __init__(self, cursor: CursorWrapper, system: str, stream: str) -> None:
        super().__init__()
        self._cursor = cursor
        self._of_stream = (system, stream)
        self._has_records = True
        self._has_unread = False
        self.forget()
        cursor.execute(
            "CREATE TEMP TABLE load_seen (source_ref text PRIMARY KEY, line bigint, file text)"
        )
        cursor.execute(
            "CREATE TEMP TABLE load_copies (source_ref text PRIMARY KEY, copies bigint)"
        )
        cursor.execute("CREATE TEMP TABLE load_unread (id bigserial, text text)")

    def forget(self) -> None:
        """Give the tables' space back."""
        self._cursor.execute(
            "DROP TABLE IF EXISTS pg_temp.load_seen, pg_temp.load_copies, pg_temp.load_unread"
        )

    def begin_file(self) -> None:
        """In the transaction of a file: what is found from now on is the state before it."""
        temp_like(self._cursor, "load_chunk", "(source_ref text, line bigint, file text)")
        self._cursor.execute(
            f"SELECT EXISTS (SELECT FROM ingest_sourcerecord r WHERE {_OF_STREAM})",
            self._of_stream,
        )
        row = self._cursor.fetchone()
        self._has_records = bool(row and row[0])

    def find(self, refs: pl.Series) -> pl.DataFrame:
        """By the unique index, one reference after the other: what a hash join would read, the
        whole stream for each chunk, grows with the square of the rows.
        """
        if not self._has_records:
            return super().find(refs)
        self._chunk(refs.drop_nulls().unique().sort().alias("source_ref").to_frame())
        return copy_out(
            self._cursor,
            f"""SELECT c.source_ref, f.id, encode(f.row_hash, 'hex'),
                (f.deleted_at IS NOT NULL)::text, f.batch_id
            FROM load_chunk c CROSS JOIN LATERAL (
                SELECT * FROM ingest_sourcerecord r
                WHERE {_OF_STREAM} AND r.source_ref = c.source_ref LIMIT 1) f""",
            self._of_stream,
            RECORD,
        )

    def shelter(self, texts: pl.Series) -> None:
        """See `Seen.shelter`."""
        if texts.is_empty():
            return
        self._has_unread = True
        text = texts.alias("text").to_frame()
        no_nul = pl.col("text").str.replace_all("\x00", "\ufffd", literal=True)
        copy_in(self._cursor, "load_unread", text.select(no_nul))

    def live(self) -> int:
        """How many records of the stream stand."""
        if not self._has_records:
            return 0
        self._cursor.execute(
            f"SELECT count(*) FROM ingest_sourcerecord r WHERE {_OF_STREAM}"
            " AND r.deleted_at IS NULL",
            self._of_stream,
        )
        row = self._cursor.fetchone()
        return int(row[0]) if row else 0

    def vanished(self) -> int:
        """Fill `load_gone` with the ids of the live records that the delivery did not bring.

        Returns how many. A row with too many fields, or the rows behind a quotation mark left
        open, still hold their keys: where the first part of a record's key occurs in such a text,
        it stays.
        """
        if not self._has_records:
            return 0
        self._cursor.execute("ANALYZE load_seen")
        self._cursor.execute(
            f"""INSERT INTO load_gone SELECT r.id FROM ingest_sourcerecord r
            WHERE {_OF_STREAM} AND r.deleted_at IS NULL
              AND NOT EXISTS (SELECT FROM load_seen s WHERE s.source_ref = r.source_ref)""",
            self._of_stream,
        )
        lost = int(self._cursor.rowcount)
        if not lost or not self._has_unread:
            return lost
        return lost - sum(self._sheltered(page) for page in self._lost())

    def _lost(self) -> Iterator[pl.DataFrame]:
        """`load_gone` in pages: id and the first part of the key."""
        last = -1
        while True:
            page = copy_out(
                self._cursor,
                "SELECT id, split_part(source_ref, '/', 1) FROM load_gone"
                " JOIN ingest_sourcerecord USING (id) WHERE id > %s ORDER BY id LIMIT %s",
                (last, _PAGE),
                {"id": pl.Int64, "first": pl.String},
            )
            if page.is_empty():
                return
            yield page
            last = page[-1, "id"]

    def _sheltered(self, lost: pl.DataFrame) -> int:
        """Take those of the page that an unread row names out of `load_gone`; how many."""
        firsts = [f for f in lost["first"].unique() if f]
        named: set[str] = set()
        query = "SELECT text FROM load_unread"
        for texts in blocks_out(self._cursor, query, (), {"text": pl.String}):
            hits = texts["text"].str.extract_many(firsts, overlapping=True)
            named.update(hits.explode().drop_nulls())
        stay = lost.filter(pl.col("first").is_in(list(named)))["id"].to_list()
        self._cursor.execute("DELETE FROM load_gone WHERE id = ANY(%s)", [stay])
        return len(stay)

    def _counted(self, hashed: pl.DataFrame) -> pl.DataFrame:
        """See `Seen._counted`. Only what came more than once is written down as a number."""
        self._chunk(hashed.select(pl.col("source_ref").sort()))
        earlier = copy_out(
            self._cursor,
            "SELECT s.source_ref, coalesce(k.copies, 1) FROM load_chunk c"
            " JOIN load_seen s USING (source_ref) LEFT JOIN load_copies k USING (source_ref)",
            (),
            COPIES,
        )
        total = pl.concat([earlier, hashed]).group_by("source_ref").agg(pl.col("copies").sum())
        several = total.filter(pl.col("copies") > 1)
        if len(several):
            self._cursor.execute(
                "INSERT INTO load_copies SELECT * FROM unnest(%s::text[], %s::bigint[])"
                " ON CONFLICT (source_ref) DO UPDATE SET copies = excluded.copies",
                [several["source_ref"].to_list(), several["copies"].to_list()],
            )
        return earlier

    def _shown(self, first: pl.DataFrame) -> pl.DataFrame:
        """See `Seen._shown`."""
        self._chunk(first.sort("source_ref"))
        self._cursor.execute(
            "INSERT INTO load_seen (source_ref, line, file) SELECT source_ref, line, file"
            " FROM load_chunk ON CONFLICT DO NOTHING"
        )
        if self._cursor.rowcount == len(first):
            return pl.DataFrame(schema=SHOWN)
        return copy_out(
            self._cursor,
            "SELECT s.source_ref, s.line, s.file FROM load_chunk c JOIN load_seen s"
            " USING (source_ref) WHERE (s.line, s.file) <> (c.line, c.file)",
            (),
            SHOWN,
        )

    def _chunk(self, rows: pl.DataFrame) -> None:
        """`load_chunk` holds these rows and no other."""
        self._cursor.execute("TRUNCATE load_chunk")
        copy_in(self._cursor, "load_chunk", rows)
