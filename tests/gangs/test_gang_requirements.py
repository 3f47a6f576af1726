"""Rows F1-F10 of the requirements, each by somebody who tries to break it (issue 10, done when 1).

Through pages, the API, administration and the import; the row's id is in the name of the test.
"""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from audit.models import Event
from gangs import ending, proportions, standing
from gangs.kept_models import KeptMembership, MembershipEvidence, MembershipProposal
from gangs.models import HistoryDecision, MembershipDisclosure, RefusedProposal
from people import batch, watching
from tests.access.test_every_route import routes
from tests.crime_data import affiliate, crime, gang, involve
from tests.gangs.kept import (
    GangsUnit,
    arrest,
    asked,
    decide,
    gangs_unit,
    kept,
    propose,
    remove,
    report,
    suspected,
)
from tests.officers import officer, signed_in, unit, with_purpose
from tests.people_data import index, person, record
from wmp_search.search import client as search_client
from wmp_search.search.index import specs

pytestmark = pytest.mark.django_db
PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}


@pytest.fixture
def team() -> GangsUnit:
    return gangs_unit()


def looking(role: str = "officer", code: str = "CRIME-INV") -> Client:
    return with_purpose(signed_in(officer(role)), code)


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def api(role: str, address: str) -> dict[str, Any]:
    client = signed_in(officer(role))
    headers = {"X-Purpose-Code": "CRIME-INV", "X-Purpose-Reference": "20/123456/26"}
    found: dict[str, Any] = client.get(address, headers=headers).json()
    return found


# ---------------------------------------------------------------- F1


@pytest.mark.parametrize(
    "missing", ["gang", "status", "rationale", "valid_from", "review_on", "evidence", "grade"]
)
def test_f1_nothing_is_proposed_without_each_part(team: GangsUnit, missing: str) -> None:
    """F1: criteria, evidence references, grade, rationale, date, review date."""
    who, one = suspected(), gang()
    given = asked(who, one)
    for name in [
        name
        for name in given
        if name.startswith("criterion" if missing == "evidence" else missing)
    ]:
        del given[name]
    answer = team.proposing.post(f"/people/{who.person.pk}/membership", given)
    assert answer.status_code == 400
    assert not MembershipProposal.objects.exists()


def test_f1_nobody_authorises_their_own(team: GangsUnit) -> None:
    """F1: as own authoriser: 403, and the trail says that it was refused."""
    who, one = suspected(), gang()
    author = team.deciding  # a supervisor may propose, too
    assert author.post(f"/people/{who.person.pk}/membership", asked(who, one)).status_code == 302
    made = MembershipProposal.objects.get()
    assert (
        author.post(f"/memberships/proposals/{made.pk}", {"decision": "authorise"}).status_code
        == 403
    )
    assert not KeptMembership.objects.exists()
    other = with_purpose(signed_in(officer("gangs-supervisor", in_unit="Gangs unit")))
    assert (
        other.post(f"/memberships/proposals/{made.pk}", {"decision": "authorise"}).status_code
        == 302
    )
    row = KeptMembership.objects.get()
    assert row.author != row.authorised_by
    events = Event.objects.filter(action="membership.authorised")
    assert events.get().subject_ids == [str(who.person.pk)]


def test_f1_an_officer_who_only_proposes_authorises_nothing(team: GangsUnit) -> None:
    """F1: the supervisor's permission is another; another unit's supervisor is nobody here."""
    who, one = suspected(), gang()
    propose(team, who, one)
    made = MembershipProposal.objects.get()
    address = f"/memberships/proposals/{made.pk}"
    colleague = with_purpose(signed_in(officer("gangs-officer", in_unit="Gangs unit")))
    assert colleague.post(address, {"decision": "authorise"}).status_code == 403
    elsewhere = with_purpose(signed_in(officer("gangs-supervisor", in_unit="Another unit")))
    assert elsewhere.get(address).status_code == 404
    assert elsewhere.post(address, {"decision": "authorise"}).status_code == 404
    assert not KeptMembership.objects.exists()


def _row(**changed: Any) -> dict[str, Any]:
    one, two = officer("gangs-officer"), officer("gangs-supervisor")
    today = timezone.localdate()
    given = {
        "gang": gang(),
        "status": "member",
        "cited": [1],
        "criteria": ["conviction"],
        "rules_version": "1",
        "rationale": "Why",
        "author": one,
        "authorised_by": two,
        "authorised_on": today,
        "unit": unit("Gangs unit"),
        "valid_from": today,
        "review_on": today + timedelta(days=28),
        "expires_on": today + timedelta(days=100),
        "recorded_at": timezone.now(),
    }
    same = {"authorised_by": one} if changed.get("authorised_by") == "author" else {}
    return {**given, **changed, **same}


