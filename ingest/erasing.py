"""Erase source records for good: nothing of what they said is left but their number and key.

The row stays as a husk, tombstoned, without content and without a hash: by that the loader knows a
record that was erased, and passes over its row whenever a source delivers it again. The caller
holds the refresh lock, resolves and drains afterwards, and has recorded why.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from ingest import registry, removal
from ingest.models import SourceRecord
from ingest.spec import LITERAL, Stream

# rows that refer to a record, with the source record of their own
_REFERRING = """
    SELECT id FROM crime_involvement WHERE record_id = ANY(%(ids)s)
    UNION SELECT id FROM gangs_membership WHERE record_id = ANY(%(ids)s)
    UNION SELECT id FROM network_association
        WHERE record_id = ANY(%(ids)s) OR other_id = ANY(%(ids)s)
"""
# table → condition; what no later row refers to comes first
_DELETED: Mapping[str, str] = {
    "ingest_sourcerecordversion": "record_id = ANY(%(ids)s)",
    "crime_involvement": "id = ANY(%(ids)s)",
    "gangs_membership": "id = ANY(%(ids)s)",
    "network_association": "id = ANY(%(ids)s)",
    "people_nominalrecord": "id = ANY(%(ids)s)",
    "review_machinelink": "record_id = ANY(%(ids)s)",
    "review_sampledpair": "left_record = ANY(%(ids)s) OR right_record = ANY(%(ids)s)",
    "review_task": "left_record = ANY(%(ids)s) OR right_record = ANY(%(ids)s)"
    " OR left_person = ANY(%(people)s) OR right_person = ANY(%(people)s)",
}
_HUSK = "UPDATE ingest_sourcerecord SET raw = '{}', row_hash = '' WHERE id = ANY(%(ids)s)"
# how common a name was in the last run of a model; the next run of the model in use writes it anew
_FREQUENCIES = """
    DELETE FROM review_frequency f WHERE kind IN ('g', 's', 'gs')
      AND EXISTS (SELECT FROM unnest(%(words)s::text[]) AS w WHERE f.value LIKE '%%' || w || '%%')
"""
_ALONE = """
    DELETE FROM graph_node n WHERE NOT EXISTS (SELECT FROM graph_edge e WHERE e.src = n.id)
      AND NOT EXISTS (SELECT FROM network_notalink k WHERE k.node_id = n.id)
"""
# surnames of the records that no other record bears: by these alone something could be found
_RARE = """
    SELECT mine.name FROM (SELECT DISTINCT upper(surname) AS name FROM people_nominalrecord
        WHERE id = ANY(%(ids)s) AND length(surname) > 2) AS mine
    WHERE NOT EXISTS (SELECT FROM people_nominalrecord o
        WHERE upper(o.surname) = mine.name AND o.id <> ALL(%(ids)s))
"""


def erase(records: Sequence[int], people: Sequence[int], at: datetime) -> dict[str, int]:
    """Erase the records and what refers to them; table → rows. One transaction of the caller's.

    `people`: whose they are; tasks about them go, too.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REFERRING, {"ids": list(records)})
        ids = sorted({*records, *(pk for (pk,) in cursor.fetchall())})
        given = {"ids": ids, "people": list(people), "words": rare_names(ids)}
        removal.bury(ids, at)
        gone = {"ingest_rejection": _rejections(cursor, ids)}
        for table, condition in _DELETED.items():
            cursor.execute(f"DELETE FROM {table} WHERE {condition}", given)
            gone[table] = int(cursor.rowcount)
        cursor.execute(_FREQUENCIES, given)
        gone["review_frequency"] = int(cursor.rowcount)
        cursor.execute(_HUSK, given)
        gone["ingest_sourcerecord"] = int(cursor.rowcount)
    return gone


def forget_places() -> int:
    """Addresses, phones and vehicles that nothing is linked to any more; how many. After links."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
        return int(cursor.rowcount)


def files_of(records: Sequence[int]) -> list[str]:
    """The deliveries that brought the records: files that may still lie where they came from."""
    found = SourceRecord.objects.filter(pk__in=records).select_related("batch")
    names = found.values_list("system", "batch__file_name").distinct().order_by("system")
    return [f"{system}: {name}" for system, name in names]


def rare_names(ids: Sequence[int]) -> list[str]:
    """Surnames of the records, in capitals, that no other record bears."""
    with connection.cursor() as cursor:
        cursor.execute(_RARE, {"ids": list(ids)})
        return sorted(name for (name,) in cursor.fetchall())


def _rejections(cursor: CursorWrapper, ids: Sequence[int]) -> int:
    """Rejected rows with the key of one of the records: a later state that could not be taken."""
    streams = {(s.system, t.name): t for s in registry.sources().values() for t in s.streams}
    gone = 0
    for (system, name), refs in _keys(ids):
        stream = streams.get((system, name))
        if stream is None or not stream.row_key:
            continue
        cursor.execute(
            f"""DELETE FROM ingest_rejection r USING ingest_batch b
            WHERE b.id = r.batch_id AND b.system = %s AND b.stream = %s
              AND concat_ws('/', {_key(stream)}) = ANY(%s)""",
            [system, name, *_columns(stream), refs],
        )
        gone += int(cursor.rowcount)
    return gone


def _keys(ids: Sequence[int]) -> Iterator[tuple[tuple[str, str], list[str]]]:
    found = SourceRecord.objects.filter(pk__in=ids).order_by("system", "stream", "pk")
    rows = found.values_list("system", "stream", "source_ref")
    for stream, of_stream in groupby(rows, key=lambda row: (row[0], row[1])):
        yield stream, [ref for _, _, ref in of_stream]


def _key(stream: Stream) -> str:
    """SQL of the parts of a rejected row's key, as `ingest.rows.references` puts them together."""
    return ", ".join("%s" if c.startswith(LITERAL) else "r.raw ->> %s" for c in stream.row_key)


def _columns(stream: Stream) -> list[Any]:
    return [c.removeprefix(LITERAL) for c in stream.row_key]
