"""What the access check adds to a search: 7,000 officers, 50,000 restricted, 200,000 grants.

    make bench-access PEOPLE=1000000

Servers of its own; people named as in the region (tests/relevance/population), one in four only
ever a victim, one in twenty known from restricted systems only. Each measured search is made twice
in turn: bare (the tier alone in the index query, nothing asked of SQL) and as the product makes it
(restrictions and role lens in the index query, every candidate asked of SQL again, notices looked
up). Prints one JSON document of milliseconds: the parts, both whole searches and what the check
adds.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OFFICERS, RESTRICTED, OFFICERS_NAMED, UNITS = 7_000, 50_000, 3, 100
SEARCHES, WARM_UP = 2_000, 100
_FILL = """
INSERT INTO access_unit (name) SELECT 'Bench unit ' || n FROM generate_series(1, {units}) n;
INSERT INTO access_officer (password, is_superuser, username, first_name, last_name, email,
    is_staff, is_active, date_joined, collar_number, post, unit_id)
SELECT '', false, 'bench' || n, '', '', '', false, true, now(), '', '',
    (SELECT min(id) FROM access_unit WHERE name LIKE 'Bench%') + n % {units}
FROM generate_series(1, {officers}) n;
INSERT INTO access_roleassignment (officer_id, role_id, starts_on, by_group, granted_at)
SELECT o.id, r.group_id, current_date, '', now() FROM access_officer o
JOIN access_role r ON r.slug = CASE WHEN o.id % 50 = 0 THEN 'analyst' ELSE 'officer' END
WHERE o.username LIKE 'bench%';
UPDATE people_nominalrecord SET tier = CASE WHEN id % 20 = 0 THEN 1 ELSE 0 END,
    role = CASE WHEN id % 4 = 0 THEN 'victim' ELSE 'suspect' END;
UPDATE people_person p SET tiers = ARRAY[r.tier], roles = ARRAY[r.role]
FROM people_nominalrecord r WHERE r.id = p.id;
UPDATE people_name SET tier = 1 WHERE person_id % 20 = 0;
UPDATE people_birthdate SET tier = 1 WHERE person_id % 20 = 0;
INSERT INTO people_restriction (person_id, root, level, reason, notice, owner_unit_id, owner_id,
    records, review_on, set_at, lifted_reason)
SELECT n, gen_random_uuid(), 'restricted', 'Benchmark', n % 10 = 0,
    (SELECT min(id) FROM access_unit WHERE name LIKE 'Bench%') + n % {units},
    (SELECT min(id) FROM access_officer WHERE username LIKE 'bench%') + n % {officers},
    ARRAY[n], current_date + 30, now(), ''
FROM generate_series(1, {restricted}) step, LATERAL (
    SELECT step * {every} - step % {every} AS n) person;
INSERT INTO people_restriction_units (restriction_id, unit_id)
SELECT id, owner_unit_id FROM people_restriction;
INSERT INTO people_restrictionuserpermission (content_object_id, permission_id, user_id)
SELECT r.id, (SELECT id FROM auth_permission WHERE codename = 'see_restricted'),
    (SELECT min(id) FROM access_officer WHERE username LIKE 'bench%')
        + (r.id * 31 + step * 977) % {officers}
