"""The pack: complete against the database, withheld where decided, staff named by two only."""

import io
import json
import time
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from audit.record import Actor, Entry, event
from ingest.models import Batch, LinkChange, ResolutionRun, SourceRecord, SourceRecordVersion
from people.models import Identifier, Name, NominalRecord, Person, Restriction
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer, signed_in, unit, with_purpose
from tests.people_data import CHANGED, person, record
from wmp_search.retention import compute
from wmp_search.rights.models import StaffRelease, SubjectRequest, Withheld

pytestmark = pytest.mark.django_db
SYSTEMS = (
    "custody", "pnc", "intelligence", "domestic_abuse", "offender_management", "missing_persons",
    "stop_search", "incidents", "firearms", "crime_recording", "gangs",
)  # fmt: skip
GIVEN = {"recipient": "Jane Smith", "organisation": "Herself", "reason": "Her own request of May"}
WHY = "It would show who told the police about them"


def disclosing(**fields: Any) -> Client:
    return with_purpose(signed_in(officer("disclosure", **fields)), "SAR", "SAR/26/0042")


def delivered(one: NominalRecord) -> None:
    """The raw row behind a record, and how it was before."""
    batch = Batch.objects.create(
        system=one.system, stream="people", file_name=f"{one.system}_2026.csv", state="loaded"
    )
    SourceRecord.objects.create(
        pk=one.pk, system=one.system, stream="people", source_ref=one.source_ref, kind="person",
        raw={"SURNAME": "WHITLOCK", "NOTE": f"raw of {one.system}"}, row_hash=b"x" * 32,
        batch=batch, line=1, loaded_at=CHANGED,
    )  # fmt: skip
    SourceRecordVersion.objects.create(
        record_id=one.pk, raw={"NOTE": f"earlier of {one.system}"}, row_hash=b"y" * 32,
        batch_id=batch.pk, line=1, valid_from=CHANGED, valid_to=CHANGED,
    )  # fmt: skip


def whitlock() -> tuple[Person, list[NominalRecord]]:
    """Somebody in eleven systems, with aliases, a crime, a gang link and an earlier number."""
    records = [
        record(
            system, surname="Whitlock", given_names="Dana", born_on=date(1990, 2, 3),
            role="victim" if system == "domestic_abuse" else "suspect",
            names=[{"kind": "alias", "full": f"Dee {system}"}], phones=[f"0770090{n:04}"],
            event_summary=f"summary of {system}", grade="2B" if system == "intelligence" else "",
        )
        for n, system in enumerate(SYSTEMS)
    ]  # fmt: skip
    who = person(*records)
    for one in records:
        delivered(one)
    involve(records[-2], crime(outcome="Charged"), "suspect")
    affiliate(records[-1], gang(), "associate")
    Person.objects.create(pk=who.pk + 70_000, status="merged", merged_into=who, updated_at=CHANGED)
    run = ResolutionRun.objects.create(model_version="0002")
    LinkChange.objects.create(
        run=run, record_id=records[0].pk, person_before=who.pk + 70_000, person_after=who.pk,
        method="model", weight=12.5,
    )  # fmt: skip
    compute.compute([who.pk])
    return who, records


def asked(client: Client, who: Person, **fields: Any) -> SubjectRequest:
    today = timezone.localdate().isoformat()
    form = {"person": who.pk, "reference": "SAR/26/0042", "received_on": today}
    client.post("/requests", {**form, "confirmed_on": today, **fields})
    return SubjectRequest.objects.get()


def made(client: Client, request: SubjectRequest) -> tuple[str, dict[str, Any]]:
    answer = client.post(f"/requests/{request.pk}/pack", GIVEN)
    assert answer["Content-Type"] == "application/zip", answer.content[:300]
    files = zipfile.ZipFile(io.BytesIO(answer.content))
    return files.read("disclosure.html").decode(), json.loads(files.read("disclosure.json"))


def many_looks(person_id: int, count: int) -> None:
    """Rows as the door writes them, in one statement of the owner's: the trail is append-only."""
    look = event(
        Entry(
            Action.PERSON_VIEWED,
            Actor(77, "pc.looker", None, ("officer",)),
            purpose_code="CRIME-INV",
            subject_kind="person",
            subject_ids=[str(person_id)],
        )
    )
    assert look
    with connections["audit"].cursor() as cursor:
        columns = [str(f.column) for f in Event._meta.concrete_fields if f.column != "id"]
        listed = ", ".join(columns)
        cursor.execute(
            f"INSERT INTO audit_event (id, {listed}) SELECT gen_random_uuid(), {listed} "
            "FROM audit_event, generate_series(2, %s) WHERE id = %s",
            [count, look],
        )


