"""From a chunk's columns to one cleaned text (or list of texts) per canonical field."""

import polars as pl

from ingest.fields import ADDRESS_LISTS
from ingest.spec import LITERAL, FieldSpec, Stream
from ingest.standardise.parsing import clean, clean_lines

_LONG = frozenset({"note", "mo", "rationale"})


def extract(frame: pl.DataFrame, stream: Stream) -> pl.DataFrame:
    """`line` and one column per mapped field: text, or list of text for list fields."""
    fields = [_field(frame.schema, stream, name).alias(name) for name in stream.fields]
    return frame.lazy().select("line", *fields).collect()


def _field(schema: pl.Schema, stream: Stream, name: str) -> pl.Expr:
    spec = stream.fields[name]
    parts = [_column(schema, c) for c in spec.sources]
    if stream.is_list(name):
        return _list(schema, parts, spec, aligned=name in ADDRESS_LISTS)
    tidy = clean_lines if name in _LONG else clean
    texts = [tidy(_first(schema, c, e)) for c, e in zip(spec.sources, parts, strict=True)]
    if not texts:
        return pl.lit(spec.default, dtype=pl.String)
    if len(texts) == 1:
        value = texts[0]
    else:
        value = pl.concat_str(texts, separator=spec.join, ignore_nulls=True)
        value = pl.when(pl.all_horizontal(t.is_null() for t in texts)).then(None).otherwise(value)
    return value if spec.default is None else value.fill_null(spec.default)


def _column(schema: pl.Schema, column: str) -> pl.Expr:
    if column.startswith(LITERAL):
        return pl.lit(column.removeprefix(LITERAL))
    if column not in schema:  # an optional or sparse column that this chunk does not have
        return pl.lit(None, dtype=pl.String)
    return pl.col(column)


def _first(schema: pl.Schema, column: str, value: pl.Expr) -> pl.Expr:
    """A scalar field of a repeated element: its values joined."""
    return value.list.join("; ", ignore_nulls=True) if _is_list(schema, column) else value


def _list(schema: pl.Schema, parts: list[pl.Expr], spec: FieldSpec, *, aligned: bool) -> pl.Expr:
    """The values of all columns as one list; `aligned` lists keep their empty places."""
    lists = []
    for column, part in zip(spec.sources, parts, strict=True):
        if _is_list(schema, column):
            lists.append(part)
        elif spec.split:
            lists.append(part.str.split(spec.split))
        else:
            lists.append(pl.concat_list(part))
    if aligned and len(lists) > 1 and not spec.as_list:
        lists = [_joined(schema, spec, parts)]
    whole = lists[0] if len(lists) == 1 else pl.concat_list(lists)
    cleaned = whole.list.eval(clean(pl.element()))
    if spec.split:
        cleaned = cleaned.list.eval(pl.element().drop_nulls())
    return cleaned


def _joined(schema: pl.Schema, spec: FieldSpec, parts: list[pl.Expr]) -> pl.Expr:
    """Several columns of one address part, e.g. house number and house name, as one value."""
    texts = [clean(_first(schema, c, e)) for c, e in zip(spec.sources, parts, strict=True)]
    return pl.concat_list(pl.concat_str(texts, separator=spec.join, ignore_nulls=True))


def _is_list(schema: pl.Schema, column: str) -> bool:
    return isinstance(schema.get(column), pl.List)
