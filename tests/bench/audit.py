"""Times the audit trail at full size, on real servers of its own.

    make bench-audit EVENTS=10000000

Loads made-up events (set-based, as the owner: INSERT … SELECT over generate_series; the first
SEALED of them through COPY with true content hashes, so that sealing and verification can be
timed), then prints one JSON document: size of the trail, p95 of the pages by officer, by subject
and by day, cost of one append beside a plain insert, 100 concurrent writers, sealing and
verification. Needs PostgreSQL only; data stays below $WMP_VAR for a look.
"""

import argparse
import json
import os
import random
import statistics
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")
django.setup()

from django.db import connections  # noqa: E402

from audit import record, seal, selectors, verify  # noqa: E402
from audit.actions import Action  # noqa: E402
from audit.models import Event  # noqa: E402
from wmp_search.access.permissions import Permission  # noqa: E402
from wmp_search.access.scope import Scope  # noqa: E402

OFFICERS, PEOPLE, MONTHS, LOOKS = 7_000, 2_000_000, 12, 60
FIRST = datetime(2025, 11, 1, tzinfo=UTC)
SCREEN = (
    b"<main>" + b"<p class='govuk-body'>Made-up words on a made-up page</p>" * 150 + b"</main>"
)
LOAD = """
INSERT INTO audit_event
SELECT gen_random_uuid(), %(first)s + (i * %(step)s) * interval '1 microsecond',
  (ARRAY['person.searched','person.viewed','person.viewed','crime.viewed','gang.viewed'])
    [1 + i %% 5],
  gen_random_uuid(), o, 'officer' || o, o %% 60, ARRAY['officer'], 'CRIME-INV',
  '20/' || (100000 + i %% 800000) || '/26', '10.0.0.1', 'Mozilla/5.0 (Windows NT 10.0; x64)',
  substr(md5(o::text || i / 4000), 1, 16), 'person', subjects,
  jsonb_build_object('text', 'name ' || (i %% 90000), 'understood', '{"name": "x"}'::jsonb),
  (SELECT jsonb_agg(jsonb_build_object('id', s, 'rank', r, 'version', 3))
     FROM unnest(subjects) WITH ORDINALITY AS u(s, r)),
  20, '{"index_build": "wmp-person-1", "page": 1}', sha256(i::text::bytea), NULL
FROM (
  SELECT i, 1 + (hashint8(i) & 2147483647) %% %(officers)s AS o,
    CASE WHEN i %% 5 = 0
      THEN (SELECT array_agg((1 + (hashint8(i * 31 + k) & 2147483647) %% %(people)s)::text)
              FROM generate_series(1, 10) k)
      ELSE ARRAY[(1 + (hashint8(i * 17) & 2147483647) %% %(people)s)::text] END AS subjects
  FROM generate_series(%(start)s::bigint, %(end)s::bigint) AS i
) made
"""


def owner() -> psycopg.Connection:
    """The owner of the tables; every statement commits."""
    return psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True)


def timed(work: Callable[[], Any]) -> float:
    """Wall seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def load(events: int) -> float:
    """Fill twelve months evenly; in slices, so that a stop loses little."""
    step = int(timedelta(days=MONTHS * 30).total_seconds() * 1e6) // events
    slice_size = 250_000
    seconds = 0.0
    with owner() as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("SET max_parallel_maintenance_workers = 0")
        indices = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'audit_event' "
            "AND indexname NOT LIKE '%pkey'"
        ).fetchall()
        for name, _ in indices:  # a bulk load makes them afterwards; the other figures have them
            connection.execute(f"DROP INDEX {name}".encode())
        for start in range(0, events, slice_size):
            given: dict[str, Any] = {
                "first": FIRST,
                "step": step,
                "officers": OFFICERS,
                "people": PEOPLE,
                "start": start,
                "end": min(start + slice_size, events) - 1,
            }
            seconds += timed(lambda g=given: connection.execute(LOAD, g))  # type: ignore[misc]
            print(f"  {given['end'] + 1:,} events, {seconds:.0f} s", flush=True)
        for name, definition in indices:
            made = definition.replace(" ON ONLY ", " ON ").encode()
            seconds += timed(lambda d=made: connection.execute(d))  # type: ignore[misc]
            print(f"  {name}, {seconds:.0f} s", flush=True)
        seconds += timed(lambda: connection.execute("VACUUM ANALYZE audit_event"))
    return seconds


def true_events(count: int) -> float:
    """Events through the door's own hash, by COPY, just after the made-up months."""
    columns = Event._meta.concrete_fields
    names = ", ".join(str(f.column) for f in columns)
    audit = connections["audit"]
    audit.ensure_connection()
    at = FIRST + timedelta(days=MONTHS * 30, hours=1)
    began = time.perf_counter()
    statement = f"COPY audit_event ({names}) FROM STDIN".encode()
    with owner() as connection, connection.cursor() as c, c.copy(statement) as copy:
        for i in range(count):
            values = record._values(entry(i))
            values["at"] = at + timedelta(milliseconds=i)
            values["content_hash"] = record.content_hash(values)
            copy.write_row([f.get_db_prep_save(values[f.attname], audit) for f in columns])
    return time.perf_counter() - began


