"""Person search at full size: time by stage, and under a load that does not wait for it.

    make bench-search PEOPLE=1000000 LOAD_SECONDS=60

Servers of its own, `gunicorn` as `make run` starts it. The development set stands among generated
neighbours (tests/bench/search_people.py). Prints one JSON document:

- `index`: documents, bytes for each; `floors`: the plainest requests that the same index can
  answer, in the same run: `match_all` and one exact term, 120 hits each;
- `stages`: milliseconds of single searches in one process, by what the time went to;
- `load`: an open-loop generator opens result pages (search, access, audit, page) of many officers
  at 5, 14 and, five times as long, 40 a second; a page later than its time counts from when it
  should have begun;
- `rebuild`: the index built anew and swapped in (`search_migrate --force`) while pages are opened
  at 5 a second; `delta`: CHANGES people in the outbox until the index holds them, with the same;
- `relevance`: hit rates of the development set at this size.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from tests.bench.__main__ import ROOT, manage

PORT = 18_765
OFFICERS, WARM_UP, SINGLE = 40, 60, 200
CHANGES = 50_000
RATES = {5: 1, 14: 1, 40: 5}  # pages a second, and how many times LOAD_SECONDS they are asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int, nargs="?", default=100_000)
    parser.add_argument("seconds", type=int, nargs="?", default=60)
    options = parser.parse_args()
    manage("migrate", "-v0", owner=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")
    os.environ["ALLOWED_HOSTS"] = "127.0.0.1,testserver"
    import django

    django.setup()
    from tests.bench.search_people import prepare

    report: dict[str, Any] = {"people": options.people, "cores": os.cpu_count()}
    report["index"] = _told("index", lambda: prepare(options.people))
    pages = _told("questions", _questions)
    report["floors"] = _told("floors", _floors)
    report["stages"] = _told("stages", lambda: _stages(pages))
    with _web():
        if (status := _open(pages[0])) != 200:
            sys.exit(f"A result page answers {status}: nothing to measure")
        _load(pages, 5, 20)
        rates = {str(rate): _told(f"{rate}/s", lambda: _load(pages, rate, options.seconds * times))  # noqa: B023
                 for rate, times in RATES.items()}  # fmt: skip
        report["load"] = rates
        report["rebuild"] = _told("rebuild", lambda: _beside(pages, "search_migrate", "--force"))
        _queue_changes()
        report["delta"] = _told("delta", lambda: _beside(pages, "search_drain"))
    report["relevance"] = _told("relevance", _relevance)
    print(json.dumps(report, indent=1))


Page = tuple[str, str]  # the address of a kept search, the cookie of its officer


def _questions() -> list[Page]:
    """Kept searches of many officers, each with its own session and purpose."""
    from django.test import Client

    from tests.bench.search_people import typed
    from tests.officers import officer, signed_in, with_purpose

    clients = [
        with_purpose(signed_in(officer("officer", username=f"bench{time.time_ns()}")))
        for _ in range(OFFICERS)
    ]
    pages = []
    for number, asked in enumerate(typed()):
        client: Client = clients[number % OFFICERS]
        text = f"{asked['name']} {asked.get('dob', '')}".strip()
        purpose = {"code": "CRIME-INV", "reference": "20/123456/26"}
        answer = client.post("/people/search", {"text": text, **purpose})
        if answer.status_code == 303:  # some words alone are too little, or a challenge is due
            cookies = "; ".join(f"{c.key}={c.value}" for c in client.cookies.values())
            pages.append((answer["Location"], cookies))
    return pages


def _floors() -> dict[str, Any]:
    from people.index import SPEC
    from wmp_search.search import client

    term = {"bool": {"filter": [{"term": {"n_tok": "smith"}}]}}
    bodies: dict[str, dict[str, Any]] = {
        "match_all": {"size": 120},
        "one term": {"size": 120, "query": term},
    }
    return {
        name: _spread([_timed(lambda: client.search(SPEC.alias, body)) for _ in range(SINGLE)])  # noqa: B023
        for name, body in bodies.items()
    }


def _stages(pages: list[Page]) -> dict[str, Any]:
    """Where the time of single result pages goes: in process, one at a time."""
    from django.db import connections
    from django.template.backends.django import Template
    from django.test import Client

    from people import ranking
    from people import search as searching
    from wmp_search import prepared
    from wmp_search.search import client as index

    spent: dict[str, float] = {}
    found: dict[str, list[float]] = {}

    def timing(stage: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            begun = time.perf_counter()
            try:
                return act(*args, **kwargs)
            finally:
                spent[stage] = spent.get(stage, 0.0) + (time.perf_counter() - begun) * 1000

        return timed

    def sql(execute: Any, *args: Any) -> Any:
        return timing("SQL", execute)(*args)

    patches = (
        (index, "search", timing("index", index.search)),
        (searching, "judge", timing("comparison", ranking.judge)),
        (Template, "render", timing("rendering", Template.render)),
        (prepared, "rows", timing("SQL", prepared.rows)),
    )
    kept = [(where, name, getattr(where, name)) for where, name, _ in patches]
    for where, name, timed in patches:
        setattr(where, name, timed)
    try:
        client = Client()  # reads the middleware once, as a web server does
        for number, (address, cookie) in enumerate((pages * 3)[: WARM_UP + SINGLE]):
            spent.clear()
            with (
                connections["default"].execute_wrapper(sql),
                connections["audit"].execute_wrapper(_as(timing, "audit SQL")),
            ):
                begun = time.perf_counter()
                answer = client.get(address, headers={"cookie": cookie})
                whole = (time.perf_counter() - begun) * 1000
            if number >= WARM_UP and answer.status_code == 200:
                for stage, taken in {**spent, "whole": whole}.items():
                    found.setdefault(stage, []).append(taken)
    finally:
        for where, name, plain in kept:
            setattr(where, name, plain)
    return {stage: _spread(values) for stage, values in sorted(found.items())}


def _as(timing: Any, stage: str) -> Callable[..., Any]:
    return lambda execute, *args: timing(stage, execute)(*args)


@contextmanager
def _web() -> Iterator[None]:
    """The web server as `make run` starts it."""
    command = [
        *(sys.executable, "-m", "gunicorn", "wmp_search.wsgi", "-k", "gthread", "-w", "2"),
        *("--threads", "24", "-b", f"127.0.0.1:{PORT}", "--no-control-socket"),
        *("--log-level", "warning"),
    ]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        for _ in range(240):
            time.sleep(0.5)
            try:
                http.client.HTTPConnection("127.0.0.1", PORT, timeout=5).connect()
                break
            except OSError:
                continue
        yield
    finally:
        server.terminate()
        server.wait(30)


Answer = tuple[int, float]  # status, milliseconds since it was due


def _load(pages: list[Page], rate: int, seconds: int) -> dict[str, Any]:
    """Open pages at a fixed rate whatever comes back."""
    before, begun = os.getloadavg()[0], time.perf_counter()
    answers = _asked(pages, rate, seconds)
    return {
        **_figures(answers, time.perf_counter() - begun),
        "load_average": [round(before, 1), round(os.getloadavg()[0], 1)],
    }


def _asked(pages: list[Page], rate: int, seconds: int) -> list[Answer]:
    due = [number / rate for number in range(rate * seconds)]
    begun = time.perf_counter()

    def at(number: int) -> Answer:
        wait = begun + due[number] - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        status = _open(pages[number % len(pages)])
        return status, (time.perf_counter() - begun - due[number]) * 1000

    with ThreadPoolExecutor(max_workers=100) as pool:
        return list(pool.map(at, range(len(due))))


def _figures(answers: list[Answer], seconds: float) -> dict[str, Any]:
    served = [took for status, took in answers if status == 200]
    return {
        "asked": len(answers),
        "answers": dict(Counter(status for status, _ in answers)),
        "served_per_s": round(len(served) / seconds, 1),
        "milliseconds": _spread(served),
    }


def _beside(pages: list[Page], *words: str) -> dict[str, Any]:
    """A management command while pages are opened at 5 a second: its seconds, and theirs."""
    answers: list[Answer] = []
    begun = time.perf_counter()
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(lambda: (manage(*words), time.perf_counter())[1])
        while not ended.done():
            answers += _asked(pages, 5, 10)
    return {
        "seconds": round(ended.result() - begun, 1),
        **_figures(answers, time.perf_counter() - begun),
    }


def _queue_changes() -> None:
    """CHANGES of the people have another version, and wait in the outbox."""
    from django.db import connection, transaction

    from people.index import ENTITY
    from people.models import Person
    from wmp_search.search.outbox import queue

    ids = list(Person.objects.order_by("?").values_list("pk", flat=True)[:CHANGES])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET version = version + 1 WHERE id = ANY(%s)", [ids])
        queue(ENTITY, ids)


def _open(page: Page) -> int:
    """The status of one page; 0 where the connection failed."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    try:
        connection.request("GET", page[0], headers={"Cookie": page[1]})
        answer = connection.getresponse()
        answer.read()
    except OSError:
        return 0
    finally:
        connection.close()
    return answer.status


def _relevance() -> dict[str, Any]:
    """The development set at this size; an identical namesake before the person is forgiven."""
    from people.evaluation import measures, read, run
    from tests.relevance.population import DATA

    found = measures(list(run(read(DATA / "name_queries_dev.jsonl"), namesakes=True)))
    found.pop("categories")
    return found


def _told(what: str, act: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    result = act()
    print(f"{what}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    return result


def _timed(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _spread(values: list[float]) -> dict[str, float]:
    if len(values) < 2:
        return {}
    cuts = statistics.quantiles(values, n=100)
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "p99": round(cuts[98], 1)}


if __name__ == "__main__":
    main()
