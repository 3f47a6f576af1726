"""Times the fairness report: generated people to rates by group. No servers are needed.

    make bench-fairness PEOPLE=1000000

Makes people, standardises their records as the loader does, resolves them with the model, counts
people missed and confused by tradition of name, self-defined ethnicity, sex and age band; each
step in a process of its own. Prints one JSON document: sizes, wall and CPU seconds and peak memory
of each step, and the figures as a snapshot would hold them. What was made is kept below $WMP_VAR:
a second run measures only (--again makes it anew).
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.test")
django.setup()

from ingest.resolution import generated, model, workspace  # noqa: E402
from wmp_search.panel import fairness  # noqa: E402
from wmp_search.panel.management.commands.measure_fairness import SEED  # noqa: E402

VAR = Path(os.environ.get("WMP_VAR", "var/bench-fairness"))


def make(folder: Path, people: int, seed: int) -> dict[str, Any]:
    """Write people and records; count them."""
    records = generated.prepare(people, seed, folder)
    shutil.rmtree(folder / "feeds", ignore_errors=True)  # 3 GB of a million people
    size = sum(file.stat().st_size for file in folder.rglob("*.parquet"))
    return {"people": people, "records": records, "parquet_mb": size >> 20}


def measure(folder: Path, version: str) -> dict[str, Any]:
    """Resolve and count; the stages with it."""
    with workspace.opened() as space:
        figures = fairness.count(space, version, folder)
        return {"stages": space.stages, "figures": figures}


def _timed(step: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    began = time.perf_counter()
    found = step()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "wall_s": round(time.perf_counter() - began, 1),
        "cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "peak_rss_mb": workspace.peak_rss_mb(),
        **found,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int, nargs="?", default=50_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--model", default=model.SHIPPED)
    parser.add_argument("--again", action="store_true", help="make the people anew")
    parser.add_argument("--step", choices=("make", "measure"), help="for the process's own use")
    options = parser.parse_args()
    folder = VAR / f"{options.people}-{options.seed}"
    if options.step == "make":
        print(json.dumps(_timed(lambda: make(folder, options.people, options.seed))))
        return
    if options.step == "measure":
        print(json.dumps(_timed(lambda: measure(folder, options.model))))
        return
    if options.again:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = {"people": options.people, "seed": options.seed}
    report |= {"model": options.model, "cores": os.cpu_count()}
    report["load_at_start"] = os.getloadavg()[0]
    for step in ("make", "measure"):
        report[step] = _own_process(step, sys.argv[1:])
        shown = {k: v for k, v in report[step].items() if k not in ("figures", "stages")}
        print(f"{step}: {json.dumps(shown)}", file=sys.stderr, flush=True)
    report["load_at_end"] = os.getloadavg()[0]
    print(json.dumps(report, indent=1))


def _own_process(step: str, arguments: list[str]) -> dict[str, Any]:
    """Peak memory is of a process: each step gets one."""
    command = [sys.executable, "-m", "tests.bench.fairness", *arguments, "--step", step]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


if __name__ == "__main__":
    main()
