"""Searching for many people at once, seen from outside."""

import csv
import hashlib
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import Event, Screen
from people import batch
from people.batch_lines import decoded, lines
from people.models import Batch, BatchLine, Restriction
from people.tasks import forget_searches, run_batches
from tests.officers import officer, signed_in, unit, with_purpose
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


GIVEN = {
    "recipient": "Jo Bloggs",
    "organisation": "Crown Prosecution Service",
    "reason": "Asked for by the prosecutor for the hearing",
}


def done(client: Any, text: str = LIST) -> str:
    """The address of a list that a worker has run."""
    address = str(hand_in(client, text)["Location"])
    batch.run(Batch.objects.get().pk)
    return f"{address}/download"


def test_a_list_is_downloaded_as_a_marked_file_without_formulas_and_recorded() -> None:
    robert, tomasz = two()
    who = officer("supervisor", username="sgt")
    client = signed_in(who)
    address = done(client, "=Robert Wick 1989\n@Tomasz Wrzesniewski 8/6/1950\nx")
    assert address in client.get(address.removesuffix("/download")).content.decode()
    answer = client.post(address, {**GIVEN, "recipient": "=HYPERLINK(A1)"})
    assert answer["Content-Disposition"] == 'attachment; filename="list-of-people.csv"'
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == rows[-1] == ["OFFICIAL-SENSITIVE"]
    assert ["copy_made_by", "sgt"] in rows
    assert ["copy_for", "'=HYPERLINK(A1), Crown Prosecution Service"] in rows
    head = rows.index([])
    table = [dict(zip(rows[head + 1], row, strict=True)) for row in rows[head + 2 : -1]]
    assert [(r["line"], r["outcome"].partition(":")[0], r["person"]) for r in table] == [
        ("1", "Found", str(robert)), ("2", "Found", str(tomasz)), ("3", "Not searched", ""),
    ]  # fmt: skip
    assert (table[0]["name"], table[0]["strength"]) == ("Robert Wick", "strong")
    assert table[0]["records"].startswith("custody CUS/")
    assert [r["searched_for"][:3] for r in table] == ["'=R", "'@T", "x"]
    event = Event.objects.get(action="person.exported")
    assert (event.subject_ids, event.result_count) == ([str(robert), str(tomasz)], 3)
    assert event.detail["means"] == "csv"
    assert event.detail["organisation"] == "Crown Prosecution Service"
    assert event.detail["sha256"] == hashlib.sha256(answer.content).hexdigest()
    kept = bytes(Screen.objects.get(hash=bytes(event.screen_hash or b"")).body).decode()
    assert "Robert Wick" in kept


def test_a_download_holds_whom_one_may_find_now_and_needs_a_recipient_and_who_one_is() -> None:
    robert, _ = two()
    client = signed_in(officer("supervisor"))
    address = done(client)
    assert b"Wick" not in client.get(address).content
    assert client.post(address, {**GIVEN, "organisation": ""}).status_code == 400
    assert not Event.objects.filter(action="person.exported").exists()
    assert signed_in(officer("officer")).post(address, GIVEN).status_code == 403
    other = with_purpose(signed_in(officer("supervisor")))
    assert other.post(address, GIVEN).status_code == 404
    Restriction.objects.create(
        person_id=robert, level="restricted", reason="Protects a source", set_at=timezone.now(),
        owner_unit=unit("Sapphire"), owner=officer("supervisor"),
        review_on=timezone.localdate() + timedelta(days=30),
    )  # fmt: skip
    text = client.post(address, GIVEN).content.decode("utf-8-sig")
    assert ",No trace,,,,," in text
    assert str(robert) not in Event.objects.get(action="person.exported").subject_ids
    Batch.objects.update(state=Batch.State.RUNNING)
    assert client.post(address, GIVEN)["Location"] == address.removesuffix("/download")
    with time_machine.travel(timezone.now() + timedelta(minutes=8)):
        late = client.post(address, GIVEN)
    assert late["Location"].startswith("/confirm-who-you-are")
