"""What the matrix and the preview say is what the product does."""

from typing import Any

import pytest
from django.test import Client

from audit.actions import Action
from audit.models import Event
from people import rule as people
from people.models import Link, Person
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import person, record
from wmp_search import effects, preview
from wmp_search.access import purposes
from wmp_search.access.models import Role
from wmp_search.access.permissions import Permission
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db
FIRST_ROLES = (
    *("officer", "supervisor", "analyst", "administrator", "auditor", "ethics", "disclosure"),
    "intelligence-analyst",
)
ADDRESS = {
    "A person's page": "/people/{person}",
    "Records as delivered": "/records/{record}",
    "Crimes": "/crimes/{crime}",
    "Gangs": "/gangs/{gang}",
    "Intelligence by its words": "/intelligence",
}


def made_up() -> Person:
    """Somebody with an open and a restricted record, a crime and a gang."""
    custody = record("custody", given_names="Robert", surname="Featherstone")
    violence = record("domestic_abuse", given_names="Bob", surname="Featherstone")
    someone = person(custody, violence)
    involve(custody, crime(), "suspect")
    affiliate(custody, gang())
    return someone


def cells(role: Role) -> dict[tuple[str, str], bool]:
    """(purpose, title) → whether the matrix says that it is open."""
    return {
        (row.code, effect.title): is_open
        for row in effects.matrix(role)
        for effect, is_open in zip(effects.effects(), row.cells, strict=True)
    }


@pytest.mark.parametrize("slug", FIRST_ROLES)
def test_every_cell_is_what_the_scope_of_such_a_request_enforces(slug: str) -> None:
    who, role = officer(slug), Role.objects.get(slug=slug)
    rows = effects.matrix(role)
    assert len(rows) >= 14, "every purpose of the list"
    for row in rows:
        scope = scope_of(who, Purpose(code=row.code, reference="20/123456/26"))
        assert scope.permissions == purposes.narrow(role.permissions, row.code)
        expected = tuple(row.may_give and effect.opens(scope) for effect in effects.effects())
        assert row.cells == expected, row.label


def test_the_matrix_is_table_driven_and_has_open_and_closed_cells_of_every_kind() -> None:
    opened: dict[str, set[bool]] = {}
    for slug in FIRST_ROLES:
        for (_, title), is_open in cells(Role.objects.get(slug=slug)).items():
            opened.setdefault(title, set()).add(is_open)
    one_sided = {title for title, values in opened.items() if values != {True, False}}
    assert one_sided <= {"Identity of masked victims"}, "no first role unmasks, or all do"


def sample(title: str) -> list[tuple[str, str, bool]]:
    """(role, purpose, open?) for each role one open and one closed cell, where there are such."""
    found: dict[tuple[str, bool], tuple[str, str, bool]] = {}
    for slug in FIRST_ROLES:
        for (code, name), is_open in cells(Role.objects.get(slug=slug)).items():
            if name == title and purposes.may_give(code, _of(slug)):
                found.setdefault((slug, is_open), (slug, code, is_open))
    return list(found.values())


def _of(slug: str) -> list[str]:
    return Role.objects.get(slug=slug).permissions


@pytest.mark.parametrize("title", ADDRESS)
def test_pages_open_and_stay_closed_as_the_matrix_says(title: str) -> None:
    someone = made_up()
    link = Link.objects.get(person=someone, record__tier=0)
    numbers = {
        "person": someone.pk,
        "record": link.record_id,
        "crime": crime("20CR/000009/26").pk,
        "gang": gang("Aston Lane").pk,
    }
    samples = sample(title)
    assert {is_open for *_, is_open in samples} == {True, False}
    for slug, code, is_open in samples:
        client = with_purpose(signed_in(officer(slug)), code=code)
        status = client.get(ADDRESS[title].format(**numbers)).status_code
        # the raw delivery of a made-up record does not exist: opened means not refused
        assert (status in {200, 404}) if is_open else (status in {403, 404, 302}), (slug, code)
        assert status != 403 or not is_open, (slug, code)


@pytest.mark.parametrize("slug", FIRST_ROLES)
def test_systems_open_and_stay_closed_as_the_matrix_says(slug: str) -> None:
    someone, who, role = made_up(), officer(slug), Role.objects.get(slug=slug)
    said = cells(role)
    for row in effects.matrix(role):
        if not row.may_give:
            continue
        scope = scope_of(who, Purpose(code=row.code, reference="20/123456/26"))
        seen = people.visible_links(scope).filter(person=someone)
        systems = set(seen.values_list("record__system", flat=True))
        assert ("custody" in systems) == said[row.code, "Custody"], row.label
        assert ("domestic_abuse" in systems) == said[row.code, "Domestic abuse"], row.label
        found = people.visible(scope).filter(pk=someone.pk).exists()
        assert found == said[row.code, "Suspects and other people of interest"], row.label


