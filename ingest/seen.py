"""Which references a delivery has shown so far, each with file and line.

`Seen` keeps them in memory: for trials, and for feeds made up without a database. The loader's is
`ingest.known.Known`, which keeps them in PostgreSQL and knows the stream's records.
"""

import polars as pl

SHOWN: dict[str, type[pl.DataType]] = {
    "source_ref": pl.String,
    "line": pl.Int64,
    "file": pl.String,
}
COPIES: dict[str, type[pl.DataType]] = {"source_ref": pl.String, "copies": pl.Int64}
RECORD: dict[str, type[pl.DataType]] = {
    "source_ref": pl.String,
    "id": pl.Int64,
    "old_hash": pl.String,
    "gone": pl.Boolean,
    "batch": pl.Int64,
}
ERASED_HASH = ""  # `old_hash` of a record that was erased for good (ingest.erasing)


class Seen:
    """The references of one delivery of a stream that was never loaded. 60 bytes a row."""

    def __init__(self) -> None:
        self._refs = pl.DataFrame(schema=SHOWN)
        self._copies = pl.DataFrame(schema=COPIES)

    def numbered(self, refs: pl.Series, by_hash: pl.Series) -> pl.Series:
        """Row hashes used as references: the second identical row gets #2, the third #3 …"""
        if not by_hash.any():
            return refs
        frame = pl.DataFrame({"source_ref": refs, "by_hash": by_hash})
        hashed = frame.filter("by_hash").group_by("source_ref").agg(copies=pl.len().cast(pl.Int64))
        earlier = self._counted(hashed)
        frame = frame.join(earlier, on="source_ref", how="left", maintain_order="left")
        nth = pl.col("copies").fill_null(0) + pl.int_range(1, pl.len() + 1).over("source_ref")
        again = pl.col("by_hash") & (pl.col("nth") > 1)
        return frame.with_columns(nth=nth).select(
            source_ref=pl.when(again)
            .then(pl.format("{}#{}", "source_ref", "nth"))
            .otherwise("source_ref")
        )["source_ref"]

    def repeated(self, frame: pl.DataFrame, file_name: str) -> pl.DataFrame:
        """Remember the chunk's references (source_ref, line, none null); line and reason of those
        that were there before.
        """
        refs = frame.select("source_ref", "line", file=pl.lit(file_name))
        first = refs.unique("source_ref", keep="first", maintain_order=True)
        earlier = self._shown(first)
        known = pl.concat([earlier, first.join(earlier, on="source_ref", how="anti")])
        known = known.rename({"line": "first_line", "file": "first_file"})
        return (
            refs.join(known, on="source_ref", how="left", maintain_order="left")
            .filter((pl.col("line") != pl.col("first_line")) | (pl.col("first_file") != file_name))
            .select("line", reason=_words(file_name))
        )

    def find(self, refs: pl.Series) -> pl.DataFrame:  # noqa: ARG002 (what `Known` looks up)
        """The records that bear the references: source_ref, id, old_hash (hexadecimal), gone
        (tombstoned), batch (the id of the batch that brought the present row). Here: none.
        """
        return pl.DataFrame(schema=RECORD)

    def shelter(self, texts: pl.Series) -> None:
        """Remember rows that could not be read: a record named in one has not vanished."""

    def _counted(self, hashed: pl.DataFrame) -> pl.DataFrame:
        """Of source_ref and copies in a chunk: those there were before, how often. Adds up."""
        earlier = self._copies.join(hashed.select("source_ref"), on="source_ref", how="semi")
        self._copies = (
            pl.concat([self._copies, hashed]).group_by("source_ref").agg(pl.col("copies").sum())
        )
        return earlier

    def _shown(self, first: pl.DataFrame) -> pl.DataFrame:
        """Of a chunk's different references (SHOWN): those that were there before, with the place
        where. The others are remembered.
        """
        earlier = self._refs.join(first.select("source_ref"), on="source_ref", how="semi")
        self._refs = pl.concat([self._refs, first.join(earlier, on="source_ref", how="anti")])
        return earlier


def _words(file_name: str) -> pl.Expr:
    place = (
        pl.when(pl.col("first_file") == file_name)
        .then(pl.lit(""))
        .otherwise(pl.format(" of {}", "first_file"))
    )
    return pl.format("same key as line {}{}", "first_line", place)
