"""Spark finds what DuckDB finds: the same blocks, edges and people (requirements-spark.txt)."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings as configured

from ingest.models import ResolutionRun
from ingest.resolution import kept
from ingest.resolution.run import resolve
from people.models import NominalRecord
from tests.resolution.loading import load
from tests.resolution.synthetic import World
from tests.resolution.test_delta import deliver, links, pairs

pytest.importorskip("pyspark", reason="requirements-spark.txt is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _a_set_of_its_own(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path


def edges() -> dict[tuple[int, int], float]:
    """The kept edges (nodes a, b) and their weights in bits."""
    pointer = kept.Kept.at(kept.place())
    with duckdb.connect() as db:
        rows = db.execute(f"select a, b, weight from '{pointer.home}/set-*/edge-*.parquet'")
        return {(a, b): weight for a, b, weight in rows.fetchall()}


def test_both_backends_find_the_same_blocks_edges_and_people(settings: Any) -> None:
    world = World(31)
    world.populate(800)
    rows = world.records(mean=4)
    load(rows[:-40])
    here, here_edges, here_links = resolve(), edges(), links()
    settings.RESOLUTION_BACKEND = "spark"
    there, there_edges = resolve(force=True), edges()
    assert there.pk != here.pk
    assert "spark" in there.stages
    assert there.report["input"]["whole"] is True, "a set of another backend is not used"
    assert there.report["blocking"] == here.report["blocking"]
    assert there.pairs_scored == here.pairs_scored > 10_000
    agreeing = sum(
        abs(there_edges.get(pair, -99) - weight) < 0.01 for pair, weight in here_edges.items()
    )
    assert len(here_edges) > 1000
    assert agreeing >= 0.9999 * len({*here_edges, *there_edges})
    assert pairs(links()) == pairs(here_links)
    _a_delta_on_spark_comes_to_the_people_of_a_whole_run_on_duckdb(settings, rows[-40:])
    left = [p for p in (configured.VAR_DIR / "resolution").rglob("*") if "spark" in str(p)]
    assert not left, "records left behind"


def _a_delta_on_spark_comes_to_the_people_of_a_whole_run_on_duckdb(
    settings: Any, rows: list[dict[str, Any]]
) -> None:
    deliver(rows, seed=5)
    part, found = resolve(), links()
    assert part.report["input"]["whole"] is False, part.report["input"]["why_whole"]
    assert 0 < part.pairs_scored < ResolutionRun.objects.earliest("pk").pairs_scored
    settings.RESOLUTION_BACKEND = "duckdb"
    resolve(whole=True)
    whole = pairs(links())
    assert len(whole & pairs(found)) >= 0.999 * len(whole | pairs(found))
    assert len(found) == NominalRecord.objects.filter(deleted_at=None).count()
