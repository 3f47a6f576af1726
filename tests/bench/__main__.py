"""Times the whole line, feeds on disk to people searchable, on real servers of its own.

    make bench PEOPLE=20000

Then the same feeds once more, and a delta: the incidents with CHANGES rows changed, added or gone.
Runs between `up` and `down` of servers of its own (`python -m deploy.embedded exec`). Prints one
JSON document: per stage wall seconds, and CPU seconds and peak memory (PSS, so that shared pages
count once) of the line's own processes, PostgreSQL, OpenSearch and Redis.
`copy_floor` is the plain floor in the same run: COPY of the crime recording nominals' bytes, as
they are, into a table of one text column; `load_ratio` is the load's time per person row over the
floor's. Data stays below $WMP_VAR for a look; `python -m deploy.embedded reset` removes it.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ["WMP_VAR"])
CHANGES = 50_000
GROUPS = {"postgres": "postgresql", "java": "opensearch", "redis-server": "redis"}


class Sampler(threading.Thread):
    """Samples once a second the PSS, in MB, of every process this run has started."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak: dict[str, int] = {}
        self.stopped = threading.Event()
        self.started_at = time.time() - 1

    def run(self) -> None:
        while not self.stopped.wait(1):
            now: dict[str, int] = {}
            for process in psutil.process_iter(["name", "cmdline"]):
                group = self._group(process)
                if group:
                    now[group] = now.get(group, 0) + _pss_mb(process)
            now["all"] = sum(now.values())
            self.peak = {g: max(self.peak.get(g, 0), now.get(g, 0)) for g in self.peak | now}

    @staticmethod
    def _group(process: psutil.Process) -> str | None:
        name, command = process.info["name"], " ".join(process.info["cmdline"] or ())
        if name in GROUPS:
            return GROUPS[name] if _is_ours(process) else None
        programs = ("manage.py", "multiprocessing")  # the commands, and the processes they start
        is_line = any(p in command for p in programs) and _is_ours(process)
        return "line" if is_line else None


def cpu_seconds() -> dict[str, float]:
    """CPU seconds so far by group; "line" is the ended commands of this run."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {"line": ended.ru_utime + ended.ru_stime}
    for process in psutil.process_iter(["name", "cpu_times"]):
        group = GROUPS.get(process.info["name"])
        if group and process.info["cpu_times"] and _is_ours(process):
            found[group] = found.get(group, 0) + sum(process.info["cpu_times"][:4])
    return found


def _is_ours(process: psutil.Process) -> bool:
    """Whether this run, or the launcher it runs under, started the process or its parent."""
    ours = {os.getpid(), os.getppid()}
    try:
        parent = process.parent()
        return process.ppid() in ours or (parent is not None and parent.ppid() in ours)
    except psutil.Error:
        return False


def _pss_mb(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss // 2**20)
    except psutil.Error:
        return 0


@contextmanager
def stage(name: str, report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Time a stage; whatever the body puts into the yielded dict is kept beside the figures."""
    sampler, cpu, wall = Sampler(), cpu_seconds(), time.perf_counter()
    sampler.start()
    figures: dict[str, Any] = {}
    print(f"{name} …", file=sys.stderr, flush=True)
    yield figures
    sampler.stopped.set()
    after = cpu_seconds()
    figures.update(
        wall_s=round(time.perf_counter() - wall, 1),
        cpu_s={group: round(after[group] - cpu.get(group, 0), 1) for group in sorted(after)},
        peak_mb=dict(sorted(sampler.peak.items())),
    )
    report["stages"][name] = figures
    print(f"{name}: {json.dumps(figures)}", file=sys.stderr, flush=True)


def manage(*words: str, owner: bool = False) -> str:
    """Run a management command; its standard output."""
    environment = dict(os.environ)
    if owner:
        environment["DATABASE_URL"] = environment["OWNER_DATABASE_URL"]
    run = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return run.stdout


def copy_floor(feeds: Path) -> dict[str, Any]:
    """Seconds and rows of a bare COPY of one feed file's lines."""
    path = feeds / "crime_recording" / "nominals.csv"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE floor (line text)")
        begin = time.perf_counter()
        copy_sql = "COPY floor FROM STDIN WITH (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')"
        with path.open("rb") as file, connection.cursor().copy(copy_sql) as copy:
            while block := file.read(1 << 20):
                copy.write(block)
        wall = time.perf_counter() - begin
        row = connection.execute("SELECT count(*) FROM floor").fetchone()
    rows = row[0] if row else 0
    return {"rows": rows, "wall_s": round(wall, 2), "rows_per_s": round(rows / wall)}


