"""Rows D1-D7, and F1 and F5 of the import, by somebody who tries to break them.

Through a delivery, pages, the API, the index and copies; the row's id is in the name of the test.
"""

import json
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from gangs.models import Membership
from ingest import registry
from ingest.errors import SpecError
from ingest.models import Rejection, SourceRecord
from people import index as people_index
from people.models import Link, NominalRecord
from tests.ingest.conftest import Feed
from tests.ingest.test_links import GANGS, HEAD, MEMBERSHIPS, NOMINALS
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record
from wmp_search.search.index import specs

pytestmark = pytest.mark.django_db

REPORTS = """
system = "trial"
title = "Trial"
tier = "open"
trust = 50
retention_class = "x"
schedule = "0 * * * *"
delivery = "full"

[[stream]]
name = "reports"
kind = "person"
path = "reports.csv"
format = "csv"
key = ["ID"]
event_kind = "intelligence"
role = "subject"
tolerance = 1

[stream.fields]
surname = "N"
grade = "G"
grade_scheme = "S"
handling = "H"
event_summary = "T"
event_ref = "ID"
"""
CANARY = "Zebedee Informantson"


@pytest.fixture
def reports(feed: Feed) -> Feed:
    feed.source(REPORTS)
    return feed


def deliver(feed: Feed, *rows: str) -> None:
    feed.file("reports.csv", "ID,N,G,S,H,T,SOURCE\n" + "\n".join(rows) + "\n")
    feed.refresh()


def looking(role: str = "analyst") -> Client:
    return with_purpose(signed_in(officer(role)))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("1,WICK,,3x5x2,P,Text,", "empty, but an intelligence item has a grade"),
        ("1,WICK,4F,3x5x2,P,Text,", "grade is not of 3x5x2"),
        ("1,WICK,2,3x5x2,P,Text,", "grade is not of 3x5x2"),
        ("1,WICK,B24,3x5x2,P,Text,", "grade is not of 3x5x2"),
        ("1,WICK,2B,3x5x2,,Text,", "no handling code: P or C"),
        ("1,WICK,2B,,P,Text,", "grading scheme is neither 3x5x2 nor 5x5x5"),
        ("1,WICK,2B,4x4,P,Text,", "grading scheme is neither 3x5x2 nor 5x5x5"),
        ("1,WICK,F94,5x5x5,,Text,", "grade is not of 5x5x5"),
    ],
)
def test_d1_an_item_without_a_whole_grade_is_neither_kept_nor_indexed(
    reports: Feed, row: str, why: str
) -> None:
    """D1: source 1-3, assessment A-E, handling P or C."""
    deliver(reports, row)
    assert not NominalRecord.objects.exists()
    assert Rejection.objects.get().reason == why


def test_d1_whole_grades_of_both_schemes_are_taken(reports: Feed) -> None:
    """D1, D2: what must come in does, as it was recorded."""
    deliver(
        reports, "1,WICK,2B,3x5x2,P,Text,", "2,WICK,3/E/C,3x5x2,,Text,", "3,WICK,B24,5x5x5,,T,"
    )
    assert set(NominalRecord.objects.values_list("grade", "grade_scheme")) == {
        ("2B", "3x5x2"), ("3/E/C", "3x5x2"), ("B24", "5x5x5"),
    }  # fmt: skip


def test_d2_a_legacy_grade_is_shown_as_recorded_and_never_converted() -> None:
    """D2: on the page and as evidence for a membership, which must be graded anew."""
    from gangs import evidence
    from wmp_search.access.scope import scope_of

    one = record("intelligence", surname="Wick", grade="B24", grade_scheme="5x5x5",
                 event_summary="Text", event_kind="intelligence")  # fmt: skip
    someone = person(one)
    assert "5x5x5 B/2/4 (legacy)" in looking().get(f"/people/{someone.pk}").content.decode()
    (offered,) = evidence.of_person(someone.pk, scope_of(officer("analyst")))
    assert (offered.grade, offered.as_graded) == (None, "5x5x5 B/2/4 (legacy)")
    with pytest.raises(evidence.GradeError):
        evidence.cite(offered, "intelligence", None)


