"""The answer: the pack as gathered, without what is withheld, as a page, as PDF and as JSON."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from wmp_search.access.scope import Scope
from wmp_search.rights import pack_pdf
from wmp_search.rights.gather import Part, gather, plain
from wmp_search.rights.models import StaffRelease, SubjectRequest, Withheld

HIDDEN = "Withheld"
RECORD = re.compile(r"record:\d+")
MARKING = "OFFICIAL-SENSITIVE"


@dataclass(frozen=True, slots=True)
class Pack:
    """What was made. `removed`: keys that were withheld and found; `content`: the zip."""

    data: Part
    html: str
    content: bytes
    removed: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Of the zip, for the trail."""
        return hashlib.sha256(self.content).hexdigest()


def draw(asked: SubjectRequest, scope: Scope) -> tuple[Part, tuple[str, ...]]:
    """The data of the answer, and which of the withheld keys were in it."""
    release = StaffRelease.objects.filter(request=asked, approved_at__isnull=False).exists()
    data = gather(asked.person_id, scope, name_staff=release)
    keys = set(Withheld.objects.filter(request=asked).values_list("item", flat=True))
    found: set[str] = set()
    drawn = {section: _without(content, keys, found) for section, content in data.items()}
    gone = {int(key.partition(":")[2]) for key in found if RECORD.fullmatch(key)}
    return _unsaid(drawn, gone), tuple(sorted(found))


def _unsaid(data: Part, gone: Collection[int]) -> Part:
    """What only a withheld record says is said nowhere, nor that its system holds anything."""
    if not gone:
        return data
    kept = [one for one in data["records"] if not one.get("withheld")]
    told = {"records": len(kept), "systems_with_records": sorted({r["system"] for r in kept})}
    whole = _silent({name: value for name, value in data.items() if name != "records"}, gone)
    return {**whole, "records": data["records"], "scope": {**data["scope"], **told}}


def _silent(value: Any, gone: Collection[int]) -> Any:
    if isinstance(value, list):
        return [_silent(one, gone) for one in value]
    if not isinstance(value, dict):
        return value
    if "key" not in value:
        return {name: _silent(one, gone) for name, one in value.items()}
    said = value.get("records")
    if said and set(said) <= set(gone):
        return {"key": value["key"], "withheld": True}
    if said and "said_by" in value:
        left = [(pk, by) for pk, by in zip(said, value["said_by"], strict=True) if pk not in gone]
        return {**value, "records": [pk for pk, _ in left], "said_by": [by for _, by in left]}
    return value


def make(asked: SubjectRequest, scope: Scope, given: dict[str, str]) -> Pack:
    """The pack for the recipient that `given` names."""
    data, removed = draw(asked, scope)
    about = {
        "reference": asked.reference,
        "received_on": asked.received_on,
        "made_at": timezone.now(),
        "withheld_parts": len(removed),
        "restricted": bool(removed),
        **given,
    }
    html = render_to_string("rights/pack.html", context(data, about))
    machine = json.dumps({"about": about, **data}, default=plain, ensure_ascii=False, indent=1)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("disclosure.html", html)
        archive.writestr("disclosure.json", machine)
        archive.writestr("disclosure.pdf", pack_pdf.make(data, about))
    return Pack(data, html, file.getvalue(), removed)


def context(data: Part, about: Part) -> Part:
    """What the page of a pack needs."""
    return {"pack": data, "about": about, "marking": MARKING, "hidden": HIDDEN}


def _without(value: Any, keys: Collection[str], found: set[str]) -> Any:
    """The value without the parts that are withheld: each says so where it stood."""
    if isinstance(value, list):
        return [_without(one, keys, found) for one in value]
    if not isinstance(value, dict):
        return value
    key = value.get("key")
    if isinstance(key, str) and key in keys:
        found.add(key)
        return {"key": key, "withheld": True}
    inner = {name: _without(one, keys, found) for name, one in value.items()}
    return _fields(inner, str(key), keys, found) if key else inner


def _fields(part: Part, key: str, keys: Collection[str], found: set[str]) -> Part:
    """Single fields: "record:12:delivered.NOTE" leaves the rest of the record."""
    wanted = {k.removeprefix(f"{key}:"): k for k in keys if k.startswith(f"{key}:")}
    for path, whole in wanted.items():
        section, _, name = path.partition(".")
        inside = part.get(section)
        if isinstance(inside, dict) and name in inside:
            part = {**part, section: {**inside, name: HIDDEN}}
            found.add(whole)
    return part