def test_everything_in_eleven_systems_and_ten_thousand_looks_within_a_minute() -> None:
    who, records = whitlock()
    many_looks(who.pk, 10_000)
    client = disclosing()
    request = asked(client, who)
    started = time.monotonic()
    html, data = made(client, request)
    seconds = time.monotonic() - started
    print(f"pack of 11 records and 10,000 looks: {seconds:.1f} s")  # noqa: T201
    assert seconds <= 60

    ids = {one.pk for one in records}
    assert {int(r["key"].split(":")[1]) for r in data["records"]} == ids
    assert len(data["scope"]["systems_with_records"]) == len(SYSTEMS)
    assert data["scope"]["also_known_by_number"] == [who.pk + 70_000]
    for system in SYSTEMS:
        for said in (f"raw of {system}", f"earlier of {system}", f"summary of {system}"):
            assert said in html, said
            assert said in json.dumps(data), said
    assert len(data["derived"]["names"]) == Name.objects.filter(person=who).count() == 12
    numbers = Identifier.objects.filter(person=who).values_list("value", flat=True)
    assert {i["values"]["value"] for i in data["derived"]["identifiers"]} == set(numbers)
    assert all(row["said_by"] for rows in data["derived"].values() for row in rows)
    assert data["crimes"][0]["values"]["outcomes"][0]["outcome"] == "Charged"
    assert data["gangs"][0]["values"]["status"] == "Associate"
    assert data["matching"][0]["values"]["from_person"] == who.pk + 70_000
    assert data["retention"]["group"].startswith("2:")
    looks = Event.objects.filter(action="person.viewed", subject_ids__contains=[str(who.pk)])
    assert sum(one["what"] == "Viewed a person" for one in data["looks"]) == looks.count()
    assert looks.count() == 10_000
    assert "pc.looker" not in html
    assert "an assessment, not a fact" in html
    assert html.count("OFFICIAL-SENSITIVE") == 2

    row = Event.objects.filter(action="person.exported").latest("at")
    assert (row.detail["means"], row.detail["recipient"]) == ("disclosure pack", "Jane Smith")
    assert sorted(row.shown[0]["records"]) == sorted(ids)
    request.refresh_from_db()
    assert (request.state, request.pack_sha256) == ("answered", row.detail["sha256"])


def test_the_number_of_queries_does_not_grow_with_what_is_held(
    django_assert_max_num_queries: Any,
) -> None:
    who, _ = whitlock()
    client = disclosing()
    request = asked(client, who)
    address = f"/requests/{request.pk}/preview"
    client.get(address)
    with django_assert_max_num_queries(60) as first:
        client.get(address)
    many_looks(who.pk, 50)
    with django_assert_max_num_queries(len(first)):
        client.get(address)


def test_earlier_recipients_are_named_with_what_for() -> None:
    who, _ = whitlock()
    copy = {"recipient": "Jo Bloggs", "organisation": "CPS", "reason": "Asked for by the CPS"}
    with_purpose(signed_in(officer("officer"))).post(f"/people/{who.pk}/print", copy)
    client = disclosing()
    _, data = made(client, asked(client, who))
    (given,) = data["recipients"]
    assert (given["values"]["recipient"], given["values"]["organisation"]) == ("Jo Bloggs", "CPS")


def test_a_withheld_record_is_said_nowhere_in_the_pack() -> None:
    who, records = whitlock()
    hidden = next(r for r in records if r.system == "intelligence")
    client = disclosing()
    request = asked(client, who)
    page = f"/requests/{request.pk}"
    key = f"record:{hidden.pk}"
    assert f"<code>{key}</code>" in client.get(f"{page}/preview").content.decode()
    client.post(page, {"do": "withhold", "item": key, "ground": "e", "reason": WHY})
    previewed = client.get(f"{page}/preview").content.decode()
    html, data = made(client, request)
    for text in (html, json.dumps(data), previewed):
        for said in ("raw of intelligence", "earlier of intelligence", "summary of intelligence",
                     "Dee intelligence", "07700900002", hidden.source_ref):  # fmt: skip
            assert said not in text, said
        assert "raw of custody" in text
    assert "Intelligence" not in data["scope"]["systems_with_records"]
    assert data["scope"]["records"] == 10
    assert "Something was left out because section 45(4) allows it" in html
    assert WHY not in html
    assert Event.objects.filter(action="person.exported").get().detail["withheld"] == [key]
    assert Withheld.objects.get().reason == WHY  # for the Commissioner


def test_one_field_is_withheld_and_the_rest_of_the_record_given() -> None:
    who, records = whitlock()
    client = disclosing()
    request = asked(client, who)
    item = f"record:{records[0].pk}:delivered.NOTE"
    client.post(
        f"/requests/{request.pk}", {"do": "withhold", "item": item, "ground": "e", "reason": WHY}
    )
    html, data = made(client, request)
    assert "raw of custody" not in html
    assert "earlier of custody" in html
    (one,) = [r for r in data["records"] if r["key"] == f"record:{records[0].pk}"]
    assert one["delivered"] == {"SURNAME": "WHITLOCK", "NOTE": "Withheld"}


