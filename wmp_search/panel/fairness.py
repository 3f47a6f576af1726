"""Missed and false matches by tradition of name, self-defined ethnicity, sex and age band, on
generated truth (G5, G6).

Generated people only: nothing here can decide about anybody. `ingest.resolution.groups` says what
is counted.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingest.resolution import engine, gate, generated, groups, model
from ingest.resolution.workspace import Workspace


def measure(space: Workspace, version: str, people: int, seed: int) -> dict[str, Any]:
    """Resolve so many generated people with the model and count; JSON for a snapshot."""
    folder = space.folder / "panel"
    generated.prepare(people, seed, folder)
    return count(space, version, folder)


def count(space: Workspace, version: str, folder: Path) -> dict[str, Any]:
    """The same of the people that `generated.prepare` wrote into the folder."""
    with space.stage("match"):
        engine.match(space, gate.job(folder, model.load(version)))
    with space.stage("groups"):
        groups.judge(space, folder)
        everybody, *found = groups.counted(space, folder)
    return {
        "everybody": asdict(everybody),
        "groups": [asdict(group) for group in found],
        "resolved_people": int(space.value("select count(*) from each")),
        "day": generated.DAY.isoformat(),
    }