FROM people_restriction r, generate_series(1, {named}) step;
ANALYZE;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int, nargs="?", default=1_000_000)
    people = max(RESTRICTED, parser.parse_args().people)
    manage = [sys.executable, str(ROOT / "manage.py")]
    owner = {**os.environ, "DATABASE_URL": os.environ["OWNER_DATABASE_URL"]}
    subprocess.run([*manage, "migrate", "-v0"], env=owner, check=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")
    import django

    django.setup()
    print(json.dumps({**_prepare(people), **_measure()}, indent=1))


def _prepare(people: int) -> dict[str, Any]:
    """Fill the database, then build the index; nothing is done where that was done before."""
    from django.db import connection

    from people import lens
    from people.index import SPEC
    from people.models import Person
    from tests.relevance.population import insert, neighbours
    from wmp_search.search import client, sync

    sizes = {"units": UNITS, "officers": OFFICERS, "restricted": RESTRICTED}
    is_new = Person.objects.count() < people
    if is_new:
        insert(neighbours(people))
        with connection.cursor() as cursor:
            cursor.execute(_FILL.format(named=OFFICERS_NAMED, every=people // RESTRICTED, **sizes))
            lens.refresh()
            cursor.execute("DELETE FROM search_outboxentry")  # the build reads everybody
    sync.migrate(force=is_new)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_restrictionuserpermission")
        grants = cursor.fetchone()[0] + RESTRICTED
    client.refresh(SPEC.alias)
    return {"people": people, "grants": grants, **sizes}


def _measure() -> dict[str, Any]:
    """Both kinds of search in turn, so that what else the machine does meets both alike."""
    from django.utils import timezone

    from people import query, rule
    from people.criteria import PersonCriteria
    from people.index import SPEC
    from people.ranking import judge
    from tests.relevance.population import neighbours
    from wmp_search.access.models import Officer
    from wmp_search.access.purposes import Purpose
    from wmp_search.access.scope import scope_of
    from wmp_search.search import client
    from wmp_search.search.query import term

    rng, today = random.Random(7), timezone.localdate()  # noqa: S311
    officers = list(Officer.objects.filter(username__startswith="bench"))
    times: dict[str, list[float]] = {}
    kept_back = 0
    for number, asked_for in enumerate(neighbours(WARM_UP + SEARCHES, seed=7)):
        officer = rng.choice(officers)
        purpose = Purpose(rng.choice(("CRIME-INV", "INTEL-DEV")), "20/123456/26")
        criteria = PersonCriteria(name=f"{asked_for.given} {asked_for.family}")
        words = query.name_words(criteria.name)
        now: dict[str, float] = {}

        scope = _timed(now, "scope with tokens", lambda: scope_of(officer, purpose))  # noqa: B023
        body = _timed(now, "filter", lambda: query.request(criteria, scope, today))  # noqa: B023
        bare = {**body, "query": {"bool": {**body["query"]["bool"]}}}
        bare["query"]["bool"]["filter"] = [term("seen_at", str(int(scope.max_tier)))]
        order = [("bare", bare), ("checked", body)]
        for name, asked in order if number % 2 else reversed(order):
            answer = _timed(now, f"index, {name}", lambda: client.search(SPEC.alias, asked))  # noqa: B023
            hits = answer["hits"]["hits"]
            if name == "checked":
                ids = [hit["_source"]["person_id"] for hit in hits]
                split = _timed(now, "SQL", lambda: rule.told_apart(scope, ids))  # noqa: B023
                kept_back += len(hits) - len(split[0])
                hits = [hit for hit in hits if hit["_source"]["person_id"] in split[0]]
            _timed(now, f"comparison, {name}", lambda: judge(criteria, words, hits, today))  # noqa: B023
        now["whole, bare"] = now["index, bare"] + now["comparison, bare"]
        now["whole, checked"] = sum(
            now[part] for part in ("filter", "index, checked", "SQL", "comparison, checked")
        )
        now["added"] = now["whole, checked"] - now["whole, bare"]
        if number >= WARM_UP:
            for part, taken in now.items():
                times.setdefault(part, []).append(taken)
    report = {part: _spread(values) for part, values in sorted(times.items())}
    p95 = {kind: report[f"whole, {kind}"]["p95"] for kind in ("bare", "checked")}
    return {
        "searches": SEARCHES,
        "kept back by SQL, mean": round(kept_back / (WARM_UP + SEARCHES), 1),
        "milliseconds": report,
        "p95 added": round(p95["checked"] - p95["bare"], 2),
    }


def _timed(into: dict[str, float], part: str, act: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    result = act()
    into[part] = (time.perf_counter() - begun) * 1000
    return result


def _spread(values: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=100)
    return {"p50": round(cuts[49], 2), "p95": round(cuts[94], 2), "p99": round(cuts[98], 2)}


if __name__ == "__main__":
    main()
