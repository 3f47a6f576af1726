"""A trial system: its source file and its deliveries in folders of the test's own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ingest.models import Batch
from ingest.pipeline import Plan, refresh

PEOPLE = """
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
path = "people*.csv"
format = "csv"
key = ["ID"]
role = "suspect"

[stream.fields]
surname = "SURNAME"
given_names = "FORENAMES"
born_on = { column = "DOB", format = "%d/%m/%Y" }
note = "NOTE"
"""
# the beginning of a program that loads by itself: sources in argv[1], $TEST_DATABASE
LOADING = """
import os, sys
from pathlib import Path
from django.conf import settings
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "wmp_search.settings.test"
for alias in ("default", "audit"):
    settings.DATABASES[alias]["NAME"] = os.environ["TEST_DATABASE"]
settings.SOURCES_DIRS = [Path(sys.argv[1])]
django.setup()
from ingest.pipeline import Plan, refresh
"""
HEADER = "ID,SURNAME,FORENAMES,DOB,NOTE\n"


@dataclass
class Feed:
    """Write source files and deliveries, then `refresh()`."""

    sources: Path
    feeds: Path
    reports: list[Any] = field(default_factory=list)

    def source(self, toml: str, system: str = "trial") -> None:
        (self.sources / f"{system}.toml").write_text(toml)

    def file(self, name: str, content: str | bytes, system: str = "trial") -> Path:
        path = self.feeds / system / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def people(self, *rows: str, name: str = "people.csv") -> None:
        """A delivery of the stream `people` above."""
        self.file(name, HEADER + "".join(f"{row}\n" for row in rows))

    def refresh(self, systems: Sequence[str] | None = None) -> list[Batch]:
        """Load only; the batches of this refresh."""
        report = refresh(Plan(systems=systems, feeds=self.feeds, resolve=False, index=False))
        self.reports.append(report)
        return report.batches

    def load(self) -> Batch:
        """Refresh that makes exactly one batch."""
        (batch,) = self.refresh()
        return batch


@pytest.fixture
def feed(tmp_path: Path, settings: Any) -> Feed:
    made = Feed(tmp_path / "sources", tmp_path / "feeds")
    made.sources.mkdir()
    made.feeds.mkdir()
    settings.SOURCES_DIRS = [made.sources]
    return made


@pytest.fixture
def people(feed: Feed, db: None) -> Feed:
    """A trial system with one stream of people."""
    feed.source(PEOPLE)
    return feed
