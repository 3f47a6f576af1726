"""Statements beside contested values, restricting them, and notices to whoever had them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from audit.models import Event
from gangs.network import build as network
from gangs.network.models import Edge
from gangs.network.models import Kind as NetworkKind
from people import associates, contested, datasets, holdings
from people import index as people_index
from people.criteria import PersonCriteria
from people.models import Contested, Link, Name, NominalRecord, Person
from people.profile import Profile, profile
from people.serializers import PersonOut
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import person, record
from tests.rights.test_pack import delivered
from wmp_search.access.scope import scope_of
from wmp_search.extracts import people as extracted
from wmp_search.retention import erase
from wmp_search.rights import contesting
from wmp_search.rights.models import Correction, Notice, SubjectRequest
from wmp_search.search.models import OutboxEntry

pytestmark = pytest.mark.django_db
STATEMENT = "I never lived there, it is my cousin"


def disclosing() -> Client:
    return with_purpose(signed_in(officer("disclosure")), "SAR", "SAR/26/0042")


def somebody() -> tuple[Person, list[NominalRecord]]:
    """Two records that agree on a name, and each with a warning or an alias of its own."""
    records = [
        record("custody", surname="Whitlock", given_names="Dana", born_on=date(1990, 2, 3),
               names=[{"kind": "alias", "full": "Dee Storr"}], phones=["07700900001"],
               markers=[{"code": "VI", "label": "Violent"}], sex="F",
               event_kind="arrest", event_ref="CU/1", event_on=date(2024, 1, 2),
               event_summary="Theft: NFA"),
        record("pnc", surname="Whitlock", given_names="Dana", born_on=date(1990, 2, 3)),
    ]  # fmt: skip
    return person(*records), records


def seen(who: Person) -> Profile:
    shown = profile(who.pk, scope_of(officer("analyst")))
    assert shown
    return shown


def mark_of(who: Person, kind: str, value: str = "") -> str:
    every = contesting.items(seen(who)).items()
    return next(m for m, i in every if i.kind == kind and value in i.value)


def asked(who: Person, kind: str, value: str = "", **fields: str) -> dict[str, str]:
    return {
        "do": "contest", "item": mark_of(who, kind, value), "nature": "fact",
        "statement": STATEMENT, "stated_by": "Dana Whitlock", "stated_on": "2026-01-09",
        "basis": "Letter of 9 January", "ground": "accuracy", **fields,
    }  # fmt: skip


def contest(client: Client, who: Person, *of: str, **fields: str) -> Contested:
    answer = client.post(f"/people/{who.pk}/contested", asked(who, *of, **fields))
    assert answer.status_code == 302, answer.content.decode()
    return Contested.objects.latest("pk")


def test_the_statement_stands_beside_the_value_on_page_copy_api_record_and_pack() -> None:
    who, records = somebody()
    client = disclosing()
    made = contest(client, who, "names", "Dee Storr", ground="")
    assert (made.restricts, made.records) == (False, [records[0].pk])
    copy = {"recipient": "Jo Bloggs", "organisation": "CPS", "reason": "Asked for by the CPS"}
    pages = [
        client.get(f"/people/{who.pk}?all").content.decode(),
        client.post(f"/people/{who.pk}/print", copy).content.decode(),
    ]
    for page in pages:
        assert STATEMENT in page
        assert "Dee Storr" in page
        assert "Letter of 9 January" in page
        assert "Do not act on this" not in page
    today = timezone.localdate().isoformat()
    form = {"person": who.pk, "reference": "SAR/26/0042", "received_on": today}
    client.post("/requests", {**form, "confirmed_on": today})
    preview = client.get(f"/requests/{SubjectRequest.objects.get().pk}/preview").content.decode()
    assert STATEMENT in preview
    delivered(records[0])
    assert STATEMENT in client.get(f"/records/{records[0].pk}").content.decode()


def test_the_api_says_the_statement_and_keeps_what_is_restricted_to_itself() -> None:
    who, _ = somebody()
    contest(disclosing(), who, "names", "Dee Storr")
    contest(disclosing(), who, "events", ground="")
    asked = PersonOut(seen(who).for_copy()).data
    (said,) = [name for name in asked["names"] if "contested" in name]
    assert said["value"] == contested.WITHHELD
    assert said["contested"][0]["statement"] == STATEMENT
    assert "Storr" not in str(asked["names"])
    (event,) = [event for event in asked["events"] if "contested" in event]
    assert (event["assertion_type"], event["text"]) == ("fact", "Theft: NFA")


def test_an_opinion_is_kept_as_recorded_with_the_statement() -> None:
    who, _ = somebody()
    client = disclosing()
    contest(client, who, "markers", nature="opinion", ground="")
    page = client.get(f"/people/{who.pk}?all").content.decode()
    assert "An opinion, kept as recorded" in page
    assert page.count("Violent") >= 2  # the warning is as loud as before


def test_a_new_run_of_resolution_loses_no_statement() -> None:
    """The evidence rows are made anew and the record goes to somebody else: it goes along."""
    who, records = somebody()
    contest(disclosing(), who, "names", "Dee Storr")
    other = person(record("missing_persons", surname="Storr", given_names="Dee"))
    Link.objects.filter(record=records[0]).update(person=other)
    Name.objects.filter(person=who, surname="Storr").delete()
    Name.objects.create(
        person=other, rank=1, tier=0, kind="alias", given_names="Dee", surname="Storr",
        records=[records[0].pk],
    )  # fmt: skip
    assert [one.statement for one in seen(other).contested] == [STATEMENT]
    assert not seen(who).contested


def test_a_restricted_value_is_greyed_and_marked_and_used_for_nothing() -> None:
    who, _ = somebody()
    client = disclosing()
    before = _document(who)
    assert "Dee" in str(before["names"])
    assert before["markers"] == ["Violent"]
    OutboxEntry.objects.all().delete()
    for kind, value in (("names", "Dee Storr"), ("markers", ""), ("identifiers", "0770090")):
        contest(client, who, kind, value)
    assert OutboxEntry.objects.filter(entity="person", entity_id=who.pk).exists()
    after = _document(who)
    assert "Storr" not in str(after)
    assert (after["markers"], after["id_key"]) == ([], [k for k in before["id_key"] if "CU" in k])
    assert len(before["id_key"]) > len(after["id_key"])

    page = client.get(f"/people/{who.pk}?all").content.decode()
    assert page.count("Do not act on this") == 3
    assert "Accuracy contested: restricted from" in page
    assert 'class="wmp-restricted">Dee Storr<' in page
    assert "Ask control before you approach" not in page
    shown = seen(who).summary
    assert (shown.markers, shown.other_names) == ((), ())


def _document(who: Person) -> dict[str, Any]:
    (document, *_) = [d for d in people_index.documents([who.pk]) if d.source]
    assert document.source
    return dict(document.source)


def test_a_restricted_best_name_heads_no_list() -> None:
    who, _ = somebody()
    contest(disclosing(), who, "names", "Dana Whitlock")
    assert seen(who).summary.name == "Dee Storr"
    assert "Whitlock" not in str(_document(who)["names"])


def test_what_is_restricted_leaves_in_no_copy() -> None:
    who, _ = somebody()
    client = disclosing()
    contest(client, who, "names", "Dee Storr")
    contest(client, who, "events", ground="evidence")
    copy = {"recipient": "Jo Bloggs", "organisation": "CPS", "reason": "Asked for by the CPS"}
    page = client.post(f"/people/{who.pk}/print", copy).content.decode()
    assert "Dee Storr" not in page
    assert "Theft" not in page
    assert page.count("Restricted: not on this copy") == 2
    assert STATEMENT in page


@pytest.mark.parametrize("change", [{"told_on": ""}, {"reason": "no"}, {"told_on": "2099-01-01"}])
def test_a_restriction_is_lifted_only_once_the_person_was_told(change: dict[str, str]) -> None:
    who, _ = somebody()
    client = disclosing()
    made = contest(client, who, "names", "Dee Storr")
    form = {
        "do": "lift", "statement": str(made.pk), "told_on": "2026-02-01",
        "reason": "The register shows the name",
    }  # fmt: skip
    page = client.post(f"/people/{who.pk}/contested", {**form, **change}).content.decode()
    assert "There is a problem" in page
    assert Contested.objects.get().restricts
    with pytest.raises(IntegrityError), transaction.atomic():
        Contested.objects.update(lifted_at=timezone.now())
    client.post(f"/people/{who.pk}/contested", form)
    assert not Contested.objects.get().restricts
    assert "Storr" in str(_document(who)["names"])
    page = client.get(f"/people/{who.pk}?all").content.decode()
    assert STATEMENT in page  # for ever
    assert "Was restricted until" in page


def test_only_disclosure_officers_and_only_of_whom_they_may_see() -> None:
    who, _ = somebody()
    plain = with_purpose(signed_in(officer("officer")))
    assert plain.get(f"/people/{who.pk}/contested").status_code == 403
    assert disclosing().get("/people/987654/contested").status_code == 404


def test_everything_is_in_the_trail_without_the_value() -> None:
    who, _ = somebody()
    contest(disclosing(), who, "names", "Dee Storr")
    rows = Event.objects.filter(action="rights.changed")
    assert [row.detail["what"] for row in rows.order_by("at")] == [
        "value restricted", "correction: restricted",
    ]  # fmt: skip
    assert "Storr" not in str(list(rows.values()))


def test_after_two_disclosures_two_notices_and_overdue_after_five_days() -> None:
    who, _ = somebody()
    looker = officer("officer", username="pc.looker")
    plain = with_purpose(signed_in(looker))
    plain.get(f"/people/{who.pk}")
    for name in ("Jo Bloggs", "Al Reed", "Jo Bloggs"):
        copy = {"recipient": name, "organisation": "CPS", "reason": "Asked for by the CPS"}
        plain.post(f"/people/{who.pk}/print", copy)
    client = disclosing()
    form = {"do": "correct", "change": "corrected", "what": "Date of birth put right in custody"}
    client.post(f"/people/{who.pk}/contested", form)
    made = Correction.objects.get()
    outside = Notice.objects.filter(correction=made, had_it_at__isnull=False, officer=None)
    assert [n.recipient for n in outside] == ["Al Reed", "Jo Bloggs"]
    systems = Notice.objects.filter(correction=made, had_it_at=None)
    assert len(systems) == 2  # custody and the PNC: where it came from
    (mine,) = Notice.objects.filter(officer=looker)

    home = plain.get("/").content.decode()
    assert "Something you saw was corrected" in home
    assert "Date of birth put right" not in home
    plain.post(f"/notices/{mine.pk}/read")
    assert "Something you saw was corrected" not in plain.get("/").content.decode()

    page = f"/corrections/{made.pk}"
    first = outside[0]

    def is_received() -> bool:
        return Notice.objects.get(pk=first.pk).received_at is not None

    client.post(page, {"notice": first.pk, "do": "received"})
    assert not is_received()  # it was never sent
    for do in ("sent", "received"):
        client.post(page, {"notice": first.pk, "do": do})
    assert is_received()
    assert "Overdue</strong>" not in client.get("/corrections").content.decode()
    Notice.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert "Overdue</strong>" in client.get("/corrections").content.decode()
    assert client.get(page).content.decode().count("Overdue</strong>") == 3


def test_an_officer_reads_only_their_own_notices() -> None:
    who, _ = somebody()
    looker = with_purpose(signed_in(officer("officer")))
    looker.get(f"/people/{who.pk}")
    contest(disclosing(), who, "names", "Dee Storr")
    notice = Notice.objects.get(officer__isnull=False)
    other = signed_in(officer("officer"))
    assert other.post(f"/notices/{notice.pk}/read").status_code == 404
    notice.refresh_from_db()
    assert notice.received_at is None


def two_at_one_address() -> tuple[Person, Person]:
    """They share a house, a phone and an event; the first is a woman by her one record."""
    home = {"house": "12", "street": "Slade Road", "town": "Erdington", "postcode": "B23 7PJ"}
    shared: dict[str, Any] = {"addresses": [home], "phones": ["07700900123"], "sex": "F",
                              "born_on": date(1990, 2, 3),
                              "event_kind": "arrest", "event_ref": "CU/9"}  # fmt: skip
    first, second = (person(record("custody", surname=s, **shared)) for s in ("Wick", "Poole"))
    return first, second


def test_what_is_restricted_links_nobody_is_listed_nowhere_and_counted_as_not_recorded() -> None:
    first, second = two_at_one_address()
    network.rebuild()
    scope = scope_of(officer("analyst"))
    assert set(extracted.read()["id"]) == {first.pk, second.pk}
    kinds = {NetworkKind.ADDRESS, NetworkKind.PHONE, NetworkKind.EVENT}
    linked = Edge.objects.filter(src=first.pk)
    assert {NetworkKind(e.kind) for e in linked} == kinds
    assert len(associates._items([first.pk], scope)[first.pk]) == 3
    asked = PersonCriteria(identifier="07700900123")
    (phone,) = holdings.read(asked, scope, [str(first.pk), str(second.pk)]).phones
    assert len(phone.holders) == 2

    def counted() -> set[tuple[int, str]]:
        return set(datasets._rows(scope).values_list("person", "told_sex"))

    assert counted() == {(first.pk, "F"), (second.pk, "F")}

    client = disclosing()
    for kind in ("addresses", "identifiers", "events", "sexes"):
        contest(client, first, kind)
    assert not linked.all()  # at once, not with the next run
    theirs = Edge.objects.filter(src=second.pk)
    assert {NetworkKind(e.kind) for e in theirs} >= {NetworkKind.ADDRESS, NetworkKind.PHONE}
    assert not associates._items([first.pk], scope)[first.pk]
    (phone,) = holdings.read(asked, scope, [str(first.pk), str(second.pk)]).phones
    assert [holder.person_id for holder in phone.holders] == [second.pk]
    assert counted() == {(first.pk, ""), (second.pk, "F")}
    assert seen(first).summary.sex == ""
    assert set(extracted.read()["id"]) == {second.pk}
    network.rebuild()
    assert not linked.all()


def test_a_statement_is_erased_with_its_records_whoever_held_them_when_it_was_kept() -> None:
    """The record went from one person to another, and the other is erased."""
    who, records = somebody()
    other, _ = somebody()
    client = disclosing()
    about_it, about_another = (contest(client, one, "names", "Dee Storr") for one in (who, other))
    taker = person(record("pnc", surname="Stone"))
    gone = erase.forget([taker.pk], [records[0].pk], [])
    assert gone["people_contested"] == 1
    assert list(Contested.objects.values_list("pk", flat=True)) == [about_another.pk]
    assert about_it.person_id == who.pk


def test_nothing_contested_costs_one_query(django_assert_num_queries: Any) -> None:
    who, _ = somebody()
    with django_assert_num_queries(1):
        assert not any(contested.unusable([who.pk]).values())
