"""Who is kept as affiliated to gangs, beside three denominators (policing.md F9; MOPAC 2022).

Those who live in the area, those recorded as suspected or more, those recorded as victims. A list
is out of proportion, or not, against each of them. Who is harmed is a cohort of their own. Only
the ethnicity that people gave themselves counts. Set-based: one statement over all people.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from gangs import suppression
from gangs.declared import rules
from gangs.models import ProportionReport
from wmp_search.dates import first_reaching

CENSUS = Path(__file__).with_name("census.toml")
GROUPS = {"A": "Asian", "B": "Black", "W": "White", "M": "Mixed or other", "O": "Mixed or other"}
UNKNOWN = "Not stated"
NOT_HERE = "not entered"
COHORTS = ("members", "harmed", "offending", "victims")
DIMENSIONS = ("ethnicity", "age", "sex", "area")
TITLES = {"ethnicity": "Ethnicity", "age": "Age", "sex": "Sex", "area": "Postcode area"}
Figures = dict[str, dict[str, dict[str, int]]]  # dimension → group → cohort → people


@dataclass(frozen=True, slots=True)
class Cell:
    """One number as it may be shown, and its part of the column."""

    heading: str
    words: str
    share: str


@dataclass(frozen=True, slots=True)
class Table:
    """One dimension: a row for each group, the columns of `HEADINGS`."""

    title: str
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


HEADINGS = (
    "Members and associates",
    "Exploited or at risk",
    "Recorded as suspected, arrested, charged or convicted",
    "Recorded as victims",
    "Who lives here",
)
_COUNT = """
    WITH kept AS (
        SELECT e.record_id, coalesce(nullif(m.was, ''), m.status) AS status
        FROM gangs_keptmembership m JOIN gangs_membershipevidence e ON e.membership_id = m.id
        WHERE m.superseded_at IS NULL AND m.status <> 'removed' AND m.expires_on >= %(today)s
        UNION ALL
        SELECT record_id, status FROM gangs_membership
        WHERE deleted_at IS NULL AND status <> 'removed' AND authorised_on >= %(first)s),
    person AS (
        SELECT l.person_id,
            max(left(r.ethnicity_self, 1)) FILTER (WHERE r.ethnicity_self <> '') AS ethnicity,
            max(r.sex) FILTER (WHERE r.sex <> '') AS sex,
            min(r.born_on) AS born_on,
            max(substring(r.addresses -> 0 ->> 'postcode' from '^[A-Z]{1,2}')) AS area,
            bool_or(k.status IN ('member', 'associate')) AS members,
            bool_or(k.status IN ('exploited', 'at_risk')) AS harmed,
            bool_or(r.role IN ('suspect', 'arrested', 'charged', 'convicted')) AS offending,
            bool_or(r.role = 'victim') AS victims
        FROM people_link l
        JOIN people_nominalrecord r ON r.id = l.record_id AND r.deleted_at IS NULL AND r.tier < 3
        LEFT JOIN kept k ON k.record_id = r.id
        GROUP BY l.person_id)
    SELECT ethnicity, sex, coalesce(area, ''),
        CASE WHEN born_on IS NULL THEN ''
             WHEN born_on > %(today)s - interval '18 years' THEN 'Under 18'
             WHEN born_on > %(today)s - interval '25 years' THEN '18 to 24'
             WHEN born_on > %(today)s - interval '35 years' THEN '25 to 34'
             ELSE '35 and over' END AS age,
        count(*) FILTER (WHERE members), count(*) FILTER (WHERE harmed),
        count(*) FILTER (WHERE offending), count(*) FILTER (WHERE victims)
    FROM person GROUP BY 1, 2, 3, 4
"""


def make() -> ProportionReport:
    """Count everybody now and keep the report; one a month is made by a task."""
    return ProportionReport.objects.create(made_at=timezone.now(), figures=count())


def make_monthly() -> bool:
    """Make this month's report if it is missing; whether it was."""
    first = timezone.localdate().replace(day=1)
    if ProportionReport.objects.filter(made_at__date__gte=first).exists():
        return False
    make()
    return True


def count() -> Figures:
    """People of each cohort by group of each dimension."""
    today = timezone.localdate()
    asked = {"today": today, "first": first_reaching(today, rules().months)}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, asked)
        rows = cursor.fetchall()
    figures: Figures = {dimension: {} for dimension in DIMENSIONS}
    for ethnicity, sex, area, age, *numbers in rows:
        groups = {
            "ethnicity": GROUPS.get(ethnicity or "", UNKNOWN),
            "sex": {"M": "Male", "F": "Female"}.get(sex or "", UNKNOWN),
            "area": area or UNKNOWN,
            "age": age or UNKNOWN,
        }
        for dimension, group in groups.items():
            cell = figures[dimension].setdefault(group, dict.fromkeys(COHORTS, 0))
            for cohort, number in zip(COHORTS, numbers, strict=True):
                cell[cohort] += number
    return figures


def tables(figures: Mapping[str, Any]) -> list[Table]:
    """The report as it may be shown: small numbers hidden, and what would give them away."""
    return [_table(name, figures.get(name, {})) for name in DIMENSIONS]


def source() -> str:
    """Where the numbers of residents come from."""
    return str(_census()["source"])


def _table(dimension: str, groups: Mapping[str, Mapping[str, int]]) -> Table:
    names = sorted(groups, key=lambda name: (name == UNKNOWN, name))
    if dimension == "area":
        names = [n for n in names if groups[n]["members"] or groups[n]["harmed"]]
    columns = [
        _column(heading, {name: groups[name][cohort] for name in names})
        for heading, cohort in zip(HEADINGS, COHORTS, strict=False)
    ]
    residents = _census().get(dimension, {})
    total = sum(residents.values())
    rows = []
    for name in names:
        known = residents.get(name)
        words, part = (f"{known:,}", f"{100 * known / total:.0f}%") if known else (NOT_HERE, "")
        here = Cell(HEADINGS[-1], words, part)
        rows.append((name, (*(column[name] for column in columns), here)))
    return Table(TITLES[dimension], tuple(rows))


def _column(heading: str, numbers: Mapping[str, int]) -> dict[str, Cell]:
    words, total = suppression.together(numbers), sum(numbers.values())
    return {
        name: Cell(heading, words[name], suppression.share(words[name], n, total))
        for name, n in numbers.items()
    }


@cache
def _census() -> dict[str, Any]:
    return tomllib.loads(CENSUS.read_text())


def last(most: int = 12) -> Sequence[ProportionReport]:
    """The latest reports, newest first."""
    return list(ProportionReport.objects.order_by("-made_at")[:most])
