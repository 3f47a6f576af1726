"""What a question may be, and the words for what it may not be."""

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict

from wmp_search.reports.common import COMMON
from wmp_search.reports.periods import Days, Period, year_earlier
from wmp_search.reports.reading import from_query, read
from wmp_search.reports.registry import DATASETS
from wmp_search.reports.spec import SpecError

CRIMES: dict[str, Any] = {"dataset": "crimes", "measure": "crimes"}
REFUSED = [
    ({"dataset": "salaries"}, "no data set “salaries”"),
    ({}, "no data set"),
    ({**CRIMES, "sql": "select 1"}, "“sql” is not part of a report"),
    ({**CRIMES, "measure": "harm"}, "no measure “harm”"),
    ({**CRIMES, "by": ["victim"]}, "cannot be split by “victim”"),
    ({**CRIMES, "by": ["month", "category", "lsoa"]}, "two things at most"),
    ({**CRIMES, "by": "month"}, "two things at most"),
    ({**CRIMES, "by": ["month", "month"]}, "two different things"),
    ({**CRIMES, "by": ["month", "day"]}, "not by both"),
    ({**CRIMES, "by": ["area"]}, "cannot be split by “area”"),
    ({**CRIMES, "where": {"surname": ["Smith"]}}, "no filter “surname”"),
    ({**CRIMES, "where": {"category": ["x" * 500]}}, "short values"),
    ({**CRIMES, "period": {"since": "2024"}}, "no “since”"),
    ({**CRIMES, "period": {"last": 0}}, "from 1 to 120"),
    ({**CRIMES, "period": {"last": "12; drop table"}}, "from 1 to 120"),
    ({**CRIMES, "period": {"from": "2024-13", "to": "2024-14"}}, "2025-03"),
    ({**CRIMES, "period": {"from": "2024-05", "to": "2024-04"}}, "must not be before"),
    ({**CRIMES, "by": ["day"], "period": {"last": 12}}, "92 days at most"),
    ({**CRIMES, "by": ["lsoa", "offence_code"]}, "too many numbers"),
    ({**CRIMES, "compare": "usual", "by": ["category"]}, "by month alone"),
    ({**CRIMES, "compare": "usual", "by": ["month"], "period": {"days": 60}}, "whole months"),
    ({**CRIMES, "chart": "pie"}, "no chart “pie”"),
    ({**CRIMES, "chart": "line", "by": ["category"]}, "line needs months"),
    ({**CRIMES, "chart": "map", "by": ["category"]}, "map needs one split by ward"),
    ({**CRIMES, "chart": "map", "by": ["ward", "month"]}, "map needs one split by ward"),
    ({**CRIMES, "chart": "heat", "by": ["weekday", "month"]}, "heat map needs hours"),
    ({**CRIMES, "chart": "bars", "by": ["month", "category"]}, "one thing to split by"),
]


@pytest.mark.parametrize(("given", "words"), REFUSED)
def test_what_is_not_declared_is_refused_with_what_to_change(
    given: dict[str, Any], words: str
) -> None:
    with pytest.raises(SpecError, match=words):
        read(given)


@pytest.mark.parametrize("common", COMMON, ids=lambda one: one.title)
def test_a_question_is_the_same_as_json_and_as_an_address(common: Any) -> None:
    spec = common.spec
    assert read(spec.as_json()) == spec
    assert from_query(QueryDict(spec.query)) == spec


def test_every_dimension_and_measure_makes_a_question_that_keeps_its_meaning() -> None:
    for dataset in DATASETS.values():
        for measure in dataset.measures:
            for one in dataset.dimensions:
                by = [one.key] if one.splits else []
                period = {"days": 20} if one.key == "day" else {"last": 6}
                where = {one.key: ["A 1", ""]} if one.filters else {}
                spec = read(
                    {
                        "dataset": dataset.key,
                        "measure": measure.key,
                        "by": by,
                        "where": where,
                        "period": period,
                    }
                )
                assert from_query(QueryDict(spec.query)) == spec


def test_the_chart_does_not_change_what_is_counted_and_all_else_does() -> None:
    plain = read({**CRIMES, "by": ["month"]})
    assert read({**CRIMES, "by": ["month"], "chart": "line"}).hash == plain.hash
    others: list[dict[str, Any]] = [
        {"by": []},
        {"where": {"category": ["x"]}},
        {"period": {"last": 6}},
    ]
    for other in others:
        assert read({**CRIMES, "by": ["month"], **other}).hash != plain.hash


def test_periods_are_whole_months_or_full_days() -> None:
    today = date(2026, 3, 15)
    assert Period(last=3).resolved(today) == Days(date(2025, 12, 1), date(2026, 3, 1))
    assert Period(days=7).resolved(today) == Days(date(2026, 3, 8), today)
    asked = Period(first=date(2025, 11, 1), final=date(2026, 1, 1)).resolved(today)
    assert [m.isoformat() for m in asked.months()] == ["2025-11-01", "2025-12-01", "2026-01-01"]
    assert asked.words == "November 2025 to January 2026"
    assert year_earlier(date(2024, 2, 29)) == date(2023, 2, 28)
    assert Days(date(2024, 2, 1), date(2024, 3, 1)).with_before(14).first == date(2022, 12, 1)
