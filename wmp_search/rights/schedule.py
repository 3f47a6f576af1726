"""A schedule of a case's material as files: a page, JSON and PDF, with the same items in each.

One document holds one list: unused material, or the sensitive list, which goes to the prosecutor
alone (CPIA code of practice). Items are numbered from 1 in each.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format

from audit.pdf import Pages
from wmp_search.access.disclosures import MARKING
from wmp_search.rights.gather import plain
from wmp_search.rights.material import NOT_LISTED, Item, Material


class Which(models.TextChoices):
    """The two lists."""

    UNUSED = "unused", "Unused material"
    SENSITIVE = "sensitive", "Sensitive material, for the prosecutor alone"


@dataclass(frozen=True, slots=True)
class Schedule:
    """What was made."""

    items: tuple[Item, ...]
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the zip, for the trail."""
        return hashlib.sha256(self.content).hexdigest()


def make(material: Material, which: Which, given: Mapping[str, str]) -> Schedule:
    """The schedule for the recipient that `given` names."""
    items = material.sensitive if which == Which.SENSITIVE else material.unused
    about = {
        "case": material.number,
        "offences": list(material.offences),
        "list": str(which.label),
        "made_at": timezone.now(),
        "recipient": given["recipient"],
        "organisation": given["organisation"],
        "items": len(items),
        "not_listed": list(NOT_LISTED),
        "marking": MARKING,
    }
    rows = [{"number": n, **asdict(one)} for n, one in enumerate(items, start=1)]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        page = render_to_string("rights/schedule.html", {"about": about, "items": items})
        archive.writestr("schedule.html", page)
        machine = {"about": about, "items": rows}
        archive.writestr("schedule.json", json.dumps(machine, default=plain, indent=1))
        archive.writestr("schedule.pdf", _pdf(about, items))
    return Schedule(items, file.getvalue())


def _pdf(about: Mapping[str, Any], items: tuple[Item, ...]) -> bytes:
    pages = Pages(f"{about['list']}: case {about['case']}")
    pages.facts(
        {
            "for": f"{about['recipient']}, {about['organisation']}",
            "offences": ", ".join(about["offences"]) or "not recorded",
            "items": str(about["items"]),
            "not listed": "; ".join(about["not_listed"]),
        }
    )
    for number, one in enumerate(items, start=1):
        pages.entry(f"{number}. {one.what}", _lines(one))
    return pages.finish()


def _lines(one: Item) -> list[str]:
    """What stands below an item's heading; nothing that is not known."""
    told = {
        "Where": f"{one.system} {one.reference}".strip(),
        "Day": _day(one.on),
        "Delivered in": one.delivered_in,
        "Received": _day(one.received),
        "Earlier states": str(one.earlier) if one.earlier else "",
        "Sensitive because": one.why,
        "Mark": one.key,
    }
    return [f"{label}: {value}" for label, value in told.items() if value]


def _day(value: date | datetime | None) -> str:
    return date_format(value, "j F Y") if value else ""
