"""Reports seen from outside: build, save, share, drill down, dashboards, why numbers differ."""

import html
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from tests.crime_data import crime
from tests.officers import officer, signed_in, unit, with_purpose
from tests.people_data import index
from wmp_search.access.models import Officer, Role
from wmp_search.reports.models import Dashboard, Report, ReportRun
from wmp_search.reports.periods import Period

pytestmark = pytest.mark.django_db
QUESTION = "of=crimes.crimes&by=month&by=category&last=3"


@pytest.fixture(autouse=True)
def town() -> None:
    """Thirty burglaries and two thefts two months ago; one stalking that few may see."""
    first = Period(last=2).resolved().first
    at = datetime(first.year, first.month, 9, 12, tzinfo=UTC)
    for number in range(32):
        kind = "Burglary" if number < 30 else "Theft"
        crime(f"20CR/{number:06}/26", occurred_from=at, category=kind, postcode="B23 7PJ")
    crime("20CR/000100/26", occurred_from=at, category="Stalking", tier=1)
    index()


def looking(who: Officer) -> Client:
    return with_purpose(signed_in(who))


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(html.unescape(answer.content.decode()).split())


def save(client: Client, title: str = "Burglary by month", question: str = QUESTION) -> Report:
    answer = client.post("/reports/save", {"spec": question, "title": title})
    assert answer.status_code == 302
    return Report.objects.get(title=title)


def test_three_steps_lead_to_an_answer_that_can_be_saved() -> None:
    client = looking(officer("supervisor"))
    assert "Crimes: number of crimes" in text(client.get("/reports/new"))
    assert 'name="by"' in text(client.get("/reports/new/split", {"of": "crimes.crimes"}))
    third = text(client.get("/reports/new/where", {"of": "crimes.crimes", "by": "month"}))
    assert 'value="Burglary"' in third
    assert "Stalking" not in third  # not even as a choice
    asked = {"of": "crimes.crimes", "by": "month", "w.category": "Burglary", "when": "last.3"}
    shown = text(client.get("/reports/preview", {**asked, "compare": "none", "chart": "line"}))
    assert "30 crimes" in shown
    assert 'class="wmp-chart__line"' in shown
    event = Event.objects.filter(action="report.viewed").latest("at")
    assert event.query["where"] == {"category": ["Burglary"]}
    assert event.result_count == 30
    assert event.purpose_reference == "20/123456/26"
    form = re.search(r'name="spec" value="([^"]+)"', shown)
    assert form
    saved = save(client, "Burglary", form[1])
    assert "Your report" in text(client.get(f"/reports/{saved.pk}"))
    assert Event.objects.filter(action="report.changed").count() == 1


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"of": "crimes.crimes", "by": "surname"}, "cannot be split by “surname”"),
        ({"of": "salaries.n"}, "There is no data set"),
        ({"of": "crimes.crimes", "by": "month", "from": "May"}, "Write months as 2025-03"),
    ],
)
def test_a_question_that_cannot_be_asked_says_what_to_change(
    asked: dict[str, str], words: str
) -> None:
    answer = looking(officer("supervisor")).get("/reports/preview", asked)
    assert answer.status_code == 400
    assert words in html.unescape(answer.content.decode())


def test_every_number_opens_exactly_its_records() -> None:
    client = looking(officer("supervisor"))
    saved = save(client)
    shown = client.get(f"/reports/{saved.pk}").content.decode()
    links = re.findall(r'href="(/reports/records\?[^"]+)">([\d,]+)', shown)
    assert sorted(int(number) for _, number in links) == [2, 30, 32]
    for address, number in links:
        listed = text(client.get(html.unescape(address)))
        assert re.search(rf"<h1[^>]*>[^<]*: {number}</h1>", listed)
        assert listed.count('class="wmp-result"') == min(20, int(number))
        assert f'href="/reports/{saved.pk}" class="govuk-back-link"' in listed
    event = Event.objects.filter(action="crime.searched").latest("at")
    assert event.result_count in (2, 30, 32)


