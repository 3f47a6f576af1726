"""Twenty-four hours in minutes: feeds every four hours, what goes wrong with them, and searches.

Web server, workers and beat run as in production; only the four hours between two deliveries are
half a minute. Beat's own clockwork (drains, seals, comparisons) runs at its real pace. What was
measured is left in var/day.json.
"""

import contextlib
import itertools
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import pytest
import redis
from celery import Celery

from tests.faults.town import Row, Town
from tests.product import ROOT, SECONDS, Product, ask

FOUR_HOURS = 30  # seconds
OFFICERS = ("officer", "sergeant", "analyst")
QUEUES = ("refresh", "index", "interactive", "audit")
CELERY = ("celery", "-A", "wmp_search", "--quiet")
WORKER = ("worker", "-l", "warning", "--without-gossip")
PROCESSES = {
    "worker": (*WORKER, "-c", "2", "-Q", "index,interactive,audit", "-n", "worker@%h"),
    "feeds": (*WORKER, "-c", "1", "-Q", "refresh", "-n", "feeds@%h"),
    "beat": ("beat", "-l", "warning", "--pidfile=", "-S", "celery.beat:Scheduler"),
}
HOURS = (4, 8, 12, 16, 20, 24)
LOOKED_UP = 20  # people deleted, and people added, at the end
GROWTH = 1.10  # a half of the day may need this much more memory than the other by chance


@dataclass
class Day(Product):
    """The running product, its town, and what was seen of both."""

    answers: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    samples: list[dict[str, float]] = field(default_factory=list)
    searchable_after: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def search(self, address: str, token: str, names: list[str]) -> None:
        """An officer who never stops."""
        for name in itertools.cycle(names):
            self.answers.append((name, *ask(address, token, name=name)))
            if self.over.wait(0.2):
                return

    def watch(self, roots: dict[str, int]) -> None:
        """Megabytes of each process and its children, connections, queues; every other second."""
        broker = redis.Redis.from_url(self.run_env["REDIS_URL"])
        active = "SELECT count(*) FROM pg_stat_activity WHERE datid > 0 AND usesysid > 0"
        while not self.over.wait(2):
            sample = {name: memory(pid) for name, pid in roots.items()}
            sample["connections"] = self.number(active)
            sample["queue"] = sum(int(broker.llen(queue)) for queue in QUEUES)
            sample["outbox"] = self.number("SELECT count(*) FROM search_outboxentry")
            self.samples.append(sample)

    def refresh(self, hour: int, **expected: str) -> None:
        """Queue both systems as beat does when they fall due; wait until it shows in the index."""
        begun = time.monotonic()
        with Celery(broker=self.run_env["REDIS_URL"], set_as_current=False) as celery:
            for system in expected:
                celery.send_task("ingest.refresh_source", [system], queue="refresh")
        for system, state in expected.items():
            self._until(
                f"SELECT count(*) > 0 FROM ingest_batch WHERE system = '{system}'"
                f" AND state = '{state}' AND file_name = 'people_{hour:02}.csv'"
            )
        self._until(
            "SELECT count(*) = 0 FROM people_nominalrecord WHERE changed_at >"
            " (SELECT max(started_at) FROM ingest_resolutionrun WHERE state = 'done')"
        )
        self._until("SELECT count(*) = 0 FROM search_outboxentry")
        self.searchable_after.append(round(time.monotonic() - begun, 1))

    def _until(self, query: str) -> None:
        end = time.monotonic() + SECONDS
        while not self.number(query):
            assert time.monotonic() < end, query
            time.sleep(0.2)


def memory(pid: int) -> float:
    """Megabytes of a process and all below it, shared pages by share."""
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
            tasks = Path(f"/proc/{one}/task").iterdir()
            waiting += [int(p) for t in tasks for p in (t / "children").read_text().split()]
    return round(total, 1)


pytestmark = [pytest.mark.slow, pytest.mark.faults]


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    sources = {"SOURCES_DIRS": str(tmp_path / "var" / "sources")}
    made = Day(tmp_path / "var", {**sources, "REQUESTS_AT_ONCE": str(len(OFFICERS))})
    made.up()
    try:
        made.migrate()
        made.manage("search_migrate")
        yield made
    finally:
        made.down()


def test_a_day_leaves_no_drift_and_no_growth(day: Day) -> None:
    town = Town(day.var / "feeds", day.var / "sources")
    the_day_before(day, town)
    with contextlib.ExitStack() as running:
        address, web = running.enter_context(day.web())
        roots = {"web": web}
        for name, words in PROCESSES.items():
            process = running.enter_context(day.background(name, *CELERY, *words))
            roots[name] = process.pid
        deliver(day, town, 1)  # what workers import at their first task is no growth
        pool = running.enter_context(ThreadPoolExecutor(len(OFFICERS) + 1))
        running.callback(day.over.set)
        tokens = day.tokens(*OFFICERS)
        seen = [pool.submit(day.search, address, token, town.known) for token in tokens]
        seen.append(pool.submit(day.watch, roots))
        for hour in HOURS:
            ends = time.monotonic() + FOUR_HOURS
            gone = deliver(day, town, hour)
            time.sleep(max(ends - time.monotonic(), 0))
        day.over.set()
        for one in seen:
            one.result()
        shows_what_is_true(day, address, tokens[0], town, gone)
    report(day)
    holds_what_is_true(day, town)
    every_answer_was_good_and_audited(day)
    nothing_grew(day)


