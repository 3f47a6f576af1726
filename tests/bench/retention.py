"""Retention, warnings and extracts among many people: whole computations, set-based.

    make bench-retention PEOPLE=1000000

Servers of its own. Three records for each person of four systems, every third person in a crime,
every eighth with a warning. Prints one JSON document of seconds: `compute` of everybody, anew and
with nothing changed; what the page of retention counts; the queue of warnings; an extract, read
and written.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_FILL = """
INSERT INTO people_person (id, version, status, tiers, given_names, surname, born_on,
    born_precision, sex, record_count, systems, roles, is_mention, last_seen_on, content_hash,
    updated_at)
SELECT p, 1, 'current', '{0}', 'Sam', 'Wick', date '1950-01-01' + (p * 7919 % 20000)::int, 'D',
    (ARRAY['F', 'M', 'M'])[1 + p % 3], 3, '{custody}', '{suspect}', false,
    date '2026-11-01' - (p % 4000)::int, '', now()
FROM generate_series(1, PEOPLE::bigint) p;
INSERT INTO people_nominalrecord (id, system, source_ref, tier, title, given_names, surname, names,
    alias_births, sex, pnc_id, cro, addresses, phones, emails, vehicles, markers, ethnicity_self,
    ethnicity_observed, born_precision, other_ids, role, event_kind, event_ref, event_on,
    event_summary, grade, grade_scheme, handling, note, recorded_on, issues, changed_at)
SELECT r, (ARRAY['custody', 'crime_recording', 'pnc', 'incidents'])[1 + r % 4], 'R' || r, 0, '',
    'Sam', 'Wick', '[]', '{}', 'M', '', '', '[]', '{}', '{}', '{}', '[]', '', '', 'D',
    '{}', (ARRAY['suspect', 'arrested', 'victim', 'stopped', 'witness'])[1 + r % 5], 'event',
    '', date '2026-11-01' - (r * 31 % 6000)::int, '', '', '', '', '',
    date '2026-11-01' - (r * 31 % 6000)::int, '{}', now()
FROM generate_series(1, 3 * PEOPLE::bigint) r;
INSERT INTO people_link (record_id, person_id, method, run_id)
SELECT r, 1 + (r - 1) / 3, 'model', 1 FROM generate_series(1, 3 * PEOPLE::bigint) r;
INSERT INTO people_address (person_id, records, tier, rank, house, street, town, postcode)
SELECT p, ARRAY[3 * p], 0, 0, '1', 'Bench Road', 'Birmingham', 'B' || 1 + p % 90 || ' 1AA'
FROM generate_series(1, PEOPLE::bigint) p;
INSERT INTO people_warningmarker (person_id, records, tier, rank, code, label, first_on, last_on)
SELECT 8 * p, ARRAY[24 * p], 0, 0, (ARRAY['VI', 'WE', 'DR', 'CO'])[1 + p % 4], 'Warning',
    date '2026-11-01' - (p * 13 % 4000)::int, date '2026-11-01' - (p * 13 % 4000)::int
FROM generate_series(1, PEOPLE::bigint / 8) p;
INSERT INTO crime_crime (id, system, source_ref, crime_number, offence_code, offence, category,
    status, location, postcode, lsoa, lsoa_name, mo, tier, changed_at, occurred_from)
SELECT 100000000 + c, 'crime_recording', 'C' || c, 'BEN/' || c, '', 'Burglary', '', '', '', '', '',
    '', '', 0, now(), timestamptz '2026-11-01' - c % 3600 * interval '1 day'
FROM generate_series(1, PEOPLE::bigint / 3) c;
INSERT INTO crime_involvement (id, system, nominal_ref, crime_ref, record_id, crime_id, role)
SELECT 200000000 + c, 'crime_recording', '', '', 9 * c, 100000000 + c, 'suspect'
FROM generate_series(1, PEOPLE::bigint / 3) c;
ANALYZE;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int, nargs="?", default=1_000_000)
    people = parser.parse_args().people
    manage = [sys.executable, str(ROOT / "manage.py")]
    owner = {**os.environ, "DATABASE_URL": os.environ["OWNER_DATABASE_URL"]}
    subprocess.run([*manage, "migrate", "-v0"], env=owner, check=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")
    import django

    django.setup()
    import psycopg

    began = time.monotonic()
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as connection:
        filled = connection.execute("SELECT count(*) FROM people_person").fetchone()
        if not filled or filled[0] < people:
            connection.execute(_FILL.replace("PEOPLE", str(people)).encode())
    report: dict[str, Any] = {
        "people": people,
        "at": datetime.now(UTC).isoformat(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "filled in s": round(time.monotonic() - began, 1),
    }
    print(json.dumps({**report, "seconds": _measured()}, indent=1))


def _measured() -> dict[str, Any]:
    from django.utils import timezone

    from people import confirming, signals
    from tests.officers import officer
    from wmp_search.access.scope import scope_of
    from wmp_search.extracts import build, limits
    from wmp_search.extracts import people as extracted
    from wmp_search.retention import compute, due

    scope = scope_of(officer("records-manager", username=f"bench{time.time_ns()}"))
    taken: dict[str, Any] = {}

    def timed(name: str, do: Callable[[], Any]) -> Any:
        began = time.monotonic()
        found = do()
        taken[name] = round(time.monotonic() - began, 1)
        return found

    taken["standings written"] = timed("compute, everybody anew", compute.compute)
    taken["written again"] = timed("compute, nothing changed", compute.compute)
    counted = timed("page of retention: preview", lambda: due.preview(scope, timezone.localdate()))
    taken["due"] = counted.due
    taken["warnings to review"] = timed("warnings: count", lambda: signals.queue(scope).count())
    timed("warnings: first page", lambda: list(signals.queue(scope)[:50]))
    timed("warnings: the night", confirming.settle)
    rows = timed("extract: read", extracted.read)
    found = limits.load()
    made = timed(
        "extract: build", lambda: build.build(rows, ["age", "sex", "area", "seen"], found, {})
    )
    taken["rows of the extract"] = made.report["rows"]
    return taken


if __name__ == "__main__":
    main()
