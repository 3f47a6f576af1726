"""Deliveries that are not to be trusted, late, replayed or withdrawn: nothing is lost."""

import os
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from ingest import freshness, tasks
from ingest.models import Asked, Batch, Rejection, SourceRecord, SourceRecordVersion
from ingest.pipeline import Plan, refresh, remove_source, replay_source
from ingest.spec import load_specs
from people.index import SPEC
from people.models import NominalRecord
from people.search import PersonCriteria, search
from tests.ingest.conftest import PEOPLE, Feed
from tests.officers import officer, signed_in
from tests.people_data import index
from tests.search.scopes import EVERYTHING
from wmp_search.search import client, outbox

pytestmark = pytest.mark.django_db
GOOD = [f"{n},Smith{n},John,01/02/1990," for n in range(60)]
BAD = [f"{n},Smith{n},John,41/02/1990," for n in range(60, 120)]
DELTA = PEOPLE.replace('delivery = "full"', 'delivery = "delta"').replace(
    'path = "people*.csv"', 'path = "people_*.csv"'
)


def test_a_file_with_too_many_bad_rows_is_held_once_and_the_earlier_state_stands(
    people: Feed,
) -> None:
    people.people(*GOOD)
    people.load()
    people.people(*GOOD[:30], *BAD)
    batch = people.load()
    assert batch.state == Batch.State.HELD
    assert batch.error.startswith("people.csv: 60 of 90 rows cannot be taken, most (60) for DOB")
    assert (batch.read, batch.added) == (0, 0)
    assert SourceRecord.objects.filter(deleted_at=None).count() == 60
    assert not Rejection.objects.exists()
    assert people.refresh() == []  # nobody has decided: it is not read again and again


@pytest.mark.parametrize(("decision", "live"), [("accepted", 30), ("refused", 60)])
def test_a_person_decides_on_a_page_and_the_decision_is_audited(
    people: Feed, decision: str, live: int
) -> None:
    people.people(*GOOD)
    people.load()
    people.people(*GOOD[:30], *BAD)
    held = people.load()
    engineer = signed_in(officer("data-engineer", username="dev"))
    assert "people.csv" in engineer.get("/feeds").content.decode()
    page = engineer.get(f"/feeds/{held.pk}").content.decode()
    assert "60 of 90 rows cannot be taken" in page
    assert "Say why" in engineer.post(f"/feeds/{held.pk}", {"decision": decision}).content.decode()
    form = {"decision": decision, "reason": "The supplier says so"}
    assert engineer.post(f"/feeds/{held.pk}", form).status_code == 302
    held.refresh_from_db()
    assert (held.state, held.decided_by) == (decision, "dev")
    entry = Event.objects.filter(action=Action.RECORDS_COLLECTED).latest("at")
    assert entry.detail["reason"] == "The supplier says so"
    assert engineer.post(f"/feeds/{held.pk}", form).status_code == 404  # once only
    batches = people.refresh()
    assert SourceRecord.objects.filter(deleted_at=None).count() == live
    assert [b.rejected for b in batches] == ([60] if decision == "accepted" else [])


def test_a_corrected_mapping_lets_a_held_file_in_without_a_decision(people: Feed) -> None:
    people.people(*BAD)
    assert people.load().state == Batch.State.HELD
    people.source(PEOPLE.replace('"%d/%m/%Y" }', '"%d/%m/%Y", invalid = "empty" }'))
    assert people.load().added == 60


def test_the_quarantine_is_replayed_after_a_correction_without_the_file(people: Feed) -> None:
    people.source(DELTA)
    people.people(*GOOD, *BAD[:10], name="people_1.csv")
    assert people.load().rejected == 10
    (people.feeds / "trial" / "people_1.csv").unlink()
    people.source(DELTA.replace('"%d/%m/%Y" }', '"%d/%m/%Y", invalid = "empty" }'))
    call_command("replay", "trial")
    assert SourceRecord.objects.count() == 70
    assert not Rejection.objects.filter(replayed_at=None).exists()
    (again,) = replay_source(Plan(systems=["trial"]))
    assert again.tried == 0


def test_a_replayed_row_does_not_overwrite_what_came_later(people: Feed) -> None:
    people.source(DELTA)
    people.people("1,Old,John,41/02/1990,", name="people_1.csv")
    people.load()
    people.people("1,New,John,01/02/1990,", name="people_2.csv")
    people.load()
    people.source(DELTA.replace('"%d/%m/%Y" }', '"%d/%m/%Y", invalid = "empty" }'))
    replay_source(Plan(systems=["trial"]))
    assert NominalRecord.objects.get().surname == "New"
    assert SourceRecordVersion.objects.get().raw["SURNAME"] == "Old"


def test_a_late_file_adds_what_is_new_and_changes_nothing_newer(people: Feed) -> None:
    people.source(DELTA)
    people.people("1,Newer,John,01/02/1990,", name="people_20260502.csv")
    people.load()
    people.people(
        "1,Older,John,01/02/1990,", "2,Only,Here,01/02/1990,", name="people_20260501.csv"
    )
    batch = people.load()
    assert (batch.read, batch.added, batch.changed, batch.unchanged) == (2, 1, 0, 1)
    assert set(NominalRecord.objects.values_list("surname", flat=True)) == {"Newer", "Only"}
    version = SourceRecordVersion.objects.get()
    assert (version.raw["SURNAME"], version.batch_id, version.line) == ("Older", batch.pk, 2)


