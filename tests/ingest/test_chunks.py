"""What a delivery of many chunks remembers from one to the next; its memory does not grow."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from ingest.ahead import beside
from ingest.models import Rejection, SourceRecord
from ingest.readers import chunk
from people.models import NominalRecord
from tests.ingest.conftest import LOADING, PEOPLE, Feed
from tests.ingest.test_load import counts

ANN, BOB, CY, DI = "1,SMITH,ANN,,", "2,JONES,BOB,,", "3,WHITE,CY,,", "4,BLACK,DI,,"
BY_HASH = PEOPLE.replace('key = ["ID"]', 'key = ["ID"]\nkey_fallback = "row_hash"')


@pytest.fixture(autouse=True)
def _two_rows_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk, "ROWS", 2)


def live() -> list[str]:
    found = NominalRecord.objects.filter(deleted_at=None)
    return sorted(found.values_list("source_ref", flat=True))


def test_a_key_of_an_earlier_chunk_or_file_is_rejected_with_its_place(people: Feed) -> None:
    people.source(PEOPLE.replace('format = "csv"', 'format = "csv"\nfiles = "all"'))
    people.people(ANN, BOB, CY, ANN, name="people_a.csv")
    people.people(DI, "5,X,Y,,", BOB, "6,X,Y,,", name="people_b.csv")
    first, second = people.refresh()
    assert counts(first) == {"read": 4, "added": 3, "rejected": 1}
    assert counts(second) == {"read": 4, "added": 3, "rejected": 1}
    assert list(Rejection.objects.values_list("line", "reason")) == [
        (5, "same key as line 2"),
        (4, "same key as line 3 of people_a.csv"),
    ]
    assert live() == ["1", "2", "3", "4", "5", "6"]


def test_a_row_that_is_rejected_still_takes_its_key(people: Feed) -> None:
    people.people("1,SMITH,ANN,31/02/1990,", BOB, CY, ANN)
    assert counts(people.load()) == {"read": 4, "added": 2, "rejected": 2}
    assert Rejection.objects.last().reason == "same key as line 2"  # type: ignore[union-attr]


def test_records_of_every_chunk_are_found_again(people: Feed) -> None:
    people.people(ANN, BOB, CY, DI)
    people.load()
    ids = dict(SourceRecord.objects.values_list("source_ref", "id"))
    people.people("5,NEW,EVE,,", DI, CY.replace("WHITE", "GREY"), ANN, name="people_b.csv")
    assert counts(people.load()) == {
        "read": 4, "added": 1, "changed": 1, "unchanged": 2, "deleted": 1,
    }  # fmt: skip
    assert live() == ["1", "3", "4", "5"]
    people.people(BOB, DI, CY, ANN, name="people_c.csv")
    assert counts(people.load()) == {"read": 4, "changed": 2, "unchanged": 2, "deleted": 1}
    assert ids.items() <= dict(SourceRecord.objects.values_list("source_ref", "id")).items()


def test_identical_rows_are_numbered_through_all_chunks(people: Feed) -> None:
    people.source(BY_HASH)
    same, other = ",SMITH,ANN,,", ",JONES,BOB,,"
    people.people(same, other, same, same, other, same)
    assert counts(people.load()) == {"read": 6, "added": 6}
    refs = SourceRecord.objects.values_list("source_ref", flat=True)
    assert sorted(r.partition("#")[2] for r in refs) == ["", "", "2", "2", "3", "4"]
    people.people(other, same, same, same, same, name="people_b.csv")
    assert counts(people.load()) == {"read": 5, "unchanged": 5, "deleted": 1}


def test_rows_that_cannot_be_read_shelter_records_in_any_chunk(people: Feed) -> None:
    people.people(ANN, BOB, "300,WHITE,CY,,", "400,BLACK,DI,,", "500,GREY,EVE,,")
    people.load()
    people.people("9,TOO,FEW 400", ANN, BOB, CY, "300,ONE,TOO,MANY,,,,", name="people_b.csv")
    batch = people.load()
    assert counts(batch) == {"read": 5, "added": 1, "unchanged": 2, "rejected": 2, "deleted": 1}
    assert live() == ["1", "2", "3", "300", "400"]


def test_a_key_longer_than_any_index_takes_is_rejected(people: Feed) -> None:
    people.people(ANN, f"{'k' * 9000},SMITH,ANN,,", BOB)
    assert counts(people.load()) == {"read": 3, "added": 2, "rejected": 1}
    assert Rejection.objects.get().reason == "key longer than 120 characters"


def test_work_beside_keeps_order_and_hands_its_error_on() -> None:
    assert list(beside(lambda n: n * n, range(5))) == [0, 1, 4, 9, 16]
    results = beside(lambda n: 6 // n, [3, 2, 0, 1])
    assert [next(results), next(results)] == [2, 3]
    with pytest.raises(ZeroDivisionError):
        next(results)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_memory_does_not_grow_with_the_rows(feed: Feed) -> None:
    """Peaks of resident memory: 100,000 rows (warm), 300,000 more, 399,000 of them again.

    Keys, places and hashes of the rows in memory were once 120 MB of the last.
    """
    feed.source(PEOPLE)
    run = subprocess.run(
        [sys.executable, "-c", _LOADER, str(feed.sources), str(feed.feeds)],
        env={**os.environ, "TEST_DATABASE": str(connection.settings_dict["NAME"])},
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    few, many, again = json.loads(run.stdout)
    assert SourceRecord.objects.count() == 400_000
    assert SourceRecord.objects.filter(deleted_at=None).count() == 399_000
    assert max(many, again) - few < 40, (few, many, again)


_LOADER = (
    LOADING
    + """
import json, re
from ingest.readers import delimited
delimited.BLOCK_BYTES = 1 << 20
folder = Path(sys.argv[2], "trial")
folder.mkdir()
peaks = []
for name, rows in enumerate((100_000, 400_000, 399_000)):
    with (folder / f"people_{name}.csv").open("w") as file:
        file.write("ID,SURNAME,FORENAMES,DOB,NOTE\\n")
        file.writelines(f"{n:0110d},SMITH,ANN,01/02/1990,\\n" for n in range(rows))
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew
    (batch,) = refresh(Plan(feeds=Path(sys.argv[2]), resolve=False, index=False)).batches
    assert batch.state == "loaded", batch.error
    status = Path("/proc/self/status").read_text()
    peaks.append(int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) >> 10)
print(json.dumps(peaks))
"""
)
