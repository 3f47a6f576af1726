"""Plain words for what a row holds in codes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

from audit.actions import Action
from audit.models import Event
from wmp_search.access import purposes

# as the door writes it
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")


def action(code: str) -> str:
    """The action in words; a code that is no longer in the list stands for itself."""
    return Action(code).label if code in Action.values else code


def purpose(code: str, at: datetime | None = None) -> str:
    """The purpose in the words of that moment; a code that never was stands for itself."""
    return purposes.label(code, at)


def pairs(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was asked, as (label, value); empty fields are left out, nested ones named in full."""
    return [(label[:1].upper() + label[1:], value) for label, value in _flat("", query)]


def sentence(query: Mapping[str, Any]) -> str:
    """What was asked in one line: "“Tom Wilson”; Limit 20". What the machine made of it is left to
    the event's own page.
    """
    typed = {key: value for key, value in query.items() if not isinstance(value, Mapping)}
    words = [
        f"“{value}”" if label == "Text" else f"{label} {value}" for label, value in pairs(typed)
    ]
    return "; ".join(words)


def about(detail: Mapping[str, Any]) -> str:
    """The few particulars that a list needs: whose role, which page was refused, why it ended."""
    return sentence(
        {key: detail[key] for key in ("username", "role", "route", "why") if key in detail}
    )


def count(event: Event) -> str:
    """How many results an officer got, or records a worker handled; empty if not counted."""
    if event.result_count is None:
        return ""
    noun = "record" if event.officer_id is None else "result"
    return f"{event.result_count:,} {noun}{'' if event.result_count == 1 else 's'}"


def table(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows of JSON objects as a table: `headings` over all keys, `rows` of (heading, cell)."""
    headings = {key: key.replace("_", " ").capitalize() for row in rows for key in row}
    cells = [
        [
            (title, ", ".join(v for _, v in _flat("", row.get(key))))
            for key, title in headings.items()
        ]
        for row in rows
    ]
    return {"headings": list(headings.values()), "rows": cells}


def _flat(label: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(f"{label} {str(key).replace('_', ' ')}".strip(), item)
    elif isinstance(value, list):
        if value:
            yield label, ", ".join(str(item) for item in value)
    elif value is True:
        yield label, "yes"
    elif isinstance(value, str) and MOMENT.fullmatch(value):
        yield label, date_format(localtime(datetime.fromisoformat(value)), "j F Y, H:i:s")
    elif value not in (None, "", False):
        yield label, str(value)