def test_a_shared_question_gets_the_answer_of_the_reader() -> None:
    analyst, constable = officer("analyst"), officer("officer")
    report = save(looking(analyst))
    client = looking(constable)
    assert client.get(f"/reports/{report.pk}").status_code == 404
    role = Role.objects.get(slug="officer").pk
    looking(analyst).post(f"/reports/{report.pk}/share", {"role": role})
    assert "33 crimes" in text(looking(analyst).get(f"/reports/{report.pk}"))
    shown = text(client.get(f"/reports/{report.pk}"))
    assert "32 crimes" in shown
    assert "Stalking" not in shown
    assert "Shared by" in shown
    assert "Share it" not in shown
    looked = Event.objects.filter(action="report.viewed", officer_id=constable.pk).latest("at")
    assert looked.result_count == 32
    looking(analyst).post(f"/reports/{report.pk}/share", {"stop": f"role-{role}"})
    assert client.get(f"/reports/{report.pk}").status_code == 404


def test_sharing_with_a_unit_reaches_its_officers_alone() -> None:
    sergeant = officer("supervisor", in_unit="North")
    report = save(looking(sergeant))
    report.units.add(unit("North"))
    assert (
        looking(officer("officer", in_unit="North")).get(f"/reports/{report.pk}").status_code
        == 200
    )
    assert (
        looking(officer("officer", in_unit="South")).get(f"/reports/{report.pk}").status_code
        == 404
    )


def test_only_the_owner_changes_shares_or_deletes() -> None:
    report = save(looking(officer("supervisor")))
    report.roles.add(Role.objects.get(slug="supervisor"))
    other = looking(officer("supervisor"))
    assert other.get(f"/reports/{report.pk}").status_code == 200
    assert other.get(f"/reports/{report.pk}/share").status_code == 404
    assert other.post(f"/reports/{report.pk}/delete").status_code == 404
    other.post("/reports/save", {"spec": QUESTION, "title": "Mine now", "report": report.pk})
    assert Report.objects.get(pk=report.pk).title == "Burglary by month"
    assert Report.objects.count() == 2


def test_a_dashboard_holds_reports_in_an_order_and_stands_on_the_start_page() -> None:
    who = officer("supervisor")
    client = looking(who)
    one, two = save(client, "One"), save(client, "Two", "of=crimes.crimes&by=category&last=3")
    client.post(f"/reports/{one.pk}/dashboard", {"title": "Morning"})
    board = Dashboard.objects.get(owner=who)
    client.post(f"/reports/{two.pk}/dashboard", {"dashboard": board.pk})
    at = f"/reports/dashboards/{board.pk}"
    shown = text(client.get(at))
    assert shown.index(">One<") < shown.index(">Two<")
    client.post(f"{at}/change", {"do": f"up-{two.pk}"})
    shown = text(client.get(at))
    assert shown.index(">Two<") < shown.index(">One<")
    event = Event.objects.filter(action="report.viewed").latest("at")
    assert [run["total"] for run in event.detail["runs"]] == [32, 32]
    assert "Morning" not in text(client.get("/"))
    client.post(f"{at}/change", {"do": "home"})
    home = text(client.get("/"))
    assert "Morning" in home
    assert "32 crimes" in home
    event = Event.objects.filter(action="report.viewed").latest("at")
    assert event.query["on"] == "the start page"
    without_purpose = text(signed_in(who).get("/"))
    assert "Morning" in without_purpose
    assert "32 crimes" not in without_purpose
    assert looking(officer("supervisor")).get(at).status_code == 404


def test_the_start_page_shows_the_small_charts_of_the_chosen_dashboard() -> None:
    who = officer("supervisor")
    client = looking(who)
    questions = {
        "Line": "of=crimes.crimes&by=month&last=12&chart=line",
        "Bars": "of=crimes.crimes&by=category&last=3&chart=bars",
        "Heat": "of=hours.crimes&by=weekday&by2=hour&last=3&chart=heat",
        "Map": "of=crimes.crimes&by=hexagon_8&last=3&chart=map",
    }
    for title, question in questions.items():
        report = save(client, title, question)
        board = Dashboard.objects.filter(owner=who).first()
        where = {"dashboard": board.pk} if board else {"title": "Morning"}
        client.post(f"/reports/{report.pk}/dashboard", where)
    at = f"/reports/dashboards/{Dashboard.objects.get(owner=who).pk}"
    shown = text(client.get(at))
    assert "Most on" not in shown  # 32 are too few to name an hour
    assert 'class="wmp-heat wmp-heat--1"' in shown or 'class="wmp-heat wmp-heat--5"' in shown
    assert "No map" in shown  # none of these crimes has a place
    client.post(f"{at}/change", {"do": "home"})
    home = text(client.get("/"))
    assert 'class="wmp-chart__line"' in home
    assert 'class="wmp-bar__for"' in home
    assert len(re.findall('class="wmp-heat wmp-heat--[0-5]"', home)) >= 168
    ids = re.findall(r' id="([^"]+)"', home)
    assert len(ids) == len(set(ids))
    event = Event.objects.filter(action="report.viewed").latest("at")
    assert event.query["on"] == "the start page"
    assert [run["total"] for run in event.detail["runs"]] == [32, 32, 32, 32]
    assert "wmp-heat" not in text(signed_in(who).get("/"))


