"""Missed and false matches by tradition of name, self-defined ethnicity, sex and age band, on
generated truth (G5, G6).

Generated people only: nothing here can decide about anybody. `ingest.resolution.groups` says what
is counted.
"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ingest.generator.reference import TRADITIONS
from ingest.resolution import engine, gate, generated, groups, model, workspace
from ingest.resolution.workspace import Workspace


def measure(space: Workspace, version: str, people: int, seed: int) -> dict[str, Any]:
    """Resolve so many generated people with the model and count; JSON for a snapshot."""
    folder = space.folder / "panel"
    generated.prepare(people, seed, folder)
    return count(space, version, folder)


def under_other_names(version: str, people: int, seed: int) -> dict[str, Any]:
    """The same families, births and slips with everybody named in one tradition after the other:
    what names alone do (counterfactual names, G6); JSON for a snapshot.

    `more`: the difference to British names in points, with its interval.
    """
    found = []
    for tradition in TRADITIONS:
        with workspace.opened() as space:
            folder = space.folder / "panel"
            generated.prepare(people, seed, folder, tradition)
            _resolve(space, version, folder)
            everybody = groups.counted(space, folder)[0]
            found.append(replace(everybody, name=tradition.capitalize()))
    plain = next(one for one in found if one.name == "British")
    return {
        "people": people,
        "traditions": [
            {
                **asdict(each),
                "more": {
                    "missed": groups.difference(each.missed, plain.missed),
                    "confused": groups.difference(each.confused, plain.confused),
                },
            }
            for each in found
        ],
    }


def count(space: Workspace, version: str, folder: Path) -> dict[str, Any]:
    """The same of the people that `generated.prepare` wrote into the folder."""
    _resolve(space, version, folder)
    with space.stage("groups"):
        everybody, *found = groups.counted(space, folder)
    return {
        "everybody": asdict(everybody),
        "groups": [asdict(group) for group in found],
        "resolved_people": int(space.value("select count(*) from each")),
        "day": generated.DAY.isoformat(),
    }


def _resolve(space: Workspace, version: str, folder: Path) -> None:
    """Table `each` of the workspace says what became of every generated person."""
    with space.stage("match"):
        engine.match(space, gate.job(folder, model.load(version)))
    groups.judge(space, folder)
