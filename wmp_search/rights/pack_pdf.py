"""The pack as PDF: every section that the pack has, also one that is added to it later.

By ReportLab, as the extracts of the trail: ten thousand looks are some hundred pages within
seconds, and no library of the machine is needed. A letter that the typeface lacks stands as "?":
the page and the JSON beside it have it, and the document says so.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from audit.pdf import Pages

TITLES = {
    "scope": "What was searched",
    "derived": "What was made of the records",
    "matching": "How records were put together and taken apart",
    "retention": "How long it is kept",
    "recipients": "Who was given it",
    "looks": "Annex: who looked",
}
WITHHELD = "Withheld"
LETTERS = "A letter that this typeface lacks stands as a question mark: the page beside it has it."
RIGHTS = (
    "You may ask that what is wrong is corrected or completed (section 46), that data is erased "
    "or its use restricted (section 47), complain to the Information Commissioner and ask the "
    "Commissioner to check what was left out (sections 51 and 165), or go to court (section 167)."
)
LEFT_OUT = "Something was left out because section 45(4) allows it. Why is recorded."


def make(data: Mapping[str, Any], about: Mapping[str, Any]) -> bytes:
    """The document's bytes: the same parts as the page, what is withheld said to be so."""
    pages = Pages(f"What is held about you: request {about['reference']}")
    pages.facts(
        {
            "for": f"{about['recipient']}, {about['organisation']}",
            "received": _word(about["received_on"]),
            "answered": _word(about["made_at"]),
            "law": "Data Protection Act 2018, sections 31, 35 and 45",
            "your rights": RIGHTS,
            **({"left out": LEFT_OUT} if about["restricted"] else {}),
            "letters": LETTERS,
        }
    )
    for name, section in data.items():
        title = TITLES.get(name, name.replace("_", " ").capitalize())
        _section(pages, title, section)
    return pages.finish()


def _section(pages: Pages, title: str, section: Any) -> None:
    if isinstance(section, list):
        pages.entry(f"{title}: {len(section)}", () if section else ("None",))
        for number, part in enumerate(section, start=1):
            pages.entry(f"{title}, {number}", lines(part))
    elif isinstance(section, Mapping) and any(isinstance(v, list) for v in _parts(section)):
        for name, inner in section.items():
            _section(pages, f"{title}: {name}", inner)
    else:
        pages.entry(title, lines(section) or ["None"])


def _parts(section: Mapping[str, Any]) -> Iterable[Any]:
    """The lists of parts in a section; a list of words is none."""
    return (v for v in section.values() if isinstance(v, list) and v and isinstance(v[0], Mapping))


def lines(value: Any, label: str = "") -> list[str]:
    """A part as lines "name: value", the innermost names; keys are marks and left out."""
    if isinstance(value, Mapping):
        if value.get("withheld"):
            return [WITHHELD]
        inner = ((name, one) for name, one in value.items() if name != "key")
        return [line for name, one in inner for line in lines(one, str(name).replace("_", " "))]
    if isinstance(value, list | tuple):
        if any(isinstance(one, Mapping) for one in value):
            heading = [f"{label}:"] if label else []
            return heading + [line for one in value for line in lines(one, label)]
        value = ", ".join(_word(one) for one in value)
    word = _word(value)
    return [f"{label}: {word}" if label else word] if word else []


def _word(value: Any) -> str:
    """Days and times in words; nothing for what is not known."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