@pytest.mark.parametrize(
    "changed",
    [
        {"authorised_by": "author"},
        {"rationale": " \n"},
        {"cited": []},
        {"criteria": []},
        {"review_on": date(2030, 1, 1)},
        {"expires_on": date(2030, 1, 1), "review_on": date(2029, 1, 1)},
        {"review_on": date(2020, 1, 1)},
        {"valid_from": date(2030, 1, 1)},
        {"valid_to": date(2020, 1, 1)},
        {"status": "removed"},
        {"ended": "left"},
    ],
    ids=str,
)
def test_f1_f4_the_database_refuses_what_the_rules_refuse(changed: dict[str, Any]) -> None:
    """F1, F4: past every form: four eyes, why, evidence, six months, an end that says how."""
    with pytest.raises(IntegrityError), transaction.atomic():
        KeptMembership.objects.create(**_row(**changed))
    KeptMembership.objects.create(**_row())


def test_f1_no_version_is_ever_changed_or_deleted(team: GangsUnit) -> None:
    """F1, F5: not in place, not by SQL; neither is its evidence."""
    row = kept(team, suspected(), gang())
    for statement in (
        "UPDATE gangs_keptmembership SET status = 'associate'",
        "UPDATE gangs_keptmembership SET expires_on = expires_on - 1",
        "UPDATE gangs_keptmembership SET superseded_at = now(), rationale = 'x'",
        "DELETE FROM gangs_keptmembership",
        "UPDATE gangs_membershipevidence SET source = '1'",
        "DELETE FROM gangs_membershipevidence",
    ):
        with (
            pytest.raises(IntegrityError, match="refused"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert KeptMembership.objects.get() == row


def test_f1_the_page_shows_who_stands_behind_it_and_why(team: GangsUnit) -> None:
    """F1: evidence with grade and date, rationale, author, authoriser, review."""
    row = kept(team, suspected(), gang())
    page = text_of(team.proposing, f"/memberships/{row.pk}")
    for words in (
        row.rationale, str(team.author), str(team.supervisor), "3x5x2 1/A/P", "3x5x2 2/B/P",
        "Graded intelligence that says so", "Two independent records", "Version 2026-1",
    ):  # fmt: skip
        assert words in page, words


# ---------------------------------------------------------------- F2


def test_f2_members_and_those_harmed_are_apart_on_pages_and_in_the_api(team: GangsUnit) -> None:
    """F2: a list and a permission of its own; without it, they are not even counted."""
    one = gang()
    member, harmed = suspected("Memberson"), suspected("Harmedson")
    kept(team, member, one)
    kept(
        team, harmed, one, status="exploited", rationale="Was made to hold money under threat",
        **{
            f"criterion_{harmed.arrest.pk}": "away_arrest",
            f"criterion_{harmed.report.pk}": "",
        },
    )  # fmt: skip
    affiliate(person_record("Riskson"), one, "at_risk")
    plain, safe = looking(), looking("safeguarding")
    for client, sees in ((plain, False), (safe, True)):
        page = text_of(client, f"/gangs/{one.pk}")
        assert "Memberson" in page.split('id="harmed"')[0]
        assert ("Harmedson" in page) == sees
        assert ("Riskson" in page) == sees
        assert ('id="harmed"' in page) == sees
        assert ("Exploited" in text_of(client, f"/people/{harmed.person.pk}")) == sees
    listed = page.split('id="harmed"')[1]
    assert "Memberson" not in listed
    shown = api("officer", f"/api/v1/gangs/{one.pk}")
    assert [row["person"]["name"] for row in shown["members"]] == ["Jordan Memberson"]
    assert shown["harmed"] == []
    assert len(api("safeguarding", f"/api/v1/gangs/{one.pk}")["harmed"]) == 2
    counts = {e.result_count for e in Event.objects.filter(action="gang.viewed")}
    assert counts == {1, 3}


def person_record(surname: str, **fields: Any) -> Any:
    made = record("gangs", surname=surname, given_names="Jordan", **fields)
    person(made)
    return made


def test_f2_the_permission_opens_the_list_only_for_a_purpose_about_them(team: GangsUnit) -> None:
    """F2: separate access: traffic or intelligence development is no reason."""
    one = gang()
    affiliate(person_record("Riskson"), one, "at_risk")
    for code, sees in (("SAFEGUARD", True), ("INTEL-DEV", False)):
        page = text_of(looking("safeguarding", code), f"/gangs/{one.pk}")
        assert ("Riskson" in page) == sees, code


def test_f2_who_may_not_see_them_cannot_keep_or_authorise_them(team: GangsUnit) -> None:
    """F2: not by sending the status either."""
    who, one = suspected(), gang()
    blind = with_purpose(team.proposing, "INTEL-DEV")
    answer = blind.post(f"/people/{who.person.pk}/membership", asked(who, one, status="exploited"))
    assert answer.status_code == 400
    assert not MembershipProposal.objects.exists()


@pytest.mark.parametrize("status", ["member", "associate"])
def test_f2_a_child_that_another_system_calls_a_member_is_shown_as_to_be_protected(
    status: str,
) -> None:
    """F2: never the words member or associate of a child, on neither list."""
    one = gang()
    child = person_record("Youngson", born_on=timezone.localdate() - timedelta(days=15 * 365))
    affiliate(child, one, status, rationale="Known associate, recruited as a runner")
    assert "Youngson" not in text_of(looking(), f"/gangs/{one.pk}")
    listed = text_of(looking("safeguarding"), f"/gangs/{one.pk}").split('id="harmed"')[1]
    row = listed[listed.index("Youngson") : listed.index("</tr>", listed.index("Youngson"))]
    assert "Child named in gang records: to be protected" in row
    for word in ("ssociate", "ember,", "recruited", "runner"):
        assert word not in row


# ---------------------------------------------------------------- F3


@pytest.mark.parametrize("code", ["family", "address", "music", "likes", "friendship", "victim"])
def test_f3_association_alone_is_refused_through_the_page_and_counted(
    team: GangsUnit, code: str
) -> None:
    """F3: the brake; counted without officer or person, and the trail knows both."""
    who, one = suspected(), gang()
    both = {f"criterion_{r.pk}": code for r in (who.arrest, who.report)}
    answer = propose(team, who, one, **both)
    assert answer.status_code == 400
    assert "alone makes nobody a member" in answer.content.decode()
    assert not MembershipProposal.objects.exists()
    counted = RefusedProposal.objects.get()
    assert (counted.rule, counted.brake) == (code, True)
    assert {f.name for f in RefusedProposal._meta.fields} == {"id", "at", "unit", "rule", "brake"}
    event = Event.objects.get(action="membership.stopped")
    assert event.detail["brake"] is True
    assert event.subject_ids == [str(who.person.pk)]


def test_f3_a_single_source_is_refused(team: GangsUnit) -> None:
    """F3: a second record of the same event is not a second source."""
    one, two = arrest(event_ref="CU/1/26"), report(event_ref="CU/1/26")
    from tests.gangs.kept import Subject

    who = Subject(person(one, two), one, two)
    assert propose(team, who, gang()).status_code == 400
    assert RefusedProposal.objects.get().rule == "single_source"


def test_f3_the_records_of_others_are_no_evidence(team: GangsUnit) -> None:
    """F3: nobody is a member by what somebody else did, whatever is sent."""
    who, other, one = suspected(), suspected("Another"), gang()
    given = asked(who, one)
    del given[f"criterion_{who.arrest.pk}"]
    stolen = {f"criterion_{other.arrest.pk}": "conviction", f"grade_{other.arrest.pk}": "1/A/P"}
    answer = team.proposing.post(f"/people/{who.person.pk}/membership", {**given, **stolen})
    assert answer.status_code == 400
    assert not MembershipProposal.objects.exists()


def test_f3_d1_the_grade_of_an_intelligence_report_cannot_be_improved(team: GangsUnit) -> None:
    """F3, D1: a report graded 3E stays 3E, whatever grade is sent beside it."""
    one, two = arrest(), report(grade="3E")
    from tests.gangs.kept import Subject

    who = Subject(person(one, two), one, two)
    answer = propose(team, who, gang(), **{f"grade_{two.pk}": "1/A/P"})
    assert answer.status_code == 400
    assert RefusedProposal.objects.filter(rule="criteria").exists()


# ---------------------------------------------------------------- F4


def test_f4_it_ends_after_six_months_even_if_no_task_runs(team: GangsUnit) -> None:
    """F4: T+6m stands, T+6m+1d is shown nowhere; no task has written anything."""
    who, one = suspected("Fadeson"), gang()
    row = kept(team, who, one)
    last = row.expires_on
    for day, stands in ((last, True), (last + timedelta(days=1), False)):
        with time_machine.travel(
            datetime(day.year, day.month, day.day, 12, tzinfo=UTC), tick=False
        ):
            for client in (looking(), looking("gangs-supervisor")):
                assert ("Fadeson" in text_of(client, f"/gangs/{one.pk}")) == stands
                listed = text_of(client, f"/people/{who.person.pk}")
                assert ("Member, evidenced" in listed) == stands
            shown = api("officer", f"/api/v1/gangs/{one.pk}")
            assert (shown["members"] != []) == stands
            team.sign_in()
            assert (team.proposing.get(f"/memberships/{row.pk}").status_code == 200) == stands
            queue = text_of(team.proposing, "/memberships")
            assert ("Expired within a month" in queue) != stands
            if not stands:
                assert "Fadeson" not in queue
            assert KeptMembership.objects.get() == row


def test_f4_the_task_writes_the_end_once(team: GangsUnit) -> None:
    """F4: the last version says how it ended; running again changes nothing."""
    row = kept(team, suspected(), gang())
    with time_machine.travel(_noon(row.expires_on + timedelta(days=3))):
        assert (ending.expire(), ending.expire()) == (1, 0)
    old, last = KeptMembership.objects.filter(root=row.root).order_by("number")
    assert (last.status, last.was, last.ended) == ("removed", "member", "expired")
    assert last.valid_to == row.expires_on + timedelta(days=1)
    assert old.superseded_at == last.recorded_at
    assert last.evidence.count() == old.evidence.count() == 2
    assert Event.objects.get(action="membership.expired").result_count == 1


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_f4_old_evidence_does_not_renew_it_and_new_evidence_does(team: GangsUnit) -> None:
    """F4: re-authorised with new evidence only."""
    who, one = suspected(), gang()
    row = kept(team, who, one)
    again = asked(who, one)
    day = timezone.localdate() + timedelta(days=100)
    with time_machine.travel(_noon(day), tick=False):
        team.sign_in()
        again["review_on"] = (day + timedelta(days=28)).isoformat()
        answer = team.proposing.post(f"/memberships/{row.pk}/renew", again)
        assert answer.status_code == 400
        assert "Nothing new" in answer.content.decode()
        new = report(event_on=day - timedelta(days=2), event_summary="Seen collecting again")
        link(new, who.person)
        again |= {f"criterion_{new.pk}": "intelligence"}
        assert team.proposing.post(f"/memberships/{row.pk}/renew", again).status_code == 302
        assert decide(team, MembershipProposal.objects.latest("pk").pk).status_code == 302
    first, second = KeptMembership.objects.filter(root=row.root).order_by("number")
    assert second.expires_on > first.expires_on
    assert second.valid_from == first.valid_from
    assert (first.superseded_at is None, second.superseded_at) == (False, None)


def link(one: Any, to: Any) -> None:
    from people.models import Link

    Link.objects.create(record=one, person=to, method="model", weight=12.0, run_id=1)


def test_f4_a_review_never_moves_the_end(team: GangsUnit) -> None:
    """F4: looking at it again is no new evidence."""
    row = kept(team, suspected(), gang())
    late = (row.expires_on + timedelta(days=1)).isoformat()
    client = team.deciding
    assert client.post(f"/memberships/{row.pk}/review", {"review_on": late}).status_code == 302
    good = row.expires_on.isoformat()
    team.proposing.post(f"/memberships/{row.pk}/review", {"review_on": good})
    assert KeptMembership.objects.count() == 1  # nobody reviews what they proposed
    assert client.post(f"/memberships/{row.pk}/review", {"review_on": good}).status_code == 302
    last = KeptMembership.objects.get(superseded_at=None)
    assert (last.number, last.expires_on, last.review_on) == (2, row.expires_on, row.expires_on)


def test_f4_an_overdue_review_is_marked_and_listed_and_fading_is_said(team: GangsUnit) -> None:
    """F4: no contact for months is shown in words."""
    who, one = suspected("Quietson"), gang()
    row = kept(team, who, one)
    with time_machine.travel(_noon(row.review_on + timedelta(days=70)), tick=False):
        team.sign_in()
        assert "Review overdue" in text_of(team.proposing, "/memberships")
        page = text_of(team.proposing, f"/gangs/{one.pk}")
        assert "Review overdue: do not rely on it" in page
        assert "nothing for 3 months" in page


def test_f4_what_another_system_delivers_ends_after_six_months_too() -> None:
    """F4: an import that never expires is hidden all the same, whatever review date it brings."""
    one, member = gang(), person_record("Importson")
    affiliate(member, one, authorised_on=timezone.localdate(), review_on=date(2099, 1, 1))
    assert "Importson" in text_of(looking(), f"/gangs/{one.pk}")
    with time_machine.travel(_noon(timezone.localdate() + timedelta(days=190)), tick=False):
        assert "Importson" not in text_of(looking(), f"/gangs/{one.pk}")
        assert api("officer", f"/api/v1/gangs/{one.pk}")["members"] == []


# ---------------------------------------------------------------- F5


def test_f5_removal_reaches_everything(team: GangsUnit, settings: Any, tmp_path: Path) -> None:
    """F5: pages, API, index, saved lists, watches, flags and earlier exports."""
    who, one = suspected("Goneson"), gang()
    row = kept(team, who, one)
    told = _share(team, row, settings, tmp_path)
    index()
    watcher = looking()
    watcher.post(f"/people/{who.person.pk}/watch-now")
    assert remove(team, row).status_code == 302
    for client in (looking(), looking("gangs-supervisor"), looking("safeguarding")):
        for address in (f"/gangs/{one.pk}", f"/people/{who.person.pk}", "/watches", "/"):
            page = text_of(client, address)
            assert "Member, evidenced" not in page
            assert address.startswith("/people") or "Goneson" not in page
    assert api("officer", f"/api/v1/gangs/{one.pk}")["members"] == []
    team.sign_in()
    queue = text_of(team.proposing, "/memberships")
    assert "Goneson" not in queue
    assert "Birmingham Youth Justice" in queue  # is still to be told
    assert team.proposing.get(f"/memberships/{row.pk}").status_code == 404
    assert not _in_any_index(one.name, who.person.pk)
    told.refresh_from_db()
    assert told.notice_due_at is not None
    assert team.proposing.post(f"/memberships/notices/{told.pk}/sent").status_code == 302
    text_of(team.proposing, "/memberships")  # says that it is done
    assert "Birmingham Youth Justice" not in text_of(team.proposing, "/memberships")


def _share(
    team: GangsUnit, row: KeptMembership, settings: Any, tmp_path: Path
) -> MembershipDisclosure:
    settings.GANG_AGREEMENTS = str(_agreements(tmp_path))
    given = {
        "agreement": "ISA-1", "recipient": "A. Worker", "organisation": "Birmingham Youth Justice",
        "reason": "To plan how he leaves the gang",
    }  # fmt: skip
    answer = team.deciding.post(f"/memberships/{row.pk}/share", given)
    assert answer.status_code == 200, answer
    return MembershipDisclosure.objects.latest("pk")


def _agreements(folder: Path) -> Path:
    file = folder / "agreements.toml"
    file.write_text(
        '[[agreement]]\nreference = "ISA-1"\norganisation = "Birmingham Youth Justice"\n'
        'purpose = "Leaving gangs"\nends_on = 2099-01-01\n'
        '[[agreement]]\nreference = "ISA-OLD"\norganisation = "Somebody"\npurpose = "x"\n'
        "ends_on = 2020-01-01\n"
    )
    return file


def _in_any_index(name: str, person_id: int) -> bool:
    """Whether a document ties the person to the gang: there is none that could."""
    for spec in specs():
        hits = search_client.search(
            spec.alias, {"size": 100, "query": {"match_all": {}}, "_source": True}
        )["hits"]["hits"]
        for hit in hits:
            said = json.dumps(hit["_source"])
            if name in said and str(person_id) in said:
                return True
    return False


def test_f5_saved_lists_hold_references_not_copies(team: GangsUnit) -> None:
    """F5: no table of lists, watches, shares or recent people holds a gang."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name ~ 'gang'"
        )
        tables = {table for table, _ in cursor.fetchall()}
    of_groups = {"network_relation"}  # how two gangs stand to each other: nobody is in it
    assert {t for t in tables if not t.startswith("gangs_")} == of_groups


def test_f5_what_its_system_removed_is_on_no_list() -> None:
    """F5: an imported removal, and a row that vanished."""
    one = gang()
    for name, fields in (
        ("Removedson", {"status": "removed"}),
        ("Vanishedson", {"deleted_at": timezone.now()}),
    ):
        affiliate(person_record(name), one, **fields)
    for role in ("officer", "safeguarding", "gangs-supervisor"):
        page = text_of(looking(role), f"/gangs/{one.pk}")
        assert "Removedson" not in page
        assert "Vanishedson" not in page


def test_f5_a_wrong_person_was_never_one(team: GangsUnit) -> None:
    """F5: known until then as true, afterwards as never true."""
    row = kept(team, suspected(), gang())
    before = timezone.now()
    assert remove(team, row, "wrong_person").status_code == 302
    assert not standing.holding(row.valid_from).exists()
    assert standing.holding(row.valid_from, known_at=before).get() == row


# ---------------------------------------------------------------- F6


def test_f6_no_route_gives_several_memberships(team: GangsUnit) -> None:
    """F6: no export, file or list; the API gives one gang at a time and lists nobody."""
    kept(team, suspected("Listedson"), gang())
    ways = [
        r
        for r in routes(get_resolver().url_patterns)
        if "gang" in r.address or "member" in r.address
    ]
    assert not [r for r in ways if re.search(r"export|download|csv|extract|bulk|all", r.address)]
    client = looking("gangs-supervisor")
    for route in ways:
        answer = client.get(route.address)
        assert "attachment" not in answer.headers.get("Content-Disposition", "")
        assert answer.headers["Content-Type"].startswith(("text/html", "application/json"))
    listing = json.dumps(api("gangs-supervisor", "/api/v1/gangs"))
    assert "Listedson" not in listing
    for query in ("?format=csv", "?limit=10000", "?members=1"):
        assert "Listedson" not in json.dumps(api("officer", f"/api/v1/gangs{query}"))


def test_f6_a_list_of_people_holds_no_memberships(team: GangsUnit) -> None:
    """F6: neither a batch nor its file."""
    kept(team, suspected("Batchson"), gang())
    index()
    client = looking("supervisor")
    answer = client.post("/people/lists", {"text": "Jordan Batchson 02/03/1995", **PURPOSE})
    import uuid

    batch.run(uuid.UUID(answer["Location"].rpartition("/")[2]))
    given = {"recipient": "myself", "organisation": "WMP", "reason": "To see what is given"}
    file = client.post(f"{answer['Location']}/download", given).content.decode()
    assert "Canal Street Crew" not in file
    assert "Canal Street Crew" not in text_of(client, answer["Location"])


def test_f6_sharing_is_one_recipient_under_an_agreement_that_holds(
    team: GangsUnit, settings: Any, tmp_path: Path
) -> None:
    """F6: no agreement, an ended one, another organisation, no reason: nothing leaves."""
    row = kept(team, suspected("Sharedson"), gang())
    address = f"/memberships/{row.pk}/share"
    given = {
        "agreement": "ISA-1", "recipient": "A. Worker", "organisation": "Birmingham Youth Justice",
        "reason": "To plan how he leaves the gang",
    }  # fmt: skip
    team.deciding.post(address, given)
    assert not MembershipDisclosure.objects.exists()  # none is registered
    settings.GANG_AGREEMENTS = str(_agreements(tmp_path))
    for wrong in (
        {"agreement": "ISA-OLD"}, {"organisation": "Somebody"}, {"recipient": ""}, {"reason": "x"},
    ):  # fmt: skip
        team.deciding.post(address, {**given, **wrong})
    assert not MembershipDisclosure.objects.exists()
    assert team.proposing.post(address, given).status_code == 403
    copy = team.deciding.post(address, given).content.decode()
    main = copy[copy.index("<main") : copy.index("</main>")]
    assert "Sharedson" in main
    for words in (row.rationale, "3x5x2", "custody", "Graded intelligence"):
        assert words not in main  # the least that is needed
    assert MembershipDisclosure.objects.get().agreement == "ISA-1"
    assert Event.objects.get(action="membership.shared").detail["recipient"] == "A. Worker"


# ---------------------------------------------------------------- F7


def test_f7_nobody_has_a_score_or_a_colour(team: GangsUnit) -> None:
    """F7: no column, field or word ranks a person; strength is said in words."""
    who, one = suspected(), gang()
    kept(team, who, one)
    columns = [
        f.name
        for m in (KeptMembership, MembershipEvidence, MembershipProposal)
        for f in m._meta.fields
    ]
    assert not [c for c in columns if re.search(r"score|rank|risk|harm|weight|band|rag", c)]
    shown = api("gangs-supervisor", f"/api/v1/gangs/{one.pk}")["members"][0]
    numbers = {
        k for k, v in shown.items() if isinstance(v, int | float) and not isinstance(v, bool)
    }
    assert numbers == set()
    assert shown["strength"] == "Two independent records"
    page = text_of(team.proposing, f"/gangs/{one.pk}")
    assert not re.search(r"(?i)harm score|risk score|high risk|red, amber", page)


# ---------------------------------------------------------------- F8


def test_f8_the_person_can_be_told_everything_after_it_ended(
    team: GangsUnit, settings: Any, tmp_path: Path
) -> None:
    """F8: dates, criteria, who, who was told what; refused proposals and other systems, too."""
    who, one = suspected("Askson"), gang()
    row = kept(team, who, one)
    _share(team, row, settings, tmp_path)
    remove(team, row)
    affiliate(who.report, one, status="removed", rationale="Seen with others")
    client = looking("disclosure", "SAR")
    page = text_of(client, f"/people/{who.person.pk}/gang-history")
    for words in (
        "Canal Street Crew", row.rationale, "Graded intelligence that says so", "version 2",
        "They left the gang", "He moved away", "A. Worker, Birmingham Youth Justice", "ISA-1",
        "Not yet told of its end", "Seen with others", str(team.supervisor),
    ):  # fmt: skip
        assert words in page, words
    assert Event.objects.filter(action="gang_history.viewed").count() == 1


def test_f8_a_refusal_needs_a_recorded_reason(team: GangsUnit) -> None:
    """F8: by the page and by the database."""
    who = suspected()
    kept(team, who, gang())
    client = looking("disclosure", "SAR")
    address = f"/people/{who.person.pk}/gang-history"
    assert client.post(address, {"outcome": "refused", "reason": ""}).status_code == 400
    assert not HistoryDecision.objects.exists()
    reason = "Would prejudice an investigation, s.45(4)(b)"
    assert client.post(address, {"outcome": "refused", "reason": reason}).status_code == 302
    assert reason in text_of(client, address)
    with pytest.raises(IntegrityError), transaction.atomic():
        HistoryDecision.objects.create(
            person_id=1, records=[1], outcome="refused", reason="", at=timezone.now(),
            officer=team.author,
        )  # fmt: skip


@pytest.mark.parametrize("role", ["officer", "gangs-supervisor", "analyst", "safeguarding"])
def test_f8_nobody_else_opens_the_history(team: GangsUnit, role: str) -> None:
    """F8: what has ended is for the person's own request only."""
    who = suspected()
    kept(team, who, gang())
    assert looking(role).get(f"/people/{who.person.pk}/gang-history").status_code == 403


# ---------------------------------------------------------------- F9


def test_f9_the_report_has_three_denominators_and_hides_small_numbers(team: GangsUnit) -> None:
    """F9: residents, recorded offending, victimisation; fewer than five is never said."""
    one = gang()
    for number in range(7):
        member = person_record(f"M{number}", ethnicity_self="B1", sex="M", role="arrested")
        affiliate(member, one)
    affiliate(person_record("Few", ethnicity_self="W1", sex="M", role="victim"), one)
    for number in range(12):
        person_record(f"V{number}", ethnicity_self="W1", sex="F", role="victim")
    proportions.make()
    page = text_of(signed_in(officer("ethics")), "/gang-figures/proportions")
    for heading in proportions.HEADINGS:
        assert heading in page
    table = page[page.index("Ethnicity</caption>") :]
    black = table[table.index(">Black</th>") : table.index("</tr>", table.index(">Black</th>"))]
    white = table[table.index(">White</th>") : table.index("</tr>", table.index(">White</th>"))]
    assert "236,022" in black
    assert "fewer than 5" in white
    assert "not shown" in black  # or the one could be worked out from the other
    assert ">1<" not in white
    assert "13 (" in white  # victims


def test_f9_a_report_is_made_once_a_month() -> None:
    """F9: monthly."""
    assert proportions.make_monthly()
    assert not proportions.make_monthly()


# ---------------------------------------------------------------- F10


def test_f10_the_figures_reconcile_and_small_numbers_are_hidden(team: GangsUnit) -> None:
    """F10: each number of the page is a count of rows; refusals, also of the brake, are there."""
    from gangs import governance

    one = gang()
    rows = [kept(team, suspected(f"Name{n}"), one) for n in range(6)]
    remove(team, rows[0])
    who = suspected("Music")
    for _ in range(5):
        propose(team, who, one, **{f"criterion_{r.pk}": "music" for r in (who.arrest, who.report)})
    since = timezone.now() - timedelta(days=1)
    (numbers,) = governance.count(since).values()
    assert (numbers["Standing"], numbers["Added"], numbers["Removed"]) == (5, 6, 1)
    assert (numbers["By the brake"], numbers["Refused by the rules"]) == (5, 5)
    assert governance.evidence_by_unit().popitem()[1] == 2 * 5
    for role in ("ethics", "gangs-supervisor"):
        page = text_of(signed_in(officer(role)), "/gang-figures")
        assert 'data-label="Standing">5<' in page.replace("\n", "")
        assert "not shown" in page or "fewer than 5" in page  # one removed: not said
        assert 'data-label="Removed">1<' not in page
        assert "Only: music, video" in page
        assert "2.0" in page
        assert "Name1" not in page
    assert Event.objects.filter(action="gangs.governed").count() == 2


@pytest.mark.parametrize("role", ["officer", "gangs-officer", "administrator", "analyst"])
def test_f10_the_figures_are_for_the_panel_and_the_supervisor(role: str) -> None:
    """F10: nobody else."""
    assert signed_in(officer(role)).get("/gang-figures").status_code == 403


def test_f1_administration_has_no_way_in() -> None:
    """F1-F10: there is no admin site, and who manages roles can hold none of the permissions."""
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    from wmp_search.access import separation

    for permission in ("gang.keep", "gang.authorise", "gang.view_harmed", "gang.history"):
        assert separation.broken(["role.manage", permission])


def test_f5_joined_and_parted_records_carry_it_or_hide_it(team: GangsUnit) -> None:
    """F5, G3: it follows its records; while they are of two people it is on nobody's page."""
    from people.models import Link

    who, one = suspected("Movedson"), gang()
    kept(team, who, one)
    other = person(arrest("Movedson"))
    Link.objects.filter(person=who.person).update(person=other)  # joined into another person
    assert "Member, evidenced" in text_of(looking(), f"/people/{other.pk}")
    Link.objects.filter(record=who.arrest).update(person=who.person)  # parted
    for pk in (other.pk, who.person.pk):
        assert "Member, evidenced" not in text_of(looking(), f"/people/{pk}")
    assert "Movedson" not in text_of(looking(), f"/gangs/{one.pk}")
    assert "of different people" in text_of(team.proposing, "/memberships")


def test_f2_a_membership_of_restricted_evidence_is_hidden_from_who_may_not_see_it(
    team: GangsUnit,
) -> None:
    """F2, K: the highest label of its evidence is the membership's."""
    from tests.gangs.kept import Subject

    one, two = arrest("Tieredson"), report("Tieredson", tier=1)
    who, crew = Subject(person(one, two), one, two), gang()
    kept(team, who, crew)
    assert "Member, evidenced" not in text_of(looking(), f"/people/{who.person.pk}")
    assert "Tieredson" not in text_of(looking(), f"/gangs/{crew.pk}")
    assert "Tieredson" in text_of(looking("analyst"), f"/gangs/{crew.pk}")


def test_crimes_in_common_need_two_of_the_members(team: GangsUnit) -> None:
    """What one member did alone is not the gang's, nor where another was the victim."""
    crew = gang()
    one, two = suspected("First"), suspected("Second")
    kept(team, one, crew)
    kept(team, two, crew)
    both, alone, harmed = crime("20CR/000001/26"), crime("20CR/000002/26"), crime("20CR/000003/26")
    for record_, case, role in (
        (one.arrest, both, "suspect"), (two.arrest, both, "arrested"),
        (one.arrest, alone, "suspect"),
        (one.arrest, harmed, "suspect"), (two.arrest, harmed, "victim"),
    ):  # fmt: skip
        involve(record_, case, role)
    page = text_of(looking(), f"/gangs/{crew.pk}")
    assert "20CR/000001/26" in page
    assert "20CR/000002/26" not in page
    assert "20CR/000003/26" not in page


def test_a_watch_says_nothing_of_a_membership(team: GangsUnit) -> None:
    """F5: a membership is no evidence: keeping or ending one raises no alert."""
    who = suspected()
    row = kept(team, who, gang())
    remove(team, row)
    assert watching.unopened(standing_scope()).count() == 0


def standing_scope() -> Any:
    from wmp_search.access.scope import scope_of

    return scope_of(officer("officer"))
