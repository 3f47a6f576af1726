"""Crimes of five years: dashboards, a drawn area, trends, a large export.

    make bench-crime CRIMES=1500000

Servers of its own. Prints one JSON document of milliseconds:

- `dashboard, one year` and `all years`: six parts in one request (total by month, by offence, by
  outcome, by LSOA, by hexagon, by hour of the week) with the access rule inside, of random
  districts, offences and days, so that no answer is kept from before;
- `drawn area`: the same kind of count within a random polygon of 2 to 6 km;
- `boards`: a dashboard of six saved reports (by month as a line, by offence as bars, by outcome,
  by LSOA, by hexagon as a map, by day of the week) as its page: signed in, with a purpose, each
  look recorded; of random offences and authorities, and of everything;
- `reports`: reports that are counted by SQL, as their pages; those of people and of their roles
  count empty tables here: what they cost is the page alone;
- `pages`: the product's own pages through HTTP, one officer, in process: trends, hours, outcomes;
- `export`: seconds for a report of about 50,000 rows (LSOA by month) as a file, queued and made by
  the function that the worker runs.
"""

import argparse
import importlib
import json
import math
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RUNS, WARM_UP, PAGES, BOARDS = 200, 30, 20, 60
AIMS = {"dashboard, one year": 250, "dashboard, all years": 600, "drawn area": 300}
BOARD_AIMS = {"one year": 250, "all years": 600}
SPANS = {
    "one year": {"from": "2024-01", "to": "2024-12"},
    "all years": {"from": "2021-01", "to": "2025-12"},
}
SIX: tuple[dict[str, Any], ...] = (
    {"by": ["month"], "chart": "line"},
    {"by": ["category"], "chart": "bars"},
    {"by": ["outcome"]},
    {"by": ["lsoa"]},
    {"by": ["hexagon_8"], "chart": "map"},
    {"by": ["weekday"], "chart": "bars"},
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("crimes", type=int, nargs="?", default=1_500_000)
    crimes = parser.parse_args().crimes
    manage = [sys.executable, str(ROOT / "manage.py")]
    owner = {**os.environ, "DATABASE_URL": os.environ["OWNER_DATABASE_URL"]}
    subprocess.run([*manage, "migrate", "-v0"], env=owner, check=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")
    os.environ["ALLOWED_HOSTS"] = "127.0.0.1,testserver"
    importlib.import_module("wmp_search.wsgi")  # as the process of the pages begins
    from tests.bench.crime_data import prepare

    begun = time.perf_counter()
    index = prepare(crimes)
    report: dict[str, Any] = {
        "crimes": crimes,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "prepared in s": round(time.perf_counter() - begun, 1),
        "index": index,
        "milliseconds": _dashboards(),
        "boards": _boards(),
        "reports": _reports(),
        "pages": _pages(),
        "export": _export(),
    }
    report["missed"] = [
        f"{kind}, {name}"
        for kind, aims in (("milliseconds", AIMS), ("boards", BOARD_AIMS))
        for name, aim in aims.items()
        if report[kind][name]["p95"] > aim
    ]
    print(json.dumps(report, indent=1))


def _dashboards() -> dict[str, Any]:
    from crime.search import SPEC
    from wmp_search.search import client

    rng = random.Random(7)  # noqa: S311
    asked: dict[str, Callable[[random.Random], dict[str, Any]]] = {
        "dashboard, one year": lambda rng: _six([_days(rng, 365), *_narrow(rng)]),
        "dashboard, one year, everything": lambda rng: _six([_days(rng, 365)]),
        "dashboard, all years": lambda rng: _six([_days(rng, 5 * 365)]),
        "drawn area": lambda rng: _six([_days(rng, 365), _drawn(rng)]),
    }
    return {
        name: _spread([_timed(lambda: client.search(SPEC.alias, make(rng))) for _ in range(RUNS)])  # noqa: B023
        for name, make in asked.items()
    }


def _six(filters: list[dict[str, Any]]) -> dict[str, Any]:
    """One dashboard: the request of six counts, of what an officer's scope may open."""
    from crime.search import index_filter
    from wmp_search.access.permissions import Permission
    from wmp_search.access.scope import Scope

    scope = Scope(1, None, (), (), frozenset({Permission.CRIME_VIEW, Permission.PERSON_VIEW}))
    terms = {"category": 50, "outcome": 50, "lsoa": 2_000, "h3_8": 5_000, "hour_of_week": 168}
    month = {"field": "day", "calendar_interval": "month", "min_doc_count": 0}
    return {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": [index_filter(scope), *filters]}},
        "aggs": {
            "months": {"date_histogram": month},
            **{name: {"terms": {"field": name, "size": size}} for name, size in terms.items()},
        },
    }


def _days(rng: random.Random, number: int) -> dict[str, Any]:
    # never the same days twice: the index keeps answers
    first = date(2021, 1, 1) + timedelta(days=rng.randrange(max(90, 5 * 365 - number)))
    last = first + timedelta(days=number - rng.randrange(90))
    return {"range": {"day": {"gte": first.isoformat(), "lt": last.isoformat()}}}


def _narrow(rng: random.Random) -> list[dict[str, Any]]:
    """An offence, an authority, or both."""
    from ingest.generator.reference import table

    kinds = sorted(set(table("offences")["category"].to_list()))
    towns = sorted({name.rpartition(" ")[0] for name in table("neighbourhoods")["name"].to_list()})
    kind = {"term": {"category": rng.choice(kinds)}}
    town = {"term": {"authority": rng.choice(towns)}}
    return rng.choice([[kind], [town], [kind, town]])


def _drawn(rng: random.Random) -> dict[str, Any]:
    """A polygon of eight corners around some neighbourhood."""
    from ingest.generator.reference import table

    areas = table("neighbourhoods")
    place = areas.row(rng.randrange(len(areas)), named=True)
    radius = rng.uniform(1_000, 3_000) / 111_195
    corners = [
        {
            "lat": place["latitude"] + radius * rng.uniform(0.6, 1) * math.sin(k * math.pi / 4),
            "lon": place["longitude"] + radius * 1.6 * math.cos(k * math.pi / 4),
        }
        for k in range(8)
    ]
    return {"geo_polygon": {"place": {"points": corners}}}


def _boards() -> dict[str, Any]:
    """The page of six reports of a supervisor, of an offence or an authority, then of all."""
    from tests.officers import officer, signed_in, with_purpose
    from wmp_search.reports.models import Dashboard, DashboardItem, Report

    owner = officer("supervisor", username=f"bench{time.time_ns()}")
    client, rng = with_purpose(signed_in(owner)), random.Random(11)  # noqa: S311
    board = Dashboard.objects.create(owner=owner, title="Bench")
    reports = [Report.objects.create(owner=owner, title=f"Part {n}", spec={}) for n in range(6)]
    for place, one in enumerate(reports, 1):
        DashboardItem.objects.create(dashboard=board, report=one, place=place)

    def asked(period: dict[str, str], where: dict[str, list[str]]) -> float:
        for one, part in zip(reports, SIX, strict=True):
            one.spec = {"dataset": "crimes", **part, "where": where, "period": period}
        Report.objects.bulk_update(reports, ["spec"])
        return _timed(lambda: _opened(client, f"/reports/dashboards/{board.pk}"))

    found = {}
    for name, period in SPANS.items():
        of_some = [asked(period, _where(rng)) for _ in range(BOARDS)]
        found[name] = _spread(of_some)
        found[f"{name}, everything"] = _spread([asked(period, {}) for _ in range(PAGES)])
    return found


def _where(rng: random.Random) -> dict[str, list[str]]:
    """As `_narrow`, for a report."""
    return {name: [value] for one in _narrow(rng) for name, value in one["term"].items()}


def _reports() -> dict[str, Any]:
    """What SQL counts, in the last whole year of the data."""
    from tests.officers import officer, signed_in, with_purpose

    client = with_purpose(signed_in(officer("supervisor", username=f"bench{time.time_ns()}")))
    year = "from=2024-01&to=2024-12"
    heat = f"of=hours.crimes&by=weekday&by2=hour&chart=heat&{year}"
    asked = {
        "hours, an authority": f"{heat}&w.authority=Walsall",
        "hours, a district": f"{heat}&w.district=B23",
        "involvements by role and month": f"of=involvements.involvements&by=role&by2=month&{year}",
        "people by system and month": f"of=people.people&by=system&by2=month&{year}",
        "repeats by system and month": f"of=repeats.people&by=system&by2=month&{year}",
    }
    return {
        name: _spread(
            [_timed(lambda: _opened(client, f"/reports/preview?{query}")) for _ in range(PAGES)]  # noqa: B023
        )
        for name, query in asked.items()
    }


def _opened(client: Any, address: str) -> None:
    status = client.get(address).status_code
    if status != 200:
        sys.exit(f"{address} answers {status}: nothing to measure")


def _pages() -> dict[str, Any]:
    from tests.officers import officer, signed_in, with_purpose

    client = with_purpose(signed_in(officer("officer", username=f"bench{time.time_ns()}")))
    asked = {
        "trends, everything": "/crimes/trends",
        "trends, a district": "/crimes/trends?area=B23",
        "weeks, everything": "/crimes/trends?by=week",
        "weeks, a district": "/crimes/trends?by=week&area=B23",
        "hours, a district": "/crimes/trends/hours?area=B23",
        "hours, an authority": "/crimes/trends/hours?area=Walsall",
        "outcomes, a district": "/crimes/trends/outcomes?area=B23",
        "outcomes, everything": "/crimes/trends/outcomes",
        "repeats, a district": "/crimes/trends/repeats?area=B23&category=Burglary",
    }

    return {
        name: _spread([_timed(lambda: _opened(client, address)) for _ in range(PAGES)])  # noqa: B023
        for name, address in asked.items()
    }


def _export() -> dict[str, Any]:
    """A report by LSOA and month, queued by an analyst and made as the worker makes it."""
    from tests.officers import officer
    from wmp_search.access.purposes import Purpose
    from wmp_search.access.scope import scope_of
    from wmp_search.reports import files
    from wmp_search.reports.reading import read
    from wmp_search.search.client import SearchUnavailable

    owner = officer("analyst", username=f"bench{time.time_ns()}")
    scope = scope_of(owner, Purpose("CRIME-INV", "20/123456/26"))
    given = {"recipient": "myself", "organisation": "The force", "reason": "To measure it"}
    asked = {"dataset": "crimes", "measure": "crimes", "by": ["lsoa", "month"]}
    spec = read({**asked, "period": {"from": "2022-01", "to": "2024-06"}}).as_json()
    taken: dict[str, Any] = {}
    for form in ("csv", "xlsx"):
        queued = files.queue("Bench", spec, form, scope, given)
        try:
            spent = _timed(lambda: files.make(queued.pk))  # noqa: B023
        except SearchUnavailable as error:  # the worker would try again
            return {"failed": str(error)}
        queued.refresh_from_db()
        content = bytes(queued.content or b"")
        taken[form] = {"s": round(spent / 1000, 2), "bytes": len(content), "why": queued.why}
        if form == "csv":
            taken["rows"] = content.count(b"\n")
    return taken


def _timed(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _spread(values: list[float]) -> dict[str, float]:
    kept = values[WARM_UP:] if len(values) > 2 * WARM_UP else values[2:]
    cuts = statistics.quantiles(kept, n=100)
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "worst": round(max(kept), 1)}


if __name__ == "__main__":
    main()