def test_an_older_full_delivery_is_not_loaded_over_a_newer_one(people: Feed) -> None:
    people.people("1,Newer,John,01/02/1990,", name="people_20260502.csv")
    people.load()
    (people.feeds / "trial" / "people_20260502.csv").unlink()
    people.people("1,Older,John,01/02/1990,", name="people_20260501.csv")
    assert people.refresh() == []
    assert NominalRecord.objects.get().surname == "Newer"


def found(name: str) -> int:
    client.refresh(SPEC.alias)
    for _ in range(5):  # a loaded machine may take longer than a search is given
        try:
            return len(search(PersonCriteria(name=name), EVERYTHING).matches)
        except client.SearchUnavailable:
            time.sleep(1)
    raise AssertionError("no search was answered")


def test_a_deletion_and_a_correction_reach_search_when_the_folder_changes(
    people: Feed, settings: Any
) -> None:
    """E6: from the file's arrival every step is a task that beat runs every few minutes."""
    settings.FEEDS_DIR = people.feeds
    people.people("1,Ashdown,Petronella,01/02/1990,", "2,Weatherby,Ignatius,03/04/1985,")
    refresh(Plan(feeds=people.feeds))
    index()
    assert found("Petronella Ashdown") == found("Ignatius Weatherby") == 1
    people.people("2,Wetherby,Ignatius,03/04/1985,")
    assert tasks.look_for_deliveries() == []  # still being written, for all we know
    past = time.time() - freshness.SETTLED_SECONDS - 1
    os.utime(people.feeds / "trial" / "people.csv", (past, past))
    assert tasks.look_for_deliveries() == ["trial"]  # tasks run here and now in tests
    outbox.drain()
    assert found("Petronella Ashdown") == 0
    assert found("Ignatius Wetherby") == 1
    assert tasks.look_for_deliveries() == []
    beat = settings.CELERY_BEAT_SCHEDULE
    waits = beat["look-for-deliveries"]["schedule"] + beat["drain-outbox"]["schedule"]
    assert waits + freshness.SETTLED_SECONDS < 300  # two thirds of E6 are left for the work


def test_a_removed_source_leaves_no_evidence_in_search(people: Feed) -> None:
    people.people("1,Ashdown,Petronella,01/02/1990,")
    refresh(Plan(feeds=people.feeds))
    index()
    assert found("Petronella Ashdown") == 1
    with pytest.raises(CommandError, match="Move it away first"):
        call_command("remove_source", "trial", reason="x", yes=True)
    (people.sources / "trial.toml").unlink()
    with pytest.raises(CommandError, match="1 records would be withdrawn"):
        call_command("remove_source", "trial", reason="x")
    call_command("remove_source", "trial", reason="Agreed by A and B", yes=True)
    assert found("Petronella Ashdown") == 0
    assert not SourceRecord.objects.filter(deleted_at=None).exists()
    assert not NominalRecord.objects.filter(deleted_at=None).exists()
    entry = Event.objects.filter(subject_kind="source").get()
    assert (entry.detail["reason"], entry.result_count) == ("Agreed by A and B", 1)


def test_nothing_is_withdrawn_without_its_audit_row(
    people: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from audit.record import SYSTEM, AuditUnavailable

    def away(_entry: object) -> None:
        raise AuditUnavailable

    people.people(*GOOD)
    people.load()
    monkeypatch.setattr("ingest.removal.event", away)
    with pytest.raises(AuditUnavailable):
        remove_source("trial", SYSTEM, "x")
    assert SourceRecord.objects.filter(deleted_at=None).count() == 60


def state(feed: Feed) -> freshness.Freshness:
    (found,) = freshness.states(load_specs([feed.sources]).values())
    return found


def test_a_source_that_was_not_asked_in_time_is_late(people: Feed) -> None:
    assert state(people).problem == ""  # never asked: nobody relies on it
    people.people(*GOOD)
    people.load()
    assert state(people).problem == ""
    assert state(people).changed_at is not None
    Asked.objects.update(at=timezone.now() - timedelta(hours=3))
    assert state(people).problem.endswith("has not been asked")


def test_a_source_without_anything_new_for_too_long_is_pointed_out(people: Feed) -> None:
    people.source(PEOPLE.replace("delivery =", "stale_after_hours = 24\ndelivery ="))
    people.people(*GOOD)
    people.load()
    Batch.objects.update(finished_at=timezone.now() - timedelta(hours=25))
    assert state(people).problem.startswith("has brought nothing new since")


def test_officers_see_a_banner_about_a_failed_feed_and_operations_an_error(
    people: Feed, caplog: pytest.LogCaptureFixture
) -> None:
    people.people(*GOOD)
    people.load()
    client = signed_in(officer("officer"))
    assert "late-data" not in client.get("/").content.decode()
    people.file("people.csv", "SOMETHING,ELSE\n1,2\n")
    people.load()
    page = client.get("/").content.decode()
    assert "Some data is late: Trial system" in page
    assert "its last delivery could not be read" in page
    assert "late-data" not in signed_in(officer("administrator")).get("/").content.decode()
    assert tasks.watch_freshness() == 1
    assert "Feed trial: its last delivery could not be read" in caplog.text