@pytest.mark.parametrize("permission", sorted(p.value for p in Permission))
def test_a_cell_follows_each_permission(permission: str) -> None:
    """With the permission alone a role opens nothing that it does not name."""
    role = Role(permissions=[permission])
    opened = {title for (_, title), is_open in cells(role).items() if is_open}
    if permission in {"person.search", "person.view"}:
        assert "Custody" in opened
        assert "Domestic abuse" not in opened
    elif permission == "gang.view":
        assert opened == {"Gangs", "Gang members as such"}
    elif permission == "intelligence.search":
        assert opened == {"Intelligence by its words"}
    elif permission == "crime.view":
        assert opened == {"Crimes"}
    elif permission == "record.view_raw":
        assert opened == {"Records as delivered"}
    elif permission == "person.view_masked":
        assert opened <= {"Identity of masked victims"}
    else:
        assert opened == set()


def test_the_page_shows_a_role_purpose_by_purpose_in_words(
    django_assert_max_num_queries: Any,
) -> None:
    client = signed_in(officer("administrator"))
    role = Role.objects.get(slug="officer")
    client.get("/roles/matrix")
    with django_assert_max_num_queries(8):
        page = client.get(f"/roles/matrix?role={role.pk}").content.decode()
    for words in ("Crime investigation", "not: Domestic abuse", "People only ever victim"):
        assert words in page


def test_two_roles_stand_side_by_side() -> None:
    client = signed_in(officer("administrator"))
    one, other = Role.objects.get(slug="officer"), Role.objects.get(slug="analyst")
    page = client.get(f"/roles/compare?one={one.pk}&other={other.pk}").content.decode()
    only_one, _, rest = page.partition("Only Analyst")
    assert "Nothing." in only_one
    assert "See records from restricted systems" in rest
    assert "Domestic abuse" in rest


def look(client: Client, who: Any, number: int, code: str = "CRIME-INV") -> str:
    sent = {"person": number, "code": code, "reason": "The officer says a page is missing"}
    return client.post(f"/officers/{who.pk}/preview", sent).content.decode()


def test_a_preview_tells_counts_and_why_but_never_a_value() -> None:
    client, who, someone = signed_in(officer("administrator")), officer("officer"), made_up()
    page = look(client, who, someone.pk)
    for words in ("Custody", "Domestic abuse", "No role of the officer includes"):
        assert words in page
    for value in ("Robert", "Featherstone", "Slade Road", "Canal Street"):
        assert value not in page
    row = Event.objects.get(action=Action.ACCESS_PREVIEWED)
    assert (row.subject_kind, row.subject_ids) == ("person", [str(someone.pk)])
    assert row.detail["officer"] == who.pk
    assert row.detail["shown"]["lines"]["Custody"] == [1, 1]
    assert row.detail["shown"]["lines"]["Domestic abuse"] == [0, 1]
    assert row.detail["shown"]["lines"]["Names"] == [1, 2]
    assert row.detail["shown"]["lines"]["Gangs"] == [1, 1]


def test_a_preview_counts_what_the_officer_would_count() -> None:
    someone, who = made_up(), officer("analyst")
    scope = scope_of(who, Purpose(code="CRIME-INV", reference="20/123456/26"))
    lines = {line.title: line for line in preview.preview(scope, someone.pk).lines}
    assert all(line.hidden == 0 for line in lines.values())
    assert lines["Crimes"].visible == lines["Domestic abuse"].visible == 1


def test_a_preview_for_an_officer_without_a_role_shows_nothing_and_says_so() -> None:
    client, who, someone = signed_in(officer("administrator")), officer(), made_up()
    page = look(client, who, someone.pk)
    assert "No role of the officer includes “Search for people”" in page
    row = Event.objects.get(action=Action.ACCESS_PREVIEWED)
    assert all(visible == 0 for visible, _ in row.detail["shown"]["lines"].values())


def test_a_preview_needs_a_reason_and_a_person(django_assert_max_num_queries: Any) -> None:
    client, who = signed_in(officer("administrator")), officer("officer")
    page = client.post(f"/officers/{who.pk}/preview", {"person": "x", "code": "CRIME-INV"})
    assert "Say why you need to know" in page.content.decode()
    assert not Event.objects.filter(action=Action.ACCESS_PREVIEWED).exists()
    assert "There is no person with this number" in look(client, who, 987654321)
    someone = made_up()
    with django_assert_max_num_queries(35):
        look(client, who, someone.pk)