def _conditional(reports: Feed) -> tuple[int, int]:
    """A delivered item with handling code C, of a person; person and record."""
    deliver(
        reports, f"1,WICK,2B,3x5x2,Lawful sharing permitted with conditions,Covert words,{CANARY}"
    )
    one = NominalRecord.objects.get()
    Link.objects.filter(record=one).delete()
    return person(one).pk, one.pk


def test_d3_text_with_conditions_is_shown_nowhere_and_its_conditions_are(reports: Feed) -> None:
    """D3: person, API, the record as delivered, the copy on paper."""
    pk, one = _conditional(reports)
    client = looking()
    given = {"recipient": "myself", "organisation": "WMP", "reason": "For the court hearing"}
    pages = {
        "person": client.get(f"/people/{pk}?all").content.decode(),
        "record": client.get(f"/records/{one}").content.decode(),
        "copy": client.post(f"/people/{pk}/print", given).content.decode(),
        "api": json.dumps(_api(f"/api/v1/people/{pk}")),
    }
    for name, page in pages.items():
        assert "Covert words" not in page, name
    for name in ("person", "record"):
        assert "Lawful sharing permitted with conditions" in pages[name], name


@pytest.mark.parametrize(
    ("grade", "scheme", "handling"),
    [
        ("3/E/C", "3x5x2", ""),
        ("2bc", "3x5x2", ""),
        ("B/2/5", "5x5x5", ""),
        ("B25", "5x5x5", "P"),
        ("2BC", "", ""),
        ("2B", "3x5x2", "Handling code: C"),
        ("2B", "3x5x2", "(C) A1"),
        ("2B", "3x5x2", "S2"),
    ],
)
def test_d3_a_condition_holds_however_it_is_written(
    grade: str, scheme: str, handling: str
) -> None:
    """D3: in the grade alone, with strokes or small letters, or as a condition's own code."""
    one = record("intelligence", surname="Wick", grade=grade, grade_scheme=scheme,
                 handling=handling, event_summary="Covert words", event_kind="intelligence",
                 note="Covert note")  # fmt: skip
    someone = person(one)
    shown = looking().get(f"/people/{someone.pk}?all").content.decode()
    told = json.dumps(_api(f"/api/v1/people/{someone.pk}"))
    assert "Withheld. Handling" in shown
    assert "Covert" not in shown + told


@pytest.mark.parametrize(
    ("grade", "scheme", "handling"),
    [
        ("2/B/P", "3x5x2", ""),
        ("B/2/4", "5x5x5", ""),
        ("2B", "3x5x2", "Permitted"),
        ("A15", "", "P"),
    ],
)
def test_d3_only_conditions_withhold(grade: str, scheme: str, handling: str) -> None:
    """D3: what is lawfully shared is; a grade of no known scheme that ends in 5 is not."""
    one = record("intelligence", surname="Wick", grade=grade, grade_scheme=scheme,
                 handling=handling, event_summary="Open words",
                 event_kind="intelligence")  # fmt: skip
    shown = looking().get(f"/people/{person(one).pk}?all").content.decode()
    assert ("Open words" in shown) == (scheme != "")


@pytest.mark.parametrize("kind", ["intelligence", "Intelligence_report"])
def test_d1_d5_an_item_kept_without_a_grade_says_so_and_is_no_fact(kind: str) -> None:
    """D1, D5: what was loaded before the rule: among assessments, "not graded" beside its text."""
    one = record("intelligence", surname="Wick", event_summary="Said to hide a gun",
                 event_kind=kind)  # fmt: skip
    shown = looking().get(f"/people/{person(one).pk}?all").content.decode()
    at = shown.index("Said to hide a gun")
    assert "Assessment, not graded: " in shown[at - 120 : at]


def test_d1_no_source_of_intelligence_may_leave_grades_out(feed: Feed) -> None:
    """D1: a source file that maps none would have taken every row without one."""
    for wrong in (
        REPORTS.replace('grade = "G"\n', ""),
        REPORTS.replace('grade_scheme = "S"\n', "").replace(
            '"intelligence"', '"Intelligence_report"'
        ),
    ):
        feed.source(wrong)
        with pytest.raises(SpecError, match="intelligence needs the field grade"):
            registry.sources()