def the_day_before(day: Day, town: Town) -> None:
    """The first people, loaded by command."""
    town.write_book(0)
    town.sheets |= (rows := town.sheet())
    town.write_sheet(0, rows)
    day.manage("refresh", "--source", "book", "--source", "sheets")


def deliver(day: Day, town: Town, hour: int) -> dict[int, Row]:
    """What happens at this hour; who was deleted from the book."""
    gone, rows = town.turn(), town.sheet()
    match hour:
        case 8:  # the book is broken off: what was known before stands
            town.break_book(hour)
            book = "failed"
        case 20:  # the book has another heading, and nobody was told
            town.surname = "FAMILY_NAME"
            town.write_book(hour)
            book = "failed"
        case _:
            town.write_book(hour)
            book = "loaded"
    if hour == 12:  # the sheet is late, and comes after a newer one
        town.late = rows
        day.refresh(hour, book=book)
        return gone
    if hour == 20:
        town.write_sheet(12, town.late)
        town.sheets = {**town.late, **town.sheets}
    town.write_sheet(hour, rows)
    town.sheets |= rows
    day.refresh(hour, book=book, sheets="loaded")
    if hour == 20:
        town.declare("book", "full")  # an engineer corrects the source file
        day.refresh(hour, book="loaded")
    return gone


def shows_what_is_true(
    day: Day, address: str, token: str, town: Town, gone: dict[int, Row]
) -> None:
    """Who was deleted is not found by that record any more, who was added is."""
    newest = dict(list(town.book.items())[-LOOKED_UP:])
    for rows, there in ((dict(list(gone.items())[:LOOKED_UP]), False), (newest, True)):
        for number, row in rows.items():
            status, answer = ask(address, token, name=row.name)
            assert status == 200
            day.answers.append((row.name, status, answer))
            records = [r for result in answer["results"] for r in result["records"]]
            assert ({"system": "book", "source_ref": str(number)} in records) is there


def holds_what_is_true(day: Day, town: Town) -> None:
    """Every record as the town has it, in its last version; index and database agree."""
    query = (
        "SELECT s.source_ref::int, n.given_names, n.surname, n.born_on::text"
        " FROM ingest_sourcerecord s JOIN people_nominalrecord n USING (id)"
        " WHERE s.system = %s AND s.deleted_at IS NULL AND n.deleted_at IS NULL"
    )
    with psycopg.connect(day.run_env["OWNER_DATABASE_URL"]) as connection:
        for system, rows in (("book", town.book), ("sheets", town.sheets)):
            found = {n: Row(*words) for n, *words in connection.execute(query, [system])}
            assert found == rows
    assert day.number("SELECT count(*) FROM ingest_batch WHERE state = 'failed'") >= 2
    day.manage("search_reconcile", "--documents")
    day.manage("audit_seal")
    day.manage("audit_verify")


def every_answer_was_good_and_audited(day: Day) -> None:
    """No search failed, a known person was always found, and the trail has each answer once."""
    asked = day.answers[: -2 * LOOKED_UP]
    failed = [a for a in day.answers if a[1] != 200]
    assert not failed, (len(failed), len(day.answers), failed[:3])
    missed = [a for a in asked if not a[2]["results"]]
    assert not missed, (len(missed), len(asked), missed[:3])
    query = "SELECT id::text FROM audit_event WHERE action = 'person.searched'"
    with psycopg.connect(day.run_env["AUDIT_DATABASE_URL"]) as connection:
        audited = {row[0] for row in connection.execute(query)}
    assert audited == {answer["audit_id"] for _, _, answer in day.answers}


def halves(day: Day) -> dict[str, tuple[float, float]]:
    """The highest value of each thing that was watched, in the first and in the second half."""
    middle = len(day.samples) // 2
    first, second = day.samples[:middle], day.samples[middle:]
    return {name: (max(s[name] for s in first), max(s[name] for s in second)) for name in first[0]}


def nothing_grew(day: Day) -> None:
    peaks = halves(day)
    for name in ("web", *PROCESSES):
        first, second = peaks[name]
        assert second <= first * GROWTH, (name, peaks[name])
    assert peaks["connections"][1] <= peaks["connections"][0] + 2, peaks
    assert peaks["queue"][1] <= peaks["queue"][0] + 2, peaks
    assert day.samples[-1]["queue"] == day.samples[-1]["outbox"] == 0


def report(day: Day) -> None:
    """What was measured, for docs/reliability.md."""
    found = {
        "searches": len(day.answers),
        "seconds_to_search": {
            "median": median(day.searchable_after),
            "most": max(day.searchable_after),
        },
        "peaks": halves(day),
    }
    path = ROOT / "var" / "day.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=1))
