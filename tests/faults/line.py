"""The line from feeds to index on servers of its own, and how it must be after a fault."""

import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest

from tests.product import SECONDS, Product

ROWS = 3_000
SOURCE = """
system = "trial"
title = "Trial system"
tier = "open"
trust = 50
retention_class = "mopi_3"
schedule = "0 * * * *"
delivery = "full"

[[stream]]
name = "people"
kind = "person"
path = "people.csv"
format = "csv"
key = ["ID"]
role = "suspect"

[stream.fields]
surname = "SURNAME"
given_names = "FORENAMES"
born_on = "DOB"
"""


@dataclass
class Line(Product):
    """The whole line, fed by one source of which every delivery is full."""

    delivered: int = 0

    def deliver(self) -> None:
        """Every delivery changes each row and replaces a tenth of them."""
        self.delivered += 1
        first = self.delivered * ROWS // 10
        rows = [
            f"{n},Surname{n}x{self.delivered},Given{n},19{60 + n % 40}-0{1 + n % 9}-1{n % 10}\n"
            for n in range(first, first + ROWS)
        ]
        path = self.var / "feeds" / "trial" / "people.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("ID,SURNAME,FORENAMES,DOB\n" + "".join(rows))

    @classmethod
    def at(cls, var: Path) -> Self:
        """A line that keeps everything in `var`; nothing runs yet."""
        sources = var / "sources"
        sources.mkdir(parents=True)
        (sources / "trial.toml").write_text(SOURCE)
        return cls(var, {"SOURCES_DIRS": str(sources), "OPENSEARCH_TIMEOUT_SECONDS": "20"})

    def begin(self) -> None:
        """Servers, tables, indices, and a first delivery that is searchable."""
        self.up()
        self.migrate()
        self.manage("search_migrate")
        self.deliver()
        self.manage(*REFRESH)

    def recover(self) -> None:
        """What beat and an operator do after a fault."""
        again(self, "search_migrate")
        again(self, *REFRESH)
        again(self, "search_drain")


REFRESH, REBUILD = ("refresh", "--source", "trial"), ("search_migrate", "--force")
BUSY = {
    "load": "SELECT count(*) FROM ingest_batch WHERE state = 'loading'",
    "resolve": "SELECT count(*) FROM ingest_resolutionrun WHERE state = 'running'",
    "drain": "SELECT count(*) FROM search_outboxentry",
    "rebuild": "SELECT count(*) FROM search_indexbuild WHERE state = 'building'",
}


def when_busy(line: Line, stage: str, process: subprocess.Popen[Any]) -> bool:
    """Wait for the stage; False if the process was done before it was seen."""
    end = time.monotonic() + SECONDS
    while not line.number(BUSY[stage]):
        if process.poll() is not None:
            return False
        assert time.monotonic() < end, f"{stage} was never reached"
        time.sleep(0.02)
    return True


def again(line: Line, *words: str) -> None:
    """As an operator or beat would: a few times, until the servers are all there."""
    for attempt in range(5):
        process = line.start(*words)
        said, _ = process.communicate(timeout=SECONDS)
        if process.returncode == 0:
            return
        time.sleep(1 + attempt)
    pytest.fail(f"{words} does not recover: {said[-2000:]}")


def as_it_should_be(line: Line) -> None:
    """Every row of the last delivery once, index and database equal, the audit trail whole."""
    live = "FROM ingest_sourcerecord WHERE deleted_at IS NULL"
    assert line.number(f"SELECT count(*) {live}") == ROWS
    assert line.number(f"SELECT count(DISTINCT source_ref) {live}") == ROWS
    now = f"x{line.delivered}"
    assert line.number(f"SELECT count(*) {live} AND raw->>'SURNAME' LIKE '%{now}'") == ROWS
    assert (
        line.number("SELECT count(*) FROM people_nominalrecord WHERE deleted_at IS NULL") == ROWS
    )
    assert line.number("SELECT count(*) FROM ingest_batch WHERE state = 'loading'") == 0
    assert line.number("SELECT count(*) FROM search_outboxentry") == 0
    said = line.manage("search_reconcile", "--documents")
    assert re.search(r"person: [\d,]+ documents, 0 missing, 0 stale, 0 surplus", said), said
    line.manage("audit_seal")
    line.manage("audit_verify")
