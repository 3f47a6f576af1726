"""A value larger than its database column rejects the row by name, before COPY can fail on it."""

from functools import cache

import polars as pl
from django.apps import apps
from django.db import models

from ingest.spec import Stream
from ingest.standardise.parsing import reason

TWINS = {
    "person": "people.NominalRecord",
    "crime": "crime.Crime",
    "outcome": "crime.Outcome",
    "involvement": "crime.Involvement",
    "gang": "gangs.Gang",
    "membership": "gangs.Membership",
    "association": "network.Association",
    "relation": "network.Relation",
}
LONG_TEXT = 20_000  # characters of a note, rationale or modus operandi
JSON_TEXT = 20_000  # characters of all other names, markers or addresses of one record
# a canonical field that feeds a column of another name
_FED_BY = {
    "given_names": ("given_names", "full_name"),
    "surname": ("surname", "full_name"),
    "title": ("title", "given_names", "full_name"),
    "names": ("aliases", "nicknames", "maiden_names", "former_names"),
}


def too_long(schema: pl.Schema, stream: Stream, *, prefix: str) -> list[pl.Expr]:
    """Problem columns, `prefix` + canonical field, for every text that has a limit."""
    found = []
    for column, limit in limits(stream.kind).items():
        field = next((f for f in _FED_BY.get(column, (column,)) if f in stream.fields), None)
        if field is None or column not in schema:
            continue
        if isinstance(schema[column], pl.List):
            size = pl.col(column).list.eval(pl.element().str.len_chars()).list.max()
        else:
            size = pl.col(column).str.len_chars()
        words = pl.format(f"{{}} characters where at most {limit} fit", size)
        other = (
            pl.col(prefix + field) if prefix + field in schema else pl.lit(None, dtype=pl.String)
        )
        found.append((prefix + field, pl.coalesce(other, reason(size > limit, words))))
    merged: dict[str, pl.Expr] = {}
    for name, expression in found:
        merged[name] = pl.coalesce(merged[name], expression) if name in merged else expression
    return [expression.alias(name) for name, expression in merged.items()]


@cache
def limits(kind: str) -> dict[str, int]:
    """Text column → the most characters it takes."""
    model: type[models.Model] = apps.get_model(TWINS[kind])
    found = {}
    for field in model._meta.concrete_fields:
        inner = getattr(field, "base_field", field)
        if isinstance(inner, models.CharField) and inner.max_length:
            found[str(field.column)] = inner.max_length
        elif isinstance(inner, models.TextField):
            found[str(field.column)] = LONG_TEXT
        elif isinstance(inner, models.JSONField):
            found[str(field.column)] = JSON_TEXT
    return found
