"""Numbers that identify: PNC ID, CRO, phone, email, registration, custody, crime, collar number.

The kind tells the officer what a number was taken for. PNC IDs and CRO numbers come in canonical
form, a registration, phone or reference as typed.
"""

import re
from collections.abc import Callable, Iterator

from people import identifiers
from people.notations import Found, found

Read = Callable[[str], str]

_EMAIL = re.compile(r"(?<![\w.])[^\s@,;<>:()]+@[^\s@,;<>()]+\.[a-z]{2,}", re.IGNORECASE)
_PNC = re.compile(
    r"\b(?P<label>pnc\s*(?:id|no|number|ref)?\.?\s*:?\s*)?"
    r"(?P<n>(?:\d{4}|\d{2})\s?/\s?\d{1,7}\s?[a-z]|\d{11}[a-z]|(?<=pnc )\d{3,9}[a-z])\b",
    re.IGNORECASE,
)
_CRO = re.compile(
    r"\b(?P<label>cro\s*(?:no|number|ref)?\.?\s*:?\s*)?"
    r"(?P<n>\d{1,6}\s?/\s?\d{2}\s?[a-z]|sf\s?\d{2}\s?/\s?\d{1,6}\s?[a-z])\b",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?:\b(?:tel(?:ephone)?|phone|mob(?:ile)?|ph|landline)\b\.?\s*(?:no|number)?\.?\s*:?\s*)?"
    r"(?P<n>(?<![\w/])(?:(?:\+|00)[\d\s().-]{8,20}\d|\(?0\d[\d\s().-]{7,14}\d|7\d{3}[\s-]?\d{3}[\s-]?\d{3}))"
    r"(?![\w/])",
    re.IGNORECASE,
)
_VEHICLE = re.compile(  # current, prefix and suffix styles; O for 0 and I for 1 happen
    r"\b(?P<label>(?:vrm|vrn|reg(?:istration)?|index|plate|car|vehicle)\.?\s*(?:no|number)?\.?\s*:?\s*)?"
    r"(?P<n>[a-z01]{2}[\doi]{2}\s?[a-z01]{3}|[a-z][\doi]{1,3}\s?[a-z]{3}|[a-z]{3}\s?[\doi]{1,3}[a-z]"
    r"|[a-z]{1,2}[iz][a-z]?\s?\d{1,4})\b",
    re.IGNORECASE,
)
_PLATE = re.compile(  # after a label anything goes: dateless and personal plates
    r"\b(?:vrm|vrn|reg(?:istration)?|plate)\.?\s*(?:no|number)?\.?\s*:?\s*"
    r"(?P<n>[a-z\d]{1,4}\s?[a-z\d]{1,4})\b",
    re.IGNORECASE,
)
# references of forces: station, kind and year in any order around a serial
_REFERENCES = {
    "custody": re.compile(
        r"\b(?:custody\s*(?:record|no|number|ref)?\.?\s*:?\s*)?"
        r"(?P<n>(?:[a-z\d]{1,5}/)?(?:cu|cr)[/-]?\d{2,7}/\d{2,4})\b",
        re.IGNORECASE,
    ),
    "crime": re.compile(
        r"\b(?:(?:crime|cr|occurrence)\s*(?:no|number|ref)?\.?\s*:?\s*)?"
        r"(?P<n>\d{2}[a-z]{0,3}\d?/\d{4,7}[a-z]?/\d{2}|\d{2}/\d{5,7}/\d{2})\b",
        re.IGNORECASE,
    ),
    "asn": re.compile(
        r"\b(?:asn\s*:?\s*)?(?P<n>\d{2}/\d{2}[a-z\d]{2,3}/\d{2}/\d{1,11}[a-z])\b", re.IGNORECASE
    ),
    "incident": re.compile(
        r"\b(?:(?:incident|log)\s*(?:no|number|ref)?\.?\s*:?\s*)?(?P<n>\d{1,7}-\d{6,8})\b",
        re.IGNORECASE,
    ),
    "collar": re.compile(
        r"\b(?:collar|warrant|shoulder|fin)\s*(?:no|number)?\.?\s*:?\s*(?P<n>[a-z]{0,2}\s?\d{3,7})\b"
        r"|\b(?:pc|pcso|sgt|dc|ds|insp|di)\s(?P<m>\d{3,6})\b",
        re.IGNORECASE,
    ),
    "prison": re.compile(r"\b(?P<n>[a-z]\d{4}[a-z]{2})\b", re.IGNORECASE),
    "ni": re.compile(
        r"\b(?:ni(?:no)?\s*(?:no|number)?\.?\s*:?\s*)?"
        r"(?P<n>[a-ceghj-prtw-z][a-ceghj-nprtw-z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[a-d])\b",
        re.IGNORECASE,
    ),
    "licence": re.compile(r"\b(?P<n>[a-z9]{5}\d{6}[a-z9]{2}[a-z\d]{3})\b", re.IGNORECASE),
}
_LABELLED = re.compile(
    r"\b(?:custody|crime|asn|incident|log|prison|ref(?:erence)?|urn|nominal)\s*"
    r"(?:no|number|ref|id)?\.?\s*:?\s*(?P<n>(?=\S*\d)[\w/-]{3,30})",
    re.IGNORECASE,
)
_OTHER = re.compile(r"(?<!\S)(?=(?:[^\d\s]*\d){4})[\w/-]{5,30}(?!\S)")


def find_first(text: str) -> Iterator[Found]:
    """Numbers whose shape nothing else has: they go before dates are looked for."""
    for match in _EMAIL.finditer(text):
        if value := identifiers.email(match[0].rstrip(".")):
            yield found("email", value, match)
    for kind in ("asn", "custody", "crime", "ni", "licence", "prison", "incident", "collar"):
        for match in _REFERENCES[kind].finditer(text):
            yield found(kind, next(g for g in match.groups() if g), match)
    yield from _police(text, "pnc", _PNC, identifiers.pnc_id)
    yield from _police(text, "cro", _CRO, identifiers.cro)


def find_phones(text: str) -> Iterator[Found]:
    """Phone numbers; behind dates, whose digits may look alike."""
    for match in _PHONE.finditer(text):
        if identifiers.phone(match["n"]):
            yield found("phone", match["n"].strip(), match)


def find_vehicles(text: str) -> Iterator[Found]:
    """Registrations; behind postcodes, which they may look like."""
    for pattern in (_PLATE, _VEHICLE):
        for match in pattern.finditer(text):
            number = match["n"].upper()
            if any(c.isdigit() for c in number) and identifiers.vehicle(number):
                yield found("vehicle", number, match)


def find_others(text: str) -> Iterator[Found]:
    """What is left with a label, or with four digits or more."""
    for match in _LABELLED.finditer(text):
        yield found("other", match["n"], match)
    for match in _OTHER.finditer(text):
        yield found("other", match[0], match)


def _police(text: str, kind: str, pattern: re.Pattern[str], read: Read) -> Iterator[Found]:
    """Only numbers whose check letter is right, or that stand behind their label.

    12/05/90b is neither; old records hold numbers whose check letter is wrong.
    """
    for match in pattern.finditer(text):
        number = re.sub(r"\s", "", match["n"])
        if value := read(number):
            yield found(kind, value, match)
        elif match["label"] or _is_long(number):
            yield found(kind, number.upper(), match)


def _is_long(number: str) -> bool:
    """A serial too long to be the month or year of a date."""
    first, _, second = number.partition("/")
    return len(first) >= 5 or len(second) >= 5