def test_d4_an_item_without_a_grade_names_no_source_as_delivered(reports: Feed) -> None:
    """D4: columns that the source file does not map stay hidden without a grade, too."""
    deliver(reports, f"1,WICK,2B,3x5x2,P,Sanitised words,{CANARY}")
    NominalRecord.objects.update(grade="", grade_scheme="", handling="")
    one = NominalRecord.objects.get()
    Link.objects.filter(record=one).delete()
    person(one)
    page = looking().get(f"/records/{one.pk}").content.decode()
    assert "Sanitised words" in page
    assert "Zebedee" not in page


def _api(address: str) -> dict[str, Any]:
    headers = {"X-Purpose-Code": "CRIME-INV", "X-Purpose-Reference": "20/123456/26"}
    found: dict[str, Any] = signed_in(officer("analyst")).get(address, headers=headers).json()
    return found


def test_d4_the_identity_of_a_source_reaches_neither_page_nor_index(reports: Feed) -> None:
    """D4: a column that the source file does not map is not shown even as delivered; every index
    takes declared fields only.
    """
    deliver(reports, f"1,WICK,2B,3x5x2,P,Sanitised words,{CANARY}")
    one = NominalRecord.objects.get()
    Link.objects.filter(record=one).delete()
    pk = person(one).pk
    index()
    assert CANARY in json.dumps(SourceRecord.objects.get().raw)  # it was delivered
    client = looking()
    for address in (f"/people/{pk}?all", f"/records/{one.pk}", f"/people/{pk}/why"):
        page = client.get(address).content.decode()
        assert "Zebedee" not in page, address
    assert "Sanitised words" in client.get(f"/records/{one.pk}").content.decode()
    assert "Zebedee" not in json.dumps(_api(f"/api/v1/people/{pk}"))
    asked = {"text": CANARY, "code": "CRIME-INV", "reference": "20/123456/26"}
    found = client.post("/people/search", asked, follow=True).content.decode()
    assert f"/people/{pk}" not in found
    for spec in specs():
        assert spec.mapping["dynamic"] == "strict", spec.entity
    assert not {"text", "summary", "note", "source_name"} & set(people_index.MAPPING["properties"])


@pytest.mark.parametrize(
    ("grade", "shown"), [("3E", "3x5x2 3/E"), ("2E", "3x5x2 2/E"), ("3B", "3x5x2 3/B")]
)
def test_d5_a_poor_grade_stands_beside_its_text(grade: str, shown: str) -> None:
    """D5: in the same line; and no result of a search carries intelligence without it."""
    one = record("intelligence", surname="Gradeson", given_names="Ann", grade=grade,
                 grade_scheme="3x5x2", handling="P", event_summary="Said to hide a gun",
                 event_kind="intelligence")  # fmt: skip
    someone = person(one)
    index()
    client = looking()
    page = client.get(f"/people/{someone.pk}?all").content.decode()
    at = page.index("Said to hide a gun")
    assert shown in page[at - 120 : at]
    asked = {"text": "Ann Gradeson", "code": "CRIME-INV", "reference": "20/123456/26"}
    found = client.post("/people/search", asked, follow=True).content.decode()
    assert "Gradeson" in found
    assert "hide a gun" not in found


