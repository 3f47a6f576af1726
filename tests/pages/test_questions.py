"""Correcting, narrowing and sorting a search, seen from outside."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from people.models import Person, Restriction, SearchRequest
from people.question import Question
from people.suggestions import did_you_mean
from people.understand import understand
from tests.officers import officer, signed_in, unit
from tests.people_data import index, person, record

ASKED = {"code": "CRIME-INV", "reference": "20/123456/26"}
LINES = [
    "bobby smith", "SMITH, John 8/6/1989", "kowalska anna b23", "razor about 30 male",
    "07700900123", "John Smith of 12 Slade Road, Erdington", "AB12CDE", "born 1990s Khan",
    "Smith 12/3/1989 and phone 07700900123 reg AB12CDE", "Maria-Jose O'Neill aged 30 to 35",
]  # fmt: skip


@pytest.mark.parametrize("text", LINES)
def test_the_parts_of_a_line_make_the_same_criteria_as_the_line(text: str) -> None:
    question = Question.typed(text)
    assert question.criteria == understand(text)
    assert Question.kept(question.as_json()) == question
    assert Question.kept({"text": text}) == question


def search(client: Client, text: str) -> Any:
    return client.post("/people/search", {**ASKED, "text": text}, follow=True)


def here(answer: Any) -> str:
    return str(answer.redirect_chain[-1][0])


def people(answer: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'href="/people/(\d+)"', answer.content.decode())]


def chips(answer: Any) -> list[str]:
    found = re.findall(r'wmp-chip__label">([^<]+)</span> ([^<]+)</span>', answer.content.decode())
    return [f"{label} {value}" for label, value in found]


def offered(answer: Any) -> list[str]:
    """The filters with their counts."""
    return re.findall(r'checkboxes__label" for="f-[^"]+">([^<]+)</label>', answer.content.decode())


def two() -> tuple[Person, Person]:
    """An older one of custody, and a younger one of the PNC with a warning, seen yesterday."""
    today = timezone.localdate()
    older = person(
        record(
            "custody", given_names="Tomasz", surname="Wrzesniewski", born_on=date(1950, 6, 8),
            addresses=[{"street": "Slade Road", "town": "Erdington", "postcode": "B23 7PJ"}],
            markers=[{"code": "MN", "label": "Mental disorder"}],
        )
    )  # fmt: skip
    younger = person(
        record(
            "pnc", given_names="Tomasz", surname="Wrzesniewski", role="convicted",
            born_on=today.replace(day=1) - timedelta(days=20 * 366),
            recorded_on=today - timedelta(days=1),
            addresses=[{"street": "Soho Road", "town": "Birmingham", "postcode": "B21 9AA"}],
            markers=[{"code": "VI", "label": "Violent"}],
        )
    )  # fmt: skip
    index()
    return older, younger


pytestmark = pytest.mark.django_db


def test_what_was_understood_stands_in_chips_and_one_can_be_taken_away() -> None:
    older, _ = two()
    client = signed_in(officer("officer"))
    answer = search(client, "tomasz wrzesniewski 8/6/1950 b23")
    assert chips(answer) == ["Name tomasz wrzesniewski", "Born 08/06/1950", "Postcode B23"]
    assert people(answer)[0] == older.pk
    less = client.post(f"{here(answer)}/correct", {"part": "1"}, follow=True)
    assert chips(less) == ["Name tomasz wrzesniewski", "Postcode B23"]
    assert here(less) != here(answer)
    events = Event.objects.filter(action="person.searched").order_by("at")
    assert [e.query["understood"]["born_on"] for e in events] == ["1950-06-08", ""]
    assert events[1].operation_id == SearchRequest.objects.latest("created_at").pk


def test_the_kind_of_a_chip_can_be_corrected() -> None:
    someone = person(record("custody", given_names="Chelsea", surname="Erdington"))
    index()
    client = signed_in(officer("officer"))
    answer = search(client, "chelsea from erdington")
    assert chips(answer) == ["Name chelsea", "Town erdington"]
    place = re.search(r'value="(1:name)"', answer.content.decode())
    assert place
    named = client.post(f"{here(answer)}/correct", {"part": place[1]}, follow=True)
    assert chips(named) == ["Name chelsea erdington"]
    assert people(named) == [someone.pk]


@pytest.mark.parametrize("part", ["", "99", "x", "0:nonsense", "-1", "1" * 5_000])
def test_a_correction_that_makes_no_sense_is_refused_in_words(part: str) -> None:
    two()
    client = signed_in(officer("officer"))
    answer = search(client, "tomasz wrzesniewski b23")
    again = client.post(f"{here(answer)}/correct", {"part": part}, follow=True)
    assert again.status_code in (200, 400)
    if part != "99":
        assert "Choose what" in again.content.decode()


def test_a_search_cannot_be_corrected_into_too_little() -> None:
    two()
    client = signed_in(officer("officer"))
    answer = search(client, "tomasz male")
    refused = client.post(f"{here(answer)}/correct", {"part": "0"})
    assert refused.status_code == 400
    assert "too little" in refused.content.decode()


def test_only_as_typed_leaves_other_spellings_out() -> None:
    someone, other = two()
    client = signed_in(officer("officer"))
    answer = search(client, "thomas wrzesniewski")
    assert set(people(answer)) == {someone.pk, other.pk}
    exact = client.post(f"{here(answer)}/narrow", {"exact": "1"}, follow=True)
    assert people(exact) == []
    answer = search(client, "wrzesniewski tomasz")
    exact = client.post(f"{here(answer)}/narrow", {"exact": "1"}, follow=True)
    assert set(people(exact)) == {someone.pk, other.pk}
    events = Event.objects.filter(action="person.searched")
    assert sum(event.query["exact"] for event in events) == 2


def test_the_form_of_all_fields_searches_and_comes_back_filled_in() -> None:
    older, _ = two()
    client = signed_in(officer("officer"))
    page = client.get("/people/search/fields").content.decode()
    assert '<option value="Birmingham">' in page  # a reference list, of towns
    sent = {
        **ASKED,
        "name": "Wrzesniewski",
        "born": "8 June 1950",
        "sex": "M",
        "town": "Erdington",
    }
    answer = client.post("/people/search/fields", sent, follow=True)
    assert people(answer)[0] == older.pk
    assert chips(answer) == ["Name Wrzesniewski", "Born 08/06/1950", "Sex Male", "Town Erdington"]
    back = client.get(f"{here(answer)}/fields").content.decode()
    for value in ("Wrzesniewski", "8 June 1950", "Erdington"):
        assert f'value="{value}"' in back
    bad = client.post("/people/search/fields", {**sent, "born": "the other day"})
    assert bad.status_code == 400
    assert "Enter a date, a month and year, or a year" in bad.content.decode()


def test_filters_count_the_people_found_and_leave_those_who_fit() -> None:
    older, younger = two()
    client = signed_in(officer("officer"))
    answer = search(client, "tomasz wrzesniewski")
    assert offered(answer) == [
        "B21 (1)", "B23 (1)", "Convicted (1)", "Suspect (1)", "Custody (1)",
        "Police National Computer (1)", "Violent (1)", "18 to 24 (1)", "55 and over (1)",
        "In the last 30 days (1)", "In the last year (1)", "In the last 5 years (2)",
    ]  # fmt: skip
    for name, value, expected in [
        ("area", "B23", older), ("role", "convicted", younger), ("source", "custody", older),
        ("warning", "Violent", younger), ("age", "55-120", older), ("seen", "30", younger),
    ]:  # fmt: skip
        left = client.post(f"{here(answer)}/narrow", {name: value}, follow=True)
        assert people(left) == [expected.pk], name
        assert "1 person for" in left.content.decode()
    row = Event.objects.filter(action="person.searched").latest("at")
    assert (row.query["filters"], row.result_count) == ({"seen": ["30"]}, 1)
    none = client.post(f"{here(answer)}/narrow", {"area": "B23", "age": "18-24"}, follow=True)
    assert "Nobody found fits all the filters" in none.content.decode()


def test_there_is_no_filter_for_markers_that_speak_of_health() -> None:
    older, younger = two()
    client = signed_in(officer("officer"))
    answer = search(client, "tomasz wrzesniewski")
    assert "Mental disorder (" not in answer.content.decode()
    left = client.post(f"{here(answer)}/narrow", {"warning": "Mental disorder"}, follow=True)
    assert people(left) == []
    assert {older.pk, younger.pk} == set(people(answer))


def test_the_last_seen_can_come_first() -> None:
    older, younger = two()
    client = signed_in(officer("officer"))
    answer = search(client, "tomasz wrzesniewski 8/6/1950")
    assert people(answer) == [older.pk, younger.pk]
    recent = client.post(f"{here(answer)}/narrow", {"sort": "last_seen"}, follow=True)
    assert people(recent) == [younger.pk, older.pk]


def test_a_filter_says_nothing_about_people_of_whom_a_search_only_says_whom_to_ask() -> None:
    _, younger = two()
    owner = officer("supervisor", in_unit="Sapphire")
    Restriction.objects.create(
        person=younger, level="restricted", reason="Protects a source", notice=True,
        set_at=timezone.now(), owner_unit=unit("Sapphire"), owner=owner,
        review_on=date(2099, 1, 1),
    )  # fmt: skip
    index()
    client = signed_in(officer("officer"))
    answer = search(client, "tomasz wrzesniewski")
    assert "contact Sapphire" in answer.content.decode()
    assert "Violent (" not in answer.content.decode()
    for value in ("Violent", "Firearms"):
        left = client.post(f"{here(answer)}/narrow", {"warning": value}, follow=True)
        assert "contact" not in left.content.decode()


def test_filters_of_masked_and_restricted_evidence_do_not_exist() -> None:
    someone = person(
        record("custody", given_names="Quentin", surname="Ashgrove", role="suspect"),
        record(
            "domestic_abuse", given_names="Quentin", surname="Ashgrove", role="victim",
            markers=[{"code": "WE", "label": "Weapons"}],
        ),
        record(
            "pnc", given_names="Quentin", surname="Ashgrove", role="victim", tier=2,
            unmasked_tier=0, markers=[{"code": "VI", "label": "Violent"}],
        ),
    )  # fmt: skip
    index()
    seen = offered(search(signed_in(officer("officer")), "quentin ashgrove"))
    assert seen == ["Suspect (1)", "Custody (1)", "In the last 5 years (1)"]
    analyst = signed_in(officer("analyst"))
    answer = search(analyst, "quentin ashgrove")
    assert people(answer) == [someone.pk]
    assert offered(answer) == []  # its document holds masked evidence
    left = analyst.post(f"{here(answer)}/narrow", {"warning": "Violent"}, follow=True)
    assert people(left) == []


def test_wildcards_are_for_roles_that_may_search_wide_and_are_counted() -> None:
    older, younger = two()
    refused = signed_in(officer("officer")).post("/people/search", {**ASKED, "text": "Wrze* tom"})
    assert "Leave out *" in refused.content.decode()
    client = signed_in(officer("analyst"))
    answer = search(client, "Wrz*ski tomasz")
    assert set(people(answer)) == {older.pk, younger.pk}
    assert "fits wrz*ski" in answer.content.decode()
    assert "Strong match" not in answer.content.decode()
    assert people(search(client, "Wrz*xx tomasz")) == []
    for text in ("W* tomasz", "*ski tomasz", "* *"):
        answer = client.post("/people/search", {**ASKED, "text": text})
        assert answer.status_code == 400, text
    assert Event.objects.filter(action="person.searched", detail__wide=True).count() == 2


def test_a_phrase_keeps_its_order() -> None:
    someone = person(record("custody", given_names="Anna Maria", surname="Zielinska"))
    person(record("pnc", given_names="Maria Anna", surname="Zielinska"))
    index()
    client = signed_in(officer("officer"))
    assert people(search(client, '"anna maria" zielinska')) == [someone.pk]
    assert len(people(search(client, "anna maria zielinska"))) == 2


def test_another_spelling_is_suggested_from_lists_of_names_only() -> None:
    assert did_you_mean("jonathon smithe") == "" or "smith" in did_you_mean("smithe").lower()
    assert did_you_mean("Robret Willaims") == "Robert Williams"
    assert did_you_mean("robert williams") == ""
    index()
    client = signed_in(officer("officer"))
    answer = search(client, "robret willaims")
    assert "Did you mean" in answer.content.decode()
    again = client.post(f"{here(answer)}/correct", {"name": "Robert Williams"}, follow=True)
    assert chips(again) == ["Name Robert Williams"]


def test_the_name_that_matched_is_marked() -> None:
    person(
        record(
            "custody", given_names="Robert", surname="Featherstone",
            names=[{"kind": "nickname", "full": "Bobby Smith"}],
        )
    )  # fmt: skip
    index()
    page = search(signed_in(officer("officer")), "bobby smith").content.decode()
    assert '<mark class="wmp-mark">Bobby Smith</mark>' in page


def test_only_its_officer_corrects_or_narrows_a_search() -> None:
    two()
    address = here(search(signed_in(officer("officer")), "tomasz wrzesniewski b23"))
    other = signed_in(officer("officer"))
    search(other, "somebody else")
    for what in ("correct", "narrow"):
        assert other.post(f"{address}/{what}", {"part": "0"}).status_code == 404
    assert other.get(f"{address}/fields").status_code == 404
