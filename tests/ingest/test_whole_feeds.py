"""All eleven generated feeds, and real open data, through their source files."""

import csv
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import F

from audit.models import Event
from crime.models import Crime, Involvement, Outcome
from gangs.models import Membership
from ingest.models import Batch, Rejection, SourceRecord
from ingest.pipeline import Plan, refresh
from people.models import NominalRecord
from wmp_search.search.models import OutboxEntry

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("WMP_SHARED_DATA") or ROOT.parent / "shared" / "data")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("feeds")
    call_command("make_feeds", people=500, seed=11, out=folder, verbosity=0)
    return folder


def load(feeds: Path, **plan: Any) -> dict[tuple[str, str], Batch]:
    report = refresh(Plan(feeds=feeds, resolve=False, index=False, **plan))
    return {(b.system, b.stream): b for b in report.batches}


def written() -> list[tuple[Any, ...]]:
    """Counts and the newest transaction of every table that a load may write."""
    tables = [
        m._meta.db_table
        for m in (
            SourceRecord,
            NominalRecord,
            Crime,
            Outcome,
            Involvement,
            Membership,
            Batch,
            Rejection,
            OutboxEntry,
        )
    ]
    found: list[tuple[Any, ...]] = [("audit_event", Event.objects.count())]
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*), max(xmin::text::bigint), max(ctid)::text FROM {table}"
            )
            found.append((table, cursor.fetchone()))
    return found


def test_every_generated_row_is_a_record_a_rejection_or_skipped(feeds: Path) -> None:
    batches = load(feeds)
    expected = json.loads((feeds / "expected_counts.json").read_text())
    assert len({system for system, _ in batches}) == 11
    for (system, stream), batch in batches.items():
        want = expected[system][stream]
        assert batch.state == Batch.State.LOADED, batch.error
        got = (batch.read, batch.added, batch.rejected, batch.skipped)
        assert got == (want["rows"], want["accepted"], want["rejected"], want["skipped"]), batch
    adds_up = F("added") + F("changed") + F("unchanged") + F("rejected") + F("skipped")
    assert not Batch.objects.exclude(read=adds_up).exists()
    assert SourceRecord.objects.count() == sum(b.added for b in batches.values())
    assert Rejection.objects.count() == sum(b.rejected for b in batches.values())
    assert not Rejection.objects.filter(reason="").exists()
    people = SourceRecord.objects.filter(kind="person")
    assert NominalRecord.objects.count() == people.count()


def test_a_second_refresh_of_the_same_feeds_writes_nothing(feeds: Path) -> None:
    assert len(load(feeds)) == 17
    before = written()
    assert load(feeds) == {}
    assert written() == before


def test_generated_ends_meet(feeds: Path) -> None:
    load(feeds)
    assert Involvement.objects.count() > 500
    assert not Outcome.objects.filter(crime=None).exists()
    assert Membership.objects.exists()
    for model in (Involvement, Membership):
        lost = model.objects.filter(record=None).count()
        assert lost <= Rejection.objects.count()  # only members of rejected rows
    assert NominalRecord.objects.filter(system="domestic_abuse", tier=1).exists()
    assert not NominalRecord.objects.exclude(system="domestic_abuse").filter(tier=1).exists()


def test_generated_records_are_standardised(feeds: Path) -> None:
    load(feeds)
    records = NominalRecord.objects.all()
    for system in records.values_list("system", flat=True).distinct():
        own = records.filter(system=system)
        assert own.exclude(surname="").count() > 0.8 * own.count(), system
        assert own.exclude(born_on=None).count() > 0.3 * own.count(), system
        assert not own.filter(role="unclassified").exclude(system="crime_recording").exists(), (
            system
        )
    assert set(records.exclude(sex="").values_list("sex", flat=True)) == {"M", "F"}
    assert not records.exclude(pnc_id="").exclude(pnc_id__regex=r"^\d{4}/\d{7}[A-Z]$").exists()
    assert records.filter(system="incidents").exclude(born_on=None).first().born_precision == "A"  # type: ignore[union-attr]
    phones = {p for ps in records.values_list("phones", flat=True) for p in ps}
    assert phones
    assert all(p.startswith(("0", "+")) and " " not in p for p in phones)


@pytest.fixture
def open_data(tmp_path: Path, settings: Any) -> Path:
    if not DATA.exists():
        pytest.skip(f"SHARED DATA ABSENT: {DATA}")
    settings.SOURCES_DIRS = [ROOT / "samples" / "sources"]
    for system, pattern in {
        "police_uk": "police_uk/cambridgeshire_2024/2024-01-*",
        "fake_1000": "people_benchmarks/fake_1000.csv",
        "febrl2": "people_benchmarks/dataset2.csv",
    }.items():
        (tmp_path / system).mkdir()
        for path in DATA.glob(pattern):
            (tmp_path / system / path.name).symlink_to(path)
    return tmp_path


