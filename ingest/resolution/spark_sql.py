"""DuckDB's SQL of the model and the blocking keys → Spark's, so that both are declared once.

sqlglot translates what it knows; here stands what it cannot: our macros are expanded, and what
depends on whether a column is a list or a text is said by name. SQL that Spark does not know then
fails when the run begins, never silently.
"""

from functools import cache

import sqlglot
from sqlglot import exp

from ingest.resolution.nodes import LISTS
from ingest.resolution.workspace import MACROS

JARO_WINKLER = "jaro_winkler_as_duckdb"  # spark.py registers it
_LISTS = {*LISTS, "formal", "spellings"}


def translate(sql: str) -> str:
    """An expression over columns of `node` (or of two, `_l` and `_r`) in Spark's SQL."""
    expanded = sqlglot.parse_one(sql, read="duckdb").transform(_expand)
    return expanded.transform(_rewrite).sql(dialect="spark")


def _expand(node: exp.Expression) -> exp.Expression:
    """A call of a macro becomes its body, in brackets; macros may use macros."""
    if not isinstance(node, exp.Anonymous) or node.name.lower() not in _macros():
        return node
    names, body = _macros()[node.name.lower()]
    given = dict(zip(names, node.expressions, strict=True))
    filled = body.transform(
        lambda n: given[n.name].copy() if isinstance(n, exp.Column) and n.name in given else n
    )
    return exp.paren(filled.transform(_expand))


@cache
def _macros() -> dict[str, tuple[tuple[str, ...], exp.Expression]]:
    made = (s for s in sqlglot.parse(MACROS, read="duckdb") if isinstance(s, exp.Create))
    return {
        s.this.this.name: (tuple(a.name for a in s.this.expressions), s.expression) for s in made
    }


# sqlglot has no Spark for these, or one that Spark does not take
_NAMES: dict[type[exp.Expression], str] = {
    exp.JarowinklerSimilarity: JARO_WINKLER,
    exp.ArrayOverlaps: "arrays_overlap",
    exp.ArrayAppend: "array_append",
}


def _rewrite(node: exp.Expression) -> exp.Expression:
    if type(node) in _NAMES:
        return exp.Anonymous(this=_NAMES[type(node)], expressions=[node.this, node.expression])
    match node:
        case exp.Length(this=exp.Column(name=name)) if _is_list(name):
            return exp.Anonymous(this="size", expressions=[node.this])
        case exp.Bracket(this=exp.Column(name=name)) if not _is_list(name):
            return _part_of_text(node)
        case exp.Anonymous(name=name) if name.lower() == "hamming":
            return _hamming(*node.expressions)
    return node


def _is_list(column: str) -> bool:
    return column.removesuffix("_l").removesuffix("_r") in _LISTS


def _part_of_text(node: exp.Bracket) -> exp.Expression:
    """`g[1]`, `s[1:3]`, `dob[6:]`: letters of a text, counted from one."""
    (place,) = node.expressions
    if isinstance(place, exp.Slice):
        first = int(place.this.name)
        last = place.expression and int(place.expression.name)
    else:
        first = last = int(place.name) + 1  # sqlglot counts single places from zero
    length = exp.Literal.number(last - first + 1) if last else None
    return exp.Substring(this=node.this, start=exp.Literal.number(first), length=length)


def _hamming(a: exp.Expression, b: exp.Expression) -> exp.Expression:
    """Places at which two texts of equal length differ; Spark has no function of its own."""
    x, y = a.sql(dialect="spark"), b.sql(dialect="spark")
    differ = f"filter(sequence(1, length({x})), i -> substr({x}, i, 1) <> substr({y}, i, 1))"
    return exp.Anonymous(this="size", expressions=[sqlglot.parse_one(differ, read="spark")])
