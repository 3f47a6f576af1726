"""An administrator changes the list of purposes; every change is a version and an audit row."""

from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from tests.officers import officer, reading, signed_in, with_purpose
from wmp_search.access import purposes
from wmp_search.access.purpose_models import PurposeVersion

pytestmark = pytest.mark.django_db(transaction=True)

OPENS = ["person.search", "person.view", "crime.view"]
MEANING = {"label": "Stop and search", "place": "10", "opens": OPENS, "covers_victims": "on"}


@pytest.fixture
def client() -> Client:
    return signed_in(officer("administrator"))


def stop() -> PurposeVersion:
    return PurposeVersion.objects.get(code="STOP", until_at=None)


def test_a_change_makes_a_version_counts_at_once_and_is_recorded(client: Client) -> None:
    old = stop()
    reader = with_purpose(signed_in(officer("officer")), "STOP")
    assert reader.get("/gangs").status_code == 200
    assert client.post(f"/purposes/{old.pk}", MEANING)["Location"] == "/purposes"
    new = stop()
    assert (new.version, new.label, new.covers_victims) == (2, "Stop and search", True)
    assert purposes.covers_victims("STOP")
    assert reader.get("/gangs").status_code == 302
    detail = Event.objects.get(action="purpose.changed").detail
    assert (detail["before"]["version"], detail["after"]["version"]) == (1, 2)
    assert detail["before"]["label"] == "Person or vehicle stopped"
    assert "gang.view" in detail["after"]["withholds"]
    assert "gang.view" not in detail["before"]["withholds"]


def test_the_page_shows_the_list_the_form_and_the_versions(client: Client) -> None:
    client.post(f"/purposes/{stop().pk}", MEANING)
    listed = client.get("/purposes").content.decode()
    assert "Stop and search" in listed
    page = client.get(f"/purposes/{stop().pk}").content.decode()
    assert "1: Person or vehicle stopped, from the beginning until" in page


def test_two_administrators_cannot_change_the_same_version(client: Client) -> None:
    old = stop()
    client.post(f"/purposes/{old.pk}", MEANING)
    page = client.post(f"/purposes/{old.pk}", {**MEANING, "label": "Other"}, follow=True)
    assert "Somebody else has changed this purpose" in page.content.decode()
    assert stop().label == "Stop and search"
    assert Event.objects.filter(action="purpose.changed").count() == 1


def test_a_new_purpose_can_be_given_at_once(client: Client) -> None:
    given: dict[str, Any] = {**MEANING, "label": "Football", "code": "FOOTBALL"}
    assert "up to 20" not in client.get("/purposes/add").content.decode()
    assert client.post("/purposes/add", given)["Location"] == "/purposes"
    reader = with_purpose(signed_in(officer("officer")), "FOOTBALL")
    assert "Football" in reader.get("/crimes").content.decode()
    again = client.post("/purposes/add", given).content.decode()
    assert "There is a purpose FOOTBALL already" in again
    assert (
        "capital letters" in client.post("/purposes/add", {**given, "code": "x"}).content.decode()
    )


def test_a_retired_purpose_is_gone_from_forms_and_keeps_its_name(client: Client) -> None:
    reader = with_purpose(signed_in(officer("officer")), "STOP")
    reader.get("/gangs")
    address = f"/purposes/{stop().pk}/retire"
    assert "out of the list?" in client.get(address).content.decode()
    client.post(address)
    assert "Person or vehicle stopped" not in reader.get("/purpose").content.decode()
    assert reader.get("/gangs").status_code == 302
    assert "Person or vehicle stopped (STOP)" in client.get("/purposes").content.decode()
    auditor = reading(signed_in(officer("auditor")))
    assert "Person or vehicle stopped" in auditor.get("/audit").content.decode()
    detail = Event.objects.get(action="purpose.changed").detail
    assert (detail["before"]["label"], detail["after"]) == ("Person or vehicle stopped", None)


def test_one_purpose_for_everybody_has_to_stay(client: Client) -> None:
    PurposeVersion.objects.exclude(code="STOP").filter(open_to=[]).delete()
    page = client.post(f"/purposes/{stop().pk}/retire", follow=True).content.decode()
    assert "has to stay" in page
    assert stop().until_at is None


def test_without_an_audit_row_nothing_changes(client: Client, owner_connection: Any) -> None:
    old = stop()
    owner_connection.execute("REVOKE INSERT ON audit_event FROM wmp_audit")
    owner_connection.commit()
    try:
        answer = client.post(f"/purposes/{old.pk}", MEANING)
    finally:
        owner_connection.execute("GRANT INSERT ON audit_event TO wmp_audit")
        owner_connection.commit()
    assert answer.status_code == 503
    assert stop().version == 1