def test_a_month_of_real_crimes_loads_by_a_source_file_alone(open_data: Path) -> None:
    batches = load(open_data, systems=["police_uk"])
    street, outcomes = batches["police_uk", "street"], batches["police_uk", "outcomes"]
    assert (street.read, street.added) == (6116, 6116)
    assert (outcomes.read, outcomes.added) == (5672, 5672)
    crime = Crime.objects.get(
        source_ref="82491d22cb6534b9023bdd0655d0207433e03b5c0364fc1c22079f09604d72d5"
    )
    assert crime.category == "Violence and sexual offences"
    assert (str(crime.month), crime.lsoa) == ("2024-01-01", "E01017540")
    assert (crime.latitude, crime.longitude) == (52.282623, -0.402352)
    assert crime.status == "Offender given a caution"
    joined = Outcome.objects.exclude(crime=None).count()
    assert 0.5 < joined / outcomes.added < 1  # outcomes of earlier months have no crime here
    assert OutboxEntry.objects.filter(entity="crime").count() >= 6116


def test_all_of_data_police_uk_adds_up_to_its_files(open_data: Path) -> None:
    for path in DATA.glob("police_uk/cambridgeshire_2024/*.csv.gz"):
        target = open_data / "police_uk" / path.name
        if not target.exists():
            target.symlink_to(path)
    report = refresh(Plan(feeds=open_data, systems=["police_uk"], resolve=False, index=False))
    for stream, ending in (
        ("street", "street"),
        ("outcomes", "outcomes"),
        ("stop_and_search", "stop-and-search"),
    ):
        delivered = 0
        for path in (open_data / "police_uk").glob(f"*-{ending}.csv.gz"):
            with gzip.open(path, "rt", newline="") as file:
                delivered += sum(1 for _ in csv.DictReader(file))
        batches = [b for b in report.batches if b.stream == stream]
        assert delivered > 1000
        assert len(batches) == 8
        assert sum(b.read for b in batches) == delivered
        assert sum(b.rejected + b.skipped for b in batches) == 0
        kept = SourceRecord.objects.filter(system="police_uk", stream=stream).count()
        again = sum(b.changed + b.unchanged for b in batches)
        assert kept == delivered - again, stream
    stops = NominalRecord.objects.filter(system="police_uk")
    assert stops.filter(role="stopped").count() == stops.count() > 1000


def test_the_court_feed_adds_up_to_its_file(tmp_path: Path, settings: Any) -> None:
    sample = DATA / "formats" / "libra_court_feed" / "sample-request.xml"
    if not sample.exists():
        pytest.skip(f"SHARED DATA ABSENT: {sample}")
    settings.SOURCES_DIRS = [ROOT / "samples" / "sources"]
    (tmp_path / "libra_court").mkdir()
    (tmp_path / "libra_court" / sample.name).symlink_to(sample)
    batches = load(tmp_path, systems=["libra_court"])
    text = sample.read_text()
    defendants, offences = batches["libra_court", "defendants"], batches["libra_court", "offences"]
    assert (defendants.read, defendants.added) == (text.count("<c_id>"), text.count("<c_id>"))
    assert (offences.read, offences.added) == (text.count("<co_id>"), text.count("<co_id>"))
    mellotron = NominalRecord.objects.get(surname="Mellotron")
    assert (mellotron.given_names, str(mellotron.born_on)) == (
        "Theremin Flux Capacitor",
        "1990-08-16",
    )
    assert (mellotron.pnc_id, str(mellotron.event_on)) == ("2012/0052494Q", "2020-10-26")
    assert mellotron.addresses[0]["postcode"] == "SP1 1AA"
    charge = Involvement.objects.get(record__surname="Mellotron")
    assert charge.crime is not None
    assert charge.crime.offence == "Theft from the person of another"


def test_two_people_benchmarks_load_by_source_files_alone(open_data: Path) -> None:
    batches = load(open_data, systems=["fake_1000", "febrl2"])
    assert batches["fake_1000", "people"].added == 1000
    assert batches["febrl2", "people"].added == 5000
    record = NominalRecord.objects.get(system="febrl2", source_ref="rec-2778-org")
    assert (record.given_names, record.surname) == ("Sarah", "Bruhn")
    assert str(record.born_on) == "1930-02-13"
    assert record.addresses == [
        {"house": "44", "street": "Forbes Street, Wintersloe", "town": "Kellerberrin",
         "postcode": "4510", "from": None, "to": None}
    ]  # fmt: skip
    assert record.other_ids == ["7535316"]


def test_the_command_prints_counts_and_fails_if_a_batch_failed(
    feeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("refresh", source=["gangs"], feeds=feeds, no_resolve=True)
    said = capsys.readouterr().out
    assert "gangs/memberships memberships.csv" in said
    assert "rejected" in said
    (tmp_path / "gangs").mkdir()
    (tmp_path / "gangs" / "gangs.csv").write_text("NO,COLUMN\n1,2\n")
    with pytest.raises(CommandError, match="1 of 1 batches failed"):
        call_command("refresh", source=["gangs"], feeds=tmp_path, no_resolve=True)
    assert "gangs.csv: missing column" in capsys.readouterr().out


def test_the_command_names_an_unknown_source() -> None:
    with pytest.raises(CommandError, match="No source nowhere; there are crime_recording"):
        call_command("refresh", source=["nowhere"], no_resolve=True)


def test_a_source_file_can_be_tried_without_loading(
    feeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="rows or files would be rejected"):
        call_command("check_source", ROOT / "ingest/sources/custody.toml", feeds=feeds, rows=3)
    said = capsys.readouterr().out
    assert "is a valid source file" in said
    assert said.count('"surname"') == 3
    assert "not a date of the form" in said
    assert not SourceRecord.objects.exists()
