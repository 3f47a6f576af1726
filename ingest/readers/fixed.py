"""Fixed width: lines cut by character positions."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow.csv as pa_csv

from ingest.readers.chunk import Chunk
from ingest.readers.delimited import read_rows
from ingest.spec import Stream

_NO_DELIMITER = "\x1f"


def read(stream: Stream, path: Path) -> Iterator[Chunk]:
    """Columns of `widths`, trimmed; with `record_length`, a line of another length is malformed.

    Trailing blanks may be missing: a short line has empty last columns.
    """
    parse = pa_csv.ParseOptions(
        delimiter=_NO_DELIMITER, quote_char=False, double_quote=False, ignore_empty_lines=False
    )
    rows = read_rows(stream, path, ["text~"], skip=stream.options.skip_lines, parse=parse)
    for chunk in rows:
        frame = chunk.frame.filter(pl.col("text~").str.strip_chars() != "")
        wrong = _of_wrong_length(frame, stream.options.record_length)
        good = frame.join(wrong, on="line", how="anti", maintain_order="left")
        cut = good.select("line", *(_slice(*w).alias(w[0]) for w in stream.options.widths))
        yield Chunk(cut, pl.concat([chunk.malformed, wrong]))


def _slice(_name: str, start: int, length: int) -> pl.Expr:
    text = pl.col("text~").str.slice(start - 1, length).str.strip_chars()
    return pl.when(text == "").then(None).otherwise(text)


def _of_wrong_length(frame: pl.DataFrame, length: int | None) -> pl.DataFrame:
    size = pl.col("text~").str.strip_chars_end("\r").str.len_chars()
    words = pl.format(f"line of {{}} characters where {length} are expected", size)
    wrong = frame.filter(size != length) if length else frame.clear()
    return wrong.select("line", reason=words, text="text~")
