"""Done when: somebody in eleven systems is disposed of, and their surname is found nowhere.

Neither in the database's text, an index, Redis, a working file, a log or an export; the trail
proves the disposal without the name; the next delivery and a restored backup do not bring it back.
"""

import logging
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from audit import expiries, places, seal, verify
from audit.actions import Action
from audit.models import Event
from audit.record import SYSTEM, Entry, event
from ingest.models import Batch, Rejection, SourceRecord, SourceRecordVersion
from ingest.pipeline import Plan, refresh
from people import batch as batches
from people.models import Batch as PeopleBatch
from people.models import Link, NominalRecord, Person, Restriction
from tests import databases
from tests.conftest import _close_connections
from tests.ingest.conftest import Feed
from tests.officers import officer, signed_in, with_purpose
from tests.retention import eleven
from tests.retention.eleven import SURNAME
from wmp_search.operations.backups import bring_back, dumps, ledger
from wmp_search.retention import compute, disposal, erase, rules
from wmp_search.retention.models import Disposal, Erased, Standing
from wmp_search.search import sync

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Nothing since 2018, no risk is known"


@pytest.fixture
def var(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    name = str(django_settings.DATABASES["default"]["NAME"])
    settings.OWNER_DATABASE_URL = databases.owner_url(name)
    settings.AUDIT_CHECKPOINTS = f"file://{tmp_path / 'checkpoints'}"
    places._place.cache_clear()
    return tmp_path / "var"


@pytest.fixture
def loaded(feed: Feed, var: Path) -> Feed:
    """Delivered twice with changes, so that there are earlier versions; one row is rejected."""
    eleven.sources(feed)
    eleven.deliver(feed)
    refresh(Plan(feeds=feed.feeds))
    eleven.deliver(feed, note="second")
    refresh(Plan(feeds=feed.feeds))
    sync.migrate()
    sync.migrate(force=True)  # an earlier build waits for a roll-back
    assert SourceRecordVersion.objects.exists()
    return feed


def someone() -> Person:
    return Person.objects.get(surname=SURNAME, status="current")


def everything_is_looked_at(who: Person) -> None:
    """Pages, results, records, crimes, gangs, a copy, a list, a watch, a share, recent people."""
    event(Entry(Action.PERSON_VIEWED, SYSTEM, subject_ids=["5"], screen=b"<main>Other</main>"))
    analyst = officer("analyst", username="nair")
    client = with_purpose(signed_in(analyst))
    asked = {"text": eleven.BORN, "code": "CRIME-INV", "reference": "20/123456/26"}
    assert SURNAME in client.post("/people/search", asked, follow=True).content.decode()
    record = Link.objects.filter(person=who, record__system="custody").get().record_id
    crime = SourceRecord.objects.get(kind="crime").pk
    gang = SourceRecord.objects.get(kind="gang").pk
    for address in (f"/people/{who.pk}", f"/records/{record}", f"/crimes/{crime}"):
        assert SURNAME in client.get(address).content.decode(), address
    client.get(f"/gangs/{gang}")
    given = {"recipient": "Jo", "organisation": "CPS", "reason": "Asked for by the prosecutor"}
    assert SURNAME in client.post(f"/people/{who.pk}/print", given).content.decode()
    client.post(f"/people/{who.pk}/watch", {"days": "28", **asked})
    officer("officer", username="colleague")
    client.post(f"/people/{who.pk}/share", {"recipient": "colleague", "reason": WHY})
    assert SURNAME in client.get("/recent").content.decode()
    client.post("/people/lists", {"text": "1999/0123456X", **asked | {"text": "1999/0123456X"}})
    made = PeopleBatch.objects.get()
    batches.run(made.pk)
    assert SURNAME in client.get(f"/people/lists/{made.pk}").content.decode()
    auditor = signed_in(officer("auditor"))
    auditor.post("/audit/purpose", {"code": "lawfulness"})
    seen = Event.objects.filter(action="person.viewed").latest("at")
    at = int(seen.at.timestamp() * 1_000_000)
    auditor.get(f"/audit/{at}/{seen.id}")


def disposed(who: Person) -> Disposal:
    """Reviewed by one, approved by another, the quarantine over."""
    compute.compute()
    first, second = (
        with_purpose(signed_in(officer("records-manager")), "DATA-QUALITY") for _ in range(2)
    )
    answers = dict.fromkeys(rules.load().questions, "no")
    form = {**answers, "outcome": "dispose", "reason": f"{WHY} of Mr {SURNAME}"}
    assert first.post(f"/retention/people/{who.pk}", form).status_code == 302
    first.post("/retention/disposals", {"reason": WHY})
    held = Disposal.objects.get()
    second.post(f"/retention/disposals/{held.pk}", {"do": "approve", "reason": WHY})
    held.refresh_from_db()
    assert held.state == "quarantined"
    return held


def another_screen_is_removed_and_named() -> None:
    """The statement excuses what it lists and nothing else."""
    name = str(django_settings.DATABASES["default"]["NAME"])
    with databases.owner(name) as owner, owner.transaction(force_rollback=True):
        owner.execute("ALTER TABLE audit_screen DISABLE TRIGGER USER")
        left = "SELECT hash FROM audit_screen LIMIT 1"
        assert owner.execute(f"DELETE FROM audit_screen WHERE hash IN ({left})").rowcount == 1
        found = owner.execute(
            verify.SCREENS.encode(),
            ["-infinity", "infinity", list(expiries.erased_screens()), 9],
        ).fetchall()
        assert len(found) == 1


def erased() -> str:
    out = StringIO()
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=True):
        call_command("erase_due", apply=True, stdout=out)
    return out.getvalue()


