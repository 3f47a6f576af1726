"""Two people, source beside source: what each says, where they agree, differ and are silent."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from gangs.network import build
from gangs.network.models import Association
from people.models import NominalRecord, Person
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import next_id, person, record

pytestmark = pytest.mark.django_db
PHONE = "07700900123"


@pytest.fixture(autouse=True)
def _asked_once(settings: Any) -> None:
    settings.PURPOSE_ASKS_AGAIN = False


def looking(role: str = "analyst") -> Client:
    return with_purpose(signed_in(officer(role)), "CRIME-INV", "20/123456/26")


def of(system: str, surname: str, **fields: Any) -> NominalRecord:
    given = {"given_names": "Lee", "born_on": date(1990, 1, 2), "event_on": date(2026, 3, 4)}
    return record(system, surname=surname, **{**given, **fields})


def stated(pair: Sequence[NominalRecord], words: str, **fields: Any) -> None:
    one, other = pair
    given = {"recorded_on": date(2026, 2, 1), "grade": "2/B/P", **fields}
    refs = {"nominal_ref": one.source_ref, "other_ref": other.source_ref}
    Association.objects.create(
        pk=next_id(), system=one.system, record=one, other=other, words=words, **refs, **given
    )


def two(*systems: str, **fields: Any) -> tuple[Person, Person, dict[str, list[NominalRecord]]]:
    """Wick and Poole, with a record each in every system."""
    by = {system: [of(system, name, **fields) for name in ("Wick", "Poole")] for system in systems}
    one, other = (person(*(held[place] for held in by.values())) for place in (0, 1))
    return one, other, by


def shown(client: Client, one: Person, other: Person, query: str = "") -> str:
    answer = client.get(f"/people/{one.pk}/network/with/{other.pk}{query}")
    assert answer.status_code == 200
    page = answer.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def part(page: str, heading: str) -> str:
    return page[page.index(heading) :].partition("<h2")[0]


def test_sources_stand_side_by_side_and_their_roles_differ() -> None:
    one, other, by = two("crime_recording", "custody", "pnc")
    where = crime()
    for system, roles in (
        ("crime_recording", ("suspect", "victim")),
        ("custody", ("suspect",) * 2),
    ):
        for held, role in zip(by[system], roles, strict=True):
            involve(held, where, role)
    build.rebuild()
    page = shown(looking(), one, other)
    table = page[page.index("Source beside source") : page.index("Where sources agree")]
    for title in ("Crime recording", "Custody"):
        assert title in table
    assert "4 Mar 2026" in table
    assert where.crime_number in table
    assert "Lee Wick: Suspect. Lee Poole: Victim" in table
    assert "Crime recording and Custody say it of both" in part(page, "Where sources agree")
    differ = part(page, "Where they differ")
    assert "Lee Poole: Crime recording says Victim; Custody says Suspect" in differ
    assert "Lee Wick:" not in differ
    assert "say nothing of the two together: " in page
    silent = page[page.index("say nothing of the two together") :]
    assert "PNC" in silent or "Police National Computer" in silent
    event = Event.objects.filter(action="network.viewed").latest("at")
    assert event.subject_ids == [str(one.pk), str(other.pk)]
    assert event.shown[0]["crimes"] == [where.pk]


def test_what_no_source_says_of_both_is_said_to_rest_on_two() -> None:
    one = person(of("custody", "Wick", phones=[PHONE]))
    other = person(of("pnc", "Poole", phones=[PHONE]))
    build.rebuild()
    page = shown(looking(), one, other)
    assert "No source that you may see says anything of both" in page
    assert "No one source says it of both" in part(page, "Where they differ")
    assert PHONE in page


def test_what_is_stated_stands_with_its_words_its_grade_and_what_another_says() -> None:
    one, other, by = two("intelligence", "custody")
    stated(by["intelligence"], "Partner")
    stated(by["custody"], "Co-offending", grade="")
    build.rebuild()
    page = shown(looking(), one, other)
    assert "Assessment: Stated: Partner" in page
    assert "3x5x2 2/B/P" in page
    assert "Stated: Co-offending" in page
    assert "How they are linked:" in part(page, "Where they differ")
    before = shown(looking(), one, other, "?known=2026-01-31")
    assert "Stated" not in before


def test_a_hidden_record_says_nothing_and_changes_nothing() -> None:
    one, other, by = two("custody")
    where = crime()
    for held in by["custody"]:
        involve(held, where, "suspect")
    build.rebuild()
    client = looking("gangs-officer"), looking("supervisor")
    before = shown(client[1], one, other)
    hidden = [of("domestic_abuse", name) for name in ("Wick", "Poole")]
    for held, who in zip(hidden, (one, other), strict=True):
        involve(held, where, "victim")
        _join(held, who)
    stated(hidden, "Partner")
    build.rebuild()
    assert shown(client[1], one, other) == before
    assert "Partner" in shown(client[0], one, other)


def _join(held: NominalRecord, who: Person) -> None:
    from people.models import Link

    Link.objects.create(record=held, person=who, method="human", run_id=1)


def test_stops_alone_say_so_and_a_gang_is_nothing_that_two_share() -> None:
    one, other, by = two("stop_search", role="stopped", event_kind="stop", event_ref="S/1/26")
    crew = gang()
    for held in by["stop_search"]:
        affiliate(held, crew)
    build.rebuild()
    page = shown(looking(), one, other)
    assert "Only stops link them" in page
    assert crew.name not in page


def test_a_child_under_ten_has_no_word_of_suspicion() -> None:
    born = timezone.localdate() - timedelta(days=9 * 365)
    one, other, by = two("custody", born_on=born, event_on=None)
    where = crime(reported_on=timezone.localdate())
    for held in by["custody"]:
        involve(held, where, "suspect")
    build.rebuild()
    page = shown(looking(), one, other)
    assert "Suspect" not in page
    assert "Child under 10" in page


def test_somebody_hidden_is_nobody_and_others_do_not_open_it() -> None:
    one = person(of("custody", "Wick"))
    hidden = person(of("domestic_abuse", "Poole"))
    build.rebuild()
    supervisor = looking("supervisor")
    for pk in (hidden.pk, 999_999, one.pk):
        assert supervisor.get(f"/people/{one.pk}/network/with/{pk}").status_code == 404
    assert looking("officer").get(f"/people/{one.pk}/network/with/{hidden.pk}").status_code == 403


def test_somebody_who_was_merged_leads_on() -> None:
    one, other = (person(of("custody", name)) for name in ("Wick", "Poole"))
    old = person(of("pnc", "Poole"))
    Person.objects.filter(pk=old.pk).update(status="merged", merged_into=other.pk)
    answer = looking().get(f"/people/{one.pk}/network/with/{old.pk}")
    assert answer["Location"] == f"/people/{one.pk}/network/with/{other.pk}"
