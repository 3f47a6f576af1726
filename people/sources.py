"""Where a shown value comes from, in an officer's words (policing.md C5)."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from people.models import NominalRecord

_others: list[Callable[[], Mapping[str, str]]] = []
SNAPPED = "snapped"  # of `geo_quality`: places are moved to a nearby point before they are told


def register(reader: Callable[[], Mapping[str, str]]) -> None:
    """Make known how titles of sources without a file are read; called once at the start."""
    _others[:] = [reader]


def snapped() -> frozenset[str]:
    """Systems whose source file says that they tell no exact place. What is mapped on the pages is
    a system of the force's own, and exact.
    """
    return _snapped(tuple(settings.SOURCES_DIRS))


def bring(event_kind: str) -> bool:
    """Whether any source file describes records of such events ("missing")."""
    return event_kind in _event_kinds(tuple(settings.SOURCES_DIRS))


def titles() -> dict[str, str]:
    """System → the title its source file gives it. Each set of folders is read once; sources that
    were approved on the pages are `ingest`'s, which stands above.
    """
    found = _titles(tuple(settings.SOURCES_DIRS))
    for reader in _others:
        found = {**found, **reader()}
    return found


@cache
def _titles(folders: tuple[Path, ...]) -> dict[str, str]:
    return {name: str(said["title"]) for name, said in _files(folders)}


@cache
def _snapped(folders: tuple[Path, ...]) -> frozenset[str]:
    return frozenset(
        str(said["system"]) for _, said in _files(folders) if said.get("geo_quality") == SNAPPED
    )


@cache
def _event_kinds(folders: tuple[Path, ...]) -> frozenset[str]:
    streams = (stream for _, said in _files(folders) for stream in said.get("stream", ()))
    return frozenset(str(stream.get("event_kind", "")) for stream in streams)


def _files(folders: tuple[Path, ...]) -> list[tuple[str, dict[str, Any]]]:
    files = [f for folder in folders for f in sorted(folder.glob("*.toml"))]
    return [(f.stem, tomllib.loads(f.read_text())) for f in files]


def title(system: str) -> str:
    """The system's title; its name in plain words where its file is not here any more."""
    return titles().get(system) or system.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class RecordSource:
    """One record that attests a value. `recorded_on` is when its system recorded it."""

    record_id: int
    system: str
    source_ref: str
    recorded_on: date | None

    @classmethod
    def of(cls, record: NominalRecord) -> "RecordSource":
        return cls(record.pk, record.system, record.source_ref, record.recorded_on)

    @property
    def title(self) -> str:
        return title(self.system)