@pytest.mark.parametrize(
    "text",
    ["SECRET: meet him", "He will meet. TOP SECRET", "(SECRET) He meets", "UK SECRET - he meets"],
)
def test_d6_what_is_marked_secret_is_refused_not_kept_and_reported(
    reports: Feed, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    """D6: rejected with a reason, its content not kept, an alarm and an event."""
    deliver(reports, f'1,WICK,2B,3x5x2,P,"{text}",', "2,WICK,2B,3x5x2,P,Keeps a secret,")
    assert NominalRecord.objects.get().event_summary == "Keeps a secret"
    refused = Rejection.objects.get()
    assert "marked above OFFICIAL-SENSITIVE" in refused.reason
    assert "meet" not in json.dumps(refused.raw)
    assert Event.objects.get(action="marking.refused").result_count == 1
    assert "Tell the SIRO" in caplog.text
    assert "meet" not in caplog.text


def test_d7_the_marking_stands_at_the_top_and_the_bottom_of_everything() -> None:
    """D7: pages of gangs and people, the copy on paper, the file of a list."""
    from people import batch_results

    someone = person(record("custody", surname="Wick"))
    client = looking("gangs-supervisor")
    given = {"recipient": "myself", "organisation": "WMP", "reason": "For the court hearing"}
    pages = [
        client.get(a).content.decode() for a in ("/", "/gangs", "/memberships", "/gang-figures")
    ]
    pages.append(client.get(f"/people/{someone.pk}").content.decode())
    pages.append(client.post(f"/people/{someone.pk}/print", given).content.decode())
    for page in pages:
        body = page[page.index("<body") :]
        assert body.count("OFFICIAL-SENSITIVE</p>") == 2
        assert (
            body.index("wmp-marking--top")
            < body.index("<main")
            < body.index("wmp-marking--bottom")
        )
    file = batch_results.table([], "OFFICIAL-SENSITIVE", {}).splitlines()
    assert file[0] == file[-1] == "OFFICIAL-SENSITIVE"


def test_f1_d1_the_import_takes_no_membership_without_its_parts_or_grade(feed: Feed) -> None:
    """F1, D1: without rationale, authoriser, dates, status of the list, or a 3x5x2 grade."""
    feed.source(HEAD + GANGS + NOMINALS + MEMBERSHIPS)
    feed.file("gangs.csv", "ID,N,A\nG1,Blue Gate,\n")
    feed.file("nominals.csv", "ID,N\nP1,SMITH\n")
    rows = [
        "M1,P1,G1,Member,2B,,Insp Hale,2026-08-01,2026-10-01",
        "M2,P1,G1,Member,2B,Why,,2026-08-01,2026-10-01",
        "M3,P1,G1,Member,2B,Why,Insp Hale,,2026-10-01",
        "M4,P1,G1,Member,2B,Why,Insp Hale,2026-08-01,",
        "M5,P1,G1,Member,,Why,Insp Hale,2026-08-01,2026-10-01",
        "M6,P1,G1,Member,4F,Why,Insp Hale,2026-08-01,2026-10-01",
        "M7,P1,G1,Kingpin,2B,Why,Insp Hale,2026-08-01,2026-10-01",
        "M8,P1,G1,Member,2B,Why,Insp Hale,2026-08-01,2026-10-01",
    ]
    feed.file("memberships.csv", "ID,P,G,S,GR,W,BY,ON,REV\n" + "\n".join(rows) + "\n")
    feed.refresh()
    assert Membership.objects.get().grade == "2B"
    assert Rejection.objects.count() == 7


def test_f5_whom_its_system_removed_is_no_longer_known_to_it(feed: Feed) -> None:
    """F5: the row's nominal record goes, and with it the system from the person's page and filter;
    the history keeps that it was removed.
    """
    members = NOMINALS.replace('name = "nominals"', 'name = "members"').replace(
        'path = "nominals.csv"', 'path = "memberships.csv"\nunless = { S = ["Removed"] }'
    )
    feed.source(HEAD + GANGS + members + MEMBERSHIPS)
    feed.file("gangs.csv", "ID,N,A\nG1,Blue Gate,\n")
    head = "ID,N,P,G,S,GR,W,BY,ON,REV\n"
    row = "M1,SMITH,M1,G1,{},2B,Why,Insp Hale,2026-08-01,2026-10-01\n"
    feed.file("memberships.csv", head + row.format("Member"))
    feed.refresh()
    assert NominalRecord.objects.get().deleted_at is None
    feed.file("memberships.csv", head + row.format("Removed"))
    feed.refresh()
    assert NominalRecord.objects.get().deleted_at is not None
    assert Membership.objects.get().status == "removed"
