"""A schedule of a case: complete against the database, the sensitive list apart (I10)."""

import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from django.test import Client

from audit import disclosed
from audit.models import Event
from crime.models import Crime, Involvement, Outcome
from gangs.models import Membership
from ingest.models import LinkChange
from people.models import Link, NominalRecord, Person, Restriction
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer, signed_in, unit, with_purpose
from tests.people_data import CHANGED, person, record
from tests.rights.test_pack import whitlock
from wmp_search.access.models import Role
from wmp_search.access.scope import scope_of
from wmp_search.rights import material

pytestmark = pytest.mark.django_db
GIVEN = {"recipient": "Jo Bloggs", "organisation": "CPS", "reason": "Disclosure in R v Whitlock"}
SENSITIVE = {"intelligence", "domestic_abuse"}


def disclosing(**fields: Any) -> Client:
    return with_purpose(signed_in(officer("disclosure", **fields)))


def case() -> tuple[Crime, Person, list[NominalRecord]]:
    """Somebody of eleven systems in a crime with a witness, and in another crime."""
    who, records = whitlock()
    first = Crime.objects.get()
    involve(records[0], crime("20CR/000099/26"), "witness")
    witness = record("custody", surname="Bystander", given_names="Una", role="witness")
    person(witness)
    involve(witness, first, "witness")
    return first, who, records


def made(client: Client, one: Crime, which: str) -> tuple[str, dict[str, Any], bytes]:
    answer = client.post(f"/crimes/{one.pk}/schedule", {**GIVEN, "which": which})
    assert answer["Content-Type"] == "application/zip", answer.content[:300]
    files = zipfile.ZipFile(io.BytesIO(answer.content))
    page = files.read("schedule.html").decode()
    return page, json.loads(files.read("schedule.json")), files.read("schedule.pdf")


def keys(data: dict[str, Any]) -> set[str]:
    return {one["key"] for one in data["items"]}


def test_both_lists_together_are_everything_that_the_database_links_to_the_case() -> None:
    one, _, records = case()
    client = disclosing()
    client.get(f"/crimes/{one.pk}")
    _, unused, _ = made(client, one, "unused")
    _, sensitive, _ = made(client, one, "sensitive")
    assert not keys(unused) & keys(sensitive)
    both = keys(unused) | keys(sensitive)

    own = Involvement.objects.filter(crime=one)
    people = Link.objects.filter(record__in=own.values("record")).values("person")
    held = set(Link.objects.filter(person__in=people).values_list("record_id", flat=True))
    assert held > {r.pk for r in records}
    parts = Involvement.objects.filter(record__in=held).values_list("pk", flat=True)
    assert {key for key in both if key.startswith("record:")} == {f"record:{pk}" for pk in held}
    assert {key for key in both if key.startswith("part:")} == {f"part:{pk}" for pk in parts}
    assert parts.count() == 3
    outcomes = Outcome.objects.filter(crime=one).values_list("pk", flat=True)
    assert {key for key in both if key.startswith("outcome:")} == {
        f"outcome:{o}" for o in outcomes
    }
    assert f"crime:{one.pk}" in both
    for name, model in (("gang", Membership), ("change", LinkChange)):
        found = model.objects.values_list("pk", flat=True)
        assert {k for k in both if k.startswith(f"{name}:")} == {f"{name}:{pk}" for pk in found}
    assert "looks:Viewed a crime" in both
    assert {key for key in keys(sensitive) if key.startswith("copy:")} == {
        "copy:1"
    }  # the first list
    earlier = {row["key"]: row["earlier"] for row in (*unused["items"], *sensitive["items"])}
    assert all(earlier[f"record:{r.pk}"] == 1 for r in records)
    delivered = {row["key"]: row["delivered_in"] for row in unused["items"]}
    assert delivered[f"record:{records[0].pk}"] == f"{records[0].system}_2026.csv"


def test_page_json_and_pdf_hold_the_same_items_and_name_nobody() -> None:
    one, _, records = case()
    client = disclosing()
    for which in ("unused", "sensitive"):
        page, data, pdf = made(client, one, which)
        assert pdf.startswith(b"%PDF-")
        assert page.count("<tr") == len(data["items"]) + 1
        assert [row["number"] for row in data["items"]] == list(range(1, len(data["items"]) + 1))
        assert page.count("OFFICIAL-SENSITIVE") == 2
        for text in (page, json.dumps(data)):
            for name in ("Whitlock", "WHITLOCK", "Dana", "Bystander", "Una"):
                assert name not in text
    assert any(r.source_ref in page for r in records)