def change(feeds: Path, rows: int) -> None:
    """Deliver the incidents anew: of `rows` rows three in five with another phone, one in five
    gone, one in five with another person beside it.
    """
    path = feeds / "incidents" / "incidents.csv"
    frame = pl.read_csv(path, infer_schema=False).with_row_index("at")
    place, every = pl.col("at"), max(5, len(frame) // rows)
    kind = pl.when(place % every == 0).then(place // every % 5)
    frame = frame.with_columns(kind=kind).filter(pl.col("kind").ne_missing(0))
    phone = pl.format("07700 {}", place % 900_000 + 100_000)
    frame = frame.with_columns(
        PHONE=pl.when(pl.col("kind").is_between(1, 3)).then(phone).otherwise("PHONE")
    )
    beside = frame.filter(kind=4).with_columns(PERSON_SEQ=pl.lit("99"), PHONE=phone)
    pl.concat([frame, beside]).drop("at", "kind").write_csv(path)


def count(sql: str) -> int:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0


def seconds_by_step(told: str) -> dict[str, float]:
    """Wall seconds of the steps within a run, from what the command `resolve` says."""
    return {name: step["wall"] for name, step in json.loads(told)["stages"].items()}


def note_when_people_are_searchable(figures: dict[str, Any], begin: float) -> None:
    """Seconds from `begin` until no person waits in the outbox; crimes and gangs come after."""
    waits = "SELECT EXISTS (SELECT FROM search_outboxentry WHERE entity = 'person')::int"
    while count(waits):
        time.sleep(1)
    figures["people_searchable_s"] = round(time.perf_counter() - begin, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int, nargs="?", default=20_000)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    report: dict[str, Any] = {"people": options.people, "seed": options.seed, "stages": {}}
    report["cores"] = os.cpu_count()
    _line(options, report)
    print(json.dumps(report, indent=1))


def _line(options: argparse.Namespace, report: dict[str, Any]) -> None:
    feeds = VAR / "feeds"
    manage("migrate", "-v0", owner=True)
    manage("search_migrate")
    with stage("make_feeds", report) as figures:
        manage("make_feeds", "--people", str(options.people), "--seed", str(options.seed),
               "--out", str(feeds))  # fmt: skip
        figures["mb"] = sum(f.stat().st_size for f in feeds.rglob("*") if f.is_file()) >> 20
    report["copy_floor"] = copy_floor(feeds)
    with stage("load", report) as figures:
        manage("refresh", "--feeds", str(feeds), "--no-resolve", "--no-index")
        figures["person_records"] = count("SELECT count(*) FROM people_nominalrecord")
        figures["source_records"] = count("SELECT count(*) FROM ingest_sourcerecord")
    with stage("resolve", report) as figures:
        figures["steps"] = seconds_by_step(manage("resolve"))
        figures["people"] = count("SELECT count(*) FROM people_person WHERE status = 'current'")
    with stage("index", report) as figures:
        begin = time.perf_counter()
        people = threading.Thread(target=note_when_people_are_searchable, args=(figures, begin))
        people.start()
        manage("search_drain")
        people.join()
        figures["left_in_outbox"] = count("SELECT count(*) FROM search_outboxentry")
    with stage("refresh_again", report):
        manage("refresh", "--feeds", str(feeds))
    report["matching"] = json.loads(manage("evaluate_matching", str(feeds / "truth.csv")))
    change(feeds, CHANGES)
    with stage("delta_load", report):
        manage("refresh", "--feeds", str(feeds), "--no-resolve", "--no-index")
    with stage("delta_resolve", report) as figures:
        figures["steps"] = seconds_by_step(manage("resolve"))
    with stage("delta_index", report) as figures:
        figures["entries"] = count("SELECT count(*) FROM search_outboxentry")
        manage("search_drain")
    report["bytes"] = {"database": count("SELECT pg_database_size(current_database())")}
    load, floor = report["stages"]["load"], report["copy_floor"]
    per_row = load["wall_s"] / max(1, load["person_records"])
    report["load_ratio"] = round(per_row * floor["rows_per_s"], 1)


if __name__ == "__main__":
    main()
