"""The golden record: which values, from which records, in which order, seen by whom."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from ingest.resolution.run import resolve
from people.models import (
    Address,
    BirthDate,
    Identifier,
    Link,
    Name,
    NominalRecord,
    Person,
    WarningMarker,
)
from tests.resolution.loading import load
from tests.resolution.test_matching import ELSEWHERE, HOME, crowd, record

pytestmark = pytest.mark.django_db

BORN = date(1978, 4, 23)


def person_from(*cases: dict[str, Any]) -> tuple[Person, list[int]]:
    """The one person that the records make, and the records' ids."""
    ids = load(cases)
    load(crowd(people=100), first_id=1000)
    resolve()
    people = set(Link.objects.filter(record__in=ids).values_list("person", flat=True))
    assert len(people) == 1
    return Person.objects.get(pk=people.pop()), ids


def leonora(given: str = "Leonora", **fields: Any) -> dict[str, Any]:
    return record(given, "Cartwright", BORN, pnc_id="2001/0000001X", **fields)


def test_every_value_names_the_records_that_attest_it() -> None:
    person, ids = person_from(
        leonora(recorded_on=date(2020, 1, 5)),
        leonora(recorded_on=date(2022, 3, 1)),
        leonora("Leonore", recorded_on=date(2021, 1, 1)),
    )
    first, second = Name.objects.filter(person=person).order_by("rank")
    assert (str(first), first.records, first.rank) == ("Leonora Cartwright", ids[:2], 0)
    assert (first.first_on, first.last_on) == (date(2020, 1, 5), date(2022, 3, 1))
    assert (str(second), second.records, second.rank) == ("Leonore Cartwright", ids[2:], 1)
    birth = BirthDate.objects.get(person=person)
    assert (birth.born_on, birth.precision, birth.records) == (BORN, "D", ids)
    assert (person.given_names, person.surname, person.born_on) == ("Leonora", "Cartwright", BORN)
    assert person.record_count == 3


def test_a_full_given_name_is_shown_before_a_more_frequent_initial() -> None:
    person, _ = person_from(leonora("L"), leonora("L"), leonora("L"), leonora("Leonora"))
    assert person.given_names == "Leonora"


def test_the_more_trusted_source_wins_between_equals() -> None:
    person, _ = person_from(
        leonora("Leonora", system="incidents"), leonora("Leonore", system="pnc")
    )
    assert person.given_names == "Leonore"


def test_a_full_birth_is_shown_before_a_year() -> None:
    year = {"born_on": date(1978, 1, 1), "born_precision": "Y"}
    person, _ = person_from(*[leonora() | year for _ in range(3)], leonora())
    ordered = BirthDate.objects.filter(person=person).order_by("rank")
    assert [(b.born_on, b.precision) for b in ordered] == [(BORN, "D"), (date(1978, 1, 1), "Y")]


def test_aliases_keep_their_kind_and_come_after_names() -> None:
    names = [
        {"kind": "alias", "full": "Lena Van Houten"},
        {"kind": "maiden", "full": "Leonora Ollerenshaw"},
    ]
    person, _ = person_from(leonora(names=names), leonora(names=names))
    shown = list(Name.objects.filter(person=person).order_by("rank"))
    assert [n.rank for n in shown] == [0, 1, 2]
    assert shown[0].kind == "name"
    assert {(n.kind, n.given_names, n.surname) for n in shown[1:]} == {
        ("alias", "Lena Van", "Houten"),
        ("maiden", "Leonora", "Ollerenshaw"),
    }


def test_casing_does_not_make_two_names() -> None:
    person, ids = person_from(leonora("LEONORA"), leonora("Leonora"))
    name = Name.objects.get(person=person)
    assert (name.given_names, name.records) == ("Leonora", ids)


