"""Helpers for query clauses; all return plain dictionaries."""

from collections.abc import Sequence
from typing import Any

Clause = dict[str, Any]

NOTHING: Clause = {"match_none": {}}


def term(field: str, value: str | bool | int, boost: float = 1.0) -> Clause:
    """Documents that hold exactly this value."""
    return {"term": {field: {"value": value, "boost": boost} if boost != 1.0 else value}}


def any_of(clauses: Sequence[Clause]) -> Clause:
    """Documents that match at least one clause; none without clauses."""
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}} if clauses else NOTHING


def constant(clause: Clause, boost: float, *, name: str = "") -> Clause:
    """The clause at a fixed score; with a name, hits that match it list it in matched_queries."""
    named = {"_name": name} if name else {}
    return {"constant_score": {"filter": clause, "boost": boost, **named}}