def test_why_two_numbers_differ_without_telling_the_colleagues_number() -> None:
    analyst = officer("analyst")
    report = save(looking(analyst))
    report.roles.add(Role.objects.get(slug="officer"))
    looking(analyst).get(f"/reports/{report.pk}")
    client = looking(officer("officer"))
    client.get(f"/reports/{report.pk}")
    theirs, own = ReportRun.objects.order_by("pk")
    assert (theirs.total, own.total) == (33, 32)
    shown = text(client.get("/reports/differ", {"one": own.pk, "other": theirs.pk}))
    assert "open, restricted and protected records" in shown
    assert "Not told: it is of a colleague's access" in shown
    assert "A colleague" in shown
    assert str(analyst) not in shown
    assert "33" not in re.sub(r"\d\d:\d\d|Run \d+|value=\"\d+\"", "", _main(shown))
    stranger = looking(officer("officer", in_unit="South"))
    report.roles.clear()
    answer = stranger.get("/reports/differ", {"one": own.pk, "other": theirs.pk})
    assert "no run of this number" in text(answer)


def test_an_invisible_record_changes_no_byte_of_any_page() -> None:
    client = looking(officer("supervisor"))
    report = save(client)
    client.get(f"/reports/{report.pk}")  # says once that it is saved
    pages = [
        f"/reports/{report.pk}",
        "/reports/new/where?of=crimes.crimes&by=month",
        "/reports/preview?of=crimes.crimes&by=month&last=24&compare=usual&chart=line",
        "/reports/preview?of=crimes.crimes&by=category&last=3&compare=year&chart=bars",
        "/reports/preview?of=people.people&by=system&last=12",
        "/reports/preview?of=involvements.crimes&by=role&last=12",
    ]
    before = [_steady(client.get(page)) for page in pages]
    first = Period(last=2).resolved().first
    at = datetime(first.year, first.month, 9, 12, tzinfo=UTC)
    for number in range(9):
        crime(f"20CR/0002{number}/26", occurred_from=at, category="Burglary", tier=1)
    crime("20CR/000300/26", occurred_from=None, month=None, category="Rape", tier=1)
    index()
    for page, earlier in zip(pages, before, strict=True):
        later = _steady(client.get(page))
        assert later == earlier, (page, _first_difference(earlier, later))


def test_who_builds_no_report_reads_what_is_shared_and_no_more() -> None:
    client = looking(officer("officer"))
    assert "Build a report" not in text(client.get("/reports"))
    for address in ("new", "new/split?of=crimes.crimes", f"preview?{QUESTION}"):
        assert client.get(f"/reports/{address}").status_code == 403
    assert signed_in(officer("auditor")).get("/reports").status_code == 403


def test_markup_in_a_filter_stays_text() -> None:
    client = looking(officer("supervisor"))
    asked = {"of": "crimes.crimes", "by": "category", "w.area": "<script>alert(1)</script>"}
    assert "<script>alert" not in client.get("/reports/preview", asked).content.decode()


def _first_difference(one: str, other: str) -> tuple[str, str]:
    at = next(n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return one[at - 100 : at + 60], other[at - 100 : at + 60]


def _main(shown: str) -> str:
    return shown.partition("<main")[2].partition("</main>")[0]


def _steady(answer: Any) -> str:
    """A page without what changes from answer to answer: tokens, times, the run's number."""
    shown = text(answer)
    return re.sub(
        r'nonce="[^"]*"|csrf\w*" value="[^"]*"|\d\d:\d\d|Run number</dt><dd[^>]*>\d+', "", shown
    )