def the_trail_proves_it(who: Person, records: list[int]) -> None:
    """Who, when, under which rule, of which records, without the name; and it is still whole."""
    row = Event.objects.get(action="disposal.erased")
    assert row.subject_ids == [str(who.pk)]
    assert row.detail["records"] == {str(who.pk): records}
    assert set(records) <= set(Erased.objects.values_list("record_id", flat=True))
    assert row.detail["rules"][str(who.pk)][:2] == [3, "source-class"]
    assert row.detail["proposed_by"] != row.detail["approved_by"]
    seal.run()
    assert verify.verify().findings == []
    another_screen_is_removed_and_named()


def the_others_are_as_they_were(who: Person, held: Disposal) -> None:
    """Clusters are clean: nobody else changed, nothing points to what is gone."""
    held.refresh_from_db()
    assert (held.state, held.report["people"]) == ("erased", 1)
    assert Person.objects.get(pk=who.pk).status == "withdrawn"
    assert not Standing.objects.filter(pk=who.pk).exists()
    assert not Restriction.objects.filter(person=who).exists()
    assert Person.objects.filter(status="current").count() == len(eleven.OTHERS)
    assert not Link.objects.exclude(record__in=NominalRecord.objects.all()).exists()
    assert sync.reconcile_counts() == []


