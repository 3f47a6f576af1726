"""Times matching: standardised records → clusters, and a delta on top. No servers are needed.

    make bench-resolution PEOPLE=1000000

Makes the feeds of a seed that development never used, standardises them as the loader does (not
timed; kept below $WMP_VAR for the next time), then in a process of its own for each: a whole run
over all records but those of the delta, and a delta of DELTA records (three in five new, one in
five changed, one in five deleted). A whole run over the same final records tells how far the delta
is from it. Prints one JSON document: per stage wall and CPU seconds and peak memory, quality
against the truth, and the plain floor: seconds to read the same records and count their names.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.test")
django.setup()

from ingest.resolution import delta, engine, evaluation, kept, model, workspace  # noqa: E402
from ingest.resolution.generated import prepare  # noqa: E402
from ingest.resolution.workspace import Workspace  # noqa: E402

VAR = Path(os.environ.get("WMP_VAR", "var/bench-resolution"))
SEED = 424_242
STEPS = ("before", "delta", "after")


def records(folder: Path, step: str, changes: int) -> delta.Records:
    """The records as they stand before or after the delta; `changed_at` tells the two apart.

    By a hash of the id: `changes` records are new, changed or gone after it.
    """
    count = len(list((folder / "records").glob("*.parquet"))) and _count(folder)
    share = f"hash(id * 7 + 3) % {max(count, 1)} < {changes}"
    kind = f"case when {share} then hash(id * 11 + 5) % 5 else 9 end"
    if step == "before":
        rows = f"select * exclude (source_ref) from source where {kind} not in (0, 1, 2)"
    else:
        rows = f"""select * exclude (source_ref) replace (
                case when {kind} = 3 then 1 else changed_at end as changed_at,
                case when {kind} = 3 then '+447' || (700000000 + id) else phones end as phones)
            from source where {kind} <> 4"""

    def show(space: Workspace) -> None:
        space.run(f"create or replace view source as from '{folder}/records/*.parquet'")
        space.run(f"create or replace view standing_record as {rows}")

    def live(space: Workspace) -> None:
        show(space)
        space.run("create or replace table live as select id, changed_at from standing_record")

    def read(space: Workspace, ids: str | None) -> int:
        show(space)
        if ids is None:
            space.run("create or replace view nominal as from standing_record")
        else:
            few = f"standing_record semi join ({ids}) using (id)"
            space.run(f"create or replace table asked as from {few}")
            space.run("create or replace view nominal as from asked")
        return int(space.value("select count(*) from nominal"))

    return delta.Records(live, read)


def _count(folder: Path) -> int:
    with workspace.opened() as space:
        return int(space.value(f"select count(*) from '{folder}/records/*.parquet'"))


def run_step(folder: Path, step: str, changes: int) -> dict[str, Any]:
    """One whole run or delta in this process; its clusters stay in `<step>.parquet`."""
    match_model = model.load()
    set_ = kept.Kept.at(folder / ("kept-after" if step == "after" else "kept"))
    with workspace.opened() as space:
        began, cpu = time.perf_counter(), time.process_time()
        job = engine.Job(
            records=records(folder, "before" if step == "before" else "after", changes),
            model=match_model,
            kept=set_,
            shape="bench",
            origin="bench",
            why_whole="" if step == "delta" else "asked for",
        )
        matched = engine.match(space, job)
        figures = {
            "wall_s": round(time.perf_counter() - began, 1),
            "cpu_s": round(time.process_time() - cpu, 1),
            "peak_rss_mb": workspace.peak_rss_mb(),
            "kept_mb": sum(f.stat().st_size for f in set_.home.rglob("*.parquet")) >> 20,
            "change": asdict(matched.change),
            "pairs_scored": matched.pairs_scored,
            "clustering": matched.clustering,
            "stages": space.stages,
        }
        set_.tidy()
        space.run(
            f"""copy (select id, coalesce(cluster, -id) as person, member.node is null as mention
                from member left join cluster using (node))
            to '{folder}/{step}.parquet' (format parquet)"""
        )
    return figures


def quality(folder: Path, step: str) -> dict[str, Any]:
    """Against the truth: all records, and those that are resolvable (matching.md section 2)."""
    with workspace.opened() as space:
        space.run(
            f"""create view judged as select * from '{folder}/{step}.parquet'
            join '{folder}/truth.parquet' using (id)"""
        )
        return {
            "all": evaluation.measure(space, "judged"),
            "resolvable": evaluation.measure(space, "judged", "not mention"),
        }


def equality(folder: Path) -> dict[str, Any]:
    """The delta's pairs against a whole run's on the same records."""
    with workspace.opened() as space:
        space.run(
            f"""create view judged as select d.person, a.person as truth
            from '{folder}/delta.parquet' d join '{folder}/after.parquet' a using (id)"""
        )
        found = evaluation.measure(space, "judged")
    return {"pairs": found["pairs"], "records": found["records"]}


def floor(folder: Path) -> float:
    """Seconds to read all records and count their names: what any matcher pays at least."""
    with workspace.opened() as space:
        began = time.perf_counter()
        space.rows(
            f"""select count(*), max(n) from (select given_names, surname, count(*) as n,
                max(length(addresses)) from '{folder}/records/*.parquet' group by all)"""
        )
        return round(time.perf_counter() - began, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int, nargs="?", default=100_000)
    parser.add_argument("--delta", type=int, default=0, help="records; 0: one in two hundred")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--step", choices=STEPS, help="one step only, for the process's own use")
    parser.add_argument("--no-equality", action="store_true", help="leave out the last whole run")
    options = parser.parse_args()
    folder = VAR / str(options.people)
    if options.step:
        print(json.dumps(run_step(folder, options.step, options.delta)))
        return
    count = prepare(options.people, options.seed, folder)
    changes = options.delta or count // 200
    report: dict[str, Any] = {"people": options.people, "seed": options.seed, "records": count}
    report |= {"cores": os.cpu_count(), "load_at_start": os.getloadavg()[0]}
    report["floor_s"] = floor(folder)
    for step in STEPS[: 2 if options.no_equality else 3]:
        report[step] = _own_process(options.people, step, changes)
        report[step]["quality"] = quality(folder, step)
        print(f"{step}: {json.dumps(report[step])}", file=sys.stderr, flush=True)
    if not options.no_equality:
        report["delta_against_whole"] = equality(folder)
    report["floor_ratio"] = round(report["before"]["wall_s"] / max(report["floor_s"], 0.01), 1)
    report["load_at_end"] = os.getloadavg()[0]
    print(json.dumps(report, indent=1))


def _own_process(people: int, step: str, changes: int) -> dict[str, Any]:
    """Peak memory is of a process: each step gets one."""
    command = [sys.executable, "-m", "tests.bench.resolution", str(people)]
    command += ["--step", step, "--delta", str(changes)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


if __name__ == "__main__":
    main()
