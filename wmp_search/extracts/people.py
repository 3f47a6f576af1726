"""Who is in an extract, and what of them: one statement, in columns.

Only adults who are open to everybody who may see people: nothing of restricted systems, masked
victims or made-up people, nobody with a standing restriction of any kind (covert ones and
quarantine too) or with a value that is restricted while it is contested, nobody who was only ever
harmed. Ethnicity, religion and nationality are not read.
"""

import io
from datetime import date

import polars as pl
from django.db import connection
from django.utils import timezone

from people import contested
from people.models import Person
from wmp_search.access.scope import Tier
from wmp_search.extracts import limits

_SCHEMA = {
    "id": pl.Int64, "sex": pl.String, "age": pl.Int64, "district": pl.String,
    "seen": pl.Int64, "records": pl.Int64, "mopi": pl.Int64,
}  # fmt: skip
_COPY = """
    COPY (
        SELECT p.id, p.sex, extract(year FROM age(%(today)s::date, p.born_on))::int AS age,
            upper(split_part(a.postcode, ' ', 1)) AS district,
            extract(year FROM p.last_seen_on)::int AS seen, p.record_count AS records,
            s."group" AS mopi
        FROM people_person p
        LEFT JOIN (
            SELECT DISTINCT ON (person_id) person_id, postcode FROM people_address
            WHERE tier = %(open)s AND postcode <> '' ORDER BY person_id, rank, id
        ) a ON a.person_id = p.id
        LEFT JOIN retention_standing s ON s.person_id = p.id
        WHERE p.status = %(current)s AND NOT p.is_mention
            AND p.tiers = ARRAY[%(open)s]::smallint[]
            AND p.born_on + make_interval(years => %(adult)s
                + CASE WHEN p.born_precision IN ('Y', 'A') THEN 2 ELSE 0 END) <= %(today)s::date
            AND NOT %(open)s = ANY(p.harmed_at)
            AND p.id <> ALL(%(contested)s::bigint[])
            AND NOT EXISTS (SELECT FROM people_restriction r
                WHERE r.person_id = p.id AND r.lifted_at IS NULL)
            AND NOT EXISTS (SELECT FROM people_link l JOIN people_nominalrecord n
                ON n.id = l.record_id WHERE l.person_id = p.id AND n.deleted_at IS NULL
                AND (n.tier <> %(open)s OR n.unmasked_tier IS NOT NULL))
    ) TO STDOUT (FORMAT csv, HEADER)
"""


def read(today: date | None = None) -> pl.DataFrame:
    """One row for each person: id, sex, age, district, seen, records, mopi."""
    values = {
        "today": today or timezone.localdate(),
        "open": int(Tier.OPEN),
        "current": Person.Status.CURRENT.value,
        "adult": limits.load().adult,
        "contested": contested.people(),
    }
    held = io.BytesIO()
    with connection.cursor() as cursor, cursor.cursor.copy(_COPY, values) as copy:
        for part in copy:
            held.write(part)
    held.seek(0)
    return pl.read_csv(held, schema=_SCHEMA)