def test_the_surname_is_found_nowhere_and_neither_delivery_nor_restore_bring_it_back(
    loaded: Feed, var: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    who = someone()
    assert (who.record_count, len(who.systems)) == (11, 11)
    everything_is_looked_at(who)
    seal.run()
    call_command("backup", tmp_path / "backup", stdout=StringIO())
    before = eleven.where_found(SURNAME, var)
    for place in ("people_name", "ingest_sourcerecord", "ingest_sourcerecordversion",
                  "ingest_rejection", "audit_screen", "gangs_membership"):  # fmt: skip
        assert f"table {place}" in before, "the search finds it where it is"
    assert sum(name.startswith("index") for name in before) == 2, "live, and kept for a roll-back"
    assert any(name.endswith(".parquet") for name in before)

    records = sorted(Link.objects.filter(person=who).values_list("record", flat=True))
    held = disposed(who)
    said = erased()
    assert "1 erased, 0 brought back" in said
    assert "custody: people" in said, "the deliveries that held them are named"
    checkpoints = tmp_path / "checkpoints"
    assert eleven.where_found(SURNAME, var, checkpoints) == []
    assert SURNAME.lower() not in caplog.text.lower()
    assert SURNAME not in said

    the_trail_proves_it(who, records)
    the_others_are_as_they_were(who, held)

    # the sources deliver it again, unchanged and changed
    for note in ("second", "third"):
        eleven.deliver(loaded, note=note)
        refresh(Plan(feeds=loaded.feeds))
        assert eleven.where_found(SURNAME, var) == []
    custody = Batch.objects.filter(system="custody", state="loaded").latest("started_at")
    assert custody.skipped >= 1
    assert not Rejection.objects.exists()

    # and a backup from before comes back without it
    ledger.write()
    _close_connections()
    databases.clone(str(django_settings.DATABASES["default"]["NAME"]), "template1")
    report = bring_back.restore(tmp_path / "backup")
    assert report.replayed is not None
    assert report.replayed.erased >= 11
    assert eleven.where_found(SURNAME, var) == []
    assert Person.objects.filter(status="current").count() == len(eleven.OTHERS)
    assert verify.verify(outside=False).findings == []


def test_new_evidence_in_quarantine_keeps_the_person(loaded: Feed, var: Path) -> None:
    who = someone()
    held = disposed(who)
    row = f"ST9,{SURNAME},Quillon,{eleven.BORN},1999/0123456X,,stopped,01/06/2026,,\n"
    path = loaded.feeds / "stop_search" / "people.csv"
    path.write_text(path.read_text() + row)
    refresh(Plan(feeds=loaded.feeds))
    assert "0 erased" in erased()
    held.refresh_from_db()
    assert held.people == {}
    assert someone().pk == who.pk
    assert not Restriction.objects.filter(lifted_at=None).exists()
    assert "table people_name" in eleven.where_found(SURNAME, var)


def test_a_legal_hold_that_came_meanwhile_stops_it(loaded: Feed, var: Path) -> None:
    from audit import holds
    from audit.models import Hold

    who = someone()
    held = disposed(who)
    holds.place(SYSTEM, holds.Held(Hold.Kind.SUBJECT, f"person:{who.pk}", "An enquiry is open"))
    assert "0 erased, 1 brought back" in erased()
    held.refresh_from_db()
    assert held.report["stopped"] == 1
    assert someone().pk == who.pk


def test_what_a_hold_keeps_of_the_trail_stays_and_the_rest_goes(loaded: Feed, var: Path) -> None:
    from audit import holds
    from audit.models import Hold

    who = someone()
    suspect, other = officer("officer", username="suspect"), officer("officer")
    for one in (suspect, other):
        with_purpose(signed_in(one)).get(f"/people/{who.pk}")
    Person.objects.filter(pk=who.pk).update(version=99)  # the other sees another screen
    held = disposed(who)
    holds.place(SYSTEM, holds.Held(Hold.Kind.OFFICER, str(suspect.pk), "Misconduct 12/26 runs"))
    erased()
    held.refresh_from_db()
    assert held.report["screens"]["held"] == 1
    assert eleven.where_found(SURNAME, var) == ["table audit_screen"]


def test_a_crash_in_the_middle_is_repeated_to_its_end(
    loaded: Feed, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = someone()
    with_purpose(signed_in(officer("officer"))).get(f"/people/{who.pk}")
    held = disposed(who)
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=True):
        with monkeypatch.context() as patch, dumps.connect() as owner:
            patch.setattr(erase, "_erase_screens", None)
            with pytest.raises(TypeError):
                erase.carry_out(held, owner)
        assert "table audit_screen" in eleven.where_found(SURNAME, var)
        with dumps.connect() as owner:
            report = erase.carry_out(Disposal.objects.get(), owner)
    assert report["people"] == 1
    assert eleven.where_found(SURNAME, var) == []


def test_the_application_itself_can_erase_no_screen(loaded: Feed, var: Path) -> None:
    with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute("DELETE FROM audit_screen")


def test_nothing_is_erased_before_its_time_and_saying_so_erases_nothing(
    loaded: Feed, var: Path
) -> None:
    disposed(someone())
    out = StringIO()
    call_command("erase_due", apply=True, stdout=out)
    assert "No quarantine is over" in out.getvalue()
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=True):
        call_command("erase_due", stdout=out)
    assert "1 people, until" in out.getvalue()
    assert Disposal.objects.get().state == "quarantined"
    assert disposal.in_quarantine(Disposal.objects.get()) == [someone().pk]
