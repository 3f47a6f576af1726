"""A crime's document in the index, from its columns; `crime.search` declares its fields."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from crime import method, place

COLUMNS = (
    "id", "system", "source_ref", "crime_number", "tier", "offence_code", "offence", "category",
    "postcode", "lsoa", "lsoa_name", "location", "status", "month", "occurred_from",
    "occurred_to", "reported_on", "easting", "northing", "latitude", "longitude", "mo",
    "changed_at", "deleted_at",
)  # fmt: skip
MOST_LATE = 32_000  # a short of the index
EXACT = timedelta(hours=1)  # a longer span does not say in which hour
# as crime.selectors takes the latest of a crime's outcomes
_LATEST = """
    SELECT DISTINCT ON (crime_id) crime_id, outcome FROM crime_outcome
    WHERE crime_id = ANY(%s) AND deleted_at IS NULL
    ORDER BY crime_id, outcome_on DESC, id DESC
"""


def latest_outcomes(crime_ids: list[int]) -> dict[int, str]:
    """The latest outcome of each crime that has one. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [crime_ids])
        return dict(cursor.fetchall())


def made(row: dict[str, Any], outcome: str, areas: dict[str, str]) -> dict[str, Any]:
    """One crime's document from its COLUMNS, its latest outcome ("" without one) and the codes of
    the areas that it lies in (`crime.areas`).
    """
    happened = timezone.localdate(row["occurred_from"]) if row["occurred_from"] else None
    day = happened or row["month"] or row["reported_on"]
    words = (row["offence"], row["category"], row["location"], row["lsoa_name"], row["status"])
    known = happened or (None if row["month"] else row["reported_on"])
    late = (row["reported_on"] - happened).days if happened and row["reported_on"] else -1
    postcode = bare(row["postcode"])
    hour = hour_of_week(row["occurred_from"], row["occurred_to"])
    return {
        "crime_id": row["id"],
        "tier": row["tier"],
        "system": row["system"],
        "number_key": sorted({bare(row["crime_number"]), bare(row["source_ref"])}),
        "offence_code": row["offence_code"],
        "category": row["category"],
        "outcome": outcome or row["status"],
        "postcode_key": [postcode, postcode[:-3]] if len(postcode) > 4 else [],
        "district": _district(postcode),
        "authority": _authority(row["lsoa_name"]),
        "lsoa": row["lsoa"],
        "area_key": sorted(_areas(postcode, row["lsoa"], row["lsoa_name"])),
        "month_key": day.isoformat()[:7] if day else None,
        "day": day.isoformat() if day else None,
        "known_day": known.isoformat() if known else None,
        **({"days_late": min(late, MOST_LATE)} if late >= 0 else {}),
        "words": " ".join(word.replace("-", " ") for word in words if word),
        **({} if hour is None else {"hour_of_week": hour}),
        **method.fields(row),
        **place.fields(place.of_row(row)),
        **areas,
    }


def hour_of_week(begin: datetime | None, end: datetime | None) -> int | None:
    """The hour of the week in which a crime happened, 0 (Monday 00:00) to 167, Europe/London.

    None where it is not known to the hour: no time, or a span of more than EXACT. Midnight to the
    second without an end is how systems write a day alone.
    """
    if begin is None:
        return None
    local = timezone.localtime(begin)
    if end is None and (local.hour, local.minute, local.second) == (0, 0, 0):
        return None
    if end is not None and not timedelta(0) <= end - begin <= EXACT:
        return None
    return local.weekday() * 24 + local.hour


def bare(text: str) -> str:
    """Letters and digits only, in capitals: as the keys of the index are written."""
    return re.sub(r"[\W_]", "", text.upper())


def _areas(postcode: str, lsoa: str, lsoa_name: str) -> set[str]:
    """The areas that a place lies in, as `area_key` has them: postcode district, LSOA by code and
    by name, and the authority that the LSOA is named after ("Birmingham 060A").
    """
    names = (_district(postcode), lsoa, lsoa_name, _authority(lsoa_name))
    return {bare(name) for name in names if name}


def _district(postcode: str) -> str:
    return postcode[:-3] if len(postcode) > 4 else ""


def _authority(lsoa_name: str) -> str:
    return lsoa_name.rpartition(" ")[0]
