"""Searching for many people at once, seen from outside."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import Event
from people import batch
from people.batch_lines import decoded, lines
from people.models import Batch, BatchLine, Restriction
from people.tasks import forget_searches, run_batches
from tests.officers import officer, signed_in, unit
from tests.people_data import index, person, record
from tests.relay import Relay
from tests.search.scopes import OPEN
from wmp_search.access.models import RoleAssignment

pytestmark = pytest.mark.django_db

WHY = {"code": "CRIME-INV", "reference": "20/123456/26"}
LIST = "Robert Wick 1989\nTomasz Wrzesniewski 8/6/1950\nx\nXqzzv Ywvkq 1990"


def two() -> list[int]:
    made = [
        person(record("custody", given_names="Robert", surname="Wick")),
        person(record("pnc", given_names="Tomasz", surname="Wrzesniewski")),
    ]
    index()
    return [one.pk for one in made]


def hand_in(client: Any, text: str = LIST, django_capture: Any = None, **more: Any) -> Any:
    return client.post("/people/lists", {**WHY, "text": text, **more})


def test_a_list_is_run_by_a_worker_and_shows_who_was_found(
    django_capture_on_commit_callbacks: Any,
) -> None:
    robert, tomasz = two()
    client = signed_in(officer("supervisor"))
    with django_capture_on_commit_callbacks(execute=True):
        answer = hand_in(client)
    assert answer.status_code == 303
    page = client.get(answer["Location"]).content.decode()
    assert "All 4 lines are done" in page
    for words in (f'href="/people/{robert}"', f'href="/people/{tomasz}"', "Not searched",
                  "No trace", "Strong match"):  # fmt: skip
        assert words in page, words
    assert "app/again" not in page


def test_each_line_has_an_event_of_its_own_and_so_has_handing_in_and_looking(
    django_capture_on_commit_callbacks: Any,
) -> None:
    robert, _ = two()
    who = officer("supervisor")
    client = signed_in(who)
    with django_capture_on_commit_callbacks(execute=True):
        answer = hand_in(client)
    made = Batch.objects.get()
    searched = Event.objects.filter(action="person.searched").order_by("at")
    assert [e.query["text"] for e in searched] == [LIST.split("\n")[n] for n in (0, 1, 3)]
    assert {e.operation_id for e in searched} == {made.pk}
    assert {(e.officer_id, e.purpose_code) for e in searched} == {(who.pk, "CRIME-INV")}
    assert [e.detail["line"] for e in searched] == [1, 2, 4]
    assert searched[0].subject_ids == [str(robert)]
    assert (searched[2].result_count, searched[2].subject_ids) == (0, [])
    started = Event.objects.get(action="batch.started")
    assert (started.result_count, started.detail["refused"]) == (4, 1)
    client.get(answer["Location"])
    viewed = Event.objects.get(action="batch.viewed")
    assert str(robert) in viewed.subject_ids
    assert viewed.screen_hash


def test_while_it_waits_the_page_shows_how_far_it_is_and_refreshes_by_itself() -> None:
    two()
    client = signed_in(officer("supervisor"))
    address = hand_in(client)["Location"]
    page = client.get(address).content.decode()
    assert "1 of 4 lines done" in page  # the one that cannot be searched for
    assert "app/again" in page
    assert "See how far it is now" in page  # without scripts
    assert run_batches() == 3
    assert "All 4 lines are done" in client.get(address).content.decode()
    assert run_batches() == 0


def test_a_worker_that_dies_goes_on_where_it_stopped(opensearch_relay: Relay) -> None:
    two()
    hand_in(signed_in(officer("supervisor")))
    made = Batch.objects.get()
    assert batch._next_line(made.pk)
    opensearch_relay.cut()
    with pytest.raises(Exception, match="cannot be reached"):
        batch.run(made.pk)
    opensearch_relay.restore()
    assert batch.run(made.pk) == 2
    assert Event.objects.filter(action="person.searched").count() == 3


def test_what_is_shown_is_decided_when_it_is_shown() -> None:
    robert, tomasz = two()
    client = signed_in(officer("supervisor"))
    address = hand_in(client)["Location"]
    run_batches()
    Restriction.objects.create(
        person_id=robert, level="restricted", reason="Protects a source", set_at=timezone.now(),
        owner_unit=unit("Sapphire"), owner=officer("supervisor"), review_on="2099-01-01",
    )  # fmt: skip
    page = client.get(address).content.decode()
    assert f'href="/people/{robert}"' not in page
    assert f'href="/people/{tomasz}"' in page


def test_a_list_is_its_officers_alone_limited_and_forgotten(settings: Any) -> None:
    two()
    settings.BATCH_LINES_PER_DAY = 5
    client = signed_in(officer("supervisor"))
    address = hand_in(client)["Location"]
    refused = hand_in(client)
    assert refused.status_code == 400
    assert "1 of your 5 lines in 24 hours are left" in refused.content.decode()
    other = signed_in(officer("supervisor"))
    hand_in(other, "Robert Wick 1989")
    assert other.get(address).status_code == 404
    assert signed_in(officer("officer")).get("/people/lists").status_code == 403
    Batch.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert client.get(address).status_code == 404
    assert forget_searches() >= 2
    assert not BatchLine.objects.exists()


def test_a_list_stops_where_the_officer_may_not_any_more() -> None:
    two()
    who = officer("supervisor")
    hand_in(signed_in(who))
    RoleAssignment.objects.filter(officer=who).update(revoked_at=timezone.now())
    run_batches()
    made = Batch.objects.get()
    assert (made.state, made.why_stopped) == ("stopped", "Your roles do not include this any more")
    assert not Event.objects.filter(action="person.searched").exists()


def test_a_file_with_a_heading_is_read_field_by_field() -> None:
    text = (
        "Surname;Forenames;DOB;Sex;Postcode;PNC\n"
        "Wick;Robert;8/6/1989;m;b23 7pj;\nSmith;;;;;\nÖzdemir;Ayşe;1990-02-30;F;;\n"
        ";;;;;1999/123456X\n"
    )
    found = lines(decoded(text.encode()), OPEN)
    first = found[0].question
    assert first
    assert (first.criteria.name, first.criteria.born_on) == ("Robert Wick", "1989-06-08")
    assert (first.criteria.sex, first.criteria.postcode) == ("M", "B23 7PJ")
    assert "Too little for a list" in found[1].error
    assert "cannot be read in the column born" in found[2].error
    assert found[3].question or found[3].error
    assert [line.number for line in found] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": ""}, "Enter people, one on each line"),
        ({"text": "x\ny"}, "No line can be searched for. Line 1"),
        ({"code": ""}, "Choose why you are looking"),
    ],
)
def test_a_list_that_cannot_be_searched_for_is_refused_in_words(
    change: dict[str, str], words: str
) -> None:
    answer = signed_in(officer("supervisor")).post(
        "/people/lists", {**WHY, "text": LIST, **change}
    )
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Batch.objects.exists()


def test_a_file_can_be_handed_in() -> None:
    two()
    file = SimpleUploadedFile("people.csv", b"name,dob\nRobert Wick,1989\n", "text/csv")
    answer = hand_in(signed_in(officer("analyst")), "", file=file)
    assert answer.status_code == 303
    assert BatchLine.objects.get().question["parts"][0][1] == "Robert Wick"
