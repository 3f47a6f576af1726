"""Fills the trail of the benchmark: made-up events by SQL, true ones through the door's own hash.

The made-up months are set-based (INSERT … SELECT as the owner) and have the shape of a force's
year: 7,000 officers, two million people, one search that shows ten people to four views, and one
person at whom everybody looks. Their content hashes are false, so only the true events that follow
them are verified. Those come by COPY.
"""

import hashlib
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from django.db import connections
from django.utils import timezone

from audit import record
from audit.actions import Action
from audit.models import Event

OFFICERS, UNITS, PEOPLE, MONTHS = 7_000, 60, 2_000_000, 12
FIRST = datetime(2025, 11, 1, tzinfo=UTC)
EVERYBODY_LOOKS = 2_000_001  # this person stands in every thousandth event
SLICE = 250_000
TEN = ", ".join(f"(1 + (hashint8(i * 31 + {k}) & 2147483647) % {PEOPLE})::text" for k in range(10))
SHOWN = ", ".join(
    f"jsonb_build_object('id', s[{k}], 'rank', {k}, 'version', 3)" for k in range(1, 11)
)
LOAD = f"""
INSERT INTO audit_event
SELECT gen_random_uuid(), %(first)s + (i * %(step)s) * interval '1 microsecond',
  (ARRAY['person.searched','person.viewed','person.viewed','crime.viewed','gang.viewed'])
    [1 + i %% 5],
  gen_random_uuid(), o, 'bench' || o, 1 + o %% {UNITS}, ARRAY['officer'], 'CRIME-INV',
  '20/' || (100000 + i %% 800000) || '/26', '10.0.0.1', 'Mozilla/5.0 (Windows NT 10.0; x64)',
  substr(md5(o::text || i / 4000), 1, 16),
  (ARRAY['person','person','person','crime','gang'])[1 + i %% 5], s,
  CASE WHEN i %% 5 > 0 THEN '{{}}'
    ELSE jsonb_build_object('text', overlay(substr(md5((i %% 90000)::text), 1, 14)
      placing ' ' from 7 for 0), 'understood', '{{}}'::jsonb) END,
  CASE WHEN i %% 5 > 0 THEN jsonb_build_array(jsonb_build_object('id', s[1], 'version', 3))
    ELSE jsonb_build_array({SHOWN}) END,
  CASE WHEN i %% 5 = 0 THEN i %% 40 END, '{{"index_build": "wmp-person-1", "page": 1}}',
  sha256(i::text::bytea), NULL
FROM (
  SELECT i, 1 + (hashint8(i) & 2147483647) %% {OFFICERS} AS o,
    CASE WHEN i %% 5 = 0 THEN ARRAY[{TEN.replace("%", "%%")}]
      WHEN i %% 1000 = 1 THEN ARRAY['{EVERYBODY_LOOKS}']
      ELSE ARRAY[(1 + (hashint8(i * 17) & 2147483647) %% {PEOPLE})::text] END AS s
  FROM generate_series(%(start)s::bigint, %(end)s::bigint) AS i
) made
"""
STAFF = f"""
INSERT INTO access_unit (id, name)
SELECT n, 'Bench unit ' || n FROM generate_series(1, {UNITS}) n ON CONFLICT DO NOTHING;
INSERT INTO access_officer (id, password, is_superuser, username, first_name, last_name, email,
    is_staff, is_active, date_joined, collar_number, post, unit_id)
SELECT n, '', false, 'bench' || n, '', '', '', false, true, now(), '', '', 1 + n % {UNITS}
FROM generate_series(1, {OFFICERS}) n ON CONFLICT DO NOTHING;
SELECT setval(pg_get_serial_sequence('access_officer', 'id'), {OFFICERS + 1000});
SELECT setval(pg_get_serial_sequence('access_unit', 'id'), {UNITS + 1000});
"""


def owner() -> psycopg.Connection:
    """The owner of the tables; every statement commits."""
    return psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True)


