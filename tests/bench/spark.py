"""Blocks and scores the same records on DuckDB and on Spark, and compares the edges.

    make bench-spark PEOPLE=10500

Makes the feeds of a seed that development never used (kept below $WMP_VAR for the next time) and
their nodes once; then DuckDB and Spark (local, two threads) each block and score them. Prints one
JSON document: seconds of each, edges both found with the same weight, edges of one alone.
"""

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.test")
django.setup()

from ingest.resolution import blocking, model, nodes, scoring, spark, workspace  # noqa: E402
from ingest.resolution.generated import prepare  # noqa: E402
from ingest.resolution.workspace import Workspace  # noqa: E402

VAR = Path(os.environ.get("WMP_VAR", "var/bench-spark"))
SEED = 424_242
SAME = 0.01  # bits: weights nearer than this are the same


def agreement(space: Workspace) -> dict[str, Any]:
    """Tables `here` and `there` (a, b, weight): edges in both, in one alone, of other weight."""
    both, other, here, there, apart = space.rows(
        f"""select count(*) filter (here.a is not null and there.a is not null),
            count(*) filter (abs(here.weight - there.weight) >= {SAME}),
            count(*) filter (there.a is null), count(*) filter (here.a is null),
            max(abs(here.weight - there.weight))
        from here full join there on here.a = there.a and here.b = there.b"""
    )[0]
    return {
        "edges_in_both": both,
        "of_other_weight": other,
        "duckdb_alone": here,
        "spark_alone": there,
        "most_bits_apart": apart,
        "agreement": round((both - other) / max(both + here + there, 1), 6),
    }


def run(folder: Path, records: int) -> dict[str, Any]:
    match_model = model.load()
    with workspace.opened() as space:
        space.run(f"create view nominal as select * from '{folder}/records/*.parquet'")
        with space.stage("nodes"):
            nodes.of_few(space)
            nodes.frequencies(space)
        with space.stage("duckdb"):
            blocks = blocking.build_keys(space)
            pairs = scoring.score(space, match_model, scoring.Asked(blocks, records))
        space.run("alter table scored rename to here")
        with space.stage("spark"):
            blocks_there, pairs_there = spark.score(space, match_model, records=records)
        space.run("alter table scored rename to there")
        return {
            "nodes": space.value("select count(*) from node"),
            "pairs": {"duckdb": pairs, "spark": pairs_there},
            "blocks_agree": blocks == blocks_there,
            **agreement(space),
            "stages": space.stages,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int, nargs="?", default=10_500)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    folder = VAR / str(options.people)
    records = prepare(options.people, options.seed, folder)
    report: dict[str, Any] = {"people": options.people, "seed": options.seed, "records": records}
    report |= {"cores": os.cpu_count(), "load_at_start": os.getloadavg()[0]}
    began = time.perf_counter()
    report |= run(folder, records)
    report |= {"wall_s": round(time.perf_counter() - began, 1), "load": os.getloadavg()[0]}
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
