"""Units: made, renamed, and officers moved between them; what a supervisor reads follows."""

from typing import Any

import pytest

from audit import selectors as audit
from audit.actions import Action
from audit.models import Event
from tests.officers import officer, signed_in, unit
from wmp_search.access.models import Officer, Unit
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Officer:
    return officer("administrator", username="admin")


def test_a_unit_is_made_and_renamed_with_before_and_after(admin: Officer) -> None:
    client = signed_in(admin)
    client.post("/units", {"name": "Aston  response"})
    made = Unit.objects.get(name="Aston response")
    client.post(f"/units/{made.pk}", {"name": "Aston and Nechells response"})
    made.refresh_from_db()
    assert made.name == "Aston and Nechells response"
    rows = Event.objects.filter(action=Action.UNIT_CHANGED).order_by("at")
    assert [row.detail["after"]["name"] for row in rows] == [
        "Aston response",
        "Aston and Nechells response",
    ]


@pytest.mark.parametrize("name", ["", "CENTRAL"])
def test_a_unit_needs_a_name_of_its_own(admin: Officer, name: str) -> None:
    unit("Central")
    page = signed_in(admin).post("/units", {"name": name}).content.decode()
    assert "There is a problem" in page
    assert Unit.objects.count() == 1


def test_an_officer_is_moved_but_nobody_moves_themselves(admin: Officer) -> None:
    who, north = officer("officer"), unit("North")
    client = signed_in(admin)
    client.post(f"/officers/{who.pk}/unit", {"unit": north.pk, "post": "Response officer"})
    who.refresh_from_db()
    assert (who.unit, who.post) == (north, "Response officer")
    row = Event.objects.get(action=Action.UNIT_CHANGED)
    assert (row.detail["before"]["unit"], row.detail["after"]["unit"]) == ("Central", "North")
    page = client.post(f"/officers/{admin.pk}/unit", {"unit": north.pk}, follow=True)
    assert "Nobody can change their own account" in page.content.decode()
    admin.refresh_from_db()
    assert admin.unit != north


def test_a_supervisor_reads_the_own_unit_only_never_the_own_activity_also_after_a_move(
    admin: Officer,
) -> None:
    sergeant, who = officer("supervisor"), officer("officer", username="moved")
    other = officer("supervisor", in_unit="North")
    for actor in (sergeant, who):
        signed_in(actor).get("/nothing/people/1")
        signed_in(actor).get("/officers")  # refused, and recorded
    client = signed_in(admin)
    client.post(f"/officers/{who.pk}/unit", {"unit": unit("North").pk, "post": ""})
    signed_in(Officer.objects.get(pk=who.pk)).get("/roles")

    def seen(reader: Officer) -> list[tuple[int | None, str]]:
        events = audit.visible(scope_of(reader)).filter(action=Action.ACCESS_DENIED)
        return sorted((e.officer_id, e.detail["route"]) for e in events)

    assert seen(sergeant) == [(who.pk, "officers")], "what was done here stays here"
    assert seen(other) == [(who.pk, "roles")]


def test_the_list_of_units_counts_officers_and_supervisors_in_one_query(
    admin: Officer, django_assert_max_num_queries: Any
) -> None:
    for at in range(20):
        officer("officer", in_unit=f"Unit {at}")
    officer("supervisor", in_unit="Unit 3")
    client = signed_in(admin)
    client.get("/units")
    with django_assert_max_num_queries(4):
        page = client.get("/units").content.decode()
    assert "Unit 19" in page
