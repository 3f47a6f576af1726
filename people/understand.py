"""The one search box: a typed line taken apart into a person's criteria.

Each kind of fact is looked for in turn and cut out of the line; what is left is the name.
Dates are British: day before month, a two-digit year is the last one that has passed.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from people import identifiers
from people.criteria import MAX_LENGTH, CriteriaError, PersonCriteria

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<word>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_LABEL = r"(?:(?:d\.?o\.?b\.?|date of birth|born(?: on| in)?|b\.)\s*:?\s*)"

_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[a-z]{2,}", re.IGNORECASE)
_POLICE_NUMBER = re.compile(
    r"\b(?:(?:pnc|cro)(?:\s*(?:id|no|number))?\.?\s*:?\s*)?"
    r"(?P<number>(?:\d{2}|\d{4})/\d{1,7}[a-z]|\d{1,6}/\d{2}[a-z]|sf\d{2}/\d{1,6}[a-z]"
    r"|\d{11}[a-z])\b",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?:\b(?:tel|phone|mob(?:ile)?)\.?\s*:?\s*)?(?P<number>(?<!\d)(?:\+|00?)[\d\s().-]{8,20}\d)(?!\d)",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"\b(?P<code>[a-z]{1,2}\d[a-z\d]?\s?\d[abd-hjlnp-uw-z]{2})\b", re.IGNORECASE
)
_OUTWARD = re.compile(r"\b(?P<code>[a-z]{1,2}\d{1,2}[a-z]?)\b", re.IGNORECASE)
_VEHICLE = re.compile(  # current, prefix and suffix styles; O for 0 and I for 1 happen
    r"\b(?:(?:vrm|reg(?:istration)?)\.?\s*:?\s*)?(?P<number>[a-z]{2}[\doi]{2}\s?[a-z]{3}"
    r"|[a-z]\d{1,3}\s?[a-z]{3}|[a-z]{3}\s?\d{1,3}[a-z])\b",
    re.IGNORECASE,
)
_DATES = tuple(
    re.compile(rf"{_LABEL}?(?<![\d/]){pattern}(?![\d/])", re.IGNORECASE)
    for pattern in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        r"(?P<d>\d{1,2})\s*[/.\-]\s*(?P<m>\d{1,2})\s*[/.\-]\s*(?P<y>\d{4}|\d{2})",
        r"(?P<d>\d{2})\s(?P<m>\d{2})\s(?P<y>\d{4})",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-](?:of\s)?{_MONTH},?[\s-](?P<y>\d{{4}}|\d{{2}})",
        rf"{_MONTH}\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y>\d{{4}})",
        rf"{_MONTH}[\s-](?P<y>\d{{4}})",
        r"(?P<m>\d{1,2})/(?P<y>\d{4})",
    )
)
_YEAR = re.compile(rf"{_LABEL}?(?<![\w/])(?P<y>(?:18|19|20)\d\d)(?![\w/])", re.IGNORECASE)
_AGE = re.compile(
    r"\b(?:(?:aged?|about|approx(?:imately)?\.?|circa|c\.|around|roughly)\s+)+(?P<a>\d{1,3})"
    r"(?:\s*(?:years?|yrs?)(?:\s*old)?)?\b"
    r"|\b(?P<b>\d{1,3})\s*(?:-?\s*years?(?:[\s-]*old)?|yrs?(?:\s*old)?|y\.?/?o\.?|ish)(?!\w)",
    re.IGNORECASE,
)
_OTHER_NUMBER = re.compile(r"(?<!\S)(?=(?:[^\d\s]*\d){4})[\w/-]{5,30}(?!\S)")
_LABELS_LEFT = re.compile(
    r"\b(?:dob|d\.o\.b\.|date of birth|born|aged?|pnc|cro|vrm|tel)\b\.?\s*:?", re.IGNORECASE
)


@dataclass(slots=True)
class _Line:
    """What is left of the line, and what was found in it."""

    text: str
    found: dict[str, str] = field(default_factory=dict)

    def cut(self, kind: str, found: re.Match[str], value: str) -> None:
        """Note a value, unless that kind is known already, and take its words away."""
        if value and kind not in self.found:
            self.found[kind] = value
            self.text = f"{self.text[: found.start()]} , {self.text[found.end() :]}"


def understand(text: str) -> PersonCriteria:
    """The criteria in a typed line.

    Raises CriteriaError for a line that is too long or holds nothing to search for.
    """
    if len(text) > MAX_LENGTH:
        raise CriteriaError(f"Use {MAX_LENGTH} characters or fewer")
    line = _Line(text)
    for look in _LOOKS:
        look(line)
    age = line.found.get("age")
    return PersonCriteria(
        name=_name(line.text),
        born_on=line.found.get("born_on", ""),
        age=int(age) if age else None,
        postcode=line.found.get("postcode", ""),
        identifier=line.found.get("identifier", ""),
    )


def _email(line: _Line) -> None:
    if found := _EMAIL.search(line.text):
        line.cut("identifier", found, identifiers.email(found[0]))


def _police_number(line: _Line) -> None:
    """Only numbers whose check letter is right: 12/05/90b is not one."""
    for found in _POLICE_NUMBER.finditer(line.text):
        if number := identifiers.pnc_id(found["number"]) or identifiers.cro(found["number"]):
            line.cut("identifier", found, number)
            return


def _phone(line: _Line) -> None:
    found = _PHONE.search(line.text)
    if found and identifiers.phone(found["number"]):
        line.cut("identifier", found, found["number"].strip())


def _postcode(line: _Line) -> None:
    if found := _POSTCODE.search(line.text):
        _, full = identifiers.postcode(found["code"])
        line.cut("postcode", found, f"{full[:-3]} {full[-3:]}" if full else "")


def _postcode_area(line: _Line) -> None:
    if found := _OUTWARD.search(line.text):
        line.cut("postcode", found, identifiers.postcode(found["code"])[0])


def _vehicle(line: _Line) -> None:
    for found in _VEHICLE.finditer(line.text):
        number = found["number"].upper()
        if any(c.isdigit() for c in number) and identifiers.vehicle(number):
            line.cut("identifier", found, number)
            return


def _other_number(line: _Line) -> None:
    """Custody, prison and other numbers: a word with four digits or more."""
    if found := _OTHER_NUMBER.search(line.text):
        line.cut("identifier", found, found[0])


def _date(line: _Line) -> None:
    for pattern in _DATES:
        for found in pattern.finditer(line.text):
            if value := _iso(found.groupdict()):
                line.cut("born_on", found, value)
                return


def _iso(parts: dict[str, str | None]) -> str:
    """A full date or a month as ISO, "" if there is no such day or it has not come yet."""
    word = (parts.get("word") or "")[:3].lower()
    month = _MONTHS.index(word) + 1 if word else int(parts.get("m") or 0)
    year = _full_year(parts["y"] or "")
    day = parts.get("d")
    try:
        when = date(year, month, int(day or 1))
    except ValueError:
        return ""
    if when > timezone.localdate():
        return ""
    return when.isoformat() if day else when.isoformat()[:7]


def _full_year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    century = 2000 if int(text) <= timezone.localdate().year % 100 else 1900
    return century + int(text)


def _year(line: _Line) -> None:
    found = _YEAR.search(line.text)
    if found and int(found["y"]) <= timezone.localdate().year:
        line.cut("born_on", found, found["y"])


def _age(line: _Line) -> None:
    found = _AGE.search(line.text)
    if found and int(years := found["a"] or found["b"]) <= 120:
        line.cut("age", found, years)


def _name(left: str) -> str:
    """The rest: a comma only where it stands between a surname and given names."""
    pieces = (_LABELS_LEFT.sub(" ", piece).split() for piece in left.split(","))
    lettered = ([word for word in piece if any(c.isalpha() for c in word)] for piece in pieces)
    parts = [" ".join(words) for words in lettered if words]
    return (
        ", ".join(parts) if len(parts) == 2 and " ," not in left.strip(" ,") else " ".join(parts)
    )


_LOOKS = (
    _email, _police_number, _date, _phone, _postcode, _vehicle, _age, _year, _postcode_area,
    _other_number,
)  # fmt: skip
