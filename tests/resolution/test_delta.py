"""A delta looks at little, comes to the same people, keeps nothing deleted and survives kills."""

import os
import random
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings
from django.db import connection

from audit.models import Event
from ingest.models import ResolutionRun
from ingest.resolution import kept
from ingest.resolution.kept import Kept
from ingest.resolution.run import resolve
from people.models import Link, NominalRecord, Person
from tests.resolution.loading import load
from tests.resolution.synthetic import World
from tests.resolution.test_matching import crowd, record

ROOT = Path(__file__).parents[2]
LATER = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_set_of_its_own(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path


def pairs(links: dict[int, int]) -> set[tuple[int, int]]:
    """The pairs of records that share a person."""
    people: dict[int, list[int]] = {}
    for record_id, person in sorted(links.items()):
        people.setdefault(person, []).append(record_id)
    return {(a, b) for ids in people.values() for n, a in enumerate(ids) for b in ids[n + 1 :]}


def links() -> dict[int, int]:
    return dict(Link.objects.values_list("record", "person"))


def deliver(rows: list[dict[str, Any]], seed: int) -> None:
    """A delta: a fiftieth of the records new, changed and deleted in equal parts."""
    r = random.Random(seed)  # noqa: S311
    ids = sorted(NominalRecord.objects.filter(deleted_at=None).values_list("pk", flat=True))
    some = r.sample(ids, len(ids) // 75)
    for number, pk in enumerate(some):
        if number % 2:
            NominalRecord.objects.filter(pk=pk).update(deleted_at=LATER, changed_at=LATER)
        else:
            other = NominalRecord.objects.get(pk=r.choice(ids))
            NominalRecord.objects.filter(pk=pk).update(
                given_names=other.given_names, phones=other.phones, changed_at=LATER
            )
    load(rows, first_id=max(ids) + 1)


@pytest.mark.django_db
def test_a_delta_comes_to_the_people_of_a_whole_run_and_looks_at_little() -> None:
    world = World(31)
    world.populate(1500)
    rows = world.records(mean=4)
    load(rows[:-60])
    first = resolve()
    assert first.report["input"]["whole"]
    deliver(rows[-60:], seed=5)
    after = resolve()
    seen = after.report["input"]
    assert not seen["whole"]
    assert seen["added"] == 60
    assert seen["changed"] > 20
    assert seen["deleted"] > 20
    assert after.records == NominalRecord.objects.filter(deleted_at=None).count()
    assert after.pairs_scored < first.pairs_scored / 3
    by_delta = pairs(links())
    whole = resolve(whole=True)
    assert whole.report["input"]["why_whole"] == "asked for"
    by_whole = pairs(links())
    # term frequencies and the prior move a little with every record: see DRIFT in engine.py
    assert len(by_delta ^ by_whole) <= 0.001 * len(by_whole), sorted(by_delta ^ by_whole)[:20]


@pytest.mark.django_db
def test_a_name_that_becomes_common_is_taken_apart_in_a_delta_too() -> None:
    """At 60 births the records of one name and birth are no longer one node by themselves."""
    born = [date(1950 + n // 12, 1 + n % 12, 7) for n in range(62)]
    everyone = [record("Mary", "Smith", b, addresses=[], phones=[]) for b in born for _ in "ab"]
    load([*everyone[:110], *crowd()])
    resolve()
    load(everyone[110:], first_id=50_000)
    assert not resolve().report["input"]["whole"]
    by_delta = pairs(links())
    resolve(whole=True)
    assert by_delta == pairs(links())


@pytest.mark.django_db
def test_nothing_changed_is_a_delta_of_nothing() -> None:
    load(crowd())
    first = resolve()
    again = resolve(force=True)
    assert (again.pairs_scored, again.people_changed) == (0, 0)
    assert (again.people, again.records) == (first.people, first.records)


@pytest.mark.django_db
def test_a_run_records_its_sources_model_counts_and_times() -> None:
    load(crowd(people=50))
    run = resolve()
    run.refresh_from_db()
    assert run.report["sources"]["custody"]
    assert run.model_version
    assert run.report["input"]["added"] == run.records > 0
    assert run.stages["score"]["wall"] >= 0


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["pointer", "part", "shape", "origin"])
def test_a_set_that_cannot_be_trusted_is_made_anew(
    damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(crowd(people=60))
    resolve()
    before = links()
    home = kept.place()
    if damage == "pointer":
        (home / "current.json").write_text("{")
    elif damage == "part":
        next(home.glob("set-*/node-0.parquet")).unlink()
    elif damage == "shape":
        monkeypatch.setattr(kept, "shape", lambda _state: "another model")
    else:
        ResolutionRun.objects.update(started_at=LATER)
    run = resolve(force=True)
    assert run.report["input"]["whole"]
    assert run.report["input"]["why_whole"]
    assert links() == before


@pytest.mark.django_db
def test_a_change_with_an_earlier_time_is_seen_as_well() -> None:
    load(crowd())
    resolve()
    one = NominalRecord.objects.first()
    assert one is not None
    early = one.changed_at - timedelta(days=1)
    NominalRecord.objects.filter(pk=one.pk).update(phones=["07700900123"], changed_at=early)
    seen = resolve(force=True).report["input"]
    assert (seen["whole"], seen["added"], seen["changed"], seen["deleted"]) == (False, 0, 1, 0)


@pytest.mark.django_db
def test_a_delta_that_changes_too_much_becomes_a_whole_run() -> None:
    rows = crowd()
    load(rows)
    resolve()
    load(crowd(seed=78, people=100), first_id=90_000)
    run = resolve()
    assert run.report["input"]["whole"]
    assert "since the last whole run" in run.report["input"]["why_whole"]


@pytest.mark.django_db
@pytest.mark.parametrize("erased", [False, True], ids=["tombstone", "row erased"])
def test_the_working_set_holds_nothing_of_a_deleted_record(erased: bool) -> None:
    born = date(1971, 3, 9)
    (pk,) = load([record("Quillon", "Zathurian", born, phones=["07000999888"])])
    load(crowd(), first_id=100)
    resolve()
    assert "ZATHURIAN" in _everything_kept()
    if erased:
        NominalRecord.objects.filter(pk=pk).delete()
    else:
        NominalRecord.objects.filter(pk=pk).update(deleted_at=LATER, changed_at=LATER)
    assert not resolve(force=True).report["input"]["whole"]
    text = _everything_kept()
    assert "ZATHURIAN" not in text
    assert "07000999888" not in text
    with duckdb.connect() as db:
        parts = f"{kept.place()}/set-*/mark-*.parquet"
        assert db.execute(f"select count(*) from '{parts}' where id = {pk}").fetchall() == [(0,)]
    assert not Link.objects.filter(record=pk).exists()
    assert len(list(kept.place().glob("set-*"))) == 1
    assert not list((Path(settings.VAR_DIR) / "resolution").glob("*/nominal"))


def _everything_kept() -> str:
    with duckdb.connect() as db:
        files = sorted(kept.place().glob("set-*/*.parquet"))
        rows = [db.execute(f"from '{f}'").fetchall() for f in files]
    return repr(rows)


_RESOLVER = """
import os, signal, sys
from pathlib import Path
from django.conf import settings
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "wmp_search.settings.test"
for alias in ("default", "audit"):
    settings.DATABASES[alias]["NAME"] = os.environ["TEST_DATABASE"]
settings.VAR_DIR = Path(sys.argv[1])
django.setup()
from django.db.backends.utils import CursorWrapper
from ingest.resolution.run import resolve
from ingest.resolution.workspace import Workspace
left = int(sys.argv[2])
def counted(real):
    def step(self, *args, **kwargs):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, *args, **kwargs)
    return step
for owner, name in ((Workspace, "run"), (CursorWrapper, "execute"), (CursorWrapper, "copy")):
    if hasattr(owner, name):
        setattr(owner, name, counted(getattr(owner, name)))
resolve()
print("done", -left)
"""


def _in_a_process(var: Path, kill_at: int) -> subprocess.CompletedProcess[str]:
    """Resolve in a process that kills itself (SIGKILL) before its nth statement; 0: never."""
    return subprocess.run(
        [sys.executable, "-c", _RESOLVER, str(var), str(kill_at)],
        env={**os.environ, "TEST_DATABASE": str(connection.settings_dict["NAME"])},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )


def _until_unlocked() -> None:
    """PostgreSQL notices a dead client when it next reads from it."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
            row = cursor.fetchone()
        if row and row[0] == 0:
            return
        time.sleep(0.1)
    pytest.fail("the killed run still holds its lock")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kills", [3, pytest.param(10, marks=pytest.mark.slow)])
def test_killed_at_random_points_nothing_is_lost_or_doubled(tmp_path: Path, kills: int) -> None:
    world = World(47)
    world.populate(250)
    rows = world.records(mean=3)
    load(rows[:-40])
    steps = int(_in_a_process(tmp_path, 0).stdout.split()[1])
    assert steps > 50
    deliver(rows[-40:], seed=9)
    points = random.Random(2026).sample(range(5, steps), kills)  # noqa: S311
    for point in points:
        before = links()
        killed = _in_a_process(tmp_path, point)
        _until_unlocked()
        finished = killed.returncode == 0  # a delta has fewer steps than the whole run counted
        assert finished or killed.returncode == -9
        if finished:
            deliver([], seed=point)  # the next kill needs work to die in
        else:
            assert links() == before
    assert _in_a_process(tmp_path, 0).returncode == 0
    live = set(NominalRecord.objects.filter(deleted_at=None).values_list("pk", flat=True))
    by_deltas = links()
    assert set(by_deltas) == live
    current = Person.objects.filter(status="current")
    assert sum(current.values_list("record_count", flat=True)) == len(live)
    done = ResolutionRun.objects.filter(state="done").count()
    assert Event.objects.filter(action="records.combined").count() == done
    assert ResolutionRun.objects.filter(state="failed").count() >= kills // 2
    sets = list(Kept.at(tmp_path / "resolution" / "kept" / _database()).home.glob("set-*"))
    assert len(sets) == 1
    resolve(whole=True)  # weights move with every record: DRIFT in engine.py
    assert len(pairs(links()) ^ pairs(by_deltas)) <= 0.02 * len(pairs(by_deltas))


def _database() -> str:
    return str(connection.settings_dict["NAME"])
