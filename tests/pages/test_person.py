"""A person's page, seen from outside."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from audit import screens
from audit.models import Event
from ingest.models import Batch, SourceRecord
from people.models import Link, NominalRecord, Person
from people.profile import profile
from people.serializers import PersonOut
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import CHANGED, person, record
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db


def looking(role: str = "officer") -> Client:
    """Somebody of that role with a living purpose."""
    return with_purpose(signed_in(officer(role)))


def _without_token(answer: Any) -> str:
    return re.sub(r'value="[^"]{64}"', "", answer.content.decode())


def page(client: Client, pk: int) -> str:
    answer = client.get(f"/people/{pk}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_value_stands_with_the_records_that_attest_it() -> None:
    someone = person(
        record(
            "custody",
            source_ref="CU/77",
            given_names="Robert",
            surname="Featherstone",
            pnc_id="1999/0123456X",
            addresses=[{"house": "12", "street": "Slade Road", "postcode": "B23 7PJ"}],
        ),
        record("pnc", source_ref="PN/5", surname="Featherstone", pnc_id="1999/0123456X"),
    )
    shown = page(looking(), someone.pk)
    for text in ("Robert Featherstone", "1999/0123456X", "12 Slade Road, B23 7PJ"):
        assert text in shown
    pnc_row = shown[shown.index("PNC ID") :][:700]
    assert "Custody CU/77, 3 May 2024" in pnc_row
    assert "Police National Computer PN/5, 3 May 2024" in pnc_row
    assert "Match weight 12.5" in shown


def test_conflicting_dates_of_birth_stand_side_by_side() -> None:
    someone = person(
        record("custody", surname="Wick", born_on=date(1989, 6, 8)),
        record("pnc", surname="Wick", born_on=date(1989, 8, 6)),
        record("incidents", surname="Wick", born_on=date(1990, 1, 1), born_precision="A"),
    )
    shown = page(looking(), someone.pk)
    assert "The records disagree" in shown
    for words in ("8 June 1989", "6 August 1989", "about 1990"):
        assert words in shown


def test_the_view_is_recorded_with_version_records_and_kinds_of_value() -> None:
    first, second = record("custody", surname="Wick"), record("pnc", surname="Wick")
    someone = person(first, second)
    page(looking(), someone.pk)
    row = Event.objects.get(action="person.viewed")
    assert row.subject_ids == [str(someone.pk)]
    assert row.purpose_reference == "20/123456/26"
    shown = row.shown[0]
    assert (shown["id"], shown["version"]) == (str(someone.pk), 3)
    assert sorted(shown["records"]) == [first.pk, second.pk]
    assert shown["fields"] == ["names"]


def test_without_an_audit_row_no_person_is_shown(owner_connection: Any) -> None:
    someone = person(record("custody", given_names="Robert", surname="Featherstone"))
    client = looking()
    owner_connection.execute("REVOKE INSERT ON audit_event FROM wmp_audit")
    owner_connection.commit()
    try:
        answer = client.get(f"/people/{someone.pk}")
    finally:
        owner_connection.execute("GRANT INSERT ON audit_event TO wmp_audit")
        owner_connection.commit()
    assert answer.status_code == 503
    assert "Featherstone" not in answer.content.decode()


def test_without_a_purpose_the_officer_is_asked_for_one_first() -> None:
    someone = person(record("custody", surname="Wick"))
    answer = signed_in(officer("officer")).get(f"/people/{someone.pk}")
    assert answer.status_code == 302
    assert answer["Location"] == f"/purpose?next=%2Fpeople%2F{someone.pk}"


def test_missing_and_forbidden_look_the_same_and_are_both_recorded() -> None:
    hidden = person(record("domestic_abuse", surname="Quillfeather"))
    client = looking()
    forbidden, missing = client.get(f"/people/{hidden.pk}"), client.get("/people/987654321")
    assert forbidden.status_code == missing.status_code == 404
    assert _without_token(forbidden) == _without_token(missing)
    denied = Event.objects.filter(action="access.denied", subject_kind="person")
    assert sorted(row.subject_ids[0] for row in denied) == sorted([str(hidden.pk), "987654321"])
    assert "Quillfeather" in page(looking("analyst"), hidden.pk)


def test_restricted_evidence_never_shows_below_its_tier() -> None:
    shared = {"surname": "Featherstone", "given_names": "Robert"}
    someone = person(
        record("domestic_abuse", source_ref="DA/1", surname="Quillfeather", note="hidden words"),
        record("custody", source_ref="CU/1", **shared),
        record("domestic_abuse", source_ref="DA/2", event_summary="hidden words", **shared),
    )
    shown = page(looking(), someone.pk)
    assert "Robert Featherstone" in shown
    for secret in ("Quillfeather", "Domestic abuse", "DA/1", "DA/2", "hidden words", "3 records"):
        assert secret not in shown
    everything = page(looking("analyst"), someone.pk)
    for text in ("Quillfeather", "Domestic abuse", "DA/2", "hidden words", "3 records"):
        assert text in everything


def test_a_deleted_record_and_its_values_disappear_at_once() -> None:
    gone = record("pnc", source_ref="PN/9", surname="Oldname")
    someone = person(record("custody", surname="Wick"), gone)
    NominalRecord.objects.filter(pk=gone.pk).update(deleted_at=CHANGED)
    shown = page(looking(), someone.pk)
    assert "Wick" in shown
    assert "PN/9" not in shown
    assert "Oldname" not in shown


def test_a_merged_person_leads_to_the_survivor() -> None:
    survivor = person(record("custody", surname="Wick"))
    middle, first = person(record("pnc", surname="Wick")), person(record("gangs", surname="Wick"))
    for old, new in ((middle, survivor), (first, middle)):
        Person.objects.filter(pk=old.pk).update(status="merged", merged_into=new)
    answer = looking().get(f"/people/{first.pk}")
    assert answer.status_code == 302
    assert answer["Location"] == f"/people/{survivor.pk}"


def test_only_ever_a_victim_is_said_before_the_name() -> None:
    victim = person(record("custody", surname="Wick", role="victim"))
    shown = page(looking(), victim.pk)
    assert shown.index("Only ever recorded as victim") < shown.index("<h1")
    suspect = person(record("custody", surname="Wick", role="victim"), record("pnc"))
    assert "Only ever" not in page(looking(), suspect.pk)


def test_warnings_come_before_the_name_and_in_words() -> None:
    someone = person(
        record("pnc", surname="Wick", markers=[{"code": "WE", "label": "Weapons"}], role="suspect")
    )
    shown = page(looking(), someone.pk)
    assert shown.index("Weapons") < shown.index("<h1")


def test_intelligence_shows_its_grade_and_withholds_what_handling_code_c_covers() -> None:
    graded = {"role": "subject", "surname": "Wick", "event_kind": "intelligence"}
    someone = person(
        record(
            "intelligence",
            event_summary="Seen in Aston",
            grade="2B",
            grade_scheme="3x5x2",
            **graded,
        ),
        record(
            "intelligence",
            event_summary="covert words",
            grade="B24",
            grade_scheme="5x5x5",
            handling="C A1 covert development",
            **graded,
        ),
        record(
            "intelligence",
            event_summary="shared on terms",
            grade="1B",
            grade_scheme="3x5x2",
            handling="Lawful sharing permitted with conditions",
            **graded,
        ),
        record(
            "intelligence",
            event_summary="older terms",
            grade="B25",
            grade_scheme="5x5x5",
            **graded,
        ),
    )
    shown = page(looking(), someone.pk)
    assert "graded 3x5x2 2/B" in shown
    assert "Seen in Aston" in shown
    assert "5x5x5 B/2/4 (legacy)" in shown
    assert "C A1 covert development" in shown
    for withheld in ("covert words", "shared on terms", "older terms"):
        assert withheld not in shown
    assert shown.count("Ask the originator") == 3


def test_each_statement_is_a_fact_or_an_assessment_with_its_author() -> None:
    someone = person(
        record("custody", surname="Wick", role="arrested", event_kind="custody",
               event_summary="Theft: NFA", author="PC 1234 Reed",
               markers=[{"code": "VI", "label": "Violent"}]),
        record("intelligence", role="subject", event_kind="intelligence", grade="2B",
               grade_scheme="3x5x2", event_summary="Seen in Aston", author="DC 99 Moss"),
        record("intelligence", role="subject", event_kind="intelligence", grade="2BC",
               grade_scheme="3x5x2", event_summary="covert words", author="DC 77 Hidden"),
    )  # fmt: skip
    client = looking()
    shown = page(client, someone.pk)
    assert "stated by PC 1234 Reed" in shown
    assert "stated by DC 99 Moss" in shown
    assert "Hidden" not in shown
    assert shown.count("An assessment, not a fact") == 1  # the warning
    found = profile(someone.pk, scope_of(officer("officer")))
    assert found
    answer = PersonOut(found.for_copy()).data
    types = [one["assertion_type"] for one in (*answer["names"], *answer["markers"])]
    assert types == ["fact", "assessment"]
    events = {event["text"]: event for event in answer["events"]}
    assert events["Theft: NFA"]["author"] == "PC 1234 Reed"
    assert events["Theft: NFA"]["assertion_type"] == "fact"
    assert events["Seen in Aston"]["assertion_type"] == "assessment"


def test_the_raw_record_is_for_roles_that_may_see_it_and_is_recorded() -> None:
    one = record("custody", surname="Wick")
    someone = person(one)
    batch = Batch.objects.create(
        system="custody", stream="detainees", file_name="custody_20260105.txt", state="loaded"
    )
    SourceRecord.objects.create(
        pk=one.pk,
        system="custody",
        stream="detainees",
        source_ref=one.source_ref,
        kind="person",
        raw={"SURNAME": "WICK"},
        row_hash=b"x" * 32,
        batch=batch,
        line=12,
        loaded_at=CHANGED,
    )
    link = f'href="/records/{one.pk}"'
    assert link not in page(looking(), someone.pk)
    assert looking().get(f"/records/{one.pk}").status_code == 403
    analyst = looking("analyst")
    assert link in page(analyst, someone.pk)
    raw = analyst.get(f"/records/{one.pk}").content.decode()
    assert "WICK" in raw
    assert "custody_20260105.txt, line 12" in raw
    row = Event.objects.get(action="record.viewed")
    assert (row.subject_ids, row.detail["line"]) == ([str(one.pk)], 12)


def test_a_long_history_costs_no_more_queries(django_assert_num_queries: Any) -> None:
    short = person(record("custody", surname="Wick"))
    long = person(*(record("custody", surname="Wick", event_ref=f"CU{n}") for n in range(60)))
    client = looking()
    for someone in (short, long):
        # session, officer, roles; merged?, visible?; eight of people; crimes, gangs twice,
        # doubt, feeds; the own recent people, the last look, the own watch
        with django_assert_num_queries(27):
            page(client, someone.pk)


def test_a_very_long_history_shows_the_newest_and_a_way_to_all_of_it() -> None:
    someone = person(
        *(record("custody", source_ref=f"CU/{n:03}", surname="Wick") for n in range(103))
    )
    client = looking()
    shown = page(client, someone.pk)
    assert "The newest 100 of 103" in shown
    assert "CU/102" not in shown[shown.index('id="records"') :]
    everything = client.get(f"/people/{someone.pk}?all").content.decode()
    assert "CU/102" in everything[everything.index('id="records"') :]


def test_an_alias_stands_before_the_many_spellings_of_a_name() -> None:
    spellings = [record("incidents", surname=f"Wick{'k' * n}") for n in range(9)]
    alias = record("pnc", names=[{"kind": "alias", "full": "Karl Ostrowski"}])
    someone = person(*spellings, alias)
    names = page(looking(), someone.pk)
    names = names[names.index('id="names"') :]
    assert names.index("Karl Ostrowski") < names.index("Wickk")
    assert "4 more" in names


def test_no_link_method_hides_what_a_human_decided() -> None:
    someone = person(record("custody", surname="Wick"), method="human", weight=None)
    assert "A person decided" in page(looking(), someone.pk)
    assert Link.objects.get().weight is None


def test_addresses_stand_on_a_sketch_by_their_district_and_in_the_list_by_the_same_number() -> (
    None
):
    places = [
        {"house": "12", "street": "Slade Road", "postcode": "B23 7PJ"},
        {"house": "3", "street": "Queen Street", "postcode": "WV1 3JX"},
        {"house": "1", "street": "Fleet Street", "postcode": "EC4A 2DY"},
    ]
    someone = person(record("custody", surname="Wick", addresses=places))
    client = looking()
    shown = page(client, someone.pk)
    numbers = re.findall(r'class="wmp-sketch__number"[^>]*>([^<]*)<', shown)
    listed = re.findall(r"(Address \d)</dt>\s*<dd[^>]*><strong>([^<]*)<", shown)
    there = {label.partition(" ")[2] for label, value in listed if "Fleet" not in value}
    (elsewhere,) = (label for label, value in listed if "Fleet" in value)
    assert len(listed) == 3
    assert set(numbers) == there
    assert f"Not on the sketch: {elsewhere[-1]}." in shown
    assert "style=" not in shown
    event = Event.objects.filter(action="person.viewed").latest("at")
    kept = screens.replay(event)
    assert kept is not None
    assert kept.html.count("wmp-sketch__number") == 2


def test_without_an_address_in_the_area_there_is_no_sketch() -> None:
    away = {"street": "Fleet Street", "postcode": "EC4A 2DY"}
    someone = person(record("custody", surname="Wick", addresses=[away]))
    shown = page(looking(), someone.pk)
    assert "Fleet Street" in shown
    assert "wmp-sketch" not in shown
