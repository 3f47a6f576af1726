"""New and faded links: what counts, what argues against, and what nobody hidden can change."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from gangs.network import build
from people.models import NominalRecord, Person
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import next_id, person, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_once(settings: Any) -> None:
    settings.PURPOSE_ASKS_AGAIN = False


def looking(role: str = "analyst") -> Client:
    return with_purpose(signed_in(officer(role)), "CRIME-INV", "20/123456/26")


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def of(surname: str, **fields: Any) -> NominalRecord:
    born = {"born_on": date(1990, 1, 2), **fields}
    return record("crime_recording", surname=surname, given_names="Lee", **born)


def together(
    records: Sequence[NominalRecord], days: int, roles: Sequence[str] = ("suspect", "suspect"),
    **more: Any,
) -> None:  # fmt: skip
    """A crime so many days ago in which the records stand."""
    at = datetime.combine(ago(days), datetime.min.time(), UTC)
    where = crime(f"20CR/{next_id()}/26", occurred_from=at, **more)
    for one, role in zip(records, roles, strict=True):
        row = involve(one, where, role)
        type(row).objects.filter(pk=row.pk).update(recorded_on=ago(days))


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def two(**fields: Any) -> tuple[list[NominalRecord], Person, Person]:
    """Wick and Poole, both adults."""
    records = [of("Wick"), of("Poole", **fields)]
    wick, poole = (person(one) for one in records)
    return records, wick, poole


def shown(client: Client, pk: int, query: str = "", kind: str = "people") -> str:
    answer = client.get(f"/{kind}/{pk}/network/emerging{query}")
    assert answer.status_code == 200
    return main_of(answer.content.decode())


def parts(page: str) -> tuple[str, str]:
    """The lists of new and of faded links."""
    new, faded = re.split(r"<h2[^>]*>Faded", page)
    return new, faded


def test_two_crimes_of_late_and_none_before_are_new_with_when_how_and_how_sure() -> None:
    records, wick, poole = two()
    together(records, 12)
    together(records, 40)
    build.rebuild()
    new, faded = parts(shown(looking(), wick.pk))
    assert f'href="/people/{poole.pk}"' in new
    assert "Poole" not in faded
    assert "2 events on 2 days, one source" in new.lower()
    assert "One source only, Crime recording" in new
    assert new.count(">Suspect<") == 4
    event = Event.objects.get(action="network.viewed")
    assert event.query["emerging"] == 90
    assert event.shown[0]["people"] == [wick.pk, poole.pk]


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ((12,), "one event is no link"),
        ((12, 12), "two of one day may be one event told twice"),
        ((12, 40, 300), "known together before the window"),
        ((12, 400), "one of them is long ago"),
    ],
)
def test_what_is_not_new(days: tuple[int, ...], why: str) -> None:
    records, wick, _ = two()
    for day in days:
        together(records, day)
    build.rebuild()
    assert "Poole" not in parts(shown(looking(), wick.pk))[0], why


@pytest.mark.parametrize("role", ["victim", "witness", "reporting", "missing", "unclassified"])
def test_who_was_harmed_saw_it_or_reported_has_no_link_by_it(role: str) -> None:
    records, wick, _ = two()
    together(records, 12, ("suspect", role))
    together(records, 40, ("suspect", role))
    build.rebuild()
    assert "Poole" not in shown(looking(), wick.pk)


def test_what_did_not_count_argues_against() -> None:
    records, wick, _ = two()
    for day in (12, 40):
        together(records, day)
    together(records, 20, ("suspect", "victim"))
    build.rebuild()
    new = parts(shown(looking(), wick.pk))[0]
    assert "1 event together not counted: one of them stands there as a victim" in new
    assert new.count(">Suspect<") == 4


def test_one_address_and_a_statement_argue_against() -> None:
    home = {"house": "4", "street": "Slade Road", "town": "Birmingham", "postcode": "B23 7PJ"}
    records = [of(name, addresses=[home]) for name in ("Wick", "Poole")]
    wick, _ = (person(one) for one in records)
    for day in (12, 40):
        together(records, day)
    build.rebuild()
    assert "they may be family or share a household" in shown(looking(), wick.pk)


def test_stops_alone_are_no_link_unless_asked_for_and_then_it_says_so() -> None:
    records, wick, _ = two()
    for day in (12, 40):
        together(records, day, ("stopped", "stopped"))
    build.rebuild()
    client = looking()
    assert "Poole" not in shown(client, wick.pk)
    page = shown(client, wick.pk, "?stops=on")
    assert "Poole" in page
    assert "where officers are sent decides who is stopped" in page


def test_a_crowd_is_no_passage() -> None:
    records, wick, _ = two()
    crowd = [of(f"Crowd{n}") for n in range(20)]
    for one in crowd:
        person(one)
    for day in (12, 40):
        together([*records, *crowd], day, ["suspect"] * 22)
    build.rebuild()
    assert "Poole" not in shown(looking(), wick.pk)


def test_a_child_is_on_no_such_page_and_not_asked_about() -> None:
    records, wick, poole = two(born_on=date(2013, 1, 2))
    for day in (12, 40):
        together(records, day)
    build.rebuild()
    client = looking()
    assert "Poole" not in shown(client, wick.pk)
    page = shown(client, poole.pk)
    assert "Not asked" in page
    assert "Wick" not in page


def test_what_has_faded_stands_beside_what_is_new() -> None:
    records, wick, _ = two()
    for day in (500, 700):
        together(records, day)
    build.rebuild()
    new, faded = parts(shown(looking(), wick.pk))
    assert "Poole" not in new
    assert "Poole" in faded


def test_as_known_then_leaves_out_what_was_recorded_later() -> None:
    records, wick, _ = two()
    for day in (12, 40):
        together(records, day)
    build.rebuild()
    client = looking()
    assert "Poole" not in shown(client, wick.pk, f"?known={ago(20)}")
    assert "Enter a day that has been" in shown(client, wick.pk, f"?known={ago(-1)}")


@pytest.mark.parametrize("hidden", ["crime", "earlier", "person"])
def test_what_is_hidden_neither_makes_nor_unmakes_a_link(hidden: str) -> None:
    """Without it the page is the same to the byte, for who may not see it."""
    records, wick, _ = two()
    together(records, 12)
    if hidden != "crime":
        together(records, 40)
    build.rebuild()
    client = looking()
    before = shown(client, wick.pk)
    assert ("Poole" in before) == (hidden != "crime")
    if hidden == "person":
        other = record("domestic_abuse", surname="Hidden", tier=3, born_on=date(1990, 1, 2))
        person(other)
        for day in (13, 31):
            together([other, records[1]], day)
            together([records[0], other], day + 1, tier=3)
    else:
        together(records, {"crime": 40, "earlier": 300}[hidden], tier=3)
    build.rebuild()
    assert shown(client, wick.pk) == before


def test_a_gang_s_page_asks_it_of_its_people_and_makes_nobody_a_member() -> None:
    records, wick, poole = two()
    crew = gang()
    affiliate(records[0], crew, authorised_on=ago(10), review_on=ago(-80))
    for day in (12, 40):
        together(records, day)
    build.rebuild()
    client = looking()
    page = shown(client, crew.pk, kind="gangs")
    assert f'href="/people/{poole.pk}"' in page
    assert "nobody belongs to a gang because of it" in page
    main = main_of(client.get(f"/gangs/{crew.pk}").content.decode())
    assert "Poole" not in main
    assert wick.pk in Event.objects.filter(subject_kind="gang").latest("at").shown[0]["people"]


def test_nobody_has_a_number_and_others_do_not_open_it() -> None:
    records, wick, _ = two()
    for day in (12, 40):
        together(records, day)
    build.rebuild()
    page = shown(looking(), wick.pk)
    assert not re.search(r"(?i)\bscore\b|\brisk\b|per cent|%|probab", page)
    assert looking("supervisor").get(f"/people/{wick.pk}/network/emerging").status_code == 403
