"""Warnings grow old: what is shown, found and asked about after how long (policing.md C11)."""

from datetime import date
from typing import Any

import pytest
import time_machine

from audit.models import Event
from people import confirming, signals
from people import index as people_index
from people.models import Confirmation, Link, Person, WarningMarker
from people.profile import Profile, profile
from people.readback import readback
from people.serializers import PersonOut
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import person, record
from wmp_search.access.scope import scope_of
from wmp_search.search.models import OutboxEntry

pytestmark = pytest.mark.django_db
STATED = date(2020, 3, 1)
# the period of most kinds: to be reviewed after a year, expired after five
CURRENT, DUE, EXPIRED = "2021-02-28", "2021-03-01", "2025-03-01"


def somebody(code: str = "VI", label: str = "Violent", **fields: Any) -> Person:
    who = person(
        record("custody", surname="Wick", markers=[{"code": code, "label": label}],
               recorded_on=fields.pop("recorded_on", STATED)),
        record("pnc", surname="Wick", recorded_on=date(2020, 1, 1)),
    )  # fmt: skip
    WarningMarker.objects.filter(person=who).update(**{"last_on": STATED, **fields})
    return who


def seen(who: Person) -> Profile:
    shown = profile(who.pk, scope_of(officer("officer")))
    assert shown
    return shown


def findable_by(who: Person) -> list[str]:
    (document, *_) = [d for d in people_index.documents([who.pk]) if d.source]
    assert document.source
    return list(document.source["markers"])


@pytest.mark.parametrize(
    ("today", "state", "badges", "greyed", "counts"),
    [
        (CURRENT, "current", ("Violent",), (), ["Violent"]),
        (DUE, "due", (), ("Violent: not confirmed since Mar 2020",), ["Violent"]),
        (EXPIRED, "expired", (), ("Violent: not confirmed since Mar 2020",), []),
    ],
)
def test_a_warning_loses_its_badge_then_its_place_and_is_never_left_out(
    today: str, state: str, badges: Any, greyed: Any, counts: list[str]
) -> None:
    who = somebody()
    with time_machine.travel(today):
        shown = seen(who)
        assert (shown.summary.markers, shown.summary.old_markers) == (badges, greyed)
        card = readback(shown)
        assert [w.words for w in card.warnings] == counts
        assert [w.words for w in (*card.warnings, *card.expired)] == ["Violent"]
        assert "control" in card.advice[0]
        assert findable_by(who) == counts
        (said,) = PersonOut(shown.for_copy()).data["markers"]
        assert (said["age"]["state"], said["age"]["since"]) == (state, "2020-03-01")
        (fact,) = shown.markers
        assert fact.is_old is (state != "current")
        if fact.is_old:
            assert "confirmed since 1 March 2020" in fact.note


@pytest.mark.parametrize(
    ("code", "fields", "today", "state"),
    [
        ("CO", {}, "2020-09-01", "due"),  # contagious: half a year
        ("CO", {}, "2022-03-01", "expired"),
        ("ZZ", {}, "2020-09-01", "current"),  # a kind that the file does not name
        ("VI", {"set_on": date(2015, 3, 1)}, "2020-03-02", "expired"),  # its own day counts
        ("VI", {"review_on": date(2020, 6, 1)}, "2020-06-01", "due"),  # the feed's own review
        ("VI", {"review_on": date(2027, 1, 1)}, "2026-01-01", "current"),
        ("VI", {"last_on": None, "recorded_on": None}, "2020-03-02", "due"),  # nobody knows
    ],
)
def test_each_kind_and_what_a_feed_says_have_their_own_period(
    code: str, fields: dict[str, Any], today: str, state: str
) -> None:
    who = somebody(code, **fields)
    with time_machine.travel(today):
        (fact,) = seen(who).markers
        assert fact.age
        assert fact.age.state == state


