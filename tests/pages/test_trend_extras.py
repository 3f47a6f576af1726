"""Hours, outcomes, repeats, breaks and rates beside a trend, seen from outside."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from audit.models import Event
from crime.models import Crime, Outcome, Population, RecordingBreak
from crime.trends import rates, rows
from crime.trends.asking import Asked
from crime.trends.counts import monthly
from crime.where import named
from people import lens, sources
from tests.crime_data import crime, involve
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, next_id, person, record
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db


def looking(role: str = "officer") -> Client:
    return with_purpose(signed_in(officer(role)))


def page(client: Client, what: str, **asked: str) -> str:
    answer = client.get(f"/crimes/trends{what}", asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def happened(at: datetime, until: datetime | None = None, **more: Any) -> Crime:
    return crime(f"20CR/{next_id():06}/24", occurred_from=at, occurred_to=until, **more)


# -- hours ---------------------------------------------------------------------------------------


def cell(shown: str, title: str) -> str:
    found = re.search(rf"<title>{title}: ([\d,.]+)</title>", shown)
    assert found, title
    return found[1]


def test_a_crime_is_spread_over_its_hours_by_local_time() -> None:
    # Thursday 4 July 2024, 08:00 to 18:00 in London: 07:00 to 17:00 UTC
    happened(datetime(2024, 7, 4, 7, tzinfo=UTC), datetime(2024, 7, 4, 17, tzinfo=UTC))
    index()
    shown = page(looking(), "/hours")
    assert cell(shown, "Thursday 08:00 to 09:00") == "0.1"
    assert cell(shown, "Thursday 17:00 to 18:00") == "0.1"
    assert cell(shown, "Thursday 18:00 to 19:00") == "0.0"
    assert "1 crime committed from" in shown
    assert "Too few to name an hour" in shown
    assert shown.count("<rect class=") == 7 * 24 + 1  # all hours have a tenth: one shade
    assert "</svg> 0.1</li>" in shown


def test_what_is_not_in_the_picture_is_counted_beside_it() -> None:
    for hour in (12, 13, 14):
        happened(datetime(2024, 1, 9, hour, tzinfo=UTC))
    happened(datetime(2024, 1, 9, 0, tzinfo=UTC))  # exactly midnight
    happened(datetime(2024, 1, 9, 9, tzinfo=UTC), datetime(2024, 1, 12, 9, tzinfo=UTC))
    crime("20CR/9/24", occurred_from=None, month=date(2024, 1, 1))
    index()
    shown = page(looking(), "/hours")
    assert "4 crimes committed from" in shown
    assert "1 left out: more than 48 hours" in shown
    assert "1 left out: only their day or month" in shown
    assert "1 begins at exactly 00:00" in shown


def test_hours_of_crimes_of_which_the_month_alone_is_known_are_refused() -> None:
    crime("20CR/9/24", occurred_from=None, month=date(2024, 1, 1))
    index()
    shown = page(looking(), "/hours")
    assert "no time of day can be shown" in shown
    assert '<svg class="wmp-chart"' not in shown


def test_hours_are_of_the_area_the_offence_and_the_last_months() -> None:
    happened(datetime(2022, 1, 3, 12, tzinfo=UTC), category="Robbery")
    happened(datetime(2024, 1, 9, 12, tzinfo=UTC), category="Robbery", postcode="WV1 1AA")
    happened(datetime(2024, 1, 9, 12, tzinfo=UTC), category="Drugs")
    happened(datetime(2024, 1, 10, 15, tzinfo=UTC), category="Robbery")
    index()
    client = looking()
    assert "1 crime committed from" in page(client, "/hours", area="b23", category="Robbery")
    assert "2 crimes committed from" in page(client, "/hours", category="Robbery")
    assert "3 crimes committed from" in page(client, "/hours", category="Robbery", months="36")
    event = Event.objects.filter(action="crime.counted").latest("at")
    assert event.query == {"area": "", "category": "Robbery", "months": 36, "page": "hours"}
    assert event.result_count == 3


def test_a_hidden_crime_moves_no_figure_of_any_page() -> None:
    for day in range(1, 25):
        one = happened(datetime(2024, 1, day, 12, tzinfo=UTC), category="Robbery")
        Outcome.objects.create(
            pk=next_id(), system=one.system, crime_ref=one.source_ref, crime=one,
            outcome="Charged", outcome_on=date(2024, 2, 1),
        )  # fmt: skip
    index()
    client, pages = looking(), ("", "/hours", "/outcomes", "/repeats")
    before = [_bare(page(client, one, category="Robbery")) for one in pages]
    hidden = happened(datetime(2024, 1, 9, 12, tzinfo=UTC), tier=1, category="Robbery")
    Outcome.objects.create(
        pk=next_id(), system=hidden.system, crime_ref=hidden.source_ref, crime=hidden,
        outcome="Charged", outcome_on=date(2025, 2, 1),
    )  # fmt: skip
    someone = record("crime_recording", surname="Wick", role="victim")
    person(someone)
    involve(someone, hidden, "victim")
    index()
    assert [_bare(page(client, one, category="Robbery")) for one in pages] == before


def _bare(shown: str) -> str:
    return re.sub(r'nonce="[^"]*"|csrf\w*" value="[^"]*"|\d\d:\d\d', "", shown)


# -- outcomes ------------------------------------------------------------------------------------


def recorded(on: date, outcome: str = "", after: int = 0) -> Crime:
    one = crime(
        f"20CR/{next_id():06}/24",
        occurred_from=datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
        reported_on=on,
    )
    if outcome:
        Outcome.objects.create(
            pk=next_id(), system=one.system, crime_ref=one.source_ref, crime=one,
            outcome=outcome, outcome_on=on + timedelta(days=after),
        )  # fmt: skip
    return one


def test_each_month_is_followed_for_as_long() -> None:
    for number in range(20):
        recorded(date(2024, 1, 10), "Charged", 90 if number < 5 else 91)
        recorded(date(2024, 4, 10), "Charged" if number < 15 else "", 25)
    index()
    shown = page(looking(), "/outcomes")
    table = dict(re.findall(r'<th scope="row"[^>]*>(\w{3} \d{4}).*?<td.*?>(.*?)</tr>', shown))
    assert re.findall(r">([\d.]+%?)<", ">" + table["Jan 2024"]) == ["20", "5", "25.0%"]
    # newest outcome 5 May: the ninety days of April are not over, and not in the finding
    assert "5 of 20 crimes (25.0%) within 90 days" in shown
    assert re.search(r'<th scope="row"[^>]*>Apr 2024 <span class="wmp-meta">not over', shown)
    assert not re.search(r'<th scope="row"[^>]*>Jan 2024 <span', shown)


def test_few_crimes_have_no_share_and_antisocial_behaviour_no_outcome() -> None:
    for _ in range(19):
        recorded(date(2024, 1, 10), "Charged", 10)
    recorded(date(2024, 6, 10), "Charged", 10)
    crime("20CR/1/24", category="Anti-social behaviour", reported_on=date(2024, 1, 10))
    index()
    shown = page(looking(), "/outcomes")
    assert "too few" in shown
    assert "19 of 19 crimes within" in shown  # without a share


def test_months_alone_are_followed_by_months() -> None:
    for month in (3, 4, 5, 12):
        one = crime(f"20CR/{month}/24", occurred_from=None, month=date(2024, 2, 1))
        Outcome.objects.create(
            pk=next_id(), system=one.system, crime_ref=one.source_ref, crime=one,
            outcome="Charged", outcome_on=date(2024, month, 1),
        )  # fmt: skip
    index()
    # March and April are the two months after February; May and December come too late
    assert "2 of 4 crimes" in page(looking(), "/outcomes")


# -- repeats -------------------------------------------------------------------------------------


def burgled(on: int, north: float = 52.5, **more: Any) -> Crime:
    at = datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=on)
    return happened(at, latitude=north, longitude=-1.9, category="Burglary", **more)


def test_places_that_crime_comes_back_to_are_counted_by_incident() -> None:
    burgled(1, location="12 Slade Road")
    burgled(9, location="12 Slade Road")
    burgled(9, location="12 Slade Road")  # the same minute: one incident with two records
    burgled(3, 52.6)
    burgled(5, 52.7)
    index()
    shown = page(looking("analyst"), "/repeats")
    assert "1 of 3 places" in shown
    assert "50.0% of the incidents" in shown
    assert "12 Slade Road" in shown
    assert "the last on 10 January 2024" in shown


def test_places_of_systems_that_move_them_are_no_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "snapped", lambda: frozenset({"crime_recording"}))
    for day in range(4):
        burgled(day)
    index()
    shown = page(looking("analyst"), "/repeats", category="Burglary")
    assert "move each place to the nearest of a few points" in shown
    assert "4 of 4 crimes are left out" in shown


def test_victims_are_counted_as_people_not_as_records() -> None:
    crimes = [burgled(day, 52.5 + day / 10) for day in range(4)]
    records = [record("crime_recording", surname="Chaudhry", role="victim") for _ in range(3)]
    person(records[0], records[1])  # one person under two records
    person(records[2])
    for one, where in zip(records, crimes, strict=False):
        involve(one, where, "victim")
    restricted = record("domestic_abuse", surname="Quillfeather", role="victim")
    person(restricted)
    involve(restricted, crimes[0], "victim")
    involve(restricted, crimes[1], "victim")
    index()
    assert "1 of 2 people</strong> recorded as victims" in page(looking(), "/repeats")
    assert "2 of 3 people</strong> recorded as victims" in page(looking("analyst"), "/repeats")


def test_victims_of_several_incidents_are_named_where_a_search_would_find_them() -> None:
    crimes = [burgled(day, 52.5 + day / 10) for day in range(4)]
    twice = [record("crime_recording", surname="Chaudhry", role="victim") for _ in range(2)]
    once = record("crime_recording", surname="Onceling", role="victim")
    restricted = record("domestic_abuse", surname="Quillfeather", role="victim")
    known = person(*twice)
    for one in (once, restricted):
        person(one)
    for one, where in ((twice[0], 0), (twice[1], 1), (once, 2), (restricted, 0), (restricted, 1)):
        involve(one, crimes[where], "victim")
    lens.refresh()
    index()
    shown = page(looking(), "/repeats")
    assert re.search(r"Chaudhry</a>.*?<strong>2</strong> <span[^>]*>as a victim", shown)
    assert "Onceling" not in shown
    assert "Quillfeather" not in shown
    event = Event.objects.filter(action="person.searched").latest("at")
    assert event.subject_ids == [str(known.pk)]
    # a purpose under which nobody is found who was only ever harmed
    tasked = with_purpose(signed_in(officer("analyst")), "INTEL-DEV", "TSK/118/26")
    unnamed = page(tasked, "/repeats")
    assert "Nobody of them may be named to you" in unnamed
    assert "Chaudhry" not in unnamed


def test_near_repeats_need_one_offence_and_enough_crimes() -> None:
    for day in range(40):
        burgled(day, 52.5 + (day // 2) / 1000)  # pairs a day apart at the same place
    index()
    client = looking("analyst")
    assert "Choose one offence" in page(client, "/repeats")
    shown = page(client, "/repeats", category="Burglary")
    row = shown[shown.index("Same place</th>") :]
    assert "◆" in row[: row.index("</td>")]
    Crime.objects.filter(latitude__gt=52.505).delete()
    assert "too few to tell" in page(client, "/repeats", category="Burglary")


# -- breaks --------------------------------------------------------------------------------------


def two_years() -> None:
    for at in range(26):
        for number in range(25):
            month = datetime(2022 + at // 12, at % 12 + 1, 9, 12, number, tzinfo=UTC)
            happened(month, category="Burglary")
    index()


def test_a_declared_break_is_drawn_and_named_where_months_across_it_are_compared() -> None:
    two_years()
    analyst, client = signed_in(officer("analyst")), looking()
    assert "The recording changed" not in page(client, "")
    answer = analyst.post(
        "/crimes/trends/breaks",
        {"from_on": "2023-04-01", "text": "New counting rules", "systems": ["crime_recording"]},
    )
    assert answer.status_code == 302
    shown = page(client, "")
    assert "The recording changed" in shown
    assert '1 April 2023: <span class="wmp-as-recorded">New counting rules' in shown
    assert 'class="wmp-chart__break"' in shown
    assert "what is usual is learnt from April 2023 on" in shown
    assert "of so few months nothing can be told yet" in shown  # eleven of them
    assert "than in the same month last year" not in shown  # that one was recorded otherwise
    assert "recording changed: compared with months after it" in shown
    event = Event.objects.get(action="crime.break_changed")
    assert event.detail["change"] == "declared"
    assert event.detail["systems"] == ["crime_recording"]


def test_a_break_of_another_offence_or_before_the_baseline_is_not_named() -> None:
    two_years()
    who = officer("analyst")
    RecordingBreak.objects.create(
        from_on=date(2023, 4, 1), text="Knives", categories=["Robbery"], added_by=who
    )
    RecordingBreak.objects.create(from_on=date(2022, 1, 20), text="Old", added_by=who)
    client = looking()
    assert "Knives" not in page(client, "", category="Burglary")
    shown = page(client, "", category="Burglary")
    assert "20 January 2022" in shown  # drawn
    assert "The recording changed" not in shown  # 24 months before February 2024 are compared


def test_a_break_declared_in_error_is_withdrawn_and_stays_recorded() -> None:
    two_years()
    client = signed_in(officer("analyst"))
    client.post("/crimes/trends/breaks", {"from_on": "2023-04-01", "text": "Wrong"})
    one = RecordingBreak.objects.get()
    assert "Wrong" in client.get(f"/crimes/trends/breaks/{one.pk}").content.decode()
    client.post(f"/crimes/trends/breaks/{one.pk}")
    assert "Wrong" not in page(looking(), "")
    assert RecordingBreak.objects.count() == 1
    assert client.post(f"/crimes/trends/breaks/{one.pk}").status_code == 404
    changes = Event.objects.filter(action="crime.break_changed").order_by("at")
    assert [event.detail["change"] for event in changes] == ["declared", "withdrawn"]


def test_a_break_says_from_when_and_what() -> None:
    answer = signed_in(officer("analyst")).post("/crimes/trends/breaks", {"text": ""})
    assert answer.status_code == 400
    assert "Enter the first day" in answer.content.decode()
    assert "Say what changed" in answer.content.decode()
    assert signed_in(officer("officer")).get("/crimes/trends/breaks").status_code == 403


# -- rates ---------------------------------------------------------------------------------------


def test_a_rate_needs_people_and_crimes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two_years()
    file = tmp_path / "populations.csv"
    file.write_text(
        "area,year,population,source\n"
        'B23,2022,"20,000",ONS mid-year estimates\nB23,2023,25000,ONS mid-year estimates\n'
        "WV1,2023,many,ONS\nWalsall,2023,100,\n"
    )
    call_command("load_populations", str(file))
    said = capsys.readouterr()
    assert "2 populations, 2 rows refused" in said.out
    assert "Line 4: population: not a whole number" in said.err
    client = looking()
    # 300 in twelve months, of the 25,000 of 2023, the newest year before 2024
    assert "12.0 crimes per 1,000 residents" in page(client, "", area="B23")
    assert "per 1,000 residents" not in page(client, "")
    Population.objects.update(people=900)
    assert "Fewer than 1,000 people live there" in page(client, "", area="B23")


def test_the_interval_of_a_rate_is_the_exact_one() -> None:
    """Garwood's limits of 10 events: 4.795 to 18.390 (Ulm 1990, table 1)."""
    found = rates.of(10, Population(area="X", year=2023, people=1_000, source=""))
    assert (found.low, found.high) == pytest.approx((4.795, 18.390), abs=0.001)


