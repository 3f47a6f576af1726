"""A month and a quarter of a whole force before the rules and the draw, on servers of its own.

    make bench-oversight OFFICERS=7000

The month: honest work with planted misuse among it (tests/oversight/simulation), each night
collected and judged. The quarter: a little work of everybody on duty, each night a sample drawn.
Prints one JSON document: seconds by part, alerts a day by rule, planted misuse that was missed,
who was sampled. What is assumed of a force stands in the modules of the simulation. Needs
PostgreSQL only; the two run in databases of their own, which are dropped at the end.
"""

import argparse
import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg

from tests import databases

ROOT = Path(__file__).resolve().parents[2]
SINCE = date(2026, 3, 2)
ADDRESSES = ("DATABASE_URL", "AUDIT_DATABASE_URL", "OWNER_DATABASE_URL")


def main() -> None:
    """Each part is a process of its own, so that neither meets the other's connections."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("officers", nargs="?", type=int, default=7_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--sampling-days", type=int, default=92)
    parser.add_argument("--part", choices=("month", "quarter"))
    options = parser.parse_args()
    if options.part:
        print(json.dumps(_part(options), indent=1), flush=True)
        return
    for part in ("month", "quarter"):
        environment = _own_database(part)
        command = [sys.executable, "-m", "tests.bench.oversight", *sys.argv[1:], "--part", part]
        subprocess.run(command, env=environment, check=True, cwd=ROOT)


def _own_database(name: str) -> dict[str, str]:
    """The environment with every address leading to a fresh, migrated database."""
    database = f"oversight_{name}"
    databases.clone(database, databases.template())
    return os.environ | {
        address: urlunsplit(urlsplit(os.environ[address])._replace(path=f"/{database}"))
        for address in ADDRESSES
    }


def _part(options: argparse.Namespace) -> dict[str, Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")
    import django

    django.setup()
    from tests.oversight.simulation import days
    from tests.oversight.simulation.population import Size

    size = Size(officers=options.officers, people=options.officers * 7 // 420 * 420)
    result: dict[str, Any] = {"part": options.part, "officers": size.officers}
    result["load_before"] = os.getloadavg()[0]
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"]) as owner:
        if options.part == "month":
            found = days.month(owner, size, SINCE, options.days)
            result |= {"days": options.days, **days.alerts_by_rule(options.days)}
            result |= {"planted": len(found.planted), "missed": days.missed(found.planted)}
        else:
            found = days.quarter(owner, size, SINCE, options.sampling_days)
            last = SINCE + timedelta(days=options.sampling_days - 1)
            result |= {"days": options.sampling_days, **days.coverage(last)}
    cpu = psutil.Process().cpu_times()
    result["events"] = found.events
    result["wall_s"] = {what: round(seconds) for what, seconds in found.seconds.items()}
    result["cpu_s_of_the_product"] = round(cpu.user + cpu.system)
    result["load_after"] = os.getloadavg()[0]
    return result


if __name__ == "__main__":
    main()
