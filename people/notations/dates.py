"""Dates of birth in British notation: day before month; two digits are the last year that passed.

The value is a full or partial ISO date, or a decade: 1990-05-12, 1990-05, 1990, 1990s.
"""

import re
from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from people.notations import Found, found

KIND = "born_on"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<word>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_LABEL = (
    r"(?:\b(?:d\.?\s?o\.?\s?b\.?|date of birth|birth\s?date"
    r"|born(?:\s+(?:on|in|about|around|circa))?"
    r"|b\.|bn\.?|yob|year of birth)\s*[:=]?\s*(?:the\s+)?(?:c\.\s*)?)"
)
_DAY_WORD = r"(?:\b(?:mon|tues?|wed(?:nes)?|thurs?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_YEAR_2_4 = r"(?P<y>\d{4}|['\u2019]?\d{2})"
_SHAPES = (
    r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})",
    rf"(?P<d>\d{{1,2}})\s*[/.\-\\]\s*(?P<m>\d{{1,2}})\s*[/.\-\\]\s*{_YEAR_2_4}",
    r"(?P<d>\d{1,2})\s(?P<m>\d{1,2})\s(?P<y>\d{4})",
    rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]*(?:of\s)?{_MONTH},?[\s-]*{_YEAR_2_4}",
    rf"{_MONTH}\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y>\d{{4}})",
    rf"{_MONTH},?[\s-](?P<y>\d{{4}})",
    r"(?P<m>\d{1,2})[/.-](?P<y>\d{4})",
    r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4})",
    r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})",
)
_DATES = tuple(
    re.compile(rf"{_LABEL}?{_DAY_WORD}(?<![\w/.]){shape}(?![\w/])", re.IGNORECASE)
    for shape in _SHAPES
)
_LABELLED = tuple(  # too short to be a date on their own
    re.compile(rf"{_LABEL}{shape}(?![\w/])", re.IGNORECASE)
    for shape in (
        r"(?P<d>\d{1,2})\s(?P<m>\d{1,2})\s(?P<y>\d{2})",
        r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{2})",
    )
)
_DECADE = re.compile(
    rf"{_LABEL}?(?:in\s+)?(?:the\s+)?(?:(?:early|mid|late)[\s-]+)?(?<![\w/])"
    r"(?P<y>(?:18|19|20)\d0)['\u2019]?s\b",
    re.IGNORECASE,
)
_SHORT_DECADE = re.compile(
    rf"{_LABEL}(?:in\s+)?(?:the\s+)?(?:(?:early|mid|late)[\s-]+)?['\u2019]?(?P<y>\d0)['\u2019]?s\b",
    re.IGNORECASE,
)
_WORDS = {"fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80, "nineties": 90}
_WORD_DECADE = re.compile(
    rf"{_LABEL}(?:in\s+)?(?:the\s+)?(?P<w>{'|'.join(_WORDS)})\b", re.IGNORECASE
)
_YEAR = re.compile(
    rf"(?:{_LABEL}|\b(?:circa|c\.)\s*)?(?<![\w/])(?P<y>(?:18|19|20)\d\d)(?![\w/])", re.IGNORECASE
)


def find(text: str) -> Iterator[Found]:
    """Dates in a line, the most exact notation first."""
    for pattern in (*_DATES, *_LABELLED):
        for match in pattern.finditer(text):
            if value := _iso(match.groupdict()):
                yield found(KIND, value, match)
    for match in _DECADE.finditer(text):
        yield found(KIND, f"{match['y']}s", match)
    for match in _SHORT_DECADE.finditer(text):
        yield found(KIND, f"{_full_year(match['y'])}s", match)
    for match in _WORD_DECADE.finditer(text):
        yield found(KIND, f"{1900 + _WORDS[match['w'].lower()]}s", match)


def find_years(text: str) -> Iterator[Found]:
    """Years standing alone, not in the future."""
    for match in _YEAR.finditer(text):
        if int(match["y"]) <= timezone.localdate().year:
            yield found(KIND, match["y"], match)


def _iso(parts: dict[str, str | None]) -> str:
    """A full date or a month as ISO, "" if there is no such day or it has not come yet."""
    word = (parts.get("word") or "")[:3].lower()
    month = _MONTHS.index(word) + 1 if word else int(parts.get("m") or 0)
    year = _full_year((parts["y"] or "").lstrip("'\u2019"))
    day = parts.get("d")
    try:
        when = date(year, month, int(day or 1))
    except ValueError:
        return ""
    if when > timezone.localdate() or year < 1850:
        return ""
    return when.isoformat() if day else when.isoformat()[:7]


def _full_year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    century = 2000 if int(text) <= timezone.localdate().year % 100 else 1900
    return century + int(text)