@pytest.mark.parametrize("change", [{"reason": ""}, {"ground": ""}, {"item": "everything"}])
def test_nothing_is_withheld_without_its_ground_and_reason(change: dict[str, str]) -> None:
    who, records = whitlock()
    client = disclosing()
    request = asked(client, who)
    form = {"do": "withhold", "item": f"record:{records[0].pk}", "ground": "e", "reason": WHY}
    page = client.post(f"/requests/{request.pk}", {**form, **change}).content.decode()
    assert "There is a problem" in page
    assert not Withheld.objects.exists()


def test_staff_are_named_only_once_a_second_person_approved() -> None:
    who, _ = whitlock()
    many_looks(who.pk, 3)
    first, second = disclosing(), disclosing()
    request = asked(first, who)
    page = f"/requests/{request.pk}"
    first.post(page, {"do": "release", "approval": "DPO/26/7", "reason": WHY})
    first.post(page, {"do": "approve"})
    assert StaffRelease.objects.get().approved_at is None
    assert "pc.looker" not in first.get(f"{page}/preview").content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffRelease.objects.update(approved_by=StaffRelease.objects.get().asked_by)
    second.post(page, {"do": "approve"})
    assert "pc.looker" in first.get(f"{page}/preview").content.decode()
    told = Event.objects.filter(action="request.changed").values_list("detail", flat=True)
    assert {"asked to name staff", "approved to name staff"} <= {row["what"] for row in told}


def test_covert_looks_and_looks_about_officers_are_never_in_the_annex() -> None:
    who, _ = whitlock()
    for purpose, action in (("AUDIT", Action.PERSON_VIEWED), ("CRIME-INV", Action.ALERT_RAISED)):
        event(
            Entry(action, Actor(78, "ruth"), purpose_code=purpose, subject_kind="person",
                  subject_ids=[str(who.pk)])
        )  # fmt: skip
    client = disclosing()
    _, data = made(client, asked(client, who))
    assert not [one for one in data["looks"] if one["purpose"].startswith("Audit")]
    assert not [one for one in data["looks"] if "alert" in one["what"].lower()]


def test_without_identity_there_is_no_pack_and_the_clock_has_not_begun() -> None:
    who, _ = whitlock()
    client = disclosing()
    request = asked(client, who, confirmed_on="")
    page = client.get(f"/requests/{request.pk}").content.decode()
    assert "the month has not begun" in page
    answer = client.post(f"/requests/{request.pk}/pack", GIVEN, follow=True).content.decode()
    assert "Confirm the person" in answer
    client.post(f"/requests/{request.pk}", {"do": "confirm"})
    due = client.get(f"/requests/{request.pk}").content.decode()
    assert "Not known yet" not in due
    client.post(
        f"/requests/{request.pk}", {"do": "pause", "reason": "We asked which period is meant"}
    )
    assert "The clock stands" in client.get("/requests").content.decode()
    client.post(f"/requests/{request.pk}", {"do": "resume"})
    assert "The clock stands" not in client.get("/requests").content.decode()


def test_a_request_that_is_late_is_said_to_be_overdue() -> None:
    who, _ = whitlock()
    client = disclosing()
    long_ago = (timezone.localdate() - timedelta(days=40)).isoformat()
    asked(client, who, received_on=long_ago, confirmed_on=long_ago)
    assert "Overdue" in client.get("/requests").content.decode()


def test_nobody_else_answers_and_a_sealed_person_is_not_there() -> None:
    who, _ = whitlock()
    client = disclosing()
    request = asked(client, who)
    for role in ("officer", "analyst", "records-manager"):
        other = with_purpose(signed_in(officer(role)))
        assert other.get(f"/requests/{request.pk}").status_code in (302, 403), role
    Restriction.objects.create(
        person=who, level="restricted", reason="x", owner_unit=unit("North"),
        owner=officer("supervisor"), review_on="2099-01-01", set_at=timezone.now(),
    )  # fmt: skip
    for address in ("", "/preview"):
        assert client.get(f"/requests/{request.pk}{address}").status_code == 404
    assert client.post(f"/requests/{request.pk}/pack", GIVEN).status_code == 404
    page = client.post("/requests", {"person": who.pk, "reference": "SAR/26/43",
                                     "received_on": "2026-05-01"}).content.decode()  # fmt: skip
    assert "whom you may see" in page


def test_a_closed_request_cannot_be_changed() -> None:
    who, _ = whitlock()
    client = disclosing()
    request = asked(client, who)
    page = f"/requests/{request.pk}"
    client.post(page, {"do": "refuse", "reason": "The request is manifestly unfounded"})
    answer = client.post(page, {"do": "pause", "reason": WHY}, follow=True).content.decode()
    assert "The request is closed" in answer
    assert "Refused" in answer