def entry(i: int, screen: bytes = b"") -> record.Entry:
    """A search that shows ten people."""
    ids = [str((i * 13 + k * 7919) % PEOPLE) for k in range(10)]
    number = i % OFFICERS
    return record.Entry(
        action=Action.PERSON_SEARCHED,
        actor=record.Actor(number, f"officer{number}", number % 60, ("officer",), "10.0.0.1"),
        purpose_code="CRIME-INV",
        purpose_reference=f"20/{100000 + i % 800000}/26",
        subject_kind="person",
        subject_ids=ids,
        query={"text": f"name {i % 90000}", "understood": {"name": "x"}},
        shown=[{"id": pk, "rank": rank, "version": 3} for rank, pk in enumerate(ids, 1)],
        result_count=20,
        detail={"index_build": "wmp-person-1", "page": 1},
        screen=screen,
    )


def pages() -> dict[str, dict[str, float]]:
    """Milliseconds of one page of fifty, as the selectors answer it, for an auditor."""
    auditor = Scope(1, None, ("auditor",), (), frozenset({Permission.AUDIT_VIEW_ALL.value}))
    rng = random.Random(7)  # noqa: S311  the same looks in every run
    whole = {"since": FIRST.date(), "until": (FIRST + timedelta(days=365)).date()}

    def some_day() -> date:
        return (FIRST + timedelta(days=rng.randrange(MONTHS * 30))).date()

    kinds: dict[str, Callable[[], dict[str, Any]]] = {
        "officer_12_months": lambda: {**whole, "officer": rng.randrange(1, OFFICERS)},
        "subject_12_months": lambda: {
            **whole,
            "kind": "person",
            "subject": str(rng.randrange(1, PEOPLE)),
        },
        "day": lambda: {"since": (day := some_day()), "until": day},
        "officer_and_day": lambda: {
            "since": (day := some_day()),
            "until": day,
            "officer": rng.randrange(1, OFFICERS),
        },
    }
    found = {}
    for name, given in kinds.items():
        took = []
        for _ in range(LOOKS):
            filters = selectors.Filters(**given())
            took.append(timed(lambda f=filters: selectors.page(auditor, f)) * 1000)  # type: ignore[misc]
        found[name] = spread(took)
    return found


def spread(milliseconds: list[float]) -> dict[str, float]:
    """Median, p95 and worst."""
    ordered = sorted(milliseconds)
    return {
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
        "max_ms": round(ordered[-1], 1),
    }


def appends(count: int = 1_000) -> dict[str, Any]:
    """One event as the door writes it, beside a plain insert of the same row and an empty one."""
    with owner() as connection:
        connection.execute("DROP TABLE IF EXISTS bench_floor")
        connection.execute("CREATE TABLE bench_floor (LIKE audit_event)")
        row = dict.fromkeys(("action", "officer", "purpose_code", "device"), "")
        row |= dict.fromkeys(("purpose_reference", "session", "subject_kind"), "")
        plain = json.dumps(
            {
                **row,
                "roles": [],
                "subject_ids": [],
                "query": {},
                "shown": [],
                "detail": {},
                "at": "now",
                "tx": "5",
                "content_hash": "\\x00",
                "id": str(uuid.uuid4()),
                "operation_id": str(uuid.uuid4()),
            }
        )
        statement = (
            "INSERT INTO bench_floor SELECT * FROM jsonb_populate_record(NULL::bench_floor, %s)"
        )
        floor = [
            timed(lambda: connection.execute(statement, [plain])) * 1000 for _ in range(count)
        ]
        connection.execute("DROP TABLE bench_floor")
    bare = [timed(lambda i=i: record.event(entry(i))) * 1000 for i in range(count)]  # type: ignore[misc]
    known = [timed(lambda i=i: record.event(entry(i, SCREEN))) * 1000 for i in range(count)]  # type: ignore[misc]
    fresh = [
        timed(lambda i=i: record.event(entry(i, SCREEN + b"<!-- %d -->" % i))) * 1000  # type: ignore[misc]
        for i in range(count)
    ]
    return {
        "plain_insert": spread(floor),
        "event": spread(bare),
        "event_with_known_screen": spread(known),
        "event_with_new_screen": {**spread(fresh), "screen_bytes": len(SCREEN)},
    }


