"""What the database holds of a stream before a file is loaded, and what the delivery has shown."""

import polars as pl
from django.db.backends.utils import CursorWrapper

from ingest.bulk import copy_out

_SCHEMA: dict[str, type[pl.DataType]] = {
    "source_ref": pl.String,
    "id": pl.Int64,
    "old_hash": pl.String,
    "gone": pl.Boolean,
    "batch": pl.Int64,
}


def known(cursor: CursorWrapper, system: str, stream: str) -> pl.DataFrame:
    """Every record of the stream: source_ref, id, old_hash (hexadecimal), gone (tombstoned), batch
    (the id of the batch that brought its present row).

    About 150 bytes a row: three million records of one stream take half a gigabyte.
    """
    return copy_out(
        cursor,
        "SELECT source_ref, id, encode(row_hash, 'hex'), (deleted_at IS NOT NULL)::text, batch_id"
        " FROM ingest_sourcerecord WHERE system = %s AND stream = %s",
        (system, stream),
        _SCHEMA,
    )


def nothing() -> pl.DataFrame:
    """What `known` gives for a stream that was never loaded."""
    return pl.DataFrame(schema=_SCHEMA)


class Seen:
    """The references of a full delivery so far, or of one delta: each with file and line."""

    def __init__(self) -> None:
        self._refs = pl.DataFrame(
            schema={"source_ref": pl.String, "line": pl.Int64, "file": pl.String}
        )
        self._unread: list[str] = []
        self._copies = pl.DataFrame(schema={"source_ref": pl.String, "copies": pl.UInt32})

    def numbered(self, refs: pl.Series, by_hash: pl.Series) -> pl.Series:
        """Row hashes used as references: the second identical row gets #2, the third #3 …"""
        if not by_hash.any():
            return refs
        frame = pl.DataFrame({"source_ref": refs, "by_hash": by_hash})
        frame = frame.join(self._copies, on="source_ref", how="left", maintain_order="left")
        nth = pl.col("copies").fill_null(0) + pl.int_range(1, pl.len() + 1).over("source_ref")
        frame = frame.with_columns(nth=nth)
        hashed = (
            frame.filter("by_hash")
            .group_by("source_ref")
            .agg(copies=pl.col("nth").max().cast(pl.UInt32))
        )
        self._copies = pl.concat([self._copies.join(hashed, on="source_ref", how="anti"), hashed])
        again = pl.col("by_hash") & (pl.col("nth") > 1)
        return frame.select(
            source_ref=pl.when(again)
            .then(pl.format("{}#{}", "source_ref", "nth"))
            .otherwise("source_ref")
        )["source_ref"]

    def repeated(self, frame: pl.DataFrame, file_name: str) -> pl.DataFrame:
        """Remember the chunk's references; line and reason of those that were there before."""
        refs = frame.select("source_ref", "line", file=pl.lit(file_name))
        first = refs.unique("source_ref", keep="first", maintain_order=True)
        earlier = self._refs.join(first.select("source_ref"), on="source_ref", how="semi")
        fresh = first.join(earlier, on="source_ref", how="anti")
        known = pl.concat([earlier, fresh]).rename({"line": "first_line", "file": "first_file"})
        self._refs = pl.concat([self._refs, fresh])
        return (
            refs.join(known, on="source_ref", how="left")
            .filter((pl.col("line") != pl.col("first_line")) | (pl.col("first_file") != file_name))
            .select("line", reason=_words(file_name))
        )

    def shelter(self, texts: pl.Series) -> None:
        """Remember rows that could not be read: a record named in one has not vanished."""
        self._unread += texts.to_list()

    def vanished(self, before: pl.DataFrame) -> pl.Series:
        """Ids of the live records that the delivery did not bring.

        A row with too many fields, or the rows behind a quotation mark left open, still hold
        their keys: where the first part of a record's key occurs in such a text, it stays.
        """
        live = before.filter(~pl.col("gone"))
        lost = live.join(self._refs.select("source_ref"), on="source_ref", how="anti")
        if lost.is_empty() or not self._unread:
            return lost["id"]
        first = pl.col("source_ref").str.splitn("/", 2).struct.field("field_0")
        lost = lost.with_columns(first=first)
        text = pl.Series(["\n".join(self._unread)])
        named = text.str.extract_many(lost["first"].unique().to_list(), overlapping=True).explode()
        return lost.filter(~pl.col("first").is_in(named.implode()))["id"]


def _words(file_name: str) -> pl.Expr:
    place = (
        pl.when(pl.col("first_file") == file_name)
        .then(pl.lit(""))
        .otherwise(pl.format(" of {}", "first_file"))
    )
    return pl.format("same key as line {}{}", "first_line", place)
