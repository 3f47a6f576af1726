"""PostgreSQL's text forms of arrays and JSON, made by the column rather than by the value."""

import polars as pl


def array(values: pl.Expr) -> pl.Expr:
    r"""list(text) without nulls → an array literal: ["a", 'b"c'] → {"a","b\"c"}; null → {}."""
    escaped = values.list.eval(pl.element().str.replace_all(r'(["\\])', r"\$1"))
    joined = pl.concat_str(pl.lit('{"'), escaped.list.join('","'), pl.lit('"}'))
    return pl.when(values.list.len() > 0).then(joined).otherwise(pl.lit("{}"))


def json_list(objects: pl.Expr) -> pl.Expr:
    """list(struct) → a JSON array; null → []."""
    wrapped = pl.struct(objects.alias("v")).struct.json_encode()
    bare = wrapped.str.slice(len('{"v":')).str.head(-1)
    return pl.when(objects.list.len() > 0).then(bare).otherwise(pl.lit("[]"))
