"""A million and a half crimes for `make bench-crime`: set-based, with the mix of the region.

Offences and outcomes by the weights of the generator's reference data, each as slots of a table
that a random number picks; places around the centres of the region's 1,680 LSOAs; five years,
more in the evening and at the weekend.
"""

from typing import Any

import polars as pl
from django.db import connection

from ingest.bulk import copy_in
from ingest.generator.reference import table

SLOTS = 10_000  # a share of a hundredth of a point has one
DAYS = 5 * 365
FIRST = "2021-01-01"
_TABLES = """
CREATE TEMP TABLE bench_offence (slot int PRIMARY KEY, code text, offence text, category text);
CREATE TEMP TABLE bench_outcome (category text, slot int, outcome text,
    PRIMARY KEY (category, slot));
CREATE TEMP TABLE bench_place (slot int PRIMARY KEY, lsoa text, name text, district text,
    latitude float8, longitude float8);
"""
_CRIMES = f"""
INSERT INTO crime_crime (id, system, source_ref, crime_number, offence_code, offence, category,
    occurred_from, occurred_to, reported_on, status, location, postcode, lsoa, lsoa_name,
    latitude, longitude, mo, tier, changed_at)
SELECT n, 'crime_recording', 'B' || n, '20/' || lpad(n::text, 7, '0') || '/24', o.code, o.offence,
    o.category, began, began + lasted * interval '1 minute', (began + interval '1 day')::date,
    CASE WHEN n %% 9 = 0 THEN 'Open' ELSE 'Finalised' END, 'High Street',
    p.district || ' ' || (n %% 9 + 1) || chr(65 + n %% 26) || chr(65 + n / 7 %% 26),
    p.lsoa, p.name,
    round((p.latitude + (random() - .5) / 150)::numeric, 6)::float8,
    round((p.longitude + (random() - .5) / 100)::numeric, 6)::float8,
    'Argument in the street led to punches to the face and body',
    CASE WHEN n %% 20 = 0 THEN 1 ELSE 0 END, now()
FROM (SELECT n, (random() * {SLOTS - 1})::int AS of_offence,
        (random() * (SELECT max(slot) FROM bench_place))::int AS of_place,
        timestamptz '{FIRST}' + (random() * {DAYS})::int * interval '1 day'
            + (24 * sqrt(random()) * 60)::int * interval '1 minute' AS began,
        (random() * 720)::int AS lasted
    FROM generate_series(%(first)s::int, %(last)s::int) n) drawn
JOIN bench_offence o ON o.slot = of_offence
JOIN bench_place p ON p.slot = of_place;
"""
_OUTCOMES = """
INSERT INTO crime_outcome (id, system, crime_ref, crime_id, outcome, outcome_on)
SELECT c.id, c.system, c.source_ref, c.id, o.outcome, c.reported_on + (random() * 200)::int
FROM crime_crime c
JOIN bench_outcome o ON o.category = c.category AND o.slot = c.id %% 1000
WHERE c.id BETWEEN %(first)s AND %(last)s AND o.outcome <> 'Under investigation'
"""


def prepare(crimes: int) -> dict[str, Any]:
    """So many crimes in the tables and the index. Nothing is done where they are there already."""
    from crime.models import Crime
    from crime.search import SPEC
    from wmp_search.search import client, sync

    is_new = Crime.objects.count() < crimes
    if is_new:
        _insert(crimes)
    sync.migrate(force=is_new)
    client.refresh(SPEC.alias)
    client.client().indices.forcemerge(index=SPEC.alias, max_num_segments=1, request_timeout=1800)
    stats = client.client().indices.stats(index=SPEC.alias, metric="store,docs")
    primaries = stats["_all"]["primaries"]
    return {
        "documents": primaries["docs"]["count"],
        "bytes": primaries["store"]["size_in_bytes"],
    }


def _insert(crimes: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM crime_outcome; DELETE FROM crime_crime")
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(_TABLES)
        copy_in(cursor, "bench_offence", _offences())
        copy_in(cursor, "bench_outcome", _outcomes())
        copy_in(cursor, "bench_place", _places())
        between = {"first": 1, "last": crimes}
        cursor.execute(_CRIMES, between)
        cursor.execute(_OUTCOMES, between)
        cursor.execute("DELETE FROM search_outboxentry")  # the build reads all of them
        cursor.execute("ANALYZE crime_crime, crime_outcome")


def _slots(rows: pl.DataFrame, number: int) -> pl.DataFrame:
    """Each row as many times as its weight has it, `number` in all, numbered by `slot`."""
    ends = (rows["weight"].cum_sum() / rows["weight"].sum() * number).round().cast(pl.Int64)
    times = ends - ends.shift(1, fill_value=0)
    repeated = rows.drop("weight").with_columns(slot=pl.int_ranges(0, times)).explode("slot")
    return repeated.drop_nulls("slot").with_columns(slot=pl.int_range(pl.len()))


def _offences() -> pl.DataFrame:
    return _slots(table("offences"), SLOTS).select("slot", "code", "offence", "category")


def _outcomes() -> pl.DataFrame:
    parts = table("outcomes").partition_by("category")
    return pl.concat([_slots(part, 1_000) for part in parts]).select("category", "slot", "outcome")


def _places() -> pl.DataFrame:
    places = table("neighbourhoods").with_columns(slot=pl.int_range(pl.len()))
    return places.select("slot", "lsoa", "name", "district", "latitude", "longitude")
