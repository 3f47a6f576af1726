"""The kept working set: what a run leaves for the next, so that a delta costs what it changes.

Parquet in a folder of its own: `mark` (what is remembered of each record), `node`, and `edge`
(a, b, weight, corrected). It is a cache and never the truth: the next run compares its marks with
the records in PostgreSQL, whatever happened in between, and a set that is missing, of another
model, version or database is made anew. A set is written whole beside the earlier one and takes
its place by one rename of a pointer: a crash leaves one of the two. Nothing of a deleted record
is copied into it.
"""

import hashlib
import json
import shutil
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
from django.conf import settings

from ingest.resolution.workspace import Workspace

_DECIDING = (  # modules whose code shapes what is kept
    "blocking.py",
    "comparisons.py",
    "given_names.py",
    "nodes.py",
    "scoring.py",
    "spark.py",
    "spark_sql.py",
    "usable.py",
    "working_set.py",
    "workspace.py",
)


@dataclass(frozen=True, slots=True)
class About:
    """What a kept set was made of; `origin` names the database that it belongs to."""

    shape: str
    origin: str
    records_then: int  # at the last whole run
    touched_since: int  # records added, changed or deleted by deltas since
    loose: bool  # whether the looser blocking keys were used


def shape(model_state: str) -> str:
    """A fingerprint of the model, the code, the backend and the library that make a set."""
    made_by = f"{model_state} {duckdb.__version__} {settings.RESOLUTION_BACKEND}"
    digest = hashlib.sha256(made_by.encode())
    for name in _DECIDING:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()


def place() -> Path:
    """The folder of the sets of this database."""
    name = str(settings.DATABASES["default"]["NAME"])
    return Path(settings.VAR_DIR) / "resolution" / "kept" / name


@dataclass(slots=True)
class Kept:
    """The sets in a folder: the one in use, and the one that a run is writing."""

    home: Path
    about: About | None = None
    _now: Path | None = None
    _next: Path | None = None

    @classmethod
    def at(cls, home: Path) -> "Kept":
        """What is kept there. An unreadable pointer is no set."""
        try:
            pointer = json.loads((home / "current.json").read_text(encoding="utf-8"))
            return cls(home, About(**pointer["about"]), home / pointer["set"])
        except (OSError, ValueError, KeyError, TypeError):
            return cls(home)

    def show(self, space: Workspace) -> bool:
        """Views `old_mark`, `old_node`, `old_edge`; False where there is no whole set."""
        try:
            for table in ("mark", "node", "edge"):
                space.run(
                    f"create or replace view old_{table} as from '{self._now}/{table}-*.parquet'"
                )
        except duckdb.Error:
            return False
        return self._now is not None

    def add(self, space: Workspace, table: str, query: str) -> None:
        """Write a query's rows into the next set as a part of that table."""
        if self._next is None:
            self._next = self.home / f"set-{uuid.uuid4().hex}"
            self._next.mkdir(parents=True)
        number = len(list(self._next.glob(f"{table}-*")))
        target = self._next / f"{table}-{number}.parquet"
        space.run(f"copy ({query}) to '{target}' (format parquet, compression lz4_raw)")

    def view(self, space: Workspace, table: str) -> None:
        """The table's parts in the next set, as a view of its name."""
        space.run(f"create or replace view {table} as from '{self._next}/{table}-*.parquet'")

    def discard(self) -> None:
        """Begin the next set anew."""
        if self._next is not None:
            shutil.rmtree(self._next, ignore_errors=True)
        self._next = None

    def take_over(self, about: About) -> None:
        """The next set becomes the one in use; all others go, and with them what was deleted."""
        if self._next is None:
            raise RuntimeError("No set was written")
        pointer = {"about": asdict(about), "set": self._next.name}
        draft = self.home / f"{self._next.name}.json"
        draft.write_text(json.dumps(pointer), encoding="utf-8")
        draft.replace(self.home / "current.json")
        self.about, self._now, self._next = about, self._next, None

    def tidy(self) -> None:
        """Remove every set that is not in use: earlier ones, and those of runs that died."""
        for folder in self.home.glob("set-*"):
            if folder != self._now:
                shutil.rmtree(folder, ignore_errors=True)
                folder.with_suffix(".json").unlink(missing_ok=True)
