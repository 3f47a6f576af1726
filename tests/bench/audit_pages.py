"""How long an auditor and a supervisor wait for the pages over the trail of the benchmark.

Asked over HTTP as the product is asked: middleware, permission, query, page, and the event of the
read itself. Beside the wait stand its part in the trail's database (`sql`, the write of the event
with it) and the processor time of this process (`cpu`: Python, mostly the page), so that a busy
machine can be told from slow work.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import connections
from django.test import Client

from tests.bench.audit_load import EVERYBODY_LOOKS, FIRST, MONTHS, OFFICERS, PEOPLE, UNITS, words
from tests.officers import officer, reading, signed_in
from wmp_search.access.models import Officer, Unit

LOOKS = 60
YEAR = {"since": FIRST.date(), "until": FIRST.date() + timedelta(days=365)}
Asked = Callable[[], tuple[str, dict[str, Any] | None]]  # address; what is posted, None: a GET


def pages() -> dict[str, dict[str, Any]]:
    """Milliseconds of one page by kind, for an auditor (everything) and a supervisor (a unit)."""
    auditor = reading(signed_in(officer("auditor", username=f"auditor{time.time_ns()}")))
    head = officer("supervisor", username=f"head{time.time_ns()}")
    Officer.objects.filter(pk=head.pk).update(unit=Unit.objects.get(pk=7))
    head.refresh_from_db()
    supervisor = reading(signed_in(head))
    found = {kind: _measure(auditor, asked) for kind, asked in _kinds(random.Random(7)).items()}  # noqa: S311
    of_unit = _kinds(random.Random(8), own=7)  # noqa: S311
    return found | {f"unit_{kind}": _measure(supervisor, ask) for kind, ask in of_unit.items()}


def _kinds(rng: random.Random, own: int | None = None) -> dict[str, Asked]:
    """Each kind of page with what it is asked for; the same looks in every run."""

    def some_officer() -> int:
        if own is None:
            return rng.randrange(1, OFFICERS)
        return own - 1 + UNITS * rng.randrange(1, OFFICERS // UNITS)

    def some_day() -> date:
        return FIRST.date() + timedelta(days=rng.randrange(MONTHS * 30))

    def listed(**filters: Any) -> str:
        return "/audit?" + "&".join(f"{name}={value}" for name, value in filters.items())

    def person() -> int:
        return rng.randrange(1, PEOPLE)

    found: dict[str, Asked] = {
        "by_officer": lambda: (listed(**YEAR, officer=some_officer()), None),
        "by_subject": lambda: (listed(**YEAR, kind="person", subject=person()), None),
        "by_day": lambda: (listed(since=(day := some_day()), until=day), None),
        "by_officer_and_day": lambda: (
            listed(since=(day := some_day()), until=day, officer=some_officer()),
            None,
        ),
        "by_rare_action": lambda: (listed(**YEAR, action="role.granted"), None),
        "who_saw": lambda: (f"/audit/person/{person()}", None),
        "who_saw_whom_everybody_looks_at": lambda: (f"/audit/person/{EVERYBODY_LOOKS}", None),
        "what_did_this_officer_do": lambda: (f"/audit/officer/{some_officer()}", None),
        "who_searched_for": lambda: (
            "/audit/words",
            {"words": words(rng.randrange(90_000))},
        ),
        "who_searched_for_what_nobody_did": lambda: (
            "/audit/words",
            {"words": f"zz{rng.randrange(90_000)}"},
        ),
    }
    return found


def _measure(client: Client, asked: Asked) -> dict[str, Any]:
    waits: list[float] = []
    cpu: list[float] = []
    sql: list[float] = []

    def timing(execute: Any, *args: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*args)
        finally:
            sql[-1] += (time.perf_counter() - began) * 1000

    with connections["audit"].execute_wrapper(timing):
        while len(waits) < LOOKS and sum(waits) < 60_000:  # what is far too slow says so soon
            address, posted = asked()
            sql.append(0)
            began, worked = time.perf_counter(), time.thread_time()
            answer = client.get(address) if posted is None else client.post(address, posted)
            waits.append((time.perf_counter() - began) * 1000)
            cpu.append((time.thread_time() - worked) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}")
    return {"wait": spread(waits), "sql": spread(sql), "cpu": spread(cpu), "looks": len(waits)}


def spread(milliseconds: list[float]) -> dict[str, float]:
    """Median, p95 and worst."""
    ordered = sorted(milliseconds)
    return {
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
        "max_ms": round(ordered[-1], 1),
    }
