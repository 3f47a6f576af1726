"""What officers have to do: tasks from the force's systems, so that an honest search costs a tap.

policing.md B5. A task is a reference, a title without personal data, and the purpose it serves.
"""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from wmp_search.access import purposes
from wmp_search.access.models import Officer, Unit
from wmp_search.access.purpose_models import Task

MOST_OFFERED = 5  # on a phone the box stays in sight


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were written, and which were not: (line, why), without their content."""

    written: int
    refused: tuple[tuple[int, str], ...]


def open_tasks(officer_id: int, unit_id: int | None) -> QuerySet[Task]:
    """The officer's own and the unit's tasks that are open now, the newest first."""
    now = timezone.now()
    mine = Q(officer=officer_id) | (Q(unit=unit_id) if unit_id else Q(pk=None))
    return Task.objects.filter(
        mine, Q(open_until=None) | Q(open_until__gt=now), open_from__lte=now
    ).order_by("-open_from", "-pk")


def read(path: Path) -> list[dict[str, Any]]:
    """Rows of a CSV file with headings, or of a file with one JSON object a line."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        if path.suffix == ".csv":
            return list(csv.DictReader(file))
        return [json.loads(line) for line in file if line.strip()]


def load(rows: Iterable[Mapping[str, Any]]) -> Loaded:
    """Add the tasks and change those that are known. Three queries, however many rows.

    A row: reference, kind, title, purpose, from, until (ISO times; until may be empty), and either
    officer (user name or collar number) or unit (its name).
    """
    officers: dict[str, int] = {}
    for pk, username, collar in Officer.objects.values_list("pk", "username", "collar_number"):
        officers |= {name.upper(): pk for name in (username, collar) if name}
    units = dict(Unit.objects.annotate(key=Upper("name")).values_list("key", "pk"))
    wanted: dict[tuple[Any, ...], Task] = {}
    refused: list[tuple[int, str]] = []
    for line, row in enumerate(rows, start=1):
        try:
            task = _task(row, officers, units)
        except ValueError as error:
            refused.append((line, str(error)))
        else:
            wanted[task.reference, task.officer_id, task.unit_id] = task
    Task.objects.bulk_create(
        wanted.values(),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["reference", "officer", "unit"],
        update_fields=["kind", "title", "purpose_code", "open_from", "open_until"],
    )
    return Loaded(len(wanted), tuple(refused))


def _task(row: Mapping[str, Any], officers: dict[str, int], units: dict[str, int]) -> Task:
    given = {key: str(value or "").strip() for key, value in row.items() if key}
    officer_id = officers.get(given.get("officer", "").upper())
    unit_id = None if officer_id else units.get(given.get("unit", "").upper())
    if officer_id is None and unit_id is None:
        raise ValueError("nobody has this user name, collar number or unit")
    if given.get("kind") not in Task.Kind.values:
        raise ValueError(f"kind is not one of {', '.join(Task.Kind.values)}")
    if purposes.current(given.get("purpose", "")) is None:
        raise ValueError("purpose is not in the force's list")
    if not purposes.is_reference(given.get("reference", "")) or len(given["reference"]) > 60:
        raise ValueError("reference is missing or is not one")
    return Task(
        reference=given["reference"],
        kind=given["kind"],
        title=given.get("title", "")[:80],
        purpose_code=given["purpose"],
        officer_id=officer_id,
        unit_id=unit_id,
        open_from=_time(given.get("from", "")) or timezone.now(),
        open_until=_time(given.get("until", "")),
    )


def _time(text: str) -> datetime | None:
    if not text:
        return None
    found = parse_datetime(text)
    if found is None:
        raise ValueError("from and until are ISO times, such as 2026-11-24T08:30")
    return timezone.make_aware(found) if timezone.is_naive(found) else found
