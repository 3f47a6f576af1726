"""What matching may use of the records: no value whose processing is restricted (DPA 2018 s.47).

The golden record is made of the records as they are: pages show a restricted value greyed, to who
may see it. Whom a record is of is decided without it. Few values are restricted: the records that
say one are read apart and put in the place of the others, which are not looked at.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from ingest.resolution.workspace import Workspace
from people import contested
from people.births import Birth
from people.contested_models import Contested
from people.models import Address, Name

SEPARATOR = "\x1f"  # between the values of a list (`working_set`)
Kind = Contested.Kind
Said = dict[str, Any]  # a row of `as_recorded`
_LISTS = ("phones", "emails", "vehicles", "other_ids")
_NUMBERS = ("pnc_id", "cro")


def apply(space: Workspace) -> int:
    """View `as_recorded` → view `nominal`: the same without values that may not be used; the
    number of records that say one.
    """
    limits = _limits()
    space.run("create or replace view nominal as from as_recorded")
    if not limits:
        return 0
    ids = ", ".join(str(int(pk)) for pk in sorted(limits))
    space.run(f"create or replace table usable as from as_recorded where id in ({ids})")
    found = space.db.execute("from usable")
    names = [str(column[0]) for column in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    for row in rows:
        _write(space, row, without(row, limits[row["id"]]))
    if rows:
        space.run(
            f"""create or replace view nominal as
            from as_recorded where id not in ({ids}) union all by name from usable"""
        )
    return len(rows)


def without(row: Mapping[str, Any], limits: Sequence[Contested]) -> Said:
    """What of a row is another without these values: column → value."""
    changed: Said = {}
    for one in limits:
        now = {**row, **changed}
        changed |= _WITHOUT[Kind(one.kind)](now, one.value)
    return changed


def _limits() -> dict[int, list[Contested]]:
    """Record → its restricted values of the kinds that matching compares."""
    found: dict[int, list[Contested]] = defaultdict(list)
    for one in contested.restricted():
        if one.kind in _WITHOUT:
            for record in one.records:
                found[record].append(one)
    return found


def _write(space: Workspace, row: Said, changed: Said) -> None:
    if changed:
        columns = ", ".join(f"{name} = ?" for name in changed)
        space.run(f"update usable set {columns} where id = ?", [*changed.values(), row["id"]])


def _name(row: Said, value: str) -> Said:
    """The name itself, or one of the others."""
    wanted, changed = _folded(value), Said()
    own = Name(given_names=row["given_names"] or "", surname=row["surname"] or "")
    if _folded(str(own)) == wanted:
        changed |= {"given_names": None, "surname": None}
    return changed | _objects(row, "names", lambda name: _folded(name["full"] or "") != wanted)


def _birth(row: Said, value: str) -> Said:
    changed: Said = {}
    if row["born_on"] and Birth(row["born_on"], row["born_precision"] or "D").words == value:
        changed = {"born_on": None, "born_precision": None}
    others = row["alias_births"].split(SEPARATOR) if row["alias_births"] else []
    kept = [day for day in others if Birth(date.fromisoformat(day), "D").words != value]
    return changed if kept == others else changed | {"alias_births": _list(kept)}


def _sex(row: Said, value: str) -> Said:
    said = {"M": "Male", "F": "Female"}.get(row["sex"] or "")
    return {"sex": None} if said == value else {}


def _number(row: Said, value: str) -> Said:
    changed: Said = {name: None for name in _NUMBERS if row[name] == value}
    for name in _LISTS:
        values = row[name].split(SEPARATOR) if row[name] else []
        if value in values:
            changed[name] = _list([one for one in values if one != value])
    return changed


def _address(row: Said, value: str) -> Said:
    def stays(place: Said) -> bool:
        parts = {name: place.get(name) or "" for name in ("house", "street", "town", "postcode")}
        return _folded(str(Address(**parts))) != _folded(value)

    return _objects(row, "addresses", stays)


def _objects(row: Said, column: str, stays: Callable[[Said], bool]) -> Said:
    """A column of JSON objects without those that do not stay."""
    objects = json.loads(row[column]) if row[column] else []
    kept = [one for one in objects if stays(one)]
    return {} if kept == objects else {column: json.dumps(kept) if kept else None}


def _list(values: Sequence[str]) -> str | None:
    return SEPARATOR.join(values) or None


def _folded(text: str) -> str:
    """A golden value is shown in one of the casings that its records have."""
    return " ".join(text.upper().split())


_WITHOUT: dict[str, Callable[[Said, str], Said]] = {
    Kind.NAME: _name,
    Kind.BIRTH: _birth,
    Kind.SEX: _sex,
    Kind.NUMBER: _number,
    Kind.ADDRESS: _address,
}
