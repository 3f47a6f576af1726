"""Networks at a million people and six million links: steps, paths, pages, and writing links.

    make bench-network PEOPLE=1000000

Servers of its own. Records are made set-based (crimes, addresses, phones, vehicles, stated
associates, memberships; nine in ten ties inside a neighbourhood of a hundred people, 43 addresses
and 5 phones that thousands share), then the product's own builder makes the links of them. Prints
one JSON document: milliseconds, bytes, seconds.
"""

import argparse
import importlib
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAIRS, STARTS, PAGES = 60, 300, 100
BLOCK = 100  # people of a neighbourhood
NEW_LINKS = 50_000
# of a person: a thing of the own neighbourhood, or any
_NEAR = """(CASE WHEN random() < .9 THEN ((p / {block}) * {per} + floor(random() * {per}))::bigint
    ELSE floor(random() * {all})::bigint END)"""
_FILL = """
UPDATE people_nominalrecord SET tier = 1 WHERE id % 20 = 0;
UPDATE people_person SET tiers = '{{1}}' WHERE id % 20 = 0;
UPDATE people_name SET tier = 1 WHERE person_id % 20 = 0;
UPDATE people_birthdate SET tier = 1 WHERE person_id % 20 = 0;
UPDATE people_nominalrecord SET recorded_on = date '2026-11-01' - (id % 2500)::int,
    role = CASE WHEN id % 3 = 0 THEN 'victim' ELSE 'suspect' END;
INSERT INTO people_restriction (person_id, root, level, reason, notice, owner_unit_id, owner_id,
    records, review_on, set_at, lifted_reason)
SELECT n * 67, gen_random_uuid(), 'restricted', 'Benchmark', false, {unit}, {officer},
    ARRAY[n * 67], current_date + 30, now(), ''
FROM generate_series(1, {people} / 67) n;
INSERT INTO crime_crime (id, system, source_ref, crime_number, offence_code, offence, category,
    status, location, postcode, lsoa, lsoa_name, mo, tier, changed_at, occurred_from)
SELECT 100000000 + c, 'crime_recording', 'R' || c, 'BEN/' || c, '', 'Burglary', '', '', '', '', '',
    '', '', CASE WHEN c % 50 = 0 THEN 1 ELSE 0 END, '2020-01-01',
    timestamptz '2026-11-01' - ((c::bigint * 7919) % 3600) * interval '1 day'
FROM generate_series(0, {crimes} - 1) c;
INSERT INTO crime_involvement (id, system, nominal_ref, crime_ref, record_id, crime_id, role)
SELECT 200000000 + row_number() OVER (), 'crime_recording', 'N' || p, '', p,
    100000000 + least({crime}, {crimes} - 1),
    (ARRAY['suspect', 'victim', 'witness', 'arrested'])[1 + floor(random() * 4)]
FROM (SELECT CASE WHEN random() < .4 THEN 1 + 20 * floor(random() * ({people} / 20))::bigint
    ELSE 1 + floor(random() * {people})::bigint END AS p
    FROM generate_series(1, {involvements})) who;
INSERT INTO people_address (person_id, records, tier, rank, house, street, town, postcode,
    first_on, last_on)
SELECT p, ARRAY[p], CASE WHEN p % 20 = 0 THEN 1 ELSE 0 END, 0, (1 + a % 200)::text,
    'Bench S' || a / 200 || ' Road', 'Birmingham', 'B' || 1 + a / 200 % 90 || ' 1AA',
    day, day + 900
FROM (SELECT p, CASE WHEN random() < .02 THEN {addresses} + floor(power(random(), 3) * 43)::bigint
        ELSE least({address}, {addresses} - 1) END AS a,
        date '2026-01-01' - floor(random() * 4000)::int AS day
    FROM (SELECT 1 + floor(random() * {people})::bigint AS p
        FROM generate_series(1, {lived})) who) at;
INSERT INTO people_identifier (person_id, records, tier, rank, kind, value, first_on, last_on)
SELECT p, ARRAY[p], CASE WHEN p % 20 = 0 THEN 1 ELSE 0 END, 0, 'phone',
    '07' || lpad(n::text, 9, '0'), day, day + 300
FROM (SELECT p, CASE WHEN random() < .06 THEN 900000000 + floor(power(random(), 3) * 5)::bigint
        ELSE 100000000 + least({phone}, {phones} - 1) END AS n,
        date '2026-01-01' - floor(random() * 3000)::int AS day
    FROM (SELECT 1 + floor(random() * {people})::bigint AS p
        FROM generate_series(1, {called})) who) at;
INSERT INTO people_identifier (person_id, records, tier, rank, kind, value, first_on, last_on)
SELECT p, ARRAY[p], CASE WHEN p % 20 = 0 THEN 1 ELSE 0 END, 0, 'vehicle',
    'BN' || lpad(least({vehicle}, {vehicles} - 1)::text, 6, '0'), day, day + 600
FROM (SELECT 1 + floor(random() * {people})::bigint AS p,
        date '2026-01-01' - floor(random() * 3000)::int AS day
    FROM generate_series(1, {driven})) who;
INSERT INTO network_association (id, system, nominal_ref, other_ref, record_id, other_id, words,
    grade, recorded_on)
SELECT 300000000 + row_number() OVER (), 'custody', '', '', p, 1 + least({friend}, {people} - 1),
    'Associate', '', date '2026-01-01' - floor(random() * 3000)::int
FROM (SELECT 1 + floor(random() * {people})::bigint AS p
    FROM generate_series(1, {stated})) who;
INSERT INTO gangs_gang (id, system, source_ref, name, aliases, area, status, restricted,
    changed_at)
SELECT 400000000 + g, 'gangs', 'G' || g, 'Bench crew ' || g, '{{}}', '', '', false, '2020-01-01'
FROM generate_series(1, 300) g;
"""
_MEMBERS = """
INSERT INTO gangs_membership (id, system, nominal_ref, gang_ref, record_id, gang_id, status, grade,
    rationale, authorised_by, authorised_on, review_on)
SELECT 500000000 + n, 'gangs', 'N' || p, 'G' || g, p, 400000000 + g, 'member', '2/B', '', '',
    current_date - 60, current_date + 120
FROM (SELECT n, 1 + n % 300 AS g, 1 + ((n % 300) * 3000 + floor(random() * 400))::bigint % {people}
    AS p FROM generate_series(1, {members}) n) who;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int, nargs="?", default=1_000_000)
    people = parser.parse_args().people
    manage = [sys.executable, str(ROOT / "manage.py")]
    owner = {**os.environ, "DATABASE_URL": os.environ["OWNER_DATABASE_URL"]}
    subprocess.run([*manage, "migrate", "-v0"], env=owner, check=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")
    importlib.import_module("wmp_search.wsgi")  # as the process of the pages begins
    from django.conf import settings

    settings.PURPOSE_ASKS_AGAIN = False  # so many pages in a row
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    report = {"people": people, "at": datetime.now(UTC).isoformat(), **_made(people)}
    print(json.dumps({**report, **_measured(people)}, indent=1))


def _made(people: int) -> dict[str, Any]:
    """Records and links, unless an earlier run left them; how long each took."""
    from django.db import connection

    from gangs.network import build
    from gangs.network.models import Edge
    from people.models import Person
    from tests.relevance.population import insert, neighbours

    taken: dict[str, float] = {}
    if Person.objects.count() < people:
        insert(neighbours(people))
        _fill(people)
    if not Edge.objects.exists():
        began = time.monotonic()
        build.rebuild()
        taken["build of all links, s"] = round(time.monotonic() - began, 1)
        _owner("VACUUM ANALYZE graph_edge; VACUUM ANALYZE graph_node")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) / 2, pg_table_size('graph_edge'), pg_indexes_size('graph_edge')"
            " FROM graph_edge"
        )
        links, table, indexes = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM graph_node")
        nodes = cursor.fetchone()[0]
    sizes = {"links": links, "nodes of their own": nodes}
    return {**sizes, "table, MB": table >> 20, "indexes, MB": indexes >> 20, **taken}


def _fill(people: int) -> None:
    from tests.officers import officer

    who = officer("analyst", username=f"owner{time.time_ns()}")
    share = people / 1_000_000
    sizes = {
        "crimes": round(1_200_000 * share), "addresses": round(500_000 * share),
        "phones": round(700_000 * share), "vehicles": round(300_000 * share),
    }  # fmt: skip
    rows = {
        "involvements": round(2_600_000 * share), "lived": round(1_450_000 * share),
        "called": round(850_000 * share), "driven": round(470_000 * share),
        "stated": round(490_000 * share), "members": round(9_000 * share),
    }  # fmt: skip
    blocks = max(people // BLOCK, 1)

    def near(all_of: int) -> str:
        return _NEAR.format(block=BLOCK, per=max(all_of // blocks, 1), all=all_of)

    _owner(
        (_FILL + _MEMBERS).format(
            people=people, unit=who.unit_id, officer=who.pk, **sizes, **rows,
            crime=near(sizes["crimes"]), address=near(sizes["addresses"]),
            phone=near(sizes["phones"]), vehicle=near(sizes["vehicles"]), friend=near(people),
        )
        + "ANALYZE;"
    )  # fmt: skip


def _owner(statements: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as connection:
        for statement in filter(str.strip, statements.split(";")):
            connection.execute(statement)


def _measured(people: int) -> dict[str, Any]:
    from gangs.network import paths, steps
    from gangs.network.sight import View
    from tests.officers import officer, signed_in, with_purpose
    from wmp_search.access.purposes import Purpose
    from wmp_search.access.scope import scope_of

    rng = random.Random(7)  # noqa: S311
    who = officer("analyst", username=f"bench{time.time_ns()}")
    scope, client = (
        scope_of(who, Purpose("CRIME-INV", "20/123456/26")),
        with_purpose(signed_in(who)),
    )
    starts = _starts(people, rng)
    near, far = _pairs(starts["8 links or more"], people, rng)
    view, found = View(), {}
    report: dict[str, Any] = {}
    for name, ids in starts.items():
        times = _times(ids, lambda pk: steps.around(pk, (), scope, view))
        report[f"two steps in SQL, {name}, ms"] = _spread(times)
    answers: dict[str, list[list[paths.Nodes]]] = {"near": [], "unrelated": []}
    for name, pairs in (("near", near), ("unrelated", far)):
        held = answers[name]

        def find(pair: tuple[int, int], held: list[list[paths.Nodes]] = held) -> None:
            held.append(paths.find(pair[0], pair[1], scope, view))

        report[f"path in SQL, {name}, ms"] = _spread(_times(pairs, find))
        found[name] = sum(bool(answer) for answer in held[-len(pairs) :])
    report[f"paths of four links, of {PAIRS} pairs"] = found
    pages = {
        **{f"page, {name}": [f"/people/{pk}/network?tab=table" for pk in ids[:PAGES]]
           for name, ids in starts.items()},
        "page as a tree, 8 links or more": [
            f"/people/{pk}/network" for pk in starts["8 links or more"][:PAGES]],
        **{f"path page, {name}": [f"/people/{one}/network/path?to={to}" for one, to in pairs]
           for name, pairs in (("near", near), ("unrelated", far))},
    }  # fmt: skip
    for name, addresses in pages.items():
        sizes: list[float] = []

        def ask(address: str) -> None:
            answer = client.get(address)
            if answer.status_code == 200:  # others are restricted or merged
                sizes.append(len(answer.content) / 1000)  # noqa: B023

        report[f"{name}, ms"] = _spread(_times(addresses, ask))
        report[f"{name}, kB"] = {**_spread(sizes), "pages": len(sizes)}
    return {**report, **_upserted(people, rng)}


def _starts(people: int, rng: random.Random) -> dict[str, list[int]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT src, count(DISTINCT dst) FROM graph_edge WHERE src <= %s AND src %% 20 <> 0"
            " AND src %% 67 <> 0 GROUP BY src HAVING count(DISTINCT dst) >= 8",
            [people],
        )
        rows = cursor.fetchall()
    rows.sort(key=lambda row: -row[1])
    anybody = [pk for pk in rng.sample(range(1, people + 1), 2 * STARTS) if pk % 20 and pk % 67]
    return {
        "anybody": anybody[:STARTS],
        "8 links or more": [pk for pk, _ in rng.sample(rows, min(STARTS, len(rows)))],
        "the 100 with most links": [pk for pk, _ in rows[:100]],
    }


def _pairs(
    active: Sequence[int], people: int, rng: random.Random
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Pairs two steps from each other, over things that few share; and pairs of strangers."""
    from django.db import connection

    near = []
    with connection.cursor() as cursor:
        for start in active:
            at = start
            for _ in range(2):
                cursor.execute(
                    "SELECT f.dst FROM graph_edge e JOIN graph_edge f ON f.src = e.dst"
                    " WHERE e.src = %s AND e.dst >> 56 > 0 AND e.ddeg BETWEEN 2 AND 8 AND e.walk"
                    " AND e.acl = 0 AND f.acl = 0 AND f.walk AND f.dst <> ALL(%s)"
                    " AND f.dst %% 67 <> 0 ORDER BY f.dst LIMIT 5",
                    [at, [start, at]],
                )
                if not (onward := cursor.fetchall()):
                    break
                at = rng.choice(onward)[0]
            else:
                near.append((start, at))
    open_to_all = [pk for pk in range(1, people + 1) if pk % 20 and pk % 67]
    far = [(one, other) for one, other in zip(*(rng.sample(open_to_all, 2 * PAIRS) for _ in "ab"),
           strict=True) if one // BLOCK != other // BLOCK]  # fmt: skip
    return near[:PAIRS], far[:PAIRS]


def _upserted(people: int, rng: random.Random) -> dict[str, Any]:
    """New phones for some people; the links that come of them, and how long that takes."""
    from django.db import connection, transaction

    from gangs.network import build

    stamp = time.time_ns() % 100_000
    who = rng.sample(range(1, people + 1), min(NEW_LINKS // 5, people))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_identifier (person_id, records, tier, rank, kind, value, first_on,"
            " last_on) SELECT p, ARRAY[p], 0, 1, 'phone', '06' || lpad((%s * 1000 + n * 7 +"
            " p %% 1000)::text, 9, '0'), current_date, current_date"
            " FROM unnest(%s::bigint[]) p, generate_series(1, 5) n",
            [stamp, who],
        )
        cursor.execute("SELECT count(*) FROM graph_edge")
        before = cursor.fetchone()[0]
        began = time.monotonic()
        with transaction.atomic():
            build.refresh(who)
        taken = time.monotonic() - began
        cursor.execute("SELECT count(*) FROM graph_edge")
        return {
            "links upserted": (cursor.fetchone()[0] - before) // 2,
            "of people": len(who),
            "upsert, s": round(taken, 1),
        }


def _times(items: Iterable[Any], act: Callable[[Any], object]) -> list[float]:
    items = list(items)
    for item in items[:5]:  # warm
        act(item)
    times = []
    for item in items:
        began = time.perf_counter()
        act(item)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _spread(values: list[float]) -> dict[str, float]:
    if len(values) < 2:
        return {}
    cuts = statistics.quantiles(values, n=100)
    spread = {"p50": cuts[49], "p95": cuts[94], "max": max(values)}
    return {name: round(value, 1) for name, value in spread.items()}


if __name__ == "__main__":
    main()