def writers(threads: int = 100, each: int = 50) -> dict[str, Any]:
    """Concurrent writers, each on a connection of its own, while a sealer works beside them."""
    pool = connections["audit"].settings_dict["OPTIONS"]["pool"]
    pool.update(max_size=60, timeout=120)  # the servers' pools of many processes, in this one
    connections["audit"].close_pool()  # type: ignore[attr-defined]
    made: list[uuid.UUID] = []
    errors: list[str] = []
    lock, stop = threading.Lock(), threading.Event()

    def write(number: int) -> None:
        try:
            for i in range(each):
                found = record.event(entry(number * each + i))
                with lock:
                    made.append(found)
        except record.AuditUnavailable as error:
            errors.append(str(error))
        finally:
            connections["audit"].close()

    def sealing() -> None:
        while not stop.wait(0.2):
            seal.run()
        connections["audit"].close()

    sealer = threading.Thread(target=sealing)
    sealer.start()
    working = [threading.Thread(target=write, args=(n,)) for n in range(threads)]
    began = time.perf_counter()
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()
    seconds = time.perf_counter() - began
    stop.set()
    sealer.join()
    seal.run()
    with owner() as connection:
        rows = connection.execute(
            "SELECT count(*) FROM audit_event WHERE id = ANY(%s)", [made]
        ).fetchone()
    return {
        "threads": threads,
        "asked": threads * each,
        "written": len(made),
        "found": rows[0] if rows else 0,
        "errors": len(errors),
        "rows_per_second": round(len(made) / seconds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int, nargs="?", default=10_000_000)
    parser.add_argument("--sealed", type=int, default=300_000, help="events with true hashes")
    options = parser.parse_args()
    as_owner = {**os.environ, "DATABASE_URL": os.environ["OWNER_DATABASE_URL"]}
    import subprocess
    import sys

    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"], env=as_owner, check=True
    )
    result: dict[str, Any] = {"events": options.events, "load_average": os.getloadavg()}
    result["load_s"] = round(load(options.events))
    result["seal_made_up"] = rate(options.events, seal.run)
    result["true_events_copy_s"] = round(true_events(options.sealed))
    result["seal"] = rate(options.sealed, seal.run)
    print(json.dumps(result, indent=1), flush=True)
    since = FIRST + timedelta(days=MONTHS * 30, minutes=50)
    report: list[verify.Report] = []
    took = timed(lambda: report.append(verify.verify(since=since)))
    result["verify"] = {
        "events": report[0].events,
        "seconds": round(took, 1),
        "events_per_second": round(report[0].events / took),
        "findings": [str(f) for f in report[0].findings[:5]],
    }
    result["pages"] = pages()
    print(json.dumps(result, indent=1), flush=True)
    result["appends"] = appends()
    result["writers"] = writers()
    with owner() as connection:
        sizes = connection.execute(
            "SELECT pg_size_pretty(sum(pg_table_size(relid))::bigint), "
            "pg_size_pretty(sum(pg_indexes_size(relid))::bigint), "
            "pg_size_pretty(pg_total_relation_size('audit_seal')), "
            "pg_size_pretty(pg_total_relation_size('audit_screen')) "
            "FROM pg_partition_tree('audit_event') WHERE isleaf"
        ).fetchone()
    result["sizes"] = dict(zip(("rows", "indices", "seals", "screens"), sizes or (), strict=True))
    print(json.dumps(result, indent=1, default=str), flush=True)


def rate(events: int, work: Callable[[], Any]) -> dict[str, Any]:
    """Events per second of a piece of work."""
    seconds = timed(work)
    return {"events": events, "seconds": round(seconds, 1), "per_second": round(events / seconds)}


if __name__ == "__main__":
    main()
