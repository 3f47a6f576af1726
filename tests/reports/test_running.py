"""Counting, on the real servers: sums, zeros, what is not recorded, and what must not show."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from crime.models import Boundary, Crime
from tests.crime_data import crime, involve
from tests.officers import officer
from tests.people_data import index, person, record
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import Scope, scope_of
from wmp_search.reports import drawing, indexed
from wmp_search.reports.counting import Ask
from wmp_search.reports.periods import Period
from wmp_search.reports.reading import read
from wmp_search.reports.registry import DATASETS
from wmp_search.reports.running import run, run_all
from wmp_search.reports.spec import ReportSpec
from wmp_search.search import client

pytestmark = pytest.mark.django_db
PURPOSE = Purpose("CRIME-INV", "20/123456/26")


def scope(*roles: str) -> Scope:
    return scope_of(officer(*roles), PURPOSE)


def month_ago(months: int) -> date:
    return Period(last=months).resolved().first


def on(day: date, number: int, **fields: Any) -> Crime:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return crime(f"20CR/{number:06}/26", occurred_from=at, **fields)


def spec(**given: Any) -> ReportSpec:
    return read({"dataset": "crimes", **given})


@pytest.fixture
def town() -> None:
    """Three burglaries and two of no category three months ago, one theft last month."""
    for number in range(3):
        on(month_ago(3), number, category="Burglary")
    for number in range(3, 5):
        on(month_ago(3), number, category="")
    on(month_ago(1), 5, category="Theft")
    on(timezone.localdate(), 6, category="Theft")  # this month is not over
    crime("20CR/000007/26", occurred_from=None, month=None, category="Theft")
    index()


def numbers(found: Any) -> dict[tuple[str, ...], float]:
    return {row.labels: row.value for row in found.rows}


@pytest.mark.usefixtures("town")
def test_months_without_a_crime_are_zero_and_the_parts_sum_to_the_whole() -> None:
    found = run(spec(by=["month"], period={"last": 4}), scope("officer"))
    assert [row.value for row in found.rows] == [0, 5, 0, 1]
    assert found.total == sum(row.value for row in found.rows) == 6
    assert any("1 without a day" in caveat for caveat in found.caveats)


@pytest.mark.usefixtures("town")
def test_what_is_not_recorded_is_a_group_of_its_own() -> None:
    found = run(spec(by=["category"], period={"last": 4}), scope("officer"))
    assert numbers(found) == {("Burglary",): 3, ("Not recorded",): 2, ("Theft",): 1}
    only = spec(by=["category"], where={"category": [""]}, period={"last": 4})
    assert numbers(run(only, scope("officer"))) == {("Not recorded",): 2}


def test_days_of_the_week_stand_in_their_order() -> None:
    first = month_ago(1)
    monday = first + timedelta(days=-first.weekday() % 7)
    for number, day in enumerate((4, 0, 4)):
        on(monday + timedelta(days=day), number)
    crime("20CR/000009/26", occurred_from=None, month=first)
    index()
    found = run(spec(by=["weekday"], period={"last": 1}), scope("officer"))
    assert [(row.labels[0], row.value) for row in found.rows] == [
        ("Monday", 1),
        ("Friday", 2),
        ("Not recorded", 1),
    ]
    ask = Ask(found.spec, found.days)
    for row in found.rows:
        _, total = indexed.behind(ask, row.key, scope("officer"), limit=20, offset=0)
        assert total == row.value


@pytest.mark.usefixtures("town")
def test_two_splits_hold_each_cell_and_the_same_time_a_year_before() -> None:
    found = run(spec(by=["month", "category"], period={"last": 3}), scope("officer"))
    assert found.total == sum(row.value for row in found.rows) == 6
    assert len(found.rows) == 9
    earlier = on(month_ago(15), 90, category="Burglary")
    index()
    compared = run(spec(by=["category"], period={"last": 3}, compare="year"), scope("officer"))
    (burglary,) = (row for row in compared.rows if row.labels == ("Burglary",))
    assert (burglary.value, burglary.before, burglary.change) == (3, 1, 2)
    assert compared.total_before == 1
    assert earlier.category == "Burglary"


def test_the_last_month_is_judged_by_the_months_before() -> None:
    asked = spec(by=["month"], period={"last": 6}, compare="usual", chart="line")
    for ago in range(30, 1, -1):
        for number in range(28 + ago % 5):
            on(month_ago(ago), 100 * ago + number, category="Burglary")
    index()
    # a month after the last delivery is empty for want of deliveries: not fewer than usual
    early = run(asked, scope("officer")).verdict
    assert early
    assert early.finding.startswith("Nothing after ")
    assert not early.judged.verdict.is_unusual
    for number in range(70):
        on(month_ago(1), number, category="Burglary")
    index()
    found = run(asked, scope("officer"))
    assert len(found.rows) == 6
    assert found.verdict
    assert found.verdict.judged.verdict.value == "unusually high"
    assert found.total == sum(row.value for row in found.rows)


@pytest.mark.usefixtures("town")
def test_several_reports_of_one_data_set_are_one_request(monkeypatch: Any) -> None:
    asked: list[str] = []
    search = client.search
    monkeypatch.setattr(
        "wmp_search.reports.indexed.client.search",
        lambda index, body, **more: asked.append(index) or search(index, body, **more),  # type: ignore[func-returns-value]
    )
    six = [spec(by=[one], period={"last": n}) for one in ("month", "category") for n in (3, 4, 24)]
    found = run_all(six, scope("officer"))
    assert len(asked) == 1
    assert [one.total for one in found] == [6, 6, 6] * 2
    alone = [run(one, scope("officer")) for one in six]
    assert [numbers(a) for a in alone] == [numbers(b) for b in found]


def test_every_data_set_counts_by_every_dimension_on_the_real_servers() -> None:
    someone = record("custody", surname="Wick", recorded_on=month_ago(2))
    person(someone)
    involve(someone, on(month_ago(2), 1), "suspect")
    index()
    mine = scope("analyst", "ethics")
    for dataset in DATASETS.values():
        splits = [one.key for one in dataset.dimensions if one.splits and one.key != "day"]
        for measure in dataset.measures:
            for by in [[], *([one] for one in splits), splits[:2]]:
                asked = read({"dataset": dataset.key, "measure": measure.key, "by": by})
                found = run(asked, mine)
                if by and measure.adds_up:
                    assert sum(row.value for row in found.rows) == found.total, asked
    assert run(read({"dataset": "people"}), mine).total == 1


def test_a_record_that_a_scope_may_not_see_moves_no_number() -> None:
    first = record("custody", surname="Wick", recorded_on=month_ago(2), sex="M")
    person(first)
    involve(first, on(month_ago(2), 1, category="Burglary"), "suspect")
    index()
    mine = scope("officer")
    asked = [
        *(spec(by=by) for by in ([], ["month"], ["category"], ["month", "category"])),
        *(read({"dataset": "involvements", "by": by}) for by in ([], ["role"], ["category"])),
        *(
            read({"dataset": "people", "measure": m, "by": [by]})
            for m in ("people", "records")
            for by in ("system", "role", "sex")
        ),
    ]
    before = [(numbers(one), one.total, one.caveats) for one in run_all(asked, mine)]
    hidden = record("domestic_abuse", surname="Wick", recorded_on=month_ago(2), sex="F")
    person(hidden)
    secret = on(month_ago(2), 2, category="Stalking", tier=1)
    involve(hidden, secret, "victim")
    involve(first, secret, "witness")
    crime("20CR/000003/26", occurred_from=None, month=None, tier=1)
    index()
    after = [(numbers(one), one.total, one.caveats) for one in run_all(asked, mine)]
    assert after == before
    wider = [(numbers(one), one.total, one.caveats) for one in run_all(asked, scope("analyst"))]
    assert wider != before


def test_a_repeat_is_a_further_record_within_a_year_that_the_scope_sees() -> None:
    def seen(*months: int, system: str = "custody") -> None:
        person(*(record(system, surname="Wick", recorded_on=month_ago(ago)) for ago in months))

    seen(2, 5)
    seen(2, 20)  # longer than a year apart
    seen(3)
    seen(2, 4, system="domestic_abuse")
    index()
    asked = read({"dataset": "repeats", "by": ["month"], "period": {"last": 12}})
    assert run(asked, scope("officer")).total == 1
    assert run(asked, scope("analyst")).total == 2


def test_who_may_not_see_the_records_may_not_count_them() -> None:
    index()
    for dataset, role in (("crimes", "ethics"), ("people", "ethics"), ("feeds", "officer")):
        with pytest.raises(PermissionDenied):
            run(read({"dataset": dataset}), scope(role))


def test_an_answer_says_what_it_is_of() -> None:
    index()
    found = run(spec(by=["month"]), scope("officer"))
    assert found.scope_label == "open records, Crime investigation"
    assert found.as_of - timezone.now() < timedelta(seconds=5)
    assert found.spec_hash == spec(by=["month"]).hash
    assert found.scope_hash != run(spec(by=["month"]), scope("analyst")).scope_hash


def test_hours_spread_a_crime_over_when_it_may_have_happened() -> None:
    first = month_ago(1)
    monday = first + timedelta(days=-first.weekday() % 7)
    begin = timezone.make_aware(datetime.combine(monday, time(8)))
    crime("20CR/000001/26", occurred_from=begin, occurred_to=begin + timedelta(hours=4))
    crime("20CR/000002/26", occurred_from=begin + timedelta(hours=1), category="Theft")
    crime("20CR/000003/26", occurred_from=begin, occurred_to=begin + timedelta(hours=60))
    crime("20CR/000004/26", occurred_from=begin, tier=1)
    asked = {"dataset": "hours", "by": ["weekday", "hour"], "period": {"last": 1}}
    found = run(read({**asked, "chart": "heat"}), scope("officer"))
    told = {row.labels: row.value for row in found.rows if row.value}
    assert told[("Monday", "08:00 to 09:00")] == 0.25
    assert told[("Monday", "09:00 to 10:00")] == 1.25
    assert (len(found.rows), len(told), found.total) == (168, 4, 2)
    assert any("1 are left out: more than 48 hours" in caveat for caveat in found.caveats)
    drawn = drawing.of(found)
    assert drawn.heat is not None
    assert dict(drawn.heat.table)["09:00 to 10:00"][0] == 1.25
    theft = {**asked, "by": ["hour"], "where": {"category": ["Theft"]}}
    only = run(read(theft), scope("officer"))
    assert {row.labels[0]: row.value for row in only.rows if row.value} == {"09:00 to 10:00": 1}


def test_too_many_crimes_for_hours_are_counted_and_said(monkeypatch: Any) -> None:
    monkeypatch.setattr("crime.trends.spans.MOST", 2)
    for number in range(3):
        on(month_ago(1), number)
    asked = {"dataset": "hours", "by": ["weekday", "hour"], "period": {"last": 1}}
    found = run(read({**asked, "chart": "heat"}), scope("officer"))
    assert (found.total, found.rows) == (3, ())
    assert any(caveat.startswith("More than 2 crimes are not") for caveat in found.caveats)
    assert not drawing.of(found).is_there


@pytest.fixture
def wards() -> None:
    """Two wards; two crimes in one, one in the other, one without a place."""
    for at, (code, name) in enumerate((("E05000001", "Aston"), ("E05000002", "Nechells"))):
        west, south = -1.9 + at * 0.02, 52.5
        east, north = west + 0.02, 52.52
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        Boundary.objects.create(
            kind="ward",
            code=code,
            name=name,
            shape={"type": "Polygon", "coordinates": [ring]},
            west=west,
            south=south,
            east=east,
            north=north,
            edition="May 2025",
            source="OGL v3",
        )
    for number, longitude in enumerate((-1.89, -1.891, -1.87)):
        on(month_ago(1), number, latitude=52.51, longitude=longitude)
    on(month_ago(1), 3)
    on(month_ago(1), 4, latitude=52.51, longitude=-1.89, tier=1)
    index()


@pytest.mark.usefixtures("wards")
def test_a_map_by_ward_draws_what_the_table_says() -> None:
    asked = spec(by=["ward"], period={"last": 1}, chart="map")
    found = run(asked, scope("officer"))
    assert numbers(found) == {("Aston",): 2, ("Nechells",): 1, ("Not recorded",): 1}
    assert any("move each place to a nearby point" in caveat for caveat in found.caveats)
    shown = drawing.of(found).map
    assert shown is not None
    assert shown.picture is not None
    assert [shape.rank for shape in shown.picture.shapes] == [1, 2]
    assert (shown.named, shown.not_drawn) == (("Aston", "Nechells"), 1)
    assert shown.source == "May 2025. OGL v3"
    for name in ("aston", "E05000001"):
        inside = spec(by=["month"], where={"ward": [name]}, period={"last": 1})
        assert run(inside, scope("officer")).total == 2
    assert run(spec(where={"ward": ["Nowhere"]}, period={"last": 1}), scope("officer")).total == 0


@pytest.mark.usefixtures("wards")
def test_a_map_by_hexagon_names_each_by_its_ward_and_opens_its_crimes() -> None:
    found = run(spec(by=["hexagon_7"], period={"last": 1}, chart="map"), scope("officer"))
    shown = drawing.of(found).map
    assert shown is not None
    assert shown.picture is not None
    assert len(shown.picture.shapes) == len(found.rows) - 1
    assert shown.not_drawn == 1
    for row in found.rows:
        ask = Ask(found.spec, found.days)
        ids, total = indexed.behind(ask, row.key, scope("officer"), limit=9, offset=0)
        assert len(ids) == total == row.value
    assert all("hexagon" in row.labels[0] for row in found.rows if row.key != ("",))
