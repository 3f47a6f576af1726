"""Sharing a person with a colleague, seen from outside."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from people.models import Person, Restriction, Share
from people.tasks import forget_searches
from tests.officers import officer, signed_in, unit, with_purpose
from tests.people_data import person, record
from wmp_search.access.models import Officer

pytestmark = pytest.mark.django_db

REASON = "Seen with the one you look for"


def looking(role: str = "officer", **fields: str) -> tuple[Officer, Client]:
    who = officer(role, **fields)
    return who, with_purpose(signed_in(who))


def robert() -> Person:
    return person(record("custody", given_names="Robert", surname="Wick"))


def send(client: Client, someone: Person, to: str) -> str:
    given = {"recipient": to, "reason": REASON}
    return client.post(f"/people/{someone.pk}/share", given, follow=True).content.decode()


def test_a_colleague_finds_who_was_shared_and_why_and_both_are_recorded() -> None:
    someone = robert()
    sender, client = looking(first_name="Sam", last_name="Bartlett")
    recipient, theirs = looking(collar_number="WM1440", username="nadia")
    form = client.get(f"/people/{someone.pk}/share").content.decode()
    main = form[form.index("<main") : form.index("</main>")]
    assert "Wick" not in main
    assert "OFFICIAL-SENSITIVE" in main
    assert "finds the person under" in send(client, someone, "WM1440")
    event = Event.objects.get(action="person.shared")
    assert (event.officer_id, event.subject_ids) == (sender.pk, [str(someone.pk)])
    assert (event.purpose_code, event.detail["recipient"]) == ("CRIME-INV", "nadia")
    assert event.detail["reason"] == REASON
    assert event.detail["marking"] == "OFFICIAL-SENSITIVE"
    assert "Shared with you (1 new)" in theirs.get("/").content.decode()
    page = theirs.get("/shared").content.decode()
    for words in (f'href="/people/{someone.pk}"', "Robert Wick", "Sam Bartlett", REASON, "New"):
        assert words in page, words
    look = Event.objects.get(action="shared.viewed")
    assert (look.officer_id, look.subject_ids) == (recipient.pk, [str(someone.pk)])
    assert look.screen_hash
    assert "new)" not in theirs.get("/").content.decode()
    assert "Robert Wick" in theirs.get("/shared").content.decode()
    assert "Robert Wick" not in client.get("/shared").content.decode()


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("", "Enter the user name or collar number of a colleague"),
        ("nobody-here", "There is no officer nobody-here"),
        ("jones", "Enter a colleague, not yourself"),
        ("clerk", "do not open any person"),
        ("left", "There is no officer left"),
    ],
)
def test_a_recipient_that_cannot_be_is_refused_with_the_reason(to: str, words: str) -> None:
    someone = robert()
    officer("administrator", username="clerk")
    officer("officer", username="left", is_active=False)
    _, client = looking(username="jones")
    assert words in send(client, someone, to)
    assert not Share.objects.exists()
    assert not Event.objects.filter(action="person.shared").exists()


def test_a_reason_is_asked_for() -> None:
    someone = robert()
    _, client = looking()
    given = {"recipient": looking()[0].username, "reason": "x"}
    answer = client.post(f"/people/{someone.pk}/share", given)
    assert answer.status_code == 400
    assert "at least 10 characters" in answer.content.decode()
    assert not Share.objects.exists()


def test_it_opens_nothing_and_tells_nobody_that_somebody_is_hidden() -> None:
    someone = robert()
    recipient, theirs = looking()
    _, client = looking()
    send(client, someone, recipient.username)
    Restriction.objects.create(
        person=someone, level="restricted", reason="Protects a source", set_at=timezone.now(),
        owner_unit=unit("Sapphire"), owner=officer("supervisor"), review_on="2099-01-01",
    )  # fmt: skip
    assert "new)" not in theirs.get("/").content.decode()
    empty = theirs.get("/shared").content.decode()
    assert "Nobody whom you may see under your purpose" in empty
    assert str(someone.pk) not in re.findall(r"/people/(\d+)", empty)
    assert theirs.get(f"/people/{someone.pk}").status_code == 404
    given = {"recipient": recipient.username, "reason": REASON}
    for pk in (someone.pk, 999_999):
        assert client.get(f"/people/{pk}/share").status_code == 404
        assert client.post(f"/people/{pk}/share", given).status_code == 404


def test_it_follows_its_person_into_another_and_ends_after_four_weeks() -> None:
    someone, survivor = robert(), person(record("pnc", given_names="Bob", surname="Wick"))
    recipient, theirs = looking()
    send(looking()[1], someone, recipient.username)
    Person.objects.filter(pk=someone.pk).update(status="merged", merged_into=survivor)
    assert f'href="/people/{survivor.pk}"' in theirs.get("/shared").content.decode()
    Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "Bob Wick" not in theirs.get("/shared").content.decode()
    forget_searches()
    assert not Share.objects.exists()
