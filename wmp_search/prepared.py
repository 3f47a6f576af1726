"""Statements that every page asks: the server plans each once for a connection.

Django's own cursor has a statement planned anew each time, and its ORM takes longer to put one of
these together than the server takes to answer it.
"""

from collections.abc import Mapping
from typing import Any, LiteralString

import psycopg
from django.db import connection

from wmp_search import tracing


def rows(statement: LiteralString, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The statement's rows on the default connection; errors are Django's."""
    connection.ensure_connection()
    if connection.queries_logged:  # so that tests count it with the others
        connection.queries_log.append({"sql": statement, "time": ""})
    with (
        tracing.statement(statement),
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,
    ):
        cursor.execute(statement, params, prepare=True)
        return cursor.fetchall()
