"""Reports that many need, to begin with: each is a question like every other."""

from dataclasses import dataclass
from typing import Any

from wmp_search.access.scope import Scope
from wmp_search.reports.reading import read
from wmp_search.reports.spec import ReportSpec


@dataclass(frozen=True, slots=True)
class Common:
    """A ready question and what it is for."""

    title: str
    purpose: str
    spec: ReportSpec


def _common(title: str, purpose: str, **spec: Any) -> Common:
    return Common(title, purpose, read({"dataset": "crimes", **spec}))


COMMON = (
    _common(
        "Daily tasking",
        "What was committed in the last seven days, and where: for the morning meeting",
        by=["category", "district"],
        period={"days": 7},
    ),
    _common(
        "Tactical assessment",
        "Crime by month, and whether the last month is unusual",
        by=["month"],
        period={"last": 24},
        compare="usual",
        chart="line",
    ),
    _common(
        "Where",
        "The wards with the most crimes of the last 28 days, on a map",
        by=["ward"],
        period={"days": 28},
        chart="map",
    ),
    _common(
        "When",
        "At what hours of the week crimes of the last 28 days happened: for the duty roster",
        dataset="hours",
        by=["weekday", "hour"],
        period={"days": 28},
        chart="heat",
    ),
    _common(
        "Offences against a year before",
        "Each offence of three months beside the same months a year before",
        by=["category"],
        period={"last": 3},
        compare="year",
        chart="bars",
    ),
    _common(
        "Domestic abuse, repeat",
        "People recorded again within a year, by month and role, where your role may see them",
        dataset="repeats",
        measure="people",
        by=["month", "role"],
        where={"system": ["domestic_abuse"]},
        period={"last": 12},
    ),
    _common(
        "Outcomes",
        "What became of the crimes of each month; the latest months are still open",
        by=["month", "outcome"],
        period={"last": 12},
    ),
    _common(
        "Gang memberships to review",
        "Memberships past their review date, by unit, rounded",
        dataset="gangs",
        measure="memberships",
        by=["unit", "review"],
        period={"last": 120},
    ),
    _common(
        "Deliveries of the feeds",
        "What each system delivered in each month",
        dataset="feeds",
        measure="deliveries",
        by=["system", "state"],
        period={"last": 3},
    ),
)


def open_to(scope: Scope) -> list[Common]:
    """Those whose data the scope may count."""
    return [one for one in COMMON if one.spec.of.opens_to(scope)]