def test_intelligence_restricted_systems_and_gangs_stand_on_the_sensitive_list_alone() -> None:
    one, _, records = case()
    client = disclosing()
    page, unused, _ = made(client, one, "unused")
    _, sensitive, _ = made(client, one, "sensitive")
    hidden = {f"record:{r.pk}" for r in records if r.system in SENSITIVE}
    assert hidden <= keys(sensitive)
    assert not hidden & keys(unused)
    assert all(row["why"] for row in sensitive["items"])
    assert not any(row["why"] for row in unused["items"])
    for said in ("Gang membership", "Assessment", "Sensitive:"):
        assert said not in page
    assert not any(r.source_ref in page for r in records if r.system in SENSITIVE)


def test_without_its_permission_the_sensitive_list_is_neither_shown_nor_made_nor_hinted_at() -> (
    None
):
    one, _, records = case()
    role = Role.objects.get(slug="disclosure")
    role.permissions = [p for p in role.permissions if p != "material.list_sensitive"]
    role.save()
    client = disclosing()
    text = client.get(f"/crimes/{one.pk}/material").content.decode()
    assert "Whether there is any is not said here" in text
    assert "Gang membership" not in text
    hidden = next(r for r in records if r.system == "domestic_abuse")
    assert hidden.source_ref not in text
    refused = client.post(f"/crimes/{one.pk}/schedule", {**GIVEN, "which": "sensitive"})
    assert refused.status_code == 302
    assert not Event.objects.filter(action="material.exported").exists()
    seen = Event.objects.get(action="material.listed")
    assert hidden.pk not in seen.shown[0]["records"]


def test_the_schedule_is_a_disclosure_about_the_case_and_its_people() -> None:
    one, who, _ = case()
    made(disclosing(), one, "unused")
    row = Event.objects.get(action="material.exported")
    assert (row.subject_kind, row.subject_ids) == ("crime", [str(one.pk)])
    assert row.detail["recipient"] == "Jo Bloggs"
    assert (row.detail["list"], len(row.detail["sha256"])) == ("unused", 64)
    assert who.pk in row.shown[0]["people"]
    (given,) = disclosed.recipients([who.pk])
    assert (given.recipient, given.organisation) == ("Jo Bloggs", "CPS")
    assert disclosed.recipients([who.pk + 1]) == []


def test_without_a_recipient_or_a_list_there_is_no_schedule() -> None:
    one, _, _ = case()
    client = disclosing()
    for missing in ("recipient", "organisation", "reason", "which"):
        form = {**GIVEN, "which": "unused", missing: ""}
        assert client.post(f"/crimes/{one.pk}/schedule", form).status_code == 302
    assert not Event.objects.filter(action="material.exported").exists()


def test_who_is_sealed_is_not_listed_and_the_page_does_not_say_that_there_is_anybody() -> None:
    one, who, records = case()
    elsewhere = unit("Elsewhere")
    owner = officer("supervisor", in_unit="Elsewhere")
    Restriction.objects.create(
        person=who, level="restricted", reason="A protected witness of ours", owner=owner,
        owner_unit=elsewhere, review_on=date(2099, 1, 1), set_at=CHANGED,
    )  # fmt: skip
    asking = disclosing()
    text = asking.get(f"/crimes/{one.pk}/material").content.decode()
    assert "1 person with a part in it" in text
    assert not any(r.source_ref in text for r in records)


def test_an_officer_without_the_permission_is_refused_and_finds_no_link() -> None:
    one, _, _ = case()
    client = with_purpose(signed_in(officer("officer")))
    assert client.get(f"/crimes/{one.pk}/material").status_code == 403
    assert f"/crimes/{one.pk}/material" not in client.get(f"/crimes/{one.pk}").content.decode()
    page = disclosing().get(f"/crimes/{one.pk}").content.decode()
    assert f"/crimes/{one.pk}/material" in page


def test_the_number_of_queries_does_not_grow_with_what_is_held(
    django_assert_max_num_queries: Any,
) -> None:
    one, _, records = case()
    scope = scope_of(officer("disclosure"))
    with django_assert_max_num_queries(40) as first:
        material.of_case(one.pk, scope)
    for number in range(10):
        involve(records[0], crime(f"20CR/{number:06}/25", outcome="Charged"), "suspect")
        affiliate(records[-1], gang(f"Crew {number}"))
    with django_assert_max_num_queries(len(first)):
        material.of_case(one.pk, scope)
