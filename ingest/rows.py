"""Raw rows: one canonical JSON text, its SHA-256, and the reference by which a row is known."""

import hashlib
import json

import polars as pl

from ingest.spec import LITERAL, Stream

REF_SIZE = 120  # characters of ingest_sourcerecord.source_ref
FIELD_BYTES = 1_000_000
_SPECIAL = r'["\\\x00-\x1f]'


def raw_json(frame: pl.DataFrame) -> pl.Series:
    """Each row as JSON without its empty fields, keys sorted; a list of one is its value.

    So the same row gives the same text whatever columns its neighbours have.
    """
    names = sorted(c for c in frame.columns if c not in ("line", "source_ref"))
    members = [_member(frame[name], name) for name in names]
    body = pl.concat_str(members, separator=",", ignore_nulls=True)
    return frame.select(raw=pl.concat_str(pl.lit("{"), body, pl.lit("}")))["raw"]


def without_nul(frame: pl.DataFrame) -> pl.DataFrame:
    """PostgreSQL takes no NUL character in text: each becomes U+FFFD, which shows that it was."""
    texts = [c for c, t in frame.schema.items() if t == pl.String]
    hit = [c for c in texts if frame[c].str.contains("\x00", literal=True).any()]
    replaced = (pl.col(c).str.replace_all("\x00", "\ufffd", literal=True) for c in hit)
    return frame.with_columns(replaced)


def _member(column: pl.Series, name: str) -> pl.Expr:
    prefix = json.dumps(name, ensure_ascii=False) + ":"
    if isinstance(column.dtype, pl.List):
        single = pl.when(column.list.len() == 1).then(column.list.first())
        many = pl.when(column.list.len() > 1).then(column)
        return pl.coalesce(
            _scalar(column.to_frame().select(single)[:, 0], prefix), _encoded(many, prefix)
        )
    return _scalar(column, prefix)


def _scalar(column: pl.Series, prefix: str) -> pl.Expr:
    """Only columns with quotes, backslashes or control characters pay for JSON's escapes."""
    if column.str.contains(_SPECIAL).any():
        return _encoded(pl.lit(column), prefix)
    return pl.concat_str(pl.lit(prefix + '"'), pl.lit(column), pl.lit('"'))


def _encoded(value: pl.Expr, prefix: str) -> pl.Expr:
    encoded = pl.struct(value.alias("v")).struct.json_encode()
    bare = encoded.str.slice(len('{"v":')).str.head(-1)
    return pl.when(value.is_not_null()).then(pl.concat_str(pl.lit(prefix), bare))


def sha256(texts: pl.Series) -> pl.Series:
    """Hexadecimal SHA-256 of each text.

    hashlib in one comprehension: 1.1 µs a row of 400 bytes, faster than DuckDB's sha256 (2.8 µs).
    """
    return pl.Series([hashlib.sha256(t.encode()).hexdigest() for t in texts], dtype=pl.String)


def references(frame: pl.DataFrame, stream: Stream, row_hash: pl.Series) -> pl.Series:
    """The key columns' trimmed values joined by "/", or where all are empty and the stream allows
    it the row's hash; else null.
    """
    parts = [
        pl.lit(c.removeprefix(LITERAL)) if c.startswith(LITERAL) else pl.col(c).str.strip_chars()
        for c in stream.row_key
    ]
    columns = [p for p, c in zip(parts, stream.row_key, strict=True) if not c.startswith(LITERAL)]
    by_hash = row_hash.str.head(40)
    if not columns:
        return by_hash
    known = pl.all_horizontal((p != "").fill_null(value=False) for p in columns)
    ref = pl.concat_str(parts, separator="/")
    other = pl.lit(by_hash) if stream.by_row_hash else pl.lit(None, dtype=pl.String)
    return frame.select(ref=pl.when(known).then(ref).otherwise(other))["ref"]


def oversized(frame: pl.DataFrame) -> pl.DataFrame:
    """line, column and reason of the fields above FIELD_BYTES."""
    texts = [c for c, t in frame.schema.items() if t == pl.String and c != "source_ref"]
    found = [
        frame.filter(pl.col(c).str.len_bytes() > FIELD_BYTES).select(
            "line",
            column=pl.lit(c[:80]),
            reason=pl.format(
                f"field of {{}} bytes; at most {FIELD_BYTES} are taken", pl.col(c).str.len_bytes()
            ),
        )
        for c in texts
        if (frame[c].str.len_bytes().max() or 0) > FIELD_BYTES  # type: ignore[operator]
    ]
    schema = {"line": pl.Int64, "column": pl.String, "reason": pl.String}
    whole = pl.concat(found) if found else pl.DataFrame(schema=schema)
    return whole.unique("line", keep="first")