# -- areas ---------------------------------------------------------------------------------------

PLACES = (
    ("B23 7PJ", "E01009417", "Birmingham 060A"),
    ("B2 3AA", "E01009418", "Birmingham 06A"),
    ("WV1 1AA", "E01010000", "Wolverhampton 001B"),
    ("PE30 1AA", "E01026600", "King's Lynn and West Norfolk 003C"),
    ("BS1 1AA", "E01014500", "Bristol, City of 001A"),
    ("", "", ""),
    ("B23 9ZZ", "", ""),
    ("", "E01009417", "Birmingham 060A"),
)
TYPED = (
    *("b23", "B2", "B 23", "WV1", "wolverhampton", "Birmingham", "birmingham 060a", "E01009417"),
    *("Kings Lynn and West Norfolk", "King\u2019s Lynn and West Norfolk 003C", "Bristol, City of"),
    *("bristol city of 001a", "B%", "60A", "", "PE3", "!"),
)


def test_rows_and_index_have_the_same_crimes_in_an_area() -> None:
    for number, (postcode, lsoa, name) in enumerate(PLACES):
        at = datetime(2024, 1, 9, 12, number, tzinfo=UTC)
        happened(at, postcode=postcode, lsoa=lsoa, lsoa_name=name)
    index()
    scope = scope_of(officer("officer"))
    for typed in TYPED:
        there = named(typed)
        counted = sum(monthly(there, scope).total)
        assert rows.chosen(Asked(typed), there, scope).count() == counted, typed