def test_a_newer_record_that_states_it_counts_only_for_who_sees_it() -> None:
    who = person(
        record("custody", surname="Wick", recorded_on=STATED,
               markers=[{"code": "VI", "label": "Violent"}]),
        record("domestic_abuse", surname="Wick", recorded_on=date(2024, 3, 1),
               markers=[{"code": "VI", "label": "Violent"}]),
    )  # fmt: skip
    WarningMarker.objects.filter(person=who).update(last_on=STATED)
    with time_machine.travel("2024-04-01"):
        assert seen(who).summary.old_markers
        analyst = profile(who.pk, scope_of(officer("analyst")))
        assert analyst
        assert analyst.summary.markers == ("Violent",)


def manager() -> Any:
    return with_purpose(signed_in(officer("records-manager")), "DATA-QUALITY")


SAID = {"on": "2023-05-02", "reference": "20CR/12/23", "basis": "Hit an officer on arrest"}


def test_who_confirms_a_warning_brings_it_back_for_whoever_has_the_record() -> None:
    who = somebody()
    marker = WarningMarker.objects.get()
    with time_machine.travel("2023-06-01"):
        client = manager()
        listed = client.get("/retention/warnings").content.decode()
        assert "1 waits, the oldest first" in listed
        assert "1 Mar 2020" in listed
        address = f"/retention/warnings/{marker.pk}"
        assert "Not confirmed since 1 March 2020" in client.get(address).content.decode()
        for wrong in ({"on": "2023-06-02"}, {"basis": "no"}, {"reference": ""}):
            assert client.post(address, {**SAID, **wrong}).status_code == 200
        assert not Confirmation.objects.exists()
        OutboxEntry.objects.all().delete()
        assert client.post(address, SAID).status_code == 302
        assert OutboxEntry.objects.filter(entity_id=who.pk).exists()
        assert "in time" in client.get("/retention/warnings").content.decode()
        (fact,) = seen(who).markers
        assert fact.note == "Confirmed 2 May 2023, review by 2 May 2024"
        # resolution gives the record to somebody else: it goes along
        other = person(record("pnc", surname="Stone"))
        WarningMarker.objects.filter(pk=marker.pk).update(person=other)
        Link.objects.filter(record__in=marker.records).update(person=other)
        assert seen(other).summary.markers == ("Violent",)
        row = Event.objects.get(action="warning.confirmed")
        assert "arrest" not in str(row.detail)
    with time_machine.travel("2024-05-02"):
        assert "1 waits" in manager().get("/retention/warnings").content.decode()


def test_the_queue_shows_warnings_of_people_whom_the_reader_may_see_alone() -> None:
    hidden = person(record("domestic_abuse", surname="Quill", recorded_on=STATED,
                           markers=[{"code": "VI", "label": "Violent"}]))  # fmt: skip
    WarningMarker.objects.update(last_on=STATED, tier=2)
    marker = WarningMarker.objects.get(person=hidden)
    client = manager()
    assert "in time" in client.get("/retention/warnings").content.decode()
    assert client.get(f"/retention/warnings/{marker.pk}").status_code == 404
    plain = with_purpose(signed_in(officer("officer")))
    assert plain.get("/retention/warnings").status_code == 403


def test_the_night_makes_the_documents_of_expired_warnings_again() -> None:
    who, later = somebody(), somebody(last_on=date(2020, 6, 1))
    OutboxEntry.objects.all().delete()
    with time_machine.travel("2025-03-02"):
        assert confirming.settle() == 1
    (entry,) = OutboxEntry.objects.filter(entity="person")
    assert (entry.entity_id, Person.objects.get(pk=who.pk).version) == (who.pk, who.version + 1)
    with time_machine.travel("2025-03-10"):
        assert confirming.settle() == 0
    Confirmation.objects.create(
        person_id=later.pk, records=WarningMarker.objects.get(person=later).records, code="VI",
        confirmed_on=date(2021, 1, 1), basis="x", reference="y",
        confirmed_by=officer("records-manager"),
    )  # fmt: skip
    with time_machine.travel("2026-01-01"):
        assert signals.expired_lately() == [later.pk]


def test_nobody_has_confirmed_the_periods_and_the_queue_says_so() -> None:
    assert not signals.periods().is_confirmed
    assert "Nobody has confirmed these periods" in (
        manager().get("/retention/warnings").content.decode()
    )