def test_addresses_identifiers_and_markers_are_kept_with_their_dates() -> None:
    moved = ELSEWHERE | {"from": "2021-05-01", "to": "2022-06-30"}
    marker = {"code": "VI", "label": "Violent"}
    person, _ = person_from(
        leonora(recorded_on=date(2020, 1, 5), phones=["07000111222"], emails=["l@example.org"]),
        leonora(recorded_on=date(2022, 1, 5), addresses=[moved], markers=[marker]),
    )
    latest, earlier = Address.objects.filter(person=person).order_by("rank")
    assert (latest.postcode, latest.lived_from, latest.lived_to) == (
        "WS2 8AB",
        date(2021, 5, 1),
        date(2022, 6, 30),
    )
    assert (earlier.house, earlier.street, earlier.town) == ("12", "Mill Road", "Dudley")
    found = Identifier.objects.filter(person=person).values_list("kind", "value", "rank")
    assert set(found) == {
        ("pnc", "2001/0000001X", 0),
        ("phone", "07000111222", 0),
        ("email", "l@example.org", 0),
    }
    assert WarningMarker.objects.get(person=person).label == "Violent"


def test_a_warning_keeps_the_day_that_a_feed_gives_it() -> None:
    """Its own day counts before the record's; a newer record that gives none counts by its own."""
    dated = {"on": "2016-02-01", "review_on": "2018-02-01", "code": "VI", "label": "Violent"}
    plain = {"code": "WE", "label": "Weapons"}
    person, _ = person_from(
        leonora(recorded_on=date(2020, 1, 5), markers=[dated, plain]),
        leonora(recorded_on=date(2021, 1, 5), markers=[dated | {"on": "2017-03-01"}]),
    )
    found = WarningMarker.objects.filter(person=person).order_by("code")
    days = list(found.values_list("code", "set_on", "review_on", "last_on"))
    assert days == [
        ("VI", date(2017, 3, 1), date(2018, 2, 1), date(2021, 1, 5)),
        ("WE", None, None, date(2020, 1, 5)),
    ]


def test_open_records_alone_decide_what_the_open_view_shows_first() -> None:
    """Restricted records may not move the order, the dates or the tier of open evidence."""
    restricted = {"system": "domestic_abuse", "tier": 1}
    person, ids = person_from(
        leonora("Leonora", recorded_on=date(2019, 1, 1)),
        leonora("Leonora", recorded_on=date(2020, 1, 1)),
        leonora("Leonore", recorded_on=date(2020, 1, 1)),
        *[leonora("Leonore", recorded_on=date(2024, 1, 1), **restricted) for _ in range(4)],
        leonora("Leonorah", recorded_on=date(2024, 1, 1), **restricted),
    )
    rows = {n.given_names: n for n in Name.objects.filter(person=person)}
    assert rows["Leonora"].rank < rows["Leonore"].rank
    assert (rows["Leonore"].tier, rows["Leonore"].last_on) == (0, date(2020, 1, 1))
    assert rows["Leonore"].records == ids[2:7]
    assert rows["Leonorah"].tier == 1
    assert person.tiers == [0, 1]


def test_a_person_known_only_from_restricted_records_has_only_that_tier() -> None:
    person, _ = person_from(
        leonora(system="domestic_abuse", tier=1), leonora(system="domestic_abuse", tier=1)
    )
    assert person.tiers == [1]
    assert set(Name.objects.filter(person=person).values_list("tier", flat=True)) == {1}


def test_the_person_counts_systems_roles_and_the_last_sighting() -> None:
    person, _ = person_from(
        leonora(system="custody", role="arrested", event_on=date(2021, 4, 4)),
        leonora(system="pnc", role="convicted", recorded_on=date(2020, 1, 1)),
        leonora(system="pnc", role="convicted", addresses=[HOME], sex="F"),
    )
    assert person.systems == ["custody", "pnc"]
    assert person.roles == ["arrested", "convicted"]
    assert person.last_seen_on == date(2021, 4, 4)
    assert person.sex == "F"


def test_what_a_change_leaves_as_it_was_is_not_written_again() -> None:
    person, ids = person_from(leonora(phones=["07700900001"]), leonora("Leonore"))
    birth, name = BirthDate.objects.get(person=person), Name.objects.get(given_names="Leonore")
    changed = {"surname": "Cartwrigth", "phones": [], "changed_at": timezone.now()}
    NominalRecord.objects.filter(pk=ids[0]).update(**changed)
    resolve()
    names = Name.objects.filter(person=person)
    assert {str(n) for n in names} == {"Leonora Cartwrigth", "Leonore Cartwright"}
    assert names.get(given_names="Leonore").records == name.records == ids[1:]
    now = BirthDate.objects.get(person=person)
    assert (now.pk, now.records) == (birth.pk, ids)
    assert not Identifier.objects.filter(person=person, kind="phone").exists()
