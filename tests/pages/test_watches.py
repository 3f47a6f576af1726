"""Watching a person or a search for new evidence, seen from outside."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from people import watching
from people.models import Link, NominalRecord, Person, Restriction, Watch, WatchAlert
from people.tasks import check_watches, forget_searches
from tests.officers import officer, signed_in, unit, with_purpose
from tests.pages.test_questions import here, search
from tests.people_data import index, person, record
from wmp_search.access.models import Officer

pytestmark = pytest.mark.django_db

SET = {"days": "28", "code": "CRIME-INV", "reference": "20/123456/26"}


def robert() -> Person:
    made = person(record("custody", given_names="Robert", surname="Wick"))
    index()
    return made


def watching_officer(someone: Person) -> tuple[Officer, Client]:
    who = officer("officer")
    client = with_purpose(signed_in(who))
    answer = client.post(f"/people/{someone.pk}/watch", SET)
    assert answer.status_code == 302, answer.content
    return who, client


def arrives(someone: Person, system: str = "pnc", **fields: Any) -> NominalRecord:
    """A record that a system delivers now and that resolution gives to the person."""
    given = {"given_names": "Robert", "surname": "Wick", "changed_at": timezone.now(), **fields}
    made = record(system, **given)
    Link.objects.create(record=made, person=someone, method="model", weight=12.5, run_id=2)
    index()
    return made


def test_new_evidence_about_a_watched_person_raises_one_alert_that_is_opened_once() -> None:
    someone = robert()
    who, client = watching_officer(someone)
    assert check_watches() == 0
    first, second = arrives(someone), arrives(someone, "crime_recording")
    assert check_watches() == 1
    assert check_watches() == 0
    assert "What you watch (1 new)" in client.get("/").content.decode()
    alert = WatchAlert.objects.get()
    assert set(alert.records) == {first.pk, second.pk}
    page = client.get(f"/watches/alerts/{alert.pk}").content.decode()
    assert "Robert Wick" in page
    assert f"Police National Computer {first.source_ref}" in page
    row = Event.objects.get(action="watch.opened")
    assert (row.officer_id, row.subject_ids) == (who.pk, [str(someone.pk)])
    assert row.screen_hash
    assert "new)" not in client.get("/").content.decode()
    third = arrives(someone, "intelligence")
    assert check_watches() == 1
    assert WatchAlert.objects.get(opened_at__isnull=True).records == [third.pk]


def test_resolution_alone_never_raises_an_alert() -> None:
    someone = robert()
    old = person(record("pnc", given_names="Rob", surname="Wick"))
    NominalRecord.objects.update(changed_at=timezone.now() - timedelta(hours=1))
    watching_officer(someone)
    Link.objects.filter(person=old).update(person=someone, run_id=3)
    Person.objects.filter(pk=old.pk).update(status="merged", merged_into=someone)
    Person.objects.filter(pk=someone.pk).update(version=9, updated_at=timezone.now())
    index()
    assert check_watches() == 0
    assert not WatchAlert.objects.exists()


def test_a_watch_follows_its_person_into_another() -> None:
    someone = robert()
    survivor = person(record("pnc", given_names="Robert", surname="Wick"))
    watching_officer(someone)
    Link.objects.filter(person=someone).update(person=survivor)
    Person.objects.filter(pk=someone.pk).update(status="merged", merged_into=survivor)
    arrives(survivor, "intelligence")
    assert check_watches() == 1
    assert WatchAlert.objects.get().person_id == survivor.pk


def test_a_watched_search_tells_of_somebody_new_and_of_nobody_else() -> None:
    robert()
    client = with_purpose(signed_in(officer("officer")))
    address = here(search(client, "robert wick"))
    page = client.get(f"{address}/watch").content.decode()
    assert "alert a week" in page
    assert client.post(f"{address}/watch", SET).status_code == 302
    person(record("pnc", given_names="Zoltan", surname="Nagy", changed_at=timezone.now()))
    new = person(record("pnc", given_names="Bob", surname="Wick", changed_at=timezone.now()))
    index()
    assert check_watches() == 1
    assert WatchAlert.objects.get().person_id == new.pk
    event = Event.objects.get(action="watch.set")
    assert (event.query["text"], event.purpose_code) == ("robert wick", "CRIME-INV")


def test_evidence_that_the_officer_may_not_see_raises_nothing() -> None:
    someone = robert()
    watching_officer(someone)
    arrives(someone, "domestic_abuse")
    assert check_watches() == 0


def test_access_is_decided_again_when_an_alert_is_shown() -> None:
    someone = robert()
    _, client = watching_officer(someone)
    arrives(someone)
    assert check_watches() == 1
    alert = WatchAlert.objects.get()
    Restriction.objects.create(
        person=someone, level="restricted", reason="Protects a source", set_at=timezone.now(),
        owner_unit=unit("Sapphire"), owner=officer("supervisor"), review_on="2099-01-01",
    )  # fmt: skip
    assert client.get(f"/watches/alerts/{alert.pk}").status_code == 404
    page = client.get("/watches").content.decode()
    assert "Robert Wick" not in page
    assert "Not shown: what you may see has changed" in page
    assert "new)" not in client.get("/").content.decode()
    arrives(someone, "intelligence")
    assert check_watches() == 0


def test_a_watch_asks_why_shows_how_many_alerts_to_expect_and_refuses_a_flood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    someone = robert()
    NominalRecord.objects.update(changed_at=timezone.now() - timedelta(days=1))
    client = with_purpose(signed_in(officer("officer")))
    page = client.get(f"/people/{someone.pk}/watch").content.decode()
    assert "less than one alert a week" in page
    assert "Why are you looking?" in page
    refused = client.post(f"/people/{someone.pk}/watch", {**SET, "reference": ""})
    assert refused.status_code == 400
    assert "Enter a reference or a reason" in refused.content.decode()
    monkeypatch.setattr(watching, "MOST_A_WEEK", 0.1)
    refused = client.post(f"/people/{someone.pk}/watch", SET)
    assert "more than anybody reads" in refused.content.decode()
    assert not Watch.objects.exists()


def test_a_watch_is_its_officers_alone_ends_and_expires() -> None:
    someone = robert()
    _, client = watching_officer(someone)
    made = Watch.objects.get()
    other = with_purpose(signed_in(officer("officer")))
    assert other.post(f"/watches/{made.pk}/end").status_code == 404
    assert "Robert Wick" not in other.get("/watches").content.decode()
    assert "Robert Wick" in client.get("/watches").content.decode()
    arrives(someone)
    assert check_watches() == 1
    assert other.get(f"/watches/alerts/{WatchAlert.objects.get().pk}").status_code == 404
    assert client.post(f"/watches/{made.pk}/end").status_code == 302
    assert Event.objects.filter(action="watch.ended", operation_id=made.pk).exists()
    arrives(someone, "intelligence")
    assert check_watches() == 0
    Watch.objects.update(expires_at=timezone.now() - timedelta(days=8))
    forget_searches()
    assert not Watch.objects.exists()


def test_hidden_people_cannot_be_watched() -> None:
    hidden = person(record("domestic_abuse", given_names="Zebedee", surname="Quill"))
    client = with_purpose(signed_in(officer("officer")))
    for address in (f"/people/{hidden.pk}/watch", "/people/999999/watch"):
        assert client.get(address).status_code == 404
        assert client.post(address, SET).status_code == 404
        assert client.post(f"{address}/now").status_code == 404


def test_one_tap_on_the_persons_page_watches_for_the_living_purpose_and_one_ends_it() -> None:
    someone = robert()
    client = with_purpose(signed_in(officer("officer")))
    address = f"/people/{someone.pk}"
    assert "Watched until" not in client.get(address).content.decode()
    answer = client.post(f"{address}/watch/now")
    assert (answer.status_code, answer["Location"]) == (302, address)
    made = Watch.objects.get()
    assert (made.purpose_code, made.purpose_reference) == ("CRIME-INV", "20/123456/26")
    assert timedelta(days=27) < made.expires_at - timezone.now() <= timedelta(days=28)
    event = Event.objects.get(action="watch.set")
    assert (event.subject_ids, event.operation_id) == ([str(someone.pk)], made.pk)
    until = f"Watched until {timezone.localtime(made.expires_at):%-d %b %Y}"
    assert until in client.get(address).content.decode()
    other = with_purpose(signed_in(officer("officer")))
    assert "Watched until" not in other.get(address).content.decode()
    answer = client.post(f"/watches/{made.pk}/end", {"person": "1"})
    assert answer["Location"] == address
    assert "Watched until" not in client.get(address).content.decode()
    assert Event.objects.filter(action="watch.ended", operation_id=made.pk).exists()


def test_who_watches_already_watches_on_with_what_was_found_and_another_end() -> None:
    someone = robert()
    _, client = watching_officer(someone)
    arrives(someone)
    assert check_watches() == 1
    longer = {**SET, "days": "90", "reference": "20/999999/26"}
    assert client.post(f"/people/{someone.pk}/watch", longer).status_code == 302
    watch = Watch.objects.get()
    assert watch.purpose_reference == "20/999999/26"
    assert watch.expires_at > timezone.now() + timedelta(days=89)
    assert "What you watch (1 new)" in client.get("/").content.decode()
    assert check_watches() == 0


def test_one_tap_says_why_it_cannot_and_asks_for_a_purpose_that_can_be_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    someone = robert()
    urgent = signed_in(officer("officer"))
    given = {"reason": "Threats with a knife at a flat in Aston", "declared": "on"}
    assert urgent.post("/break-glass", given).status_code == 302
    answer = urgent.post(f"/people/{someone.pk}/watch/now")
    assert answer["Location"] == f"/people/{someone.pk}/watch"
    monkeypatch.setattr(watching, "MOST_WATCHES", 0)
    client = with_purpose(signed_in(officer("officer")))
    page = client.post(f"/people/{someone.pk}/watch/now", follow=True).content.decode()
    assert "You watch 0 already. Stop one first" in page
    assert not Watch.objects.exists()
