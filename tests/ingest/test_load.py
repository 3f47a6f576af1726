"""What a delivery does to the records: added, changed, untouched, rejected, vanished, failed."""

import gzip
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from audit.models import Event
from ingest.models import Batch, Rejection, SourceRecord, SourceRecordVersion
from ingest.pipeline import RefreshRunning
from people.models import NominalRecord
from tests.ingest.conftest import LOADING, PEOPLE, Feed

ANN, BOB = "1,SMITH,ANN,01/02/1990,", "2,JONES,BOB,03/04/1985,"


def counts(batch: Batch) -> dict[str, int]:
    names = ("read", "added", "changed", "unchanged", "rejected", "skipped", "deleted")
    return {n: getattr(batch, n) for n in names if getattr(batch, n)}


def physical(table: str) -> list[tuple[object, ...]]:
    """Each row's transaction and place on disk: they change with every write."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, xmin::text, ctid::text FROM {table} ORDER BY id")
        return list(cursor.fetchall())


def test_a_row_becomes_a_source_record_and_a_nominal_record_with_the_same_id(people: Feed) -> None:
    people.people(ANN)
    assert counts(people.load()) == {"read": 1, "added": 1}
    record, nominal = SourceRecord.objects.get(), NominalRecord.objects.get()
    assert record.pk == nominal.pk
    assert (record.system, record.source_ref, record.line) == ("trial", "1", 2)
    assert record.raw == {"ID": "1", "SURNAME": "SMITH", "FORENAMES": "ANN", "DOB": "01/02/1990"}
    assert (nominal.surname, nominal.given_names, nominal.role) == ("Smith", "Ann", "suspect")
    assert str(nominal.born_on) == "1990-02-01"
    assert nominal.born_precision == "D"


def test_the_same_file_again_writes_nothing(people: Feed) -> None:
    people.people(ANN, BOB)
    people.load()
    tables = ("ingest_sourcerecord", "people_nominalrecord", "ingest_batch", "audit_event")
    before = [physical(t) for t in tables if t != "audit_event"], Event.objects.count()
    assert people.refresh() == []
    assert ([physical(t) for t in tables if t != "audit_event"], Event.objects.count()) == before


def test_the_same_rows_in_a_new_file_leave_the_records_untouched(people: Feed) -> None:
    people.people(ANN, BOB)
    people.load()
    before = physical("ingest_sourcerecord"), physical("people_nominalrecord")
    people.people(BOB, ANN, name="people_2.csv")
    assert counts(people.load()) == {"read": 2, "unchanged": 2}
    assert (physical("ingest_sourcerecord"), physical("people_nominalrecord")) == before


def test_columns_may_be_called_as_our_own_are(people: Feed) -> None:
    people.source(PEOPLE.replace('key = ["ID"]', 'key = ["id"]'))
    head = "id,gone,old_hash,SURNAME,FORENAMES,DOB,NOTE\n"
    people.file("people.csv", head + "A1,x,y,SMITH,ANN,,\n")
    assert counts(people.load()) == {"read": 1, "added": 1}
    people.file("people.csv", head + "A1,x,y,SMITH,ANNE,,\n")
    assert counts(people.load()) == {"read": 1, "changed": 1}
    assert SourceRecord.objects.get().source_ref == "A1"


def test_a_changed_row_keeps_its_earlier_version(people: Feed) -> None:
    people.people(ANN, BOB)
    people.load()
    first = SourceRecord.objects.get(source_ref="1")
    untouched = NominalRecord.objects.get(source_ref="2").changed_at
    people.people(ANN.replace("SMITH", "BROWN"), BOB)
    batch = people.load()
    assert counts(batch) == {"read": 2, "changed": 1, "unchanged": 1}
    version = SourceRecordVersion.objects.get()
    assert version.record_id == first.pk
    assert version.raw["SURNAME"] == "SMITH"
    assert (version.batch_id, bytes(version.row_hash)) == (first.batch_id, bytes(first.row_hash))
    assert version.valid_from == first.loaded_at
    changed = NominalRecord.objects.get(source_ref="1")
    assert (changed.pk, changed.surname) == (first.pk, "Brown")
    assert changed.changed_at > untouched
    assert NominalRecord.objects.get(source_ref="2").changed_at == untouched


def test_a_row_changed_in_an_unmapped_column_keeps_its_typed_values(people: Feed) -> None:
    people.file("people.csv", "ID,SURNAME,FORENAMES,DOB,NOTE,X\n1,SMITH,ANN,,,a\n")
    people.load()
    before = physical("people_nominalrecord")
    people.file("people.csv", "ID,SURNAME,FORENAMES,DOB,NOTE,X\n1,SMITH,ANN,,,b\n")
    assert counts(people.load()) == {"read": 1, "changed": 1}
    assert SourceRecord.objects.get().raw["X"] == "b"
    assert physical("people_nominalrecord") == before


def test_a_vanished_row_becomes_a_tombstone_and_returns_with_its_id(people: Feed) -> None:
    people.people(ANN, BOB)
    people.load()
    bob = NominalRecord.objects.get(source_ref="2")
    people.people(ANN)
    batch = people.load()
    assert counts(batch) == {"read": 1, "unchanged": 1, "deleted": 1}
    gone = NominalRecord.objects.get(source_ref="2")
    assert gone.deleted_at is not None
    assert gone.changed_at == gone.deleted_at
    assert SourceRecord.objects.get(source_ref="2").deleted_at == gone.deleted_at
    people.people(ANN, BOB, name="people_3.csv")
    assert counts(people.load()) == {"read": 2, "changed": 1, "unchanged": 1}
    back = NominalRecord.objects.get(source_ref="2")
    assert (back.pk, back.deleted_at) == (bob.pk, None)
    assert back.changed_at > gone.changed_at
    assert SourceRecord.objects.get(source_ref="2").deleted_at is None
    assert not SourceRecordVersion.objects.exists()  # its content never changed


def test_a_vanished_row_may_return_changed(people: Feed) -> None:
    people.people(ANN, BOB)
    people.load()
    people.people(ANN)
    people.load()
    people.people(ANN, BOB.replace("JONES", "BLACK"))
    people.load()
    back = NominalRecord.objects.get(source_ref="2")
    assert (back.surname, back.deleted_at) == ("Black", None)
    assert SourceRecordVersion.objects.get().raw["SURNAME"] == "JONES"


def test_a_delta_buries_nothing(people: Feed) -> None:
    people.source(PEOPLE.replace('delivery = "full"', 'delivery = "delta"'))
    people.people(ANN, BOB, name="people_1.csv")
    people.refresh()
    people.people(ANN.replace("SMITH", "BROWN"), name="people_2.csv")
    assert [counts(b) for b in people.refresh()] == [{"read": 1, "changed": 1}]
    assert NominalRecord.objects.filter(deleted_at=None).count() == 2
    assert people.refresh() == []


def test_deltas_that_arrive_together_may_bring_the_same_row(people: Feed) -> None:
    people.source(PEOPLE.replace('delivery = "full"', 'delivery = "delta"'))
    people.people(ANN, BOB, name="people_1.csv")
    people.people(ANN.replace("SMITH", "BROWN"), name="people_2.csv")
    assert [counts(b) for b in people.refresh()] == [
        {"read": 2, "added": 2},
        {"read": 1, "changed": 1},
    ]
    assert NominalRecord.objects.get(source_ref="1").surname == "Brown"


def test_of_full_deliveries_only_the_newest_counts(people: Feed) -> None:
    people.people(BOB, name="people_20240101.csv")
    people.people(ANN, name="people_20240201.csv")
    assert people.load().file_name == "people_20240201.csv"
    assert NominalRecord.objects.get().source_ref == "1"


def test_all_files_together_may_be_one_full_delivery(people: Feed) -> None:
    people.source(PEOPLE.replace('format = "csv"', 'format = "csv"\nfiles = "all"'))
    people.people(ANN, name="people_a.csv")
    people.people(BOB, name="people_b.csv")
    assert [counts(b) for b in people.refresh()] == [{"read": 1, "added": 1}] * 2
    people.people(BOB.replace("JONES", "BLACK"), name="people_b.csv")
    assert [counts(b) for b in people.refresh()] == [
        {"read": 1, "unchanged": 1},
        {"read": 1, "changed": 1},
    ]
    (people.feeds / "trial" / "people_a.csv").unlink()
    assert [counts(b) for b in people.refresh()] == [{"read": 1, "unchanged": 1, "deleted": 1}]
    assert people.refresh() == []


def test_the_same_key_twice_is_rejected_with_the_first_line(people: Feed) -> None:
    people.people(ANN, BOB, ANN.replace("SMITH", "OTHERS"))
    batch = people.load()
    assert counts(batch) == {"read": 3, "added": 2, "rejected": 1}
    rejection = Rejection.objects.get()
    assert (rejection.line, rejection.column, rejection.reason) == (4, "ID", "same key as line 2")
    assert rejection.raw["SURNAME"] == "OTHERS"
    assert NominalRecord.objects.get(source_ref="1").surname == "Smith"


def test_a_row_without_a_key_is_rejected(people: Feed) -> None:
    people.people(" ,SMITH,ANN,,", BOB)
    assert counts(people.load()) == {"read": 2, "added": 1, "rejected": 1}
    assert Rejection.objects.get().reason == "no key"


def test_identical_rows_without_a_key_are_all_kept(people: Feed) -> None:
    people.source(PEOPLE.replace('key = ["ID"]', 'key = ["ID"]\nkey_fallback = "row_hash"'))
    same = ",SMITH,ANN,,"
    people.people(same, same, same, BOB)
    assert counts(people.load()) == {"read": 4, "added": 4}
    refs = sorted(
        r.partition("#")[2] for r in SourceRecord.objects.values_list("source_ref", flat=True)
    )
    assert refs == ["", "", "2", "3"]
    people.people(same, same, name="people_b.csv")
    assert counts(people.load()) == {"read": 2, "unchanged": 2, "deleted": 2}


def test_an_impossible_date_is_rejected_by_name_without_its_value(people: Feed) -> None:
    people.people("1,SMITH,ANN,31/02/1990,", BOB)
    assert counts(people.load()) == {"read": 2, "added": 1, "rejected": 1}
    rejection = Rejection.objects.get()
    assert rejection.column == "DOB"
    assert rejection.reason == "not a date of the form %d/%m/%Y: 99/99/9999"
    assert rejection.raw["DOB"] == "31/02/1990"


def test_a_row_that_turns_bad_leaves_the_earlier_record_standing(people: Feed) -> None:
    people.people(ANN, BOB)
    people.load()
    people.people(ANN.replace("01/02/1990", "31/02/1990"), BOB)
    assert counts(people.load()) == {"read": 2, "unchanged": 1, "rejected": 1}
    ann = NominalRecord.objects.get(source_ref="1")
    assert (str(ann.born_on), ann.deleted_at) == ("1990-02-01", None)


def test_a_field_of_two_megabytes_is_rejected_by_name(people: Feed) -> None:
    people.people(f"1,SMITH,{'A' * 2_000_000},,", BOB)
    assert counts(people.load()) == {"read": 2, "added": 1, "rejected": 1}
    rejection = Rejection.objects.get()
    assert rejection.column == "FORENAMES"
    assert rejection.reason == "field of 2000000 bytes; at most 1000000 are taken"


def test_a_field_longer_than_its_column_is_rejected_by_name(people: Feed) -> None:
    people.people(f"1,SMITH,{'A' * 121},,", BOB)
    people.load()
    rejection = Rejection.objects.get()
    assert (rejection.column, rejection.reason) == (
        "FORENAMES",
        "121 characters where at most 120 fit",
    )


def test_a_ragged_row_is_rejected_and_the_others_load(people: Feed) -> None:
    people.people(ANN, "3,TOO,FEW", BOB, "4,ONE,TOO,MANY,,,", "5,WHITE,CY,,")
    assert counts(people.load()) == {"read": 5, "added": 3, "rejected": 2}
    assert list(Rejection.objects.values_list("line", "reason")) == [
        (3, "3 fields where 5 are expected"),
        (5, "7 fields where 5 are expected"),
    ]
    assert dict(SourceRecord.objects.values_list("source_ref", "line")) == {"1": 2, "2": 4, "5": 6}


def test_a_quote_left_open_buries_none_of_the_rows_behind_it(people: Feed) -> None:
    people.people(ANN, BOB, "300,WHITE,CY,,", "400,BLACK,DI,,")
    people.load()
    people.people(ANN, '2,"JONES,BOB,,', "300,WHITE,CY,,")
    assert counts(people.load()) == {"read": 2, "unchanged": 1, "rejected": 1, "deleted": 1}
    live = NominalRecord.objects.filter(deleted_at=None).values_list("source_ref", flat=True)
    assert sorted(live) == ["1", "2", "300"]
    assert "300,WHITE" in Rejection.objects.get().raw["text"]


def test_rows_of_no_business_to_the_stream_are_skipped(people: Feed) -> None:
    people.source(PEOPLE.replace('key = ["ID"]', 'key = ["ID"]\nwhen = "FORENAMES"'))
    people.people(ANN, "2,JONES, ,,")
    assert counts(people.load()) == {"read": 2, "added": 1, "skipped": 1}


@pytest.mark.parametrize("problem", ["missing column", "wrong encoding"])
def test_a_file_that_cannot_be_read_fails_and_the_earlier_state_stands(
    people: Feed, problem: str
) -> None:
    people.people(ANN, BOB)
    people.load()
    before = physical("people_nominalrecord"), physical("ingest_sourcerecord")
    content, expected = {
        "missing column": (
            b"ID,SURNAME,FIRSTNAMES,DOB,NOTE\n1,SMITH,ANN,,\n",
            "people.csv: missing column FORENAMES. The file's columns are: ID, SURNAME, FIRST",
        ),
        "wrong encoding": (
            b"ID,SURNAME,FORENAMES,DOB,NOTE\n3,WHITE,CY,,\n1,SM\xcdTH,ANN,,\n",
            "people.csv: byte 47 is not utf-8. Correct `encoding`",
        ),
    }[problem]
    people.file("people.csv", content)
    batch = people.load()
    assert batch.state == Batch.State.FAILED
    assert batch.error.startswith(expected)
    assert counts(batch) == {}
    assert (physical("people_nominalrecord"), physical("ingest_sourcerecord")) == before
    assert not Rejection.objects.exists()


def test_a_failed_file_is_tried_again(people: Feed) -> None:
    people.file("people.csv", "ID,SURNAME\n")
    assert people.load().state == Batch.State.FAILED
    assert people.load().state == Batch.State.FAILED


def test_one_bad_source_does_not_stop_the_others(people: Feed) -> None:
    people.source(PEOPLE.replace('"trial"', '"zebra"'), "zebra")
    people.file("people.csv", "ID\n1\n")
    people.file("people.csv", f"ID,SURNAME,FORENAMES,DOB,NOTE\n{ANN}\n", "zebra")
    states = {b.system: b.state for b in people.refresh()}
    assert states == {"trial": "failed", "zebra": "loaded"}


def test_an_empty_full_delivery_does_not_bury_everything(people: Feed) -> None:
    people.people(ANN, BOB)
    people.load()
    people.people()
    batch = people.load()
    assert batch.state == Batch.State.FAILED
    assert "has no rows, but the stream has 2 records" in batch.error


def test_a_delivery_in_which_most_records_vanish_needs_a_word(people: Feed) -> None:
    people.people(*(f"{n},SMITH,ANN,," for n in range(1100)))
    people.load()
    people.people(*(f"{n},SMITH,ANN,," for n in range(400)))
    batch = people.load()
    assert batch.state == Batch.State.FAILED
    assert "700 of 1100 records would vanish" in batch.error
    people.source(PEOPLE.replace('key = ["ID"]', 'key = ["ID"]\nvanish_limit = 1.0'))
    assert people.load().deleted == 700


def test_a_changed_source_file_rewrites_typed_values_of_unchanged_rows(people: Feed) -> None:
    people.people(ANN, BOB)
    people.load()
    old = {r.pk: r.changed_at for r in NominalRecord.objects.all()}
    people.source(PEOPLE.replace('role = "suspect"', 'role = "victim"'))
    assert counts(people.load()) == {"read": 2, "unchanged": 2}
    assert {r.role for r in NominalRecord.objects.all()} == {"victim"}
    assert all(r.changed_at > old[r.pk] for r in NominalRecord.objects.all())
    assert not SourceRecordVersion.objects.exists()
    assert people.refresh() == []


def test_a_changed_source_file_without_effect_touches_no_typed_value(people: Feed) -> None:
    people.people(ANN, BOB)
    people.load()
    before = physical("people_nominalrecord")
    people.source(PEOPLE + "\n# a comment\n")
    people.load()
    assert physical("people_nominalrecord") == before


def test_a_nul_character_does_not_stop_the_load(people: Feed) -> None:
    people.people("1,SMITH,ANN,,one\x00two")
    assert counts(people.load()) == {"read": 1, "added": 1}
    assert SourceRecord.objects.get().raw["NOTE"] == "one�two"
    assert "\x00" not in NominalRecord.objects.get().note


def test_quotes_backslashes_and_line_breaks_survive(people: Feed) -> None:
    text = 'say "no"\\ and, {so}\non\tΩ'
    people.people(f'''1,SMITH,ANN,,"{text.replace('"', '""')}"''')
    people.load()
    assert SourceRecord.objects.get().raw["NOTE"] == text
    assert NominalRecord.objects.get().note == text


def test_a_compressed_file_loads_and_a_cut_one_fails(people: Feed) -> None:
    people.source(PEOPLE.replace("people*.csv", "people*.csv.gz"))
    rows = "".join(f"{n},SMITH{n},ANN,,\n" for n in range(5000))
    packed = gzip.compress(f"ID,SURNAME,FORENAMES,DOB,NOTE\n{rows}".encode())
    people.file("people.csv.gz", packed)
    assert people.load().added == 5000
    people.file("people.csv.gz", packed[: len(packed) // 2])
    batch = people.load()
    assert batch.state == Batch.State.FAILED
    assert "people.csv.gz" in batch.error


def test_each_loaded_batch_is_audited_with_counts_only(people: Feed) -> None:
    people.people(ANN, "2,JONES,BOB,31/02/1990,")
    batch = people.load()
    event = Event.objects.get()
    assert (event.action, event.officer) == ("records.collected", "system")
    assert event.subject_ids == [str(batch.pk)]
    assert event.detail == {
        "system": "trial", "stream": "people", "read": 2, "added": 1, "changed": 0,
        "unchanged": 0, "rejected": 1, "skipped": 0, "deleted": 0,
    }  # fmt: skip


def test_without_the_audit_trail_nothing_is_kept(
    people: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from audit.record import AuditUnavailable

    def refuse(_entry: object) -> None:
        raise AuditUnavailable("The audit trail cannot be written")

    monkeypatch.setattr("ingest.load.event", refuse)
    people.people(ANN)
    batch = people.load()
    assert (batch.state, batch.error) == ("failed", "The audit trail cannot be written")
    assert not NominalRecord.objects.exists()


def test_an_interrupted_load_is_marked_and_repeated(people: Feed) -> None:
    left = Batch.objects.create(
        system="trial", stream="people", file_name="people.csv", checksum="x", spec_version="y"
    )
    people.people(ANN)
    assert people.load().state == Batch.State.LOADED
    left.refresh_from_db()
    assert left.state == Batch.State.FAILED
    assert left.error.startswith("interrupted")
    assert people.reports[0].interrupted == 1


@pytest.mark.django_db(transaction=True)
def test_a_load_killed_in_the_middle_leaves_no_row_and_is_loaded_again(feed: Feed) -> None:
    feed.source(PEOPLE)
    rows = [f"{n},SMITH,ANN,01/02/1990,{'x' * 400}" for n in range(200_000)]
    feed.people(*rows)
    with subprocess.Popen(
        [sys.executable, "-c", _LOADER, str(feed.sources), str(feed.feeds)],
        env={**os.environ, "TEST_DATABASE": str(connection.settings_dict["NAME"])},
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loading\n"
        process.kill()
    _until_unlocked()
    assert Batch.objects.get().state == Batch.State.LOADING
    assert not SourceRecord.objects.exists()
    assert not NominalRecord.objects.exists()
    feed.people(ANN)
    assert counts(feed.load()) == {"read": 1, "added": 1}
    assert Batch.objects.filter(state=Batch.State.FAILED).count() == 1


_LOADER = (
    LOADING
    + """
said = []
def tell(what, rows):
    if not said:
        said.append(print("loading", flush=True))
refresh(Plan(feeds=Path(sys.argv[2]), resolve=False, index=False), tell)
"""
)


def _until_unlocked() -> None:
    """PostgreSQL notices a dead client when it next writes to it."""
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
            row = cursor.fetchone()
            if row and row[0] == 0:
                return
            time.sleep(0.1)
    pytest.fail("the killed load still holds its lock")


@pytest.mark.django_db(transaction=True)
def test_two_refreshes_do_not_run_at_once(feed: Feed) -> None:
    import psycopg

    from ingest.pipeline import LOCK

    feed.source(PEOPLE)
    s = connection.settings_dict
    with psycopg.connect(
        host=s["HOST"], port=s["PORT"], user=s["USER"], password=s["PASSWORD"], dbname=s["NAME"]
    ) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with pytest.raises(RefreshRunning):
            feed.refresh()
        other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    feed.refresh()