def timed(work: Callable[[], Any]) -> float:
    """Wall seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def staff() -> None:
    """The officers and units that the events name."""
    with owner() as connection:
        connection.execute(STAFF.encode())


def load(events: int) -> float:
    """Fill twelve months evenly; in slices, so that a stop loses little. Seconds of all of it.

    A bulk load makes the indices afterwards; every other figure is taken with them.
    """
    step = int(timedelta(days=MONTHS * 30).total_seconds() * 1e6) // events

    def fill(start: int) -> None:
        end = min(start + SLICE, events) - 1
        with owner() as connection:
            connection.execute("SET synchronous_commit = off")
            given = {"first": FIRST, "step": step, "start": start, "end": end}
            connection.execute(LOAD.encode(), given)
        print(f"  events up to {end + 1:,}", flush=True)

    with owner() as connection:
        _months_before_the_first(connection)
        indices = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'audit_event' "
            "AND indexname NOT LIKE '%pkey'"
        ).fetchall()
        for name, _ in indices:
            connection.execute(f"DROP INDEX {name}".encode())
        with ThreadPoolExecutor(2) as pool:
            seconds = timed(lambda: list(pool.map(fill, range(0, events, SLICE))))
            seconds += timed(lambda: list(pool.map(_index, _parts(connection, indices))))
        for _, definition in indices:  # takes over what the parts have
            connection.execute(definition.replace(" ON ONLY ", " ON ").encode())
        seconds += timed(lambda: connection.execute("VACUUM ANALYZE audit_event"))
    return seconds


def _parts(connection: psycopg.Connection, indices: list[Any]) -> list[str]:
    """Each index of each part that has rows, as a statement."""
    made = [re.sub(r" \w+ ON ONLY [\w.]+ ", " ON {} ", definition) for _, definition in indices]
    names = connection.execute(
        "SELECT relid::regclass::text FROM pg_partition_tree('audit_event') "
        "WHERE isleaf AND pg_relation_size(relid) > 0 ORDER BY 1"
    ).fetchall()
    return [statement.format(name) for (name,) in names for statement in made]


def _index(statement: str) -> None:
    with owner() as connection:
        connection.execute("SET maintenance_work_mem = '768MB'")
        connection.execute(statement.encode())


def _months_before_the_first(connection: psycopg.Connection) -> None:
    """The product has parts from January 2026; the benchmark's year begins before."""
    for month, after in (("2025-11-01", "2025-12-01"), ("2025-12-01", "2026-01-01")):
        name = f"audit_event_{month[:7].replace('-', '_')}"
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF audit_event "
            f"FOR VALUES FROM ('{month}') TO ('{after}')".encode()
        )


def true_events(count: int) -> datetime:
    """Events through the door's own hash, by COPY, from this moment on; the moment."""
    columns = Event._meta.concrete_fields
    names = ", ".join(str(f.column) for f in columns)
    audit = connections["audit"]
    audit.ensure_connection()
    began = timezone.now()
    statement = f"COPY audit_event ({names}) FROM STDIN".encode()
    with owner() as connection, connection.cursor() as c, c.copy(statement) as copy:
        for i in range(count):
            values = record._values(entry(i))
            values["at"] = began + timedelta(microseconds=10 * i)
            values["content_hash"] = record.content_hash(values)
            copy.write_row([f.get_db_prep_save(values[f.attname], audit) for f in columns])
    return began


def copy_floor(since: datetime) -> tuple[int, float]:
    """The true events again, as they are, by a bare COPY into a table without an index: rows and
    seconds.
    """
    with owner() as connection:
        connection.execute("CREATE TABLE bench_floor (LIKE audit_event)")
        out = b"COPY (SELECT * FROM audit_event WHERE at >= '%s') TO STDOUT" % (
            since.isoformat().encode()
        )
        with connection.cursor().copy(out) as copy:
            blocks = [bytes(block) for block in copy]
        began = time.perf_counter()
        with connection.cursor().copy(b"COPY bench_floor FROM STDIN") as copy:
            for block in blocks:
                copy.write(block)
        seconds = time.perf_counter() - began
        connection.execute("DROP TABLE bench_floor")
    return len(blocks), seconds


def words(number: int) -> str:
    """What was typed in a made-up search, as LOAD makes it: two words, 18,000 different pairs."""
    digits = hashlib.md5(str(number // 5 * 5 % 90_000).encode()).hexdigest()  # noqa: S324
    return f"{digits[:6]} {digits[6:14]}"


def entry(i: int, screen: bytes = b"") -> record.Entry:
    """A search that shows ten people."""
    ids = [str((i * 13 + k * 7919) % PEOPLE) for k in range(10)]
    number = 1 + i % OFFICERS
    return record.Entry(
        action=Action.PERSON_SEARCHED,
        actor=record.Actor(number, f"bench{number}", 1 + number % UNITS, ("officer",), "10.0.0.1"),
        purpose_code="CRIME-INV",
        purpose_reference=f"20/{100000 + i % 800000}/26",
        subject_kind="person",
        subject_ids=ids,
        query={"text": words(i), "understood": {"name": "x"}},
        shown=[{"id": pk, "rank": rank, "version": 3} for rank, pk in enumerate(ids, 1)],
        result_count=20,
        detail={"index_build": "wmp-person-1", "page": 1},
        screen=screen,
    )
