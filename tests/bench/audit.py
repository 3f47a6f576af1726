"""Times the audit trail at full size, on real servers of its own.

    make bench-audit EVENTS=10000000

Loads made-up events (`tests/bench/audit_load.py`), then prints one JSON document: size of the
trail, waits for its pages (`audit_pages.py`), cost of one append, 100 concurrent writers, sealing
and verification, each beside a plain floor of the same run, with CPU seconds and how busy the
machine was. A trail that is there already is not loaded again; data stays below $WMP_VAR
for a look (`python -m deploy.embedded reset` removes it).
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")
django.setup()

from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from audit import record, seal, verify  # noqa: E402
from tests.bench import audit_load as made_up  # noqa: E402
from tests.bench.audit_load import entry, owner, timed  # noqa: E402
from tests.bench.audit_pages import pages, spread  # noqa: E402

SCREEN = (
    b"<main>" + b"<p class='govuk-body'>Made-up words on a made-up page</p>" * 150 + b"</main>"
)
FLOORS = {
    "read": "SELECT * FROM audit_event WHERE at >= %s ORDER BY at, id",
    "leaves": "SELECT at, id, content_hash FROM audit_event WHERE at >= %s ORDER BY at, id",
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
    began, moment = time.perf_counter(), timezone.now()
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
    report = verify.verify(since=moment)
    return {
        "threads": threads,
        "asked": threads * each,
        "written": len(made),
        "found": rows[0] if rows else 0,
        "errors": len(errors),
        "seals_meanwhile": report.seals,
        "findings": [str(finding) for finding in report.findings],
        "rows_per_second": round(len(made) / seconds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int, nargs="?", default=10_000_000)
    parser.add_argument("--sealed", type=int, default=300_000, help="events with true hashes")
    options = parser.parse_args()
    as_owner = {**os.environ, "DATABASE_URL": os.environ["OWNER_DATABASE_URL"]}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"], env=as_owner, check=True
    )
    result: dict[str, Any] = {"events": options.events, "cores": os.cpu_count()}
    made_up.staff()
    if _is_empty("audit_event"):
        with stage("load", result, options.events):
            made_up.load(options.events)
    with stage("pages", result, 1) as found:
        found.update(pages())
    if _is_empty("audit_seal"):
        with stage("seal_made_up", result, options.events):
            seal.run()
    with stage("true_events_by_copy", result, options.sealed):
        since = made_up.true_events(options.sealed)
    with stage("seal", result, options.sealed):
        seal.run()
    result["floors"] = _floors(since)
    with stage("verify", result, options.sealed) as found:
        report = verify.verify(since=since)
        found.update(events=report.events, findings=[str(f) for f in report.findings[:5]])
    with stage("appends", result, 4_000) as found:
        found.update(appends())
    with stage("writers", result, 5_000) as found:
        found.update(writers())
    result["bytes"] = sizes()
    print(json.dumps(result, indent=1, default=str), flush=True)


def _is_empty(table: str) -> bool:
    with owner() as connection:
        return connection.execute(f"SELECT FROM {table} LIMIT 1".encode()).fetchone() is None


@contextmanager
def stage(name: str, result: dict[str, Any], events: int) -> Iterator[dict[str, Any]]:
    """Wall and CPU seconds of a stage, beside what its body puts into the yielded dict."""
    print(f"{name} …", file=sys.stderr, flush=True)
    figures: dict[str, Any] = {}
    cpu, began = cpu_seconds(), time.perf_counter()
    yield figures
    wall = time.perf_counter() - began
    after = cpu_seconds()
    figures["wall_s"] = round(wall, 1)
    figures["per_second"] = round(events / wall)
    figures["cpu_s"] = {who: round(after[who] - cpu[who], 1) for who in after}
    figures["load_average"] = round(os.getloadavg()[0], 1)
    result[name] = figures
    print(f"{name}: {json.dumps(figures)}", file=sys.stderr, flush=True)


def cpu_seconds() -> dict[str, float]:
    """So far: this process, and the server behind its connection with all of its processes.

    A connection that ended takes its seconds along, into the postmaster's children.
    """
    time.sleep(1)  # so that the postmaster has noticed who ended
    with owner() as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row
        postmaster = psutil.Process(row[0]).parent()
    assert postmaster
    spent = list(postmaster.cpu_times()[:4])
    for child in postmaster.children():
        try:
            spent += child.cpu_times()[:2]
        except psutil.Error:  # just ended
            continue
    own = time.process_time()
    return {"python": own, "postgresql": sum(spent)}


def _floors(since: datetime) -> dict[str, int]:
    """What the same rows cost at least: to copy them, to read their leaves, to read them whole."""
    rows, seconds = made_up.copy_floor(since)
    floors = {"copy_per_second": round(rows / seconds)}
    for name, statement in FLOORS.items():
        with owner() as connection, connection.transaction():
            cursor = connection.cursor(name="floor")
            cursor.itersize = verify.FETCH
            began = time.perf_counter()
            cursor.execute(statement.encode(), [since])
            count = sum(1 for _ in cursor)
            floors[f"{name}_per_second"] = round(count / (time.perf_counter() - began))
    return floors


def sizes() -> dict[str, int]:
    """Bytes on disk."""
    with owner() as connection:
        found = connection.execute(
            "SELECT sum(pg_table_size(relid))::bigint, sum(pg_indexes_size(relid))::bigint, "
            "pg_total_relation_size('audit_seal'), pg_total_relation_size('audit_screen'), "
            "(SELECT count(*) FROM audit_event), (SELECT count(*) FROM audit_screen) "
            "FROM pg_partition_tree('audit_event') WHERE isleaf"
        ).fetchone()
    names = ("rows", "indices", "seals", "screens", "events", "kept_screens")
    return dict(zip(names, found or (), strict=True))


if __name__ == "__main__":
    main()
